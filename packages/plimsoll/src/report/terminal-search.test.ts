import { describe, expect, test } from "vitest";
import { type CapacityReport, capacityReport } from "../analysis/capacity/capacity-report.ts";
import { askedSearch, finishedSearch, stationAnswer, statsOf } from "../analysis/capacity/imagined-search.ts";
import type { Scalability } from "../analysis/scalability-verdict.ts";
import type { JournalRecord } from "../records/record.ts";
import { judgeSearch } from "../verdict/judge-search.ts";
import { capacityDataOf } from "./capacity-data.ts";
import { capacityEntry } from "./capacity-json.ts";
import { displayWidth } from "./display-width.ts";
import { renderJunit } from "./junit.ts";
import { loadLine } from "./load-axis.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderLevelsCsv, renderStepsCsv } from "./search-csv.ts";
import { searchBlocks } from "./search-markdown.ts";
import { renderSummaryJson } from "./summary-json.ts";
import { summarySchema } from "./summary-schema.ts";
import { scalabilityText } from "./terminal-search.ts";
import { renderSearchLine, renderSearchScreen } from "./terminal-search-live.ts";
import { renderTerminalSummary } from "./terminal-summary.ts";

const RECORDS = finishedSearch({
  asked: askedSearch({
    budgetMs: 240_000,
    isOverloadTested: true,
    levels: [1, 1000],
    slos: [
      {
        expr: "a_task_with_quite_a_long_name p95 < 500ms",
        task: "a_task_with_quite_a_long_name",
        allowedRatio: 0.05,
        limitMs: 500,
      },
      { expr: "errors<1%", allowedRatio: 0.01 },
    ],
  }),
  seed: 15,
  limitsMs: [500],
  tasks: [{ name: "a_task_with_quite_a_long_name", method: "GET", path: "/", share: 1 }],
  target: (step) => (step.kind === "open" ? stationAnswer(8, 100) : () => ({ serviceMs: 1000 / 9 })),
  generator: (step) => (step.name.startsWith("step 3:") ? { loopDelayP99Ms: 400, loopDelayMaxMs: 900 } : {}),
});
const STATS = statsOf(RECORDS);
const REPORT = capacityReport(STATS)!;
const MODEL = { stats: STATS, capacity: REPORT, judgement: judgeSearch(STATS, REPORT) };

/** The screen at the moment when this many records are known. */
function screenAt(count: number, size: { width: number; height: number }): readonly string[] {
  const stats = statsOf(RECORDS.slice(0, count));
  const report = capacityReport(stats)!;
  return renderSearchScreen({ stats, report, nowMs: stats.end.atMs }, { ...size, colour: false });
}

const phases = (records: readonly JournalRecord[]) => records.flatMap(({ k }, at) => (k === "step" ? [at] : []));

