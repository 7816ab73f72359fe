import { describe, expect, test } from "vitest";
import type { CapacityEstimate } from "../analysis/capacity/capacity-estimate.ts";
import {
  type CapacityReport,
  capacityReport,
  type LevelRow,
  type OverloadRow,
} from "../analysis/capacity/capacity-report.ts";
import type { Hysteresis } from "../analysis/capacity/hysteresis.ts";
import { askedSearch, finishedSearch, stationAnswer, statsOf } from "../analysis/capacity/imagined-search.ts";
import type { TargetAnswer, TargetLack } from "../analysis/capacity/target-load.ts";
import type { ProfileSpike, RunStats } from "../analysis/run-stats.ts";
import type { PlannedSearch } from "../records/record.ts";
import { capacitySentence } from "./capacity-sentence.ts";
import { judgeLevel, judgeSearch } from "./judge-search.ts";
import type { Finding } from "./judgement.ts";
import { saturationOf } from "./search-findings.ts";

/** Eight servers of 100 ms: 72.2/s within 500 ms for 95 %. */
const STATS = statsOf(
  finishedSearch({
    asked: askedSearch({ startLoad: 40, budgetMs: 240_000 }),
    seed: 11,
    limitsMs: [500],
    target: () => stationAnswer(8, 100),
  }),
);
const REPORT = capacityReport(STATS)!;

const narrow: CapacityEstimate = {
  ...REPORT.estimate!,
  load: 72.2,
  low: 69.1,
  high: 75.3,
  halfWidth: 0.043,
  isBroken: true,
};
const wide: CapacityEstimate = { ...narrow, low: 55, high: 95, halfWidth: 0.27 };

function reportOf(more: Partial<CapacityReport> = {}, asked: Partial<PlannedSearch> = {}): CapacityReport {
  const base: CapacityReport = {
    ...REPORT,
    asked: { ...REPORT.asked, ...asked },
    estimate: narrow,
    result: { kind: "found", why: "precise", estimate: narrow },
    limitedBy: { slo: "p95<500ms", task: undefined },
    steps: REPORT.steps.map((row) => ({ ...row, isDegraded: false })),
  };
  return { ...base, ...more };
}

const judge = (more?: Partial<CapacityReport>, asked?: Partial<PlannedSearch>, stats: RunStats = STATS) =>
  judgeSearch(stats, reportOf(more, asked));

const overload = (more: Partial<OverloadRow>): OverloadRow => ({
  ...{ name: "overload", ratePerSec: 144.4, factor: 2, class: "queues", unsure: [], isFit: true },
  ...{ shedRatio: 0, timeoutRatio: 0, growthPerSec: 64, spike: undefined },
  ...{ requests: 1000, completedPerSec: 70, p50: 100, p95: 200, p99: 300, errorRatio: 0 },
  ...more,
});

const SPIKE: ProfileSpike = {
  ...{ fromMs: 55_000, toMs: 85_000, base: 43.3, peak: 144.4, peakInFlight: 2000, shedRatio: 0 },
  ...{ class: "queues", fluidDrainMs: undefined, recoveryErrorMs: 1000 },
  recovery: { kind: "recovered", afterMs: 0, bands: { medianMs: 100, inFlight: 8 } },
};

