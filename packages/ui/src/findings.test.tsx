import { describe, expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleCapacity } from "../../plimsoll/src/report/html-sample.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import type { Finding } from "../../plimsoll/src/verdict/judgement.ts";
import { renderReportBody } from "./render.tsx";

const data = reportDataOf(sampleReport());
const PLACED = { code: "x", level: "info", task: undefined, fromMs: 3000, toMs: 8000, message: "Seen." } as const;

/** The list of findings as HTML. */
function listOf(findings: readonly Finding[], more: object = {}): string {
  const body = renderReportBody({ ...data, ...more, judgement: { ...data.judgement, findings } });
  return /<ul class="findings">.*?<\/ul>/s.exec(body)?.[0] ?? "";
}

test("findings stand in the order of their gravity, then of their time in the run", () => {
  const of = (level: Finding["level"], profile: string | undefined, fromMs: number | undefined, message: string) =>
    ({ ...PLACED, level, profile, fromMs, message }) as const;
  const [first, second] = data.profiles.map(({ name }) => name);
  const list = listOf([
    of("info", first, 0, "note"),
    of("warning", second, 0, "of the second"),
    of("warning", undefined, undefined, "of the run"),
    of("warning", first, 9000, "late"),
    of("warning", first, 1000, "early"),
    of("error", second, 5000, "grave"),
  ]);
  expect([...list.matchAll(/<\/strong><span>(.*?) </g)].map(([, message]) => message)).toEqual([
    ...["grave", "early", "late", "of the second", "of the run"],
    "note",
  ]);
});

describe("a finding", () => {
  test.each(data.profiles.map(({ name }, index) => [name, index + 1] as const))(
    "of %s leads to its charts, with its time",
    (profile, number) => {
      expect(listOf([{ ...PLACED, profile }])).toContain(`<a href="#profile-${number}">${profile}, 0:03–0:08</a>`);
    },
  );

  test("of a step of a search that has no charts leads to its row", () => {
    const capacity = sampleCapacity();
    const profile = capacity.steps[2]!.name;
    const search = { capacity, profiles: [] };
    expect(listOf([{ ...PLACED, profile }], search)).toContain(`<a href="#step-3">${profile}</a>`);
    expect(renderReportBody({ ...data, ...search })).toMatch(
      /<tr id="step-3"[^>]*>(?:(?!<tr).)*200 <span class="aside">ramp/s,
    );
  });

  test("of the run as a whole, or of what the page does not have, leads nowhere", () => {
    for (const profile of [undefined, "elsewhere"]) expect(listOf([{ ...PLACED, profile }])).not.toContain("<a ");
  });
});
