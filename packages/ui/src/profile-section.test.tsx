import { expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { renderReportBody } from "./render.tsx";

const data = reportDataOf(sampleReport());

/** The section of the first profile, with other tasks. */
function sectionWith(more: object): string {
  const [profile] = data.profiles;
  const tasks = profile!.tasks.map((task) => (task.name === "single_embed" ? { ...task, ...more } : task));
  return renderReportBody({ ...data, profiles: [{ ...profile!, tasks }] });
}

test("a task's method stands beside its name, unless the name begins with it", () => {
  const headings = (name: string) => sectionWith({ name, method: "GET" }).replace(/<\/?span[^>]*>/g, "");
  expect(headings("embed")).toContain('<th scope="row">embed GET</th>');
  expect(headings("GET /embed")).toContain('<th scope="row">GET /embed</th>');
  expect(headings("GETTER")).toContain('<th scope="row">GETTER GET</th>');
});

test("errors are told up to the end of their last second, as findings do", () => {
  const { startedAtMs } = data.profiles[0]!;
  const error = { kind: "http-5xx", message: "status 503", count: 3 };
  const errors = [{ ...error, firstAtMs: startedAtMs, lastAtMs: startedAtMs + 56_000 }];
  expect(sectionWith({ errors })).toContain('<td class="number">0:00–0:57</td><td class="message">status 503</td>');
});