describe("the capacity", () => {
  test("is found when its interval is narrow: 0, and one sentence that anyone understands", () => {
    const { verdict, exitCode, because, reasons } = judge();
    expect([verdict, exitCode, reasons]).toEqual(["pass", 0, []]);
    expect(because).toBe("Holds 72.2 req/s (69.1–75.3, about 90 %) within p95<500ms.");
  });

  test("its sentence tells what lies beyond, and which promise breaks first on which task", () => {
    const slos = [...REPORT.asked.slos, { expr: "errors<1%", allowedRatio: 0.01 }];
    const { because } = judge(
      { overloads: [overload({})], limitedBy: { slo: "p95<500ms", task: "batch_embed" } },
      { slos },
    );
    expect(because).toBe(
      "Holds 72.2 req/s (69.1–75.3, about 90 %) within p95<500ms and errors<1%; beyond it, it queues; p95<500ms breaks first, on batch_embed.",
    );
  });

  test("by users it is whole users, with the throughput there", () => {
    const estimate = { ...narrow, load: 97.4, low: 93.6, high: 101.2 };
    const { because } = judge({ estimate, capacityPerSec: 78.5 }, { by: "users", thinkMs: 1000 });
    expect(because).toBe("Holds 97 users (93–101, about 90 %), 78.5 req/s, within p95<500ms.");
  });

  test("is not stated as held before the search has its answer", () => {
    const sentence = (more: Partial<CapacityReport>) => capacitySentence(reportOf({ result: undefined, ...more }));
    expect(sentence({})).toBe("So far it looks like 72.2 req/s (69.1–75.3, about 90 %).");
    expect(sentence({ estimate: { ...narrow, isBroken: false } })).toBe("Nothing has broken so far.");
    expect(sentence({ estimate: undefined })).toBe("Nothing has broken so far.");
    for (const more of [{ isGivenUp: true }, { queuesAtLoad: 40 }])
      expect(sentence({ estimate: undefined, ...more })).toBe("No capacity was found.");
  });

  test("with an interval wider than ± 10 % is inconclusive, and says how much longer would do", () => {
    const { verdict, exitCode, because } = judge({ estimate: wide });
    expect([verdict, exitCode]).toEqual(["inconclusive", 3]);
    expect(because).toMatch(
      /^The capacity looks like 72\.2 req\/s \(55\.0–95\.0, about 90 %\) within p95<500ms\. The interval is wider than ± 10 %: about \d+ m more would narrow it \(--budget\)\.$/,
    );
  });

  test("without an upper end is inconclusive", () => {
    expect(judge({ estimate: { ...narrow, high: Number.POSITIVE_INFINITY } }).exitCode).toBe(3);
  });

  test("an interval whose ends are no figures that anybody can use is told in words", () => {
    const { exitCode, because } = judge({ estimate: { ...narrow, low: 1e-20, high: 7.26e86, halfWidth: 100 } });
    expect([exitCode, because]).toEqual([
      3,
      expect.stringMatching(/^The capacity looks like \S+ req\/s \(how exactly cannot be told\) within /),
    ]);
  });

  test("is inconclusive while a promise was never put to the test: no data never passes", () => {
    const { fit: _, ...uncounted } = narrow.curves[0]!;
    const curves = [...narrow.curves, { ...uncounted, name: "rare p99<1s" }];
    const { verdict, because } = judge({ estimate: { ...narrow, curves } });
    expect(verdict).toBe("inconclusive");
    expect(because).toMatch(/^The capacity looks like .* But no request was counted for rare p99<1s\.$/);
  });
});

