import { describe, expect, test } from "vitest";
import type { MetricChange } from "../verdict/comparison-answer.ts";
import { compareSamples, sampleBuild } from "../verdict/comparison-sample.ts";
import { renderComparisonAnnotation } from "./comparison-annotation.ts";
import { comparisonDataOf } from "./comparison-data.ts";
import { renderComparisonJson } from "./comparison-json.ts";
import { renderComparisonMarkdown } from "./comparison-markdown.ts";
import { renderComparisonLine, renderComparisonTerminal, runsText } from "./comparison-terminal.ts";
import { displayWidth } from "./display-width.ts";
import { roundForChart } from "./html-round.ts";
import { NASTY_NAME } from "./report-sample.ts";

const BASE = sampleBuild();
const FAIL = compareSamples([BASE], [sampleBuild({ slowdown: 1.15 })]);
const OPEN = compareSamples([BASE], [sampleBuild({ seed: 2, slowdown: 1.06 })]);
const NASTY_TASKS = [{ name: NASTY_NAME, method: "GET", path: "/", share: 1 }];
const NASTY = compareSamples(
  [
    sampleBuild({
      profile: { name: NASTY_NAME },
      more: { tasks: [...NASTY_TASKS, { name: "b", method: "GET", path: "/", share: 0 }] },
    }),
  ],
  [sampleBuild({ profile: { name: NASTY_NAME }, more: { tasks: NASTY_TASKS } })],
);

/** As if it had been too close to call; p95 of all requests with an interval above nothing. */
function opened(metric: MetricChange): MetricChange {
  if (metric.change === undefined || metric.why !== "") return metric;
  const low = metric.isDeciding && metric.metric === "p95" ? 0.01 : -0.1;
  return { ...metric, verdict: "inconclusive", change: { value: 0.05, low, high: 0.2 } };
}

describe("in the terminal", () => {
  test.each([60, 80, 140])("the answer comes first and no line is wider than %i cells", (width) => {
    for (const comparison of [FAIL, OPEN, NASTY]) {
      const lines = renderComparisonTerminal(comparison, { width, colour: false }).split("\n");
      expect(lines[0]).toMatch(/^(✗ FAIL|◐ INCONCLUSIVE) {2}/);
      expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
    }
  });

  test("each figure stands before and after, with its change, interval and verdict", () => {
    const text = renderComparisonTerminal(FAIL, { width: 120, colour: false });
    expect(text).toMatch(/✗ fail +all requests +p95 +\d+ ms +\d+ ms +\+15 % +\+[\d.]+…\+\d+ % +\+\d+ %/);
    expect(text).toContain("one pair of the same schedule and requests");
    expect(text).toContain("2 % from run to run is supposed");
  });

  test("every open figure has its reason, those of the same one together", () => {
    const passing = compareSamples([BASE], [sampleBuild({ seed: 2 })]);
    const open = {
      ...passing,
      profiles: passing.profiles.map((one) => ({ ...one, metrics: one.metrics.map(opened) })),
    };
    const text = renderComparisonTerminal(open, { width: 400, colour: false });
    expect(text).toMatch(/◐ p50 of single_embed, p95 of single_embed, .*: 10 % more is not ruled out\.\n/);
    expect(text).toMatch(/errors of single_embed, .*errors of all requests: 0\.5 pt more is not ruled out\.\n/);
    expect(text).toMatch(/◐ p95 of all requests: it looks worse, but that is not sure enough\.\n/);
    expect(comparisonDataOf(open).notes.join("\n")).toContain("p95 of all requests: it looks worse");
    expect(renderComparisonMarkdown(open)).toContain("| 10 % more is not ruled out. |");
  });

  test("what would settle it comes last, and only when it is not settled", () => {
    expect(renderComparisonTerminal(OPEN, { width: 80, colour: false })).toMatch(/Next\n {2}· /);
    expect(renderComparisonTerminal(FAIL, { width: 80, colour: false })).not.toContain("Next\n");
  });

  test("one line when that is all that is wanted", () => {
    expect(renderComparisonLine(FAIL, false)).toMatch(/^✗ FAIL {2}NEW is slower: [^\n]*\n$/);
  });
});

test("the document holds every figure in full, and null where there is none", () => {
  const document = JSON.parse(renderComparisonJson(FAIL));
  expect(document).toMatchObject({
    schema: "plimsoll.comparison/1",
    verdict: "fail",
    exitCode: 1,
    maxRegressionRatio: 0.1,
    isPointsOnly: false,
    base: { name: "old", runs: [{ id: "sample-0001", seed: 1 }] },
    capacity: null,
    profiles: [{ name: "steady", isPaired: true, baseRunCount: 1 }],
  });
  const [profile] = document.profiles;
  expect(profile.distributions).toBeUndefined();
  expect(profile.seconds).toBeUndefined();
  expect(profile.metrics.at(-3)).toMatchObject({ task: "Aggregated", metric: "p95", unit: "ms", isDeciding: true });
  expect(profile.metrics.at(-3).change.low).toBeGreaterThan(0.05);
  const rare = profile.metrics.find(
    (one: { metric: string; task: string }) => one.task === "health" && one.metric === "p99",
  );
  expect(rare.pValue).toBeNull();
});