describe("the screen of a search", () => {
  const moments = phases(RECORDS).map((at) => at + 4);
  const some = moments.filter((_, at) => at % 4 === 0 || at > moments.length - 4);

  test.each([
    [60, 12],
    [80, 24],
    [140, 50],
  ])("at %d × %d no line is too wide and none too many, whatever is going on", (width, height) => {
    for (const count of some) {
      const lines = screenAt(count, { width, height });
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test("tells what is asked, the answer so far, the time left and what comes then", () => {
    const shown = screenAt(moments[14]!, { width: 120, height: 40 }).join("\n");
    expect(shown).toMatch(/How many requests a second http:\/\/127\.0\.0\.1:8000 holds within a_task/);
    expect(shown).toMatch(/so far: [\d.]+\/s, between [\d.]+\/s and [\d.]+\/s/);
    expect(shown).toMatch(/[\d.]+\/s ·+━*●━*·* [\d.]+\/s/);
    expect(shown).toMatch(
      /About .* left; then what lies beyond it \(about .*\), 2 rows by number of users \(about .*\)\./,
    );
    expect(shown).toContain("◐ not counted");
  });

  test.each([
    [80, 24, 5],
    [140, 50, 9],
  ])("at %d × %d has the curve, the interval, the time left and the steps at once", (width, height, rows) => {
    const lines = screenAt(moments[14]!, { width, height });
    const atOf = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const allowedAt = atOf(/┄ 5 % allowed$/);
    expect(lines[allowedAt - (rows - 1) / 2]).toMatch(/✗.* 100 % bad$/);
    expect(lines.slice(allowedAt).join("\n")).toMatch(/✓.*\n +[\d.]+\/s ·*━*●━*·* [\d.]+\/s\n/);
    expect(atOf(/\/s ·*━+●━*·* /)).toBe(allowedAt + (rows + 1) / 2);
    expect(atOf(/^ {2}About .* left; then/)).toBe(allowedAt + (rows + 3) / 2);
    expect(
      lines.filter((line) => /^ {2}[✓✗◐] (holds|over|ended early|not counted) /.test(line)).length,
    ).toBeGreaterThan(2);
  });

  test("gives the curve up where there is no room for it, and once the search has its answer", () => {
    expect(screenAt(moments[14]!, { width: 80, height: 16 }).join("\n")).not.toContain("┄");
    const told = screenAt(phases(RECORDS).at(-1)! + 4, { width: 140, height: 50 }).join("\n");
    expect(told).toContain("●");
    expect(told).not.toContain("┄");
  });

  test("tells what to expect as soon as it is known where the search begins", () => {
    const shown = screenAt(moments[3]!, { width: 120, height: 40 }).join("\n");
    expect(shown).toMatch(
      /Beginning at .*\/s\. If the limit lies about .*\/s, expect some .* and an interval of about ± \d+ %\./,
    );
  });

  test("warns of a limit that the unloaded target nearly reaches from the first step on", () => {
    const lines = (illConditioned: readonly string[]) =>
      renderSearchScreen(
        { stats: STATS, report: { ...REPORT, illConditioned }, nowMs: 0 },
        { width: 80, height: 40, colour: false },
      );
    expect(lines([]).join("\n")).not.toContain("Even without load");
    const warned = lines(["p95<500ms"]);
    expect(warned.join(" ").replaceAll(/\s+/g, " ")).toContain(
      "◐ Even without load the target is close to the limit of p95<500ms: where it breaks can hardly be told.",
    );
    for (const line of warned) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  test("once found, tells what is still to come", () => {
    const begun = phases(RECORDS);
    const shown = (at: number): string => screenAt(at + 4, { width: 120, height: 40 }).join("\n");
    const beyond = begun.slice(-5).map((at) => /what lies beyond it \(about ([^)]*)\)/.exec(shown(at))?.[1]);
    // During the first overload: the second upon its base and that base again; then that alone; then nothing.
    expect(beyond).toEqual(["3 m 20 s", "30 s", undefined, undefined, undefined]);
    expect(shown(begun.at(-2)!)).toMatch(
      /found: .*\n.*●.*\n {2}Still to come: 1 row by number of users \(about .*\)\./,
    );
    expect(shown(begun.at(-1)!)).not.toContain("Still to come");
    expect(shown(begun.at(-1)!)).toContain("Users");
  });
});

describe("the lines of a search, where there is no terminal", () => {
  test("one for each phase that has ended, with what it says", () => {
    const lines = STATS.profiles.map((profile) => renderSearchLine(profile, REPORT));
    expect(lines[0]).toMatch(/^⦵ probe: 1 user · [\d.]+ req\/s · p50 .* · failed 0 %$/);
    expect(lines.filter((line) => line.includes("◐ not counted"))).toHaveLength(1);
    expect(lines.some((line) => /✗ over · limit [\d.]+\/s so far$/.test(line))).toBe(true);
  });
});

describe("the summary of a search", () => {
  test.each([80, 140])("at %d columns no line but the command is too wide", (width) => {
    const lines = renderTerminalSummary(MODEL, { width, colour: false }).split("\n");
    for (const line of lines.filter((text) => !text.startsWith("Again")))
      expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  test("has the answer first, then the table by users, then the steps", () => {
    const text = renderTerminalSummary(MODEL, { width: 100, colour: false });
    const order = ["Holds ", "\nUsers", "\nSteps", "\nFindings"].map((part) => text.indexOf(part));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    const flowing = text.replace(/\s+/g, " ");
    expect(flowing).toMatch(/At [\d.]+\/s, 2\.00 times its capacity, it queues/);
    expect(flowing).toMatch(
      /It is as before [\d.]+ s after an overload of [\d.]+\/s; its queue alone needs [\d.ms ]+\./,
    );
  });
});

test("no output of a search tells of thresholds, profiles or a suite of a run", () => {
  for (const text of [renderTerminalSummary(MODEL, { width: 100, colour: false }), renderMarkdown(MODEL)])
    expect(text).not.toMatch(/threshold|profile/i);
  expect(renderJunit(MODEL)).toMatch(
    /<testsuite name="find" tests="1" [\s\S]*classname="plimsoll\.find" name="verdict"/,
  );
  expect(renderJunit(MODEL).match(/<testsuite /g)).toHaveLength(1);
});

describe("the load line", () => {
  const drawn = (load: number, low: number, high: number): string | undefined => {
    const steps = [10, 1000].map((at) => ({ ...REPORT.steps[0]!, load: at }));
    return loadLine({ ...REPORT, steps, estimate: { ...REPORT.estimate!, load, low, high, isBroken: true } }, 20);
  };

  test("runs from the least to the greatest load tried, the capacity at its place in between", () => {
    expect(drawn(100, 50, 200)).toBe("10.0/s ······━━━━●━━━······ 1\u202f000/s");
  });

  test("reaches as far as the interval does, and has no end where that has none", () => {
    expect(drawn(100, 5, 2_000)).toMatch(/^5\.00\/s ━{10}●━{9} 2.000\/s$/);
  });

  test("is not drawn before anything broke", () => {
    const estimate = { ...REPORT.estimate!, isBroken: false };
    expect(loadLine({ ...REPORT, estimate }, 20)).toBeUndefined();
  });
});

describe("how throughput grows with the users", () => {
  const knee = { load: 42, low: 38, high: 46.4 };
  const peakLoad = { low: 47, high: 52.5 };
  const known: Scalability = { verdict: "saturates", fit: undefined, peakLoad, knee };
  const of = (more: Partial<Scalability>): CapacityReport => ({ ...REPORT, scalability: { ...known, ...more } });

  test.each([
    [{}, "Throughput has reached its ceiling; the bend is at about 42.0 users (38.0 to 46.4)."],
    [{ knee: undefined }, "Throughput has reached its ceiling."],
    [{ verdict: "retrograde" }, "Throughput peaks at 47.0 to 52.5 users and falls beyond."],
    [{ verdict: "peak-not-resolved" }, "Throughput falls with more users; where it peaks cannot be told."],
    [{ verdict: "no-ceiling-seen" }, "Throughput still grew at the greatest number of users."],
    [{ verdict: "inconclusive" }, undefined],
    [{ verdict: "retrograde", peakLoad: undefined }, undefined],
  ] as const)("is told in a sentence: %o", (more, expected) => {
    expect(scalabilityText(of(more))).toBe(expected);
  });

  test("without a table is not spoken of", () => {
    const none = { ...REPORT, scalability: undefined };
    expect([scalabilityText(none), capacityDataOf(none).scalability]).toEqual([undefined, undefined]);
    expect(capacityEntry(none).scalability).toBeNull();
  });

  test("the page and summary.json have of bend and peak what is well known, with its interval", () => {
    expect(capacityDataOf(of({ verdict: "retrograde" })).scalability).toMatchObject({ knee, peak: peakLoad });
    expect(capacityEntry(of({ verdict: "retrograde" })).scalability).toEqual({
      ...{ verdict: "retrograde", kneeUsers: 42, kneeInterval: { low: 38, high: 46.4 }, peakUsers: peakLoad },
    });
    // A fit has a peak also where throughput was not seen to fall: it is not told.
    expect(capacityDataOf(of({ knee: undefined })).scalability).toEqual({
      sentence: "Throughput has reached its ceiling.",
    });
    expect(capacityEntry(of({ knee: undefined })).scalability).toEqual({
      ...{ verdict: "saturates", kneeUsers: null, kneeInterval: null, peakUsers: null },
    });
  });
});

describe("the files of a search", () => {
  test("summary.json keeps to its schema, and has the fields that were promised", () => {
    const summary = summarySchema.parse(JSON.parse(renderSummaryJson(MODEL)));
    expect(summary.capacity).toMatchObject({
      by: "rate",
      confidence: 0.9,
      limitedBy: { slo: expect.stringContaining("p95"), task: "a_task_with_quite_a_long_name" },
      saturation: "queues",
      outcome: REPORT.result?.why,
    });
    expect(summary.capacity?.value).toBe(REPORT.estimate?.load);
    expect(summary.capacity?.steps).toHaveLength(REPORT.steps.length);
    expect(summary.capacity?.unfitSteps).toHaveLength(1);
    expect(summary.capacity?.levels.map(({ users }) => users)).toEqual([1, 1000]);
    const spike = REPORT.overloads[1]!.spike!;
    expect(spike.recovery.kind).toBe("recovered");
    expect(summary.capacity?.overloads.map(({ recovery }) => recovery)).toEqual([
      null,
      {
        kind: "recovered",
        afterMs: spike.recovery.kind === "recovered" && spike.recovery.afterMs,
        expectedDrainMs: spike.fluidDrainMs,
      },
    ]);
    const { verdict, before, after } = REPORT.hysteresis!;
    expect(summary.capacity?.hysteresis).toMatchObject({
      verdict,
      ratePerSec: spike.base,
      before: { p95: before.p95 },
      after: { p95: after.p95 },
    });
  });

  test("an end that was not found is null, and a search without a result is unfinished", () => {
    const open: CapacityReport = {
      ...REPORT,
      result: undefined,
      estimate: { ...REPORT.estimate!, high: Number.POSITIVE_INFINITY },
    };
    expect(capacityEntry(open)).toMatchObject({ high: null, outcome: "unfinished" });
    expect(capacityEntry({ ...open, isGivenUp: true }).outcome).toBe("given-up");
    expect(capacityEntry({ ...open, queuesAtLoad: 80 }).outcome).toBe("never-fails");
    expect(capacityEntry({ ...REPORT, hysteresis: undefined }).hysteresis).toBeNull();
    const notFound = { ...REPORT, result: { kind: "not-found", why: "holds-max-load" } } as const;
    expect(capacityEntry(notFound)).toMatchObject({ value: null, low: null, high: null, outcome: "holds-max-load" });
  });

  test("the page's curve crosses the allowed share at the capacity", () => {
    const { curve, value, steps } = capacityDataOf(REPORT);
    const nearest = curve.reduce((best, point) =>
      Math.abs(point.load - value!) < Math.abs(best.load - value!) ? point : best,
    );
    expect(nearest.badRatio).toBeCloseTo(0.05, 2);
    expect(steps.every(({ allowedRatio }) => allowedRatio === 0.05)).toBe(true);
  });

  test("the page has of a search that goes on steps, curve, interval and what is to come, as far as they are known", () => {
    const begun = phases(RECORDS);
    const [early, later, last] = [begun[4]!, begun[14]!, RECORDS.length].map((count) =>
      capacityDataOf(capacityReport(statsOf(RECORDS.slice(0, count)))!),
    );
    // Two probes and two steps, neither of which broke anything.
    expect(early).toMatchObject({ sentence: "Nothing has broken so far.", curve: [] });
    expect(early!.steps).toHaveLength(2);
    expect(early!.outlook).toMatch(/^Beginning at .* expect some .* interval of about ± \d+ %\.$/);

    const { value, low, high, curve, steps, outlook } = later!;
    expect(low).toBeLessThan(value!);
    expect(high).toBeGreaterThan(value!);
    expect(curve[0]!.badRatio).toBeLessThan(0.05);
    expect(curve.at(-1)!.badRatio).toBeGreaterThan(0.05);
    expect(steps.length).toBeGreaterThan(8);
    expect(outlook).toMatch(/^About .* left; then what lies beyond it \(about .*\), 2 rows by number of users/);

    expect(last).not.toHaveProperty("outlook");
    expect(last!.high! / last!.low!).toBeLessThan(high! / low!);
  });

  test("the time left passes while a step runs", () => {
    const begun = phases(RECORDS);
    const [before, at] = [begun[14]!, begun[15]!];
    const leftMs = (count: number): number => capacityReport(statsOf(RECORDS.slice(0, count)))!.remainingMs!;
    const seconds = RECORDS.slice(before, at).filter(({ k }) => k === "d").length;
    expect(seconds).toBeGreaterThan(10);
    expect(leftMs(before) - leftMs(before + 8)).toBeGreaterThan(4000);
    expect(leftMs(before) - leftMs(before + 8)).toBeLessThan(8000);
  });

  test("the tables for spreadsheets have a row a step and a row a level, and every promise its columns", () => {
    const [head, ...rows] = renderStepsCsv(REPORT).trimEnd().split(/\r?\n/);
    expect(head).toContain("counted: errors<1%,bad: errors<1%");
    expect(rows).toHaveLength(REPORT.steps.length);
    expect(renderLevelsCsv(REPORT).trimEnd().split(/\r?\n/)).toHaveLength(3);
  });

  test("the summary for CI has both tables", () => {
    const text = searchBlocks(REPORT).join("\n");
    expect(text).toContain("### Users");
    expect(text).toContain("### Steps of the search");
  });
});