describe("no capacity", () => {
  const notFound = (
    why: "fails-at-start" | "holds-max-load" | "no-data" | "budget",
    asked: Partial<PlannedSearch> = {},
  ) => judge({ result: { kind: "not-found", why, highestHeldLoad: 60 }, estimate: undefined }, asked);

  test.each([
    ["fails-at-start", /^Already 40\.0\/s is too much for p95<500ms: .* Begin lower with --start, /],
    ["holds-max-load", /^Nothing broke up to 80\.0\/s, the most that was allowed: the capacity is higher\./],
    ["no-data", /^No request of the first step was counted/],
    ["budget", /^The budget of 4 m was over before anything broke\. The most it was seen to hold is 60\.0\/s\./],
  ] as const)("%s is inconclusive and says what to do", (why, expected) => {
    const { verdict, exitCode, because } = notFound(why, { maxLoad: 80 });
    expect([verdict, exitCode]).toEqual(["inconclusive", 3]);
    expect(because).toMatch(expected);
  });

  test("a budget that was over too soon says how much more time tries how much more", () => {
    const [step] = REPORT.steps.filter(({ phase }) => phase === "ramp");
    const steps = [{ ...step!, load: 60, elapsedMs: 10_000, drainMs: 1200 }];
    const result = { kind: "not-found", why: "budget", highestHeldLoad: 60 } as const;
    expect(judge({ result, estimate: undefined, steps }).because).toBe(
      "The budget of 4 m was over before anything broke. The most it was seen to hold is 60.0/s. Each 12 s more (--budget) tries 1.5 times as much, first 90.0/s. Or begin higher (--start).",
    );
    expect(judge({ result, estimate: undefined, steps: [] }).because).toMatch(
      / Give it more time \(--budget\)\. Or begin/,
    );
  });

  test("a budget that was over at the most that was allowed is not told to go beyond", () => {
    const steps = REPORT.steps.map((row) => ({ ...row, load: 30, elapsedMs: 6000, drainMs: 0 })).slice(0, 1);
    const result = { kind: "not-found", why: "budget", highestHeldLoad: 30 } as const;
    const options = { ...REPORT.options!, maxLoad: 40 };
    const { because } = judge({ result, estimate: undefined, steps, options }, { maxLoad: 40 });
    expect(because).toMatch(/ 6 s more \(--budget\) tries 40\.0\/s, the most that was allowed\.$/);
  });

  test("thresholds that it left out are told", () => {
    const leftOut = [{ expr: "drift < 10%", why: "only latency or errors can be searched for" }];
    expect(judge({}, { leftOut }).findings).toContainEqual(
      expect.objectContaining({
        code: "THRESHOLD_LEFT_OUT",
        message: "The search did not look at drift < 10%: only latency or errors can be searched for.",
      }),
    );
  });

  test("requests that only pile up ask for a promise about latency", () => {
    const { verdict, because } = judge({ result: undefined, queuesAtLoad: 120 });
    expect(verdict).toBe("inconclusive");
    expect(because).toBe(
      "At 120/s requests pile up, but none fails: a promise about errors alone has no limit here. Promise a latency too, such as --slo 'p95<1s'.",
    );
  });

  test("a search that was stopped says what it looked like until then", () => {
    const { because } = judge(
      { result: undefined },
      {},
      { ...STATS, end: { kind: "interrupted", atMs: 90_000, signal: "SIGINT" } },
    );
    expect(because).toBe(
      "The search was stopped at 1 m 30 s, before it had an answer. So far the capacity looks like 72.2/s.",
    );
  });

  test("one that goes on is not called stopped", () => {
    const stats: RunStats = { ...STATS, end: { kind: "interrupted", atMs: 90_000, signal: undefined } };
    const { because, reasons } = judgeSearch(stats, reportOf({ result: undefined }), { isLive: true });
    expect(because).toBe("The search goes on. So far the capacity looks like 72.2/s.");
    expect(reasons).toEqual([]);
  });

  test("an unfit generator gives up and blames itself", () => {
    const [row] = REPORT.steps;
    const unfit = [1, 2, 3, 4].map((at) => ({ ...row!, name: `step ${at}`, reasons: ["Requests left late."] }));
    const { verdict, because } = judge({ result: undefined, isGivenUp: true, unfit, steps: [] });
    expect(verdict).toBe("inconclusive");
    expect(because).toBe(
      "The search was given up, because the generator was not fit in 4 of 4 steps. Requests left late. So far the capacity looks like 72.2/s.",
    );
  });
});