test("the page gets the table and both curves of each task", () => {
  const data = comparisonDataOf(FAIL);
  expect(data).toMatchObject({ verdict: "fail", baseName: "old", newName: "new" });
  expect(data.metrics).toHaveLength(FAIL.profiles[0]!.metrics.length);
  expect(data.curves.map(({ task }) => task)).toEqual(["single_embed", "batch_embed", "health", "Aggregated"]);
  const whole = data.curves.at(-1)!;
  expect(whole.new.valuesMs[12]! / whole.base.valuesMs[12]!).toBeCloseTo(1.15, 1);
});

test("the page gets both courses over time, on bins of one length", () => {
  const [both, ...others] = comparisonDataOf(FAIL).courses;
  expect(others).toEqual([]);
  expect(both).toMatchObject({ profile: "steady", binMs: 1000, judgedFromMs: FAIL.profiles[0]!.fromMs });
  expect(both!.base.p95.slice(0, 60)).toEqual(
    BASE.profiles[0]!.series.slice(0, 60).map(({ p95 = 0 }) => roundForChart(p95)),
  );
  expect(mean(both!.new.p95) / mean(both!.base.p95)).toBeCloseTo(1.15, 1);
  expect(mean(both!.base.completedPerSec.slice(0, 60))).toBeCloseTo(40, -1);
  const long = compareSamples([BASE], [sampleBuild({ profile: { durationMs: 900_000 } })]);
  const [uneven] = comparisonDataOf(long).courses;
  expect(uneven).toMatchObject({ binMs: 2000 });
  expect(uneven!.base.p95.length).toBeLessThan(uneven!.new.p95.length);
});

test("several runs of a side are one course: p95 of all their requests, the mean of their rates", () => {
  const again = sampleBuild({ seed: 2, slowdown: 4 });
  const several = comparisonDataOf(compareSamples([BASE], [BASE, again])).courses[0]!;
  const [one, other] = [BASE, again].map((run) => run.profiles[0]!.series[30]!);
  expect(several.new.completedPerSec[30]).toBeCloseTo((one!.completed + other!.completed) / 2, 1);
  expect(several.new.p95[30]).toBeGreaterThan(one!.p95!);
  expect(several.new.p95[30]).toBeLessThan(other!.p95!);
});

test("the page gets the rise of errors where none failed before, which no ratio can tell", () => {
  const failing = comparisonDataOf(compareSamples([BASE], [sampleBuild({ failing: 0.03 })]));
  const errors = failing.metrics.find(({ task, metric }) => task === "Aggregated" && metric === "errors");
  expect(errors).toMatchObject({ base: 0, changeRatio: undefined, verdict: "fail" });
  expect(errors?.rise?.value).toBeCloseTo(errors?.new ?? 0, 9);
  expect(errors?.rise?.low).toBeGreaterThan(0);
  expect(errors?.rise?.smallestSeen).toBeGreaterThan(0);
  expect(failing.metrics.find(({ metric }) => metric === "p95")).not.toHaveProperty("rise");
});

test("the page gets what cannot be told and why, and what would settle it", () => {
  expect(comparisonDataOf(FAIL).advice).toEqual([]);
  expect(comparisonDataOf(OPEN).advice).toEqual(OPEN.advice);
  expect(comparisonDataOf(FAIL).notes).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/p99 of health: \d+ requests are too few/),
      expect.stringMatching(/^one pair of the same schedule/),
    ]),
  );
});

test("stored runs of the same seed share their schedule with the new one, those of others do not", () => {
  const told = (seed: number): string => {
    const { profiles } = compareSamples([sampleBuild(), sampleBuild({ seed })], [sampleBuild()]);
    return runsText(profiles[0]!);
  };
  expect(told(1)).toMatch(
    /^one run of NEW against 2 runs of BASE, of the same schedule .*: what they share cancels out$/,
  );
  expect(told(2)).toBe("one run of NEW against 2 runs of BASE, not of the same schedule");
});

test("the page gets the capacities of two searches, with their intervals", () => {
  const capacities = {
    by: "users",
    base: { value: 80, low: 76, high: 84 },
    next: { value: 50, low: 47, high: 53 },
  } as const;
  const { capacity, metrics, verdict } = comparisonDataOf(compareSamples([], [], { profiles: [], capacities }));
  expect(capacity).toMatchObject({ ...capacities, changeRatio: -0.375, verdict: "fail" });
  expect([metrics, verdict]).toEqual([[], "fail"]);
});

test("names from files act nowhere", () => {
  const markdown = renderComparisonMarkdown(NASTY);
  expect(markdown).not.toContain("<script>");
  expect(markdown).not.toContain("\u202e");
  expect(renderComparisonAnnotation(NASTY)).not.toMatch(/\u202e|\n./);
  expect(renderComparisonTerminal(NASTY, { width: 100, colour: false })).not.toContain("\u202e");
});

test("the summary for GitHub begins with the verdict", () => {
  expect(renderComparisonMarkdown(FAIL)).toMatch(/^## ⦵ ✗ FAIL: new against old\n\n\*\*NEW is slower: /);
  expect(renderComparisonAnnotation(FAIL)).toMatch(/^::error title=Plimsoll ✗ FAIL%3A new against old::NEW is slower/);
});

function mean(values: readonly (number | null)[]): number {
  const known = values.flatMap((value) => value ?? []);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