describe("does it hold this load?", () => {
  const answered = (target: TargetAnswer, more: Partial<CapacityReport> = {}) =>
    judge({ result: { kind: "found", why: "target-settled", estimate: narrow, target }, ...more }, { targetLoad: 60 });
  const target = (verdict: "held" | "not-held", more: Partial<CapacityReport> = {}) => answered({ verdict }, more);
  const open = (lack: TargetLack, moreMinutes?: number, more: Partial<CapacityReport> = {}) =>
    answered(
      { verdict: "inconclusive", lack, leastMinutes: 2, ...(moreMinutes === undefined ? {} : { moreMinutes }) },
      more,
    );

  test("held: 0", () => {
    const { exitCode, because } = target("held");
    expect([exitCode, because]).toEqual([
      0,
      "Holds 60.0/s within p95<500ms. The capacity is 72.2/s (69.1/s to 75.3/s, about 90 %).",
    ]);
  });

  test("not held: 1", () => {
    const { verdict, exitCode, because } = target("not-held");
    expect([verdict, exitCode]).toEqual(["fail", 1]);
    expect(because).toMatch(/^Does not hold 60\.0\/s within p95<500ms\. The capacity is 72\.2\/s/);
  });

  test.each([
    ["astride", 6, "it lies within the interval of the capacity"],
    ["few-near", 1, "only 1 step beside the limit was run to its end, and 6 are needed"],
    ["few-near", 0, "no step beside the limit was run to its end, and 6 are needed"],
    [
      "few-at-load",
      2,
      "nothing clearly broke, but after the ramp only 2 steps at 60.0/s or more were run, and 6 are needed",
    ],
    [
      "unsure-at-load",
      3,
      "nothing clearly broke, but what 3 steps at 60.0/s or more came to is too close to what is allowed",
    ],
  ] as const)("not settled (%s): 3, with why and the time that would settle it", (kind, ran, why) => {
    const { exitCode, because } = open({ kind, ran, needed: 6 }, 7.4);
    expect([exitCode, because]).toEqual([
      3,
      `Whether it holds 60.0/s within p95<500ms cannot be told yet: ${why}. The capacity is 72.2/s (69.1/s to 75.3/s, about 90 %). About 7 m more would settle it (--budget).`,
    ]);
  });

  const astride: TargetLack = { kind: "astride", ran: 6, needed: 6 };
  test("where a working day would not settle it, it says what more time is good for", () => {
    const steps = REPORT.steps.map((row) => ({ ...row, elapsedMs: 30_000, drainMs: 0 })).slice(0, 4);
    const estimate = { ...narrow, halfWidth: 0.09 };
    expect(open(astride, undefined, { estimate, steps }).because).toMatch(
      / About 16 m more \(--budget\) makes the interval of the capacity ± 3 %, which settles it unless 60\.0\/s is as close to it as that\.$/,
    );
    expect(open(astride, undefined, { estimate: { ...narrow, halfWidth: 0.03 } }).because).toMatch(
      /: it lies within the interval of the capacity\. .* The two are too close for a search to tell them apart: ask for a little less\.$/,
    );
    expect(open(astride, undefined, { estimate: { ...narrow, halfWidth: 40 } }).because).toMatch(
      / Give it more time, 2 m at least \(--budget\)\.$/,
    );
  });

  test("a budget that was over before anything broke does not leave the load that was asked about unsaid", () => {
    const result = { kind: "not-found", why: "budget", highestHeldLoad: 40 } as const;
    const { exitCode, because } = judge({ result, estimate: undefined }, { targetLoad: 60 });
    expect(exitCode).toBe(3);
    expect(because).toMatch(
      /^Whether it holds 60\.0\/s within p95<500ms cannot be told yet\. The budget of 4 m was over before anything broke\. The most it was seen to hold is 40\.0\/s\. Each .* more \(--budget\) tries/,
    );
  });

  test("a generator that was late itself where things went wrong never becomes the target's failure", () => {
    const steps = REPORT.steps.map((row) => ({ ...row, isHeld: row.load < 72, isDegraded: row.load >= 72 }));
    const { verdict, exitCode, because } = target("not-held", { steps });
    expect([verdict, exitCode]).toEqual(["inconclusive", 3]);
    expect(because).toMatch(
      /^Whether it holds 60\.0\/s within p95<500ms cannot be told: it did not, but the generator was late itself in most/,
    );
    expect(target("held", { steps })).toMatchObject({ verdict: "pass", exitCode: 0 });
  });
});

describe("lateness of the generator", () => {
  const wrong = (badCount: number, isDegraded = true) => ({
    ...REPORT.steps[0]!,
    ...{ isHeld: false, isAborted: false, isDegraded, counts: [{ count: 1000, badCount }] },
  });
  const held = { ...REPORT.steps[0]!, isHeld: true, isDegraded: true };

  test.each([
    ["in steps that held", [held, held, held], []],
    ["in a single step that went wrong", [wrong(60), held, held], []],
    ["in steps that went clearly wrong, which it does not make", [wrong(240), wrong(118), held], []],
    ["in two that went wrong by little", [wrong(60), wrong(90), wrong(240, false), held], ["In 2 of the 3 steps"]],
  ])("%s", (_, steps, expected) => {
    expect(judge({ steps }).reasons).toEqual(expected.map((text) => expect.stringContaining(text)));
  });

  test("does not take a load that is clearly not held from the answer", () => {
    const result = { kind: "found", why: "budget", estimate: narrow, target: { verdict: "not-held" } } as const;
    const answer = (steps: CapacityReport["steps"]) => judge({ result, steps }, { targetLoad: 90 }).verdict;
    expect(answer([wrong(260, false), wrong(240), wrong(118), held])).toBe("fail");
    expect(answer([wrong(260, false), wrong(60), wrong(70), held])).toBe("inconclusive");
  });
});

describe("a row of the table", () => {
  const row = (more: Partial<LevelRow>): LevelRow => ({
    ...{ name: "10 users", users: 10, isFit: true, requests: 1000 },
    ...{ completedPerSec: 10, p50: 1, p95: 2, p99: 3, errorRatio: 0 },
    counts: [{ count: 1000, badCount: 10, low: 0.006, high: 0.016 }],
    ...more,
  });
  const share = (low: number, high: number, count = 1000) => ({ count, badCount: 1, low, high });

  test.each([
    ["passes when its share is surely within", {}, "pass"],
    ["fails when its share is surely beyond", { counts: [share(0.06, 0.09)] }, "fail"],
    ["is inconclusive when the limit lies within the interval", { counts: [share(0.04, 0.06)] }, "inconclusive"],
    ["is inconclusive without a request", { counts: [share(0, 0, 0)] }, "inconclusive"],
    ["is inconclusive when the generator was not fit", { counts: [share(0.06, 0.09)], isFit: false }, "inconclusive"],
  ] as const)("%s", (_, more, expected) => {
    expect(judgeLevel(row(more), REPORT)).toBe(expected);
  });

  test("needs every promise to pass, and one to fail", () => {
    const slos = [...REPORT.asked.slos, { expr: "errors<1%", allowedRatio: 0.01 }];
    const report = reportOf({}, { slos });
    const good = share(0, 0.005);
    expect(judgeLevel(row({ counts: [good, share(0.005, 0.015)] }), report)).toBe("inconclusive");
    expect(judgeLevel(row({ counts: [good, share(0.02, 0.03)] }), report)).toBe("fail");
    expect(judgeLevel(row({ counts: [good, good] }), report)).toBe("pass");
  });

  test("counts requests that resemble their neighbours for less than as many independent ones", () => {
    const one = REPORT.levels.find(({ users }) => users === 10)!;
    expect(one.counts[0]!.low).toBeGreaterThanOrEqual(0);
    expect(one.counts[0]!.high).toBeGreaterThan(one.counts[0]!.badCount / one.counts[0]!.count);
  });
});

describe("what lies beyond", () => {
  test("a collapse at either overload is what counts, else what the greater one shows", () => {
    expect(saturationOf([overload({ class: "collapses" }), overload({ class: "queues" })])).toBe("collapses");
    expect(saturationOf([overload({ class: "absorbs" }), overload({ class: "sheds" })])).toBe("sheds");
  });

  test("an unsure class, and one seen by an unfit generator, is none", () => {
    expect(saturationOf([overload({ unsure: ["growth"] })])).toBeUndefined();
    expect(saturationOf([overload({ isFit: false })])).toBeUndefined();
    const { findings } = judge({ overloads: [overload({ unsure: ["growth"] }), overload({ isFit: false })] });
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ["SATURATION_UNSURE", "What the target does at 144/s cannot be told for sure: whether its queue grows."],
      [
        "SATURATION_UNSURE",
        "What the target does at 144/s cannot be told for sure: the generator was not fit meanwhile.",
      ],
    ]);
  });

  test.each([
    ["queues", {}, "At 144/s, 2.00 times its capacity, it queues: 64.0 more requests wait with every second."],
    [
      "queues",
      { timesOutAfterMs: 75_000 },
      "At 144/s, 2.00 times its capacity, it queues: 64.0 more requests wait with every second; after some 1 m 15 s of it they would time out.",
    ],
    ["sheds", { shedRatio: 0.31 }, "At 144/s, 2.00 times its capacity, it sheds 31 % of the requests."],
    ["times-out", { timeoutRatio: 0.2 }, "At 144/s, 2.00 times its capacity, 20 % of the requests time out."],
    ["collapses", {}, "At 144/s, 2.00 times its capacity, it collapses: less than 80 % of what it can do gets done."],
    ["absorbs", {}, "At 144/s, 2.00 times its capacity, it still keeps up."],
  ] as const)("%s is told in words", (kind, more, expected) => {
    const { findings } = judge({ overloads: [overload({ class: kind, ...more })] });
    expect(findings.map(({ message }) => message)).toEqual([expected]);
  });

  test("an overload leads to its step, and there to the overload itself", () => {
    const { name, durationMs } = STATS.profiles[2]!;
    const span = ({ code, profile, fromMs, toMs }: Finding) => [code, profile, fromMs, toMs];
    const plain = judge({ overloads: [overload({ name })] });
    expect(plain.findings.map(span)).toEqual([["SATURATION", name, 0, durationMs]]);
    const spike = { ...SPIKE, recovery: recovered };
    const upon = judge({ overloads: [overload({ name, spike }), overload({ name: "lost", spike })] });
    expect(upon.findings.map(span)).toEqual([
      ["SATURATION", name, 55_000, 85_000],
      ["RECOVERY", name, 85_000, 137_500],
      ["SATURATION", undefined, undefined, undefined],
      ["RECOVERY", undefined, undefined, undefined],
    ]);
    const never = { ...SPIKE, recovery: notRecovered };
    const unsure = judge({ overloads: [overload({ name, spike: never }), overload({ name, spike, isFit: false })] });
    expect(unsure.findings.map(span)).toEqual([
      ["SATURATION", name, 55_000, 85_000],
      ["RECOVERY", name, 85_000, durationMs],
      ["SATURATION_UNSURE", name, 55_000, 85_000],
    ]);
  });

  test("a stall leads to the step that broke its promise at that load", () => {
    const [held, broken] = [REPORT.steps[0]!, { ...REPORT.steps[0]!, name: "step 9", isHeld: false }];
    const curves = narrow.curves.map((curve) => ({ ...curve, stalledLoads: [held.load] }));
    const { findings } = judge({ estimate: { ...narrow, curves }, steps: [{ ...held, isHeld: true }, broken] });
    expect(findings).toMatchObject([{ code: "STALLED_STEP", profile: "step 9", fromMs: 0, toMs: broken.elapsedMs }]);
  });

  const recovered = { kind: "recovered", afterMs: 52_500, bands: { medianMs: 100, inFlight: 8 } } as const;
  const notRecovered = { ...recovered, kind: "not-recovered", withinMs: 60_000 } as const;
  const unwatched = { kind: "inconclusive", why: "Not as before.", watchedMs: 78_000 } as const;
  const unjudged = { kind: "inconclusive", why: "Only 3 s held requests.", watchedMs: undefined } as const;

  test.each([
    [recovered, 49_800, "info", "It is as before 52.5 s after an overload of 144/s; its queue alone needs 49.8 s."],
    [recovered, undefined, "info", "It is as before 52.5 s after an overload of 144/s."],
    [
      recovered,
      20_000,
      "info",
      "It is as before 52.5 s after an overload of 144/s; its queue alone needs 20 s: something else holds it up, such as a cold cache, retries or pauses.",
    ],
    [
      recovered,
      150_000,
      "info",
      "It is as before 52.5 s after an overload of 144/s; its queue alone needs 2 m 30 s: sooner than that, so part of it was given up.",
    ],
    [notRecovered, undefined, "warning", "It is not as before within 1 m after an overload of 144/s."],
    [
      unwatched,
      49_800,
      "info",
      "It was not yet as before 1 m 18 s after an overload of 144/s, when the watching ended; its queue alone needs 49.8 s.",
    ],
    [
      unjudged,
      undefined,
      "info",
      "When it is as before after an overload of 144/s cannot be told: only 3 s held requests.",
    ],
  ] as const)("its recovery is told in words: %o", (recovery, fluidDrainMs, level, expected) => {
    const { findings } = judge({ overloads: [overload({ spike: { ...SPIKE, recovery, fluidDrainMs } })] });
    expect(findings.map((found) => [found.level, found.message]).slice(1)).toEqual([[level, expected]]);
    expect(findings[1]?.code).toBe(recovery.kind === "inconclusive" ? "RECOVERY_UNSURE" : "RECOVERY");
  });

  test("of an overload during which the generator was not fit no recovery is told", () => {
    const spike = { ...SPIKE, recovery: notRecovered };
    const { findings } = judge({ overloads: [overload({ spike, isFit: false })] });
    expect(findings.map(({ code }) => code)).toEqual(["SATURATION_UNSURE"]);
  });

  const figures = (p95: number, errorRatio = 0) => ({
    ...{ requests: 1000, completedPerSec: 43.3, p50: p95 / 4, p95, p99: 2 * p95, errorRatio },
  });
  const change = { value: 0.02, low: -0.04, high: 0.25 };
  const asBefore: Hysteresis = {
    ...{ ratePerSec: 43.3, verdict: "as-before", by: "p95", change, lack: undefined },
    ...{ before: figures(305), after: figures(312) },
  };

  test.each([
    [{}, "info", "After the overload it carries 43.3/s as before: p95 is 312 ms, before it 305 ms."],
    [
      { verdict: "worse", after: figures(410) },
      "warning",
      "After the overload p95 at 43.3/s is 410 ms, before it 305 ms: it has not come back.",
    ],
    [
      { verdict: "worse", by: "p50", after: figures(410) },
      "warning",
      "After the overload p50 at 43.3/s is 103 ms, before it 76.3 ms: it has not come back.",
    ],
    [
      { verdict: "worse", by: "errors", after: figures(300, 0.031) },
      "warning",
      "After the overload 3.1 % of the requests at 43.3/s fail, before it 0 %: it has not come back.",
    ],
    [
      { verdict: "worse", by: "piled-up" },
      "warning",
      "After the overload requests pile up at 43.3/s, which it carried before: it has not come back.",
    ],
    [
      { verdict: "inconclusive" },
      "info",
      "Whether it carries 43.3/s after the overload as before cannot be told: p95 is 312 ms, before it 305 ms (−4 % to +25 %).",
    ],
    [
      { verdict: "inconclusive", change: undefined, lack: "The generator was not fit meanwhile." },
      "info",
      "Whether it carries 43.3/s after the overload as before cannot be told: the generator was not fit meanwhile.",
    ],
  ] as const)("whether it left its mark is told in words: %o", (more, level, expected) => {
    const { findings } = judge({ hysteresis: { ...asBefore, ...more } });
    expect(findings.map((found) => [found.level, found.message])).toEqual([[level, expected]]);
    expect(findings[0]?.code).toBe(
      level === "info" && expected.startsWith("Whether") ? "HYSTERESIS_UNSURE" : "HYSTERESIS",
    );
  });

  const leftOut = (more: Partial<CapacityReport>, asked: Partial<PlannedSearch>) =>
    judge({ capacityPerSec: 72.2, ...more }, { isOverloadTested: true, ...asked }).findings.map(
      ({ code, message }) => `${code} ${message}`,
    );

  test.each([
    [
      "an overload whose queue would need too many connections",
      {},
      { maxConnections: 20 },
      "OVERLOAD_LEFT_OUT What it does at 1.3 times its capacity was not looked at: its queue would take more than half of the 20 connections (maxConnections, `ulimit -n`).",
    ],
    [
      "one whose queue would be more than the users that are allowed",
      {},
      { by: "users", maxLoad: 120 },
      "OVERLOAD_LEFT_OUT What it does at 1.3 times its capacity was not looked at: its queue would take more than half of the 120 users that are allowed (--max-users).",
    ],
    [
      "the second, where only the first is within the greatest rate",
      { overloads: [overload({ class: undefined, unsure: ["growth"] })] },
      { maxLoad: 100 },
      "OVERLOAD_LEFT_OUT What it does at 2 times its capacity was not looked at: 144/s is more than the 100/s that are allowed (--max-rate).",
    ],
    [
      "rows of users who could ask for more than the greatest rate",
      { barredLevels: [10, 100] },
      { maxLoad: 75, isOverloadTested: false },
      "LEVELS_LEFT_OUT The table has no row for 10, 100 users: they could ask for more than 75.0/s (--max-rate).",
    ],
    [
      "rows of more users than are allowed",
      { barredLevels: [1000] },
      { by: "users", maxLoad: 500, isOverloadTested: false },
      "LEVELS_LEFT_OUT The table has no row for 1\u202f000 users: only 500 users are allowed (--max-users).",
    ],
  ] as const)("%s is told to be left out", (_, more, asked, expected) => {
    expect(leftOut(more, asked).at(-1)).toBe(expected);
  });

  test("a table that the generator spoilt is told to be left out", () => {
    const told =
      "LEVELS_LEFT_OUT The table by number of users was left out: the generator was not fit in too many steps";
    expect(leftOut({ isGivenUp: true, levels: [] }, {}).join()).toContain(told);
    expect(leftOut({ isGivenUp: true, levels: [] }, { levels: [] }).join()).not.toContain("LEVELS_LEFT_OUT");
  });

  test("nothing is told to be left out that was not asked for, or was run", () => {
    expect(leftOut({}, { isOverloadTested: false, maxLoad: 80 })).toEqual([]);
    const both = [overload({}), overload({})];
    expect(leftOut({ overloads: both }, { maxLoad: 80 }).join()).not.toContain("LEFT_OUT");
  });
});

describe("what makes the answer doubtful is said beside it", () => {
  test("steps that did not count, a late generator, a limit near the unloaded latency, an end after the answer", () => {
    const [row] = REPORT.steps;
    const unfit = [{ ...row!, reasons: ["Requests left late."] }];
    const isHeldIn = [true, false, false];
    const steps = REPORT.steps.slice(0, 3).map((step, at) => ({
      ...step,
      isDegraded: true,
      isHeld: isHeldIn[at]!,
      counts: [{ count: 1000, badCount: 60 }],
    }));
    const { verdict, because, reasons } = judge(
      { unfit, steps, illConditioned: ["p95<500ms"] },
      {},
      { ...STATS, end: { kind: "interrupted", atMs: 300_000, signal: "SIGINT" } },
    );
    expect(verdict).toBe("inconclusive");
    expect(because).toMatch(
      /^It was stopped at 5 m, after its answer: what comes after that is not whole\. Holds 72\.2 req\/s/,
    );
    expect(reasons).toEqual([
      "1 of 4 steps did not count, because the generator was not fit meanwhile: requests left late.",
      "In 2 of the 2 steps that went wrong the generator was late itself, which counts against the target: it may hold more.",
      "Even without load the target is close to the limit of p95<500ms: where it breaks can hardly be told.",
    ]);
  });
});

test("books that do not balance take the verdict from a search, too, and are told before its answer", () => {
  const imbalances = ["sent is not what ended.", "Neither is what was planned."];
  const { verdict, because, reasons } = judge({}, {}, { ...STATS, imbalances });
  expect(verdict).toBe("inconclusive");
  expect(because).toMatch(/^The books do not balance: sent is not what ended\. Holds 72\.2 req\/s/);
  expect(reasons).toEqual(["The books do not balance: Neither is what was planned."]);
});
