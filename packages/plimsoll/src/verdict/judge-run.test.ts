import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { earlyAbortEvent } from "../analysis/early-abort.ts";
import { type SampleOptions, sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { type SampleAnswer, type SampleProfile, type SampleRequest, sampleLatencyMs } from "../analysis/sample-load.ts";
import type { Threshold } from "../spec/spec.ts";
import { judgeRun } from "./judge-run.ts";
import type { Judgement } from "./judgement.ts";
import { sampleThreshold } from "./threshold-sample.ts";

const P95: Threshold["metric"] = { kind: "quantile", ratio: 0.95 };

function statsOf(options: SampleOptions): RunStats {
  return runFold.done(sampleJournal(options).reduce(runFold.step, runFold.init()));
}

/** One steady open-loop profile, 40/s for 60 s, unless said otherwise. */
function judge(
  thresholds: readonly Threshold[],
  profile: Partial<SampleProfile> = {},
  more: SampleOptions = {},
): Judgement {
  const profiles = [{ name: "steady", ratePerSec: 40, durationMs: 60_000, ...profile }];
  return judgeRun(statsOf({ profiles, ...more }), thresholds);
}

/** Fast, but this share of the requests, evenly drawn, is slow or fails. */
function badShare(share: number, bad: SampleAnswer) {
  return ({ random }: SampleRequest): SampleAnswer =>
    random.nextRatio() < share ? bad : { serviceMs: sampleLatencyMs(random, 80) };
}

const SLOW: SampleAnswer = { serviceMs: 900 };
const BROKEN: SampleAnswer = { serviceMs: 3, failure: { kind: "http-5xx", message: "HTTP 500" } };
const HANGS: SampleAnswer = { serviceMs: 1e9 };

describe("a latency threshold", () => {
  test("holds when the share over it is surely within 1 − XX", () => {
    const { verdict, exitCode, thresholds } = judge([sampleThreshold(P95, 500)], { answer: badShare(0.03, SLOW) });
    expect([verdict, exitCode]).toEqual(["pass", 0]);
    expect(thresholds[0]).toMatchObject({ profile: "steady", task: "Aggregated", limit: 500, unit: "ms" });
    expect(thresholds[0]?.observed).toMatchObject({ fromMs: 6000, toMs: 60_000 });
    expect(thresholds[0]?.observed?.value).toBeLessThan(200);
    expect(thresholds[0]?.why).toMatch(
      /of 2\s\d{3} requests \(\d.*%\) took longer than 500 ms or failed; 5 % allowed\./,
    );
  });

  test.each([
    ["slow", SLOW],
    ["failed, however quickly", BROKEN],
    ["never answered", HANGS],
  ])("fails when too many are %s", (_, bad) => {
    const { verdict, exitCode, because } = judge([sampleThreshold(P95, 500)], { answer: badShare(0.1, bad) });
    expect([verdict, exitCode]).toEqual(["fail", 1]);
    expect(because).toMatch(/^quantile < 500 does not hold in steady: /);
  });

  test("is inconclusive with the limit within the interval, unless judged by the point", () => {
    const answer = badShare(0.05, SLOW);
    expect(judge([sampleThreshold(P95, 500)], { answer }).verdict).toBe("inconclusive");
    expect(judge([sampleThreshold(P95, 500)], { answer }).exitCode).toBe(3);
    expect(judge([sampleThreshold(P95, 500, { strict: "point" })], { answer }).verdict).not.toBe("inconclusive");
  });

  test("is inconclusive with fewer requests than the percentile needs, and says how many", () => {
    const { verdict, thresholds } = judge([sampleThreshold(P95, 500)], { ratePerSec: 1, durationMs: 20_000 });
    expect(verdict).toBe("inconclusive");
    expect(thresholds[0]?.why).toMatch(/too few requests for p95, which needs 59/);
  });

  test("fails with few requests when nearly all are over", () => {
    expect(judge([sampleThreshold(P95, 500)], { ratePerSec: 1, durationMs: 20_000, answer: () => SLOW }).verdict).toBe(
      "fail",
    );
  });

  test("passes with 59 good requests out of 59, and not with 58", () => {
    const passes = [59, 58].map((n) => {
      const stats = statsOf({ profiles: [{ name: "p", ratePerSec: 10, durationMs: 20_000 }] });
      const slots = [
        { due: 1, completed: n, failed: 0, response: [[500, n] as const], failedResponse: [], censored: [], over: [0] },
      ];
      return judgeRun(withSlots(stats, slots), [sampleThreshold(P95, 500)]).verdict;
    });
    expect(passes).toEqual(["pass", "inconclusive"]);
  });

  test("counts a limit known at the start exactly, a later one from the histogram", () => {
    const answer = (): SampleAnswer => ({ serviceMs: 499.9 });
    expect(judge([sampleThreshold(P95, 500)], { answer, sendLagMs: 0 }).verdict).toBe("pass");
    expect(judge([sampleThreshold(P95, 490)], { answer, sendLagMs: 0 }).verdict).toBe("fail");
    const observed = judge([sampleThreshold(P95, 500)], { answer, sendLagMs: 0 }).thresholds[0]?.observed?.value;
    expect(observed).toBeLessThanOrEqual(500);
  });

  test("leaves out the warm-up", () => {
    const answer = ({ dueMs, random }: SampleRequest): SampleAnswer => ({
      serviceMs: dueMs < 15_000 ? 900 : sampleLatencyMs(random, 80),
    });
    expect(judge([sampleThreshold(P95, 500)], { answer }).verdict).toBe("pass");
    expect(judge([sampleThreshold(P95, 500)], { answer, warmupMs: 0 }).verdict).toBe("fail");
  });

  test("a quantile among the failed is told as beyond the limit, never as a time that would hold", () => {
    const [judged] = judge([sampleThreshold(P95, 500)], { answer: badShare(0.3, BROKEN) }).thresholds;
    expect(judged?.why).toMatch(
      /\(\d+ failed or unanswered, none too slow\); 5 % allowed\. p95 lies among the failures: /,
    );
    expect(judged?.observed).toMatchObject({ value: 500, high: undefined, isBeyond: true });
    expect(judged?.observed?.failedRatio).toBeCloseTo(0.3, 1);
  });

  const STALLED = ({ dueMs, random }: SampleRequest): SampleAnswer => ({
    serviceMs: dueMs % 12_000 > 11_400 ? 1500 + 500 * random.nextRatio() : sampleLatencyMs(random, 80),
  });
  test.each([
    ["evenly slow", badShare(0.05, SLOW)],
    ["a stall now and then", STALLED],
    ["some failed", badShare(0.03, BROKEN)],
    ["most slow", badShare(0.4, SLOW)],
  ])("the interval shown is the one that the verdict rests on, at every limit: %s", (_, answer) => {
    const limits = [60, 80, 100, 130, 180, 300, 500, 850, 950, 1400, 1600, 2100];
    const { thresholds } = judge(
      limits.map((limit) => sampleThreshold(P95, limit)),
      { answer },
    );
    const seen = new Set(thresholds.map(({ verdict }) => verdict));
    expect(seen.size).toBeGreaterThan(1);
    for (const { verdict, limit, observed } of thresholds) {
      const { low = 0, high = Number.POSITIVE_INFINITY } = observed ?? {};
      expect([limit, limit < low ? "fail" : limit > high ? "pass" : "astride"]).toEqual([
        limit,
        verdict === "inconclusive" ? "astride" : expect.stringMatching(`^(${verdict}|astride)$`),
      ]);
      if (verdict === "fail") expect(low).toBeGreaterThanOrEqual(limit);
      if (verdict === "pass") expect(high).toBeLessThanOrEqual(limit);
    }
  });

  test("with too few requests for a percentile its interval has no upper end", () => {
    const [judged] = judge([sampleThreshold(P95, 500)], { ratePerSec: 2.9, durationMs: 20_000 }).thresholds;
    expect(judged?.verdict).toBe("inconclusive");
    expect(judged?.observed?.n).toBeGreaterThan(51);
    expect(judged?.observed).toMatchObject({ low: expect.any(Number), high: undefined });
  });

  test("says when failures decide what slow answers alone would not", () => {
    const both = ({ random }: SampleRequest): SampleAnswer => {
      const draw = random.nextRatio();
      return draw < 0.04 ? BROKEN : draw < 0.08 ? SLOW : { serviceMs: 40 };
    };
    const { thresholds, because } = judge([sampleThreshold(P95, 500)], { answer: both });
    expect(because).toContain("The failures decide it: a failed request counts as slower than any answer");
    expect(thresholds[0]?.observed).toMatchObject({ failedRatio: expect.closeTo(0.04, 1) });
    expect(thresholds[0]?.observed).not.toHaveProperty("isBeyond");
    const slow = judge([sampleThreshold(P95, 500)], { answer: badShare(0.1, SLOW) });
    expect(slow.because).not.toContain("failures");
  });

  test("wherever some failed it says that the tables take them otherwise", () => {
    const otherwise = "a failed request counts as slower than any answer; the tables take it by the time it took.";
    const whyOf = (failing: number) => {
      const { thresholds, verdict } = judge([sampleThreshold(P95, 500)], { answer: badShare(failing, BROKEN) });
      return [verdict, thresholds[0]?.why];
    };
    expect(whyOf(0.01)).toEqual(["pass", expect.stringMatching(new RegExp(` In this p95 ${otherwise}$`))]);
    expect(whyOf(0.3)).toEqual(["fail", expect.stringContaining(otherwise)]);
    expect(whyOf(0)).toEqual(["pass", expect.not.stringContaining("tables")]);
  });

  test("a run that never warmed up passes nothing, and excuses nothing", () => {
    const answer = ({ dueMs, random }: SampleRequest): SampleAnswer => ({
      serviceMs: sampleLatencyMs(random, 20 * Math.exp(dueMs / 20_000)),
    });
    const { thresholds, findings } = judge([sampleThreshold(P95, 5000), sampleThreshold(P95, 100)], { answer });
    const [lax, strict] = thresholds;
    expect(lax).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringMatching(/never warmed up: response times /),
    });
    const message = expect.stringMatching(/^The target never warmed up: response times .* run it twice as long\.$/);
    expect(findings).toContainEqual(expect.objectContaining({ code: "never-warm", message }));
    expect(strict?.verdict).toBe("fail");
  });
});

describe("other metrics", () => {
  test("errors are judged over the whole phase, warm-up included", () => {
    const answer = ({ dueMs, random }: SampleRequest): SampleAnswer =>
      dueMs < 5000 ? BROKEN : { serviceMs: sampleLatencyMs(random, 80) };
    const [judged] = judge([sampleThreshold({ kind: "errors" }, 0.01)], { answer }).thresholds;
    expect(judged).toMatchObject({ verdict: "fail", unit: "ratio", observed: { fromMs: 0, toMs: 60_000 } });
  });

  test("no error among too few requests is no proof of errors < 1%", () => {
    const few = judge([sampleThreshold({ kind: "errors" }, 0.01)], { ratePerSec: 2, durationMs: 20_000 });
    expect(few.thresholds[0]).toMatchObject({ verdict: "inconclusive", why: expect.stringMatching(/299/) });
    expect(judge([sampleThreshold({ kind: "errors" }, 0.01)]).verdict).toBe("pass");
  });

  test("where no error is allowed, one settles it and none passes", () => {
    const none = sampleThreshold({ kind: "errors" }, 0, { op: "<=" });
    expect(judge([none], { ratePerSec: 2, durationMs: 20_000 }).verdict).toBe("pass");
    expect(judge([none], { answer: badShare(0.01, BROKEN) }).verdict).toBe("fail");
  });

  test("rps counts successes per second of the phase", () => {
    const [low, high, failing] = [
      judge([sampleThreshold({ kind: "rps" }, 35, { op: ">" })]),
      judge([sampleThreshold({ kind: "rps" }, 45, { op: ">" })]),
      judge([sampleThreshold({ kind: "rps" }, 35, { op: ">" })], { answer: badShare(0.5, BROKEN) }),
    ];
    expect([low.verdict, high.verdict, failing.verdict]).toEqual(["pass", "fail", "fail"]);
    expect(low.thresholds[0]?.observed?.value).toBeCloseTo(40, -1);
  });

  /** One request after the other, 20 ms each: 50/s, whatever is asked of it. */
  const fiftyPerSec = () => {
    let freeAtMs = 0;
    return ({ dueMs }: SampleRequest): SampleAnswer => {
      freeAtMs = Math.max(dueMs, freeAtMs) + 20;
      return { serviceMs: freeAtMs - dueMs };
    };
  };

  const overload = (load: Pick<SampleProfile, "ratePerSec" | "users">, threshold: Threshold) =>
    judgeRun(statsOf({ profiles: [{ name: "over", durationMs: 20_000, answer: fiftyPerSec(), ...load }] }), [threshold])
      .thresholds[0]!;

  test.each([
    [{ ratePerSec: 80 }, 45, "pass"],
    [{ ratePerSec: 80 }, 55, "fail"],
    [{ ratePerSec: 80 }, 75, "fail"],
    [{ users: 200 }, 49, "pass"],
    [{ users: 200 }, 52, "fail"],
  ])("rps of an overload is what completed meanwhile, not what its drain brought: %o, rps > %d/s", (...row) => {
    const [load, limit, expected] = row;
    const { verdict, observed } = overload(load, sampleThreshold({ kind: "rps" }, limit, { op: ">" }));
    expect(verdict).toBe(expected);
    expect(observed?.value).toBeCloseTo(50, 0);
    expect(observed?.n).toBeLessThanOrEqual(1000);
  });

  test("rps on a task is its own", () => {
    const own = sampleThreshold({ kind: "rps" }, 35, { op: ">", task: "single_embed" });
    expect(Math.abs(overload({ ratePerSec: 80 }, own).observed!.value - (50 * 8) / 11)).toBeLessThan(2);
  });

  test("rps within a window that holds no whole second is not told", () => {
    const { thresholds } = judge([sampleThreshold({ kind: "rps" }, 35, { op: ">", windowMs: 500, strict: "point" })]);
    expect(thresholds[0]).toMatchObject({ verdict: "inconclusive", why: expect.stringMatching(/no whole second/) });
  });

  test("mean, min and max are of the response time", () => {
    const answer = ({ random }: SampleRequest): SampleAnswer => ({ serviceMs: 100 + 100 * random.nextRatio() });
    const judged = judge(
      [
        sampleThreshold({ kind: "mean" }, 160),
        sampleThreshold({ kind: "mean" }, 140),
        sampleThreshold({ kind: "max" }, 201),
        sampleThreshold({ kind: "max" }, 190),
        sampleThreshold({ kind: "min" }, 50, { op: ">" }),
      ],
      { answer },
    ).thresholds;
    expect(judged.map(({ verdict }) => verdict)).toEqual(["pass", "fail", "pass", "fail", "pass"]);
    expect(judged[0]?.observed?.value).toBeCloseTo(150, -1);
  });

  test("a target that refuses everything keeps no promise about time", () => {
    const kinds = ["mean", "min", "max"] as const;
    const judged = judge(
      kinds.map((kind) => sampleThreshold({ kind }, 500)),
      { answer: () => BROKEN },
    ).thresholds;
    expect(judged.map(({ verdict }) => verdict)).toEqual(["fail", "fail", "fail"]);
  });

  test.each(["drift", "recovery"] as const)("%s of a phase too short or too plain for it is inconclusive", (kind) => {
    expect(judge([sampleThreshold({ kind }, 0.1)]).thresholds[0]).toMatchObject({
      verdict: "inconclusive",
      observed: undefined,
    });
  });
});

describe("a threshold with a window", () => {
  const windowed = sampleThreshold(P95, 500, { windowMs: 10_000 });

  test("holds when every window keeps it", () => {
    expect(judge([windowed]).thresholds[0]).toMatchObject({ verdict: "pass" });
  });

  test("fails on one bad stretch that the whole phase would hide, and says when", () => {
    const answer = ({ dueMs, random }: SampleRequest): SampleAnswer =>
      dueMs >= 30_000 && dueMs < 32_000 ? SLOW : { serviceMs: sampleLatencyMs(random, 80) };
    expect(judge([sampleThreshold(P95, 500)], { answer }).thresholds[0]?.verdict).not.toBe("fail");
    const [judged] = judge([windowed], { answer }).thresholds;
    expect(judged?.verdict).toBe("fail");
    expect(judged?.why).toMatch(/^From 2\d(\.\d)? s to 3\d(\.\d)? s: /);
  });

  test("longer than the judged part is inconclusive", () => {
    const [judged] = judge([sampleThreshold(P95, 500, { windowMs: 90_000 })]).thresholds;
    expect(judged).toMatchObject({ verdict: "inconclusive", observed: undefined });
  });
});

describe("which profiles and tasks", () => {
  const two: SampleOptions = {
    profiles: [
      { name: "a", ratePerSec: 40, durationMs: 30_000 },
      { name: "b", ratePerSec: 40, durationMs: 30_000, answer: () => SLOW },
    ],
  };

  test("a threshold without a profile is for all, one with a profile for that one", () => {
    const all = judgeRun(statsOf(two), [sampleThreshold(P95, 500)]);
    expect(all.thresholds.map(({ profile, verdict }) => [profile, verdict])).toEqual([
      ["a", "pass"],
      ["b", "fail"],
    ]);
    expect(judgeRun(statsOf(two), [sampleThreshold(P95, 500, { profile: "a" })]).verdict).toBe("pass");
  });

  test("a threshold for a profile that was not run is told of, not judged", () => {
    const judgement = judgeRun(statsOf(two), [sampleThreshold(P95, 2000), sampleThreshold(P95, 1, { profile: "c" })]);
    expect(judgement.verdict).toBe("pass");
    expect(judgement.findings).toContainEqual(expect.objectContaining({ code: "threshold-not-judged" }));
  });

  test("a task without requests is inconclusive", () => {
    const judgement = judge([sampleThreshold(P95, 500, { task: "nobody" })]);
    expect(judgement).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(judgement.thresholds[0]).toMatchObject({ task: "nobody", observed: undefined, why: "No request was sent." });
  });

  test("one failed threshold fails the run, whatever else is inconclusive", () => {
    const mixed = judge([sampleThreshold({ kind: "drift" }, 0.1), sampleThreshold(P95, 10)]);
    expect([mixed.verdict, mixed.exitCode]).toEqual(["fail", 1]);
  });
});

describe("without thresholds", () => {
  test("passes when requests succeeded", () => {
    expect(judge([])).toMatchObject({ verdict: "pass", exitCode: 0, reasons: [] });
  });

  test("fails when some were sent and none succeeded", () => {
    const judgement = judge([], { answer: () => BROKEN });
    expect(judgement).toMatchObject({ verdict: "fail", exitCode: 1 });
    expect(judgement.because).toMatch(/None of 2\s\d{3} requests of steady succeeded; most often http-5xx: HTTP 500\./);
  });

  test("is inconclusive when none was sent", () => {
    expect(judge([], { ratePerSec: 1e-9 })).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
  });
});

describe("our own faults", () => {
  const strict = sampleThreshold(P95, 50);
  const lax = sampleThreshold(P95, 500);

  test("what fails surely in a profile that was measured well is said beside what spoilt the run", () => {
    const profiles = [
      { name: "spoilt", ratePerSec: 40, durationMs: 60_000, droppedPerSec: 1 },
      { name: "sound", ratePerSec: 40, durationMs: 60_000, answer: () => SLOW },
    ];
    const { exitCode, because } = judgeRun(statsOf({ profiles }), [lax]);
    expect(exitCode).toBe(3);
    expect(because).toMatch(
      /^In spoilt the generator was not fit .* All the same, quantile < 500 does not hold in sound\.$/,
    );
  });

  test.each([
    ["pass", lax],
    ["fail", strict],
  ])("an unfit generator makes a %s inconclusive", (_, threshold) => {
    const judgement = judge([threshold], { droppedPerSec: 1 });
    expect(judgement).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(judgement.because).toMatch(/the generator was not fit to judge by: 60 arrivals never sent/);
    expect(judgement.thresholds[0]?.verdict).toBe("inconclusive");
  });

  test("wrong answers fail all the same where the generator was not fit, but not what its own lateness may have done", () => {
    const errors = sampleThreshold({ kind: "errors" }, 0.01);
    const of = (kind: "http-4xx" | "http-5xx" | "timeout", message: string, share = 1): string => {
      const answer = badShare(share, { serviceMs: 3, failure: { kind, message } });
      const { exitCode, because } = judge([errors], { sendLagMs: 400, answer });
      expect(exitCode).toBe(3);
      return because;
    };
    expect(of("http-4xx", "status 404")).toMatch(
      / All the same, errors < 0\.01 does not hold in steady: 100 % failed, most often http-4xx: status 404\.$/,
    );
    for (const [kind, message, share] of [
      ["timeout", "no answer", 1],
      ["http-5xx", "status 503", 1],
      ["http-4xx", "status 404", 0.011],
    ] as const)
      expect(of(kind, message, share)).not.toContain("All the same");
  });

  test("degraded: a pass stands", () => {
    expect(judge([lax], { sendLagMs: 20 })).toMatchObject({ verdict: "pass" });
  });

  test("degraded: a fail stands only if it holds without the lag", () => {
    const answer = (): SampleAnswer => ({ serviceMs: 490 });
    expect(judge([lax], { sendLagMs: 20, answer })).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(judge([lax], { sendLagMs: 20, answer: () => SLOW })).toMatchObject({ verdict: "fail" });
    expect(judge([lax], { sendLagMs: 20, answer: badShare(0.1, BROKEN) })).toMatchObject({ verdict: "fail" });
  });

  test("an interrupted run neither passes nor fails", () => {
    for (const end of ["interrupted", "killed"] as const) {
      for (const threshold of [lax, strict]) {
        const judgement = judge([threshold], {}, { end });
        expect(judgement).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
        expect(judgement.reasons.join(" ")).toMatch(end === "killed" ? /without an end of the run/ : /by SIGINT/);
      }
    }
    expect(judge([strict], {}, { end: "killed" }).thresholds[0]).toMatchObject({ verdict: "inconclusive" });
  });

  test("a run that goes on is judged by what it says so far", () => {
    const stats = statsOf({ profiles: [{ name: "steady", ratePerSec: 40, durationMs: 60_000 }], end: "killed" });
    expect(judgeRun(stats, [strict], { isLive: true }).verdict).toBe("fail");
  });

  test("an aborted run fails if a threshold had failed, and else is inconclusive", () => {
    expect(judge([strict], {}, { end: "aborted" }).verdict).toBe("fail");
    expect(judge([lax], {}, { end: "aborted" })).toMatchObject({
      verdict: "inconclusive",
      because: expect.stringMatching(/stopped at/),
    });
  });

  describe("a run that a threshold with abort ended", () => {
    const kept = sampleThreshold(P95, 500, { abort: true });
    const why = "From 6 s to 22 s, 9 of 9 requests (100 %) took longer than 500 ms or failed; 5 % allowed.";
    const two = ["steady", "after"].map((name) => ({ name, ratePerSec: 40, durationMs: 60_000 }));

    function endedEarly(thresholds: readonly Threshold[], profile: Partial<SampleProfile> = {}): Judgement {
      const stats = statsOf({ profiles: two.map((one) => ({ ...one, ...profile })), end: "aborted" });
      const abort = { expr: kept.expr, profile: "steady", task: undefined, why };
      const steady = { ...stats.profiles[0]!, durationMs: 22_000 };
      const events = [...stats.events, { ...earlyAbortEvent(abort, 0), atMs: 22_400 }];
      return judgeRun({ ...stats, events, profiles: [steady] }, thresholds);
    }

    test("has failed by it, also where its few seconds alone could not tell", () => {
      const judgement = endedEarly([kept]);
      expect(judgement).toMatchObject({ verdict: "fail", exitCode: 1 });
      expect(judgement.because).toMatch(/^quantile < 500 does not hold in steady: from 6 s to 22 s, 9 of 9 requests/);
      expect(judgement.reasons).toEqual([expect.stringMatching(/^The run was ended at .* cannot be told\.$/)]);
    });

    test("tells nothing of profiles that never ran, nor of other thresholds that held until then", () => {
      const { thresholds } = endedEarly([kept, sampleThreshold({ kind: "errors" }, 0.01)]);
      expect(thresholds.map(({ profile, verdict }) => [profile, verdict])).toEqual([
        ["steady", "fail"],
        ["after", "inconclusive"],
        ["steady", "inconclusive"],
        ["after", "inconclusive"],
      ]);
    });

    test("is inconclusive all the same when the generator was not fit", () => {
      const judgement = endedEarly([kept], { droppedPerSec: 1 });
      expect(judgement).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
      expect(judgement.thresholds[0]).toMatchObject({ profile: "steady", verdict: "inconclusive" });
    });

    test("says that abort ended it, also where the generator was not fit", () => {
      const late = { sendLagMs: 400 };
      const errors = sampleThreshold({ kind: "errors" }, 0.01, { abort: true });
      const ended = (answer: SampleProfile["answer"], expr: string): Judgement => {
        const stats = statsOf({ profiles: [{ ...two[0]!, ...late, ...(answer && { answer }) }], end: "aborted" });
        const abort = { expr, profile: "steady", task: undefined, why };
        const events = [...stats.events, { ...earlyAbortEvent(abort, 0), atMs: 22_400 }];
        return judgeRun({ ...stats, events }, [kept, errors]);
      };
      const refused = { serviceMs: 3, failure: { kind: "http-4xx" as const, message: "status 404" } };
      const wrong = ended(badShare(0.5, refused), errors.expr);
      expect(wrong).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
      expect(wrong.because).toMatch(
        /^In steady the generator was not fit .* All the same, errors < 0\.01 does not hold in steady: [45]\d(\.\d)? % failed, most often http-4xx: status 404; it was ended early by abort at 1 m\.$/,
      );
      const silent = { serviceMs: 3, failure: { kind: "timeout" as const, message: "no answer" } };
      expect(ended(badShare(0.5, silent), errors.expr).because).toMatch(
        /rate\. The run was ended early by abort at 1 m \(errors < 0\.01\)\.$/,
      );
      expect(ended(badShare(0.5, refused), kept.expr).because).toMatch(
        /status 404; the run was ended early by abort at 1 m \(quantile < 500\)\.$/,
      );
    });

    test("has not failed in the profiles before it", () => {
      const stats = statsOf({ profiles: two, end: "aborted" });
      const abort = { expr: kept.expr, profile: "after", task: undefined, why };
      const events = [...stats.events, { ...earlyAbortEvent(abort, 1), atMs: 80_000 }];
      const verdicts = judgeRun({ ...stats, events }, [kept]).thresholds.map(({ verdict }) => verdict);
      expect(verdicts).toEqual(["pass", "fail"]);
    });

    test("has not failed a threshold given later, without abort", () => {
      expect(endedEarly([{ ...kept, abort: false }]).verdict).toBe("inconclusive");
    });
  });

  test("books that do not balance take the verdict", () => {
    const stats = { ...statsOf({}), imbalances: ["steady, health: planned 2 ≠ sent 1 + dropped 0."] };
    expect(judgeRun(stats, [lax])).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
  });
});

describe("findings", () => {
  test("failures are told by kind with the time in which they came", () => {
    const shed: SampleAnswer = { serviceMs: 2, failure: { kind: "http-429", message: "HTTP 429" } };
    const answer = ({ dueMs, random }: SampleRequest): SampleAnswer =>
      dueMs > 20_000 && dueMs < 25_000 ? shed : { serviceMs: sampleLatencyMs(random, 80) };
    const finding = judge([], { answer }).findings.find(({ code }) => code === "shed");
    expect(finding).toMatchObject({ level: "error", profile: "steady", fromMs: 20_000, toMs: 25_000 });
    expect(finding?.message).toMatch(/requests \(\d(\.\d+)? %\) failed with http-429 from 0:20 to 0:25\./);
  });

  test.each([
    ["status 503", "shed"],
    ["status 500", "errors"],
  ])("%s is told as %s", (message, code) => {
    const answer = (): SampleAnswer => ({ serviceMs: 2, failure: { kind: "http-5xx", message } });
    const told = judge([], { answer }).findings.filter((finding) => finding.message.includes("http-5xx"));
    expect(told.map((finding) => finding.code)).toEqual([code]);
  });

  test("unanswered requests and a long tail are told", () => {
    const codes = judge([], { answer: badShare(0.02, HANGS), drainMs: 1000 }).findings.map(({ code }) => code);
    expect(codes).toContain("unanswered");
    const tails = judge([], { answer: badShare(0.02, { serviceMs: 5000 }) }).findings.map(({ code }) => code);
    expect(tails).toContain("long-tail");
  });

  test("tasks with too few requests for a p95 are told of in one line, however many there are", () => {
    const few = (names: readonly string[]) => {
      const tasks = ["main", ...names].map((name) => ({
        name,
        method: "GET",
        path: "/",
        share: name === "main" ? 1 - 0.01 * names.length : 0.01,
      }));
      return judge([], {}, { tasks }).findings.filter(({ code }) => code === "few-samples");
    };
    expect(few(["rare"])).toMatchObject([{ task: "rare", message: expect.stringMatching(/^Only \d+ requests ended/) }]);
    const [line, ...more] = few(["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ task: undefined });
    expect(line?.message).toMatch(/which needs 59 to mean something: a \(\d+\), .* and 2 other tasks\.$/);
  });

  test("a healthy run has nothing to tell", () => {
    expect(judge([], { durationMs: 60_000 }).findings.filter(({ level }) => level !== "info")).toEqual([]);
  });
});

describe("laws", () => {
  const metric = fc.oneof(
    fc.constantFrom<Threshold["metric"]>(
      { kind: "mean" },
      { kind: "min" },
      { kind: "max" },
      { kind: "errors" },
      { kind: "rps" },
      { kind: "drift" },
    ),
    fc.double({ min: 0, max: 1, noNaN: true }).map((ratio) => ({ kind: "quantile", ratio }) as const),
  );
  const anyThreshold = fc
    .record({
      metric,
      limit: fc.double({ min: 0, max: 1e6, noNaN: true }),
      op: fc.constantFrom<Threshold["op"]>("<", "<=", ">", ">="),
      windowMs: fc.option(fc.integer({ min: 500, max: 20_000 }), { nil: undefined }),
      strict: fc.constantFrom<Threshold["strict"]>("interval", "point"),
      task: fc.option(fc.constantFrom("health", "nobody"), { nil: undefined }),
    })
    .map(({ metric: kind, limit, ...more }) => sampleThreshold(kind, limit, more));

  test("no data never passes", () => {
    const empty = statsOf({ profiles: [{ name: "p", ratePerSec: 1e-9, durationMs: 3000 }] });
    const unstarted = { ...empty, profiles: [] };
    fc.assert(
      fc.property(fc.array(anyThreshold, { maxLength: 4 }), fc.constantFrom(empty, unstarted), (thresholds, stats) => {
        expect(judgeRun(stats, thresholds).verdict).toBe("inconclusive");
      }),
    );
  });

  test("a task without requests never passes, whatever the others did", () => {
    const stats = statsOf({ profiles: [{ name: "p", ratePerSec: 40, durationMs: 10_000 }] });
    fc.assert(
      fc.property(anyThreshold, (threshold) => {
        const judgement = judgeRun(stats, [{ ...threshold, task: "nobody" }]);
        expect(judgement.verdict).toBe("inconclusive");
      }),
    );
  });

  test("slower answers never turn a fail into a pass", () => {
    const upper = fc.record({
      kind: fc.constantFrom<Threshold["metric"]>(
        P95,
        { kind: "quantile", ratio: 0.5 },
        { kind: "mean" },
        { kind: "max" },
      ),
      limit: fc.integer({ min: 60, max: 400 }),
      strict: fc.constantFrom<Threshold["strict"]>("interval", "point"),
    });
    fc.assert(
      fc.property(
        upper,
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 1, max: 40, noNaN: true }),
        (what, seed, factor) => {
          const verdictAt = (slowdown: number) =>
            judge(
              [sampleThreshold(what.kind, what.limit, { strict: what.strict })],
              {
                durationMs: 12_000,
                drainMs: 2000,
                answer: ({ random }) => ({ serviceMs: slowdown * sampleLatencyMs(random, 80, 0.8) }),
              },
              { seed },
            ).verdict;
          if (verdictAt(1) === "fail") expect(verdictAt(factor)).not.toBe("pass");
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a judgement is JSON-safe: nothing in it is lost or changed", () => {
    fc.assert(
      fc.property(fc.array(anyThreshold, { maxLength: 3 }), (thresholds) => {
        const judgement = judge(thresholds, { durationMs: 4000, answer: badShare(0.2, HANGS), drainMs: 500 });
        const numbers = JSON.stringify(judgement, (_, value) =>
          typeof value === "number" && !Number.isFinite(value) ? "lost" : value,
        );
        expect(numbers).not.toContain('"lost"');
      }),
      { numRuns: 40 },
    );
  });
});

function withSlots(stats: RunStats, slots: RunStats["profiles"][number]["tasks"][number]["slots"]): RunStats {
  return {
    ...stats,
    profiles: stats.profiles.map((profile) => ({
      ...profile,
      tasks: profile.tasks.map((task) => ({ ...task, slots })),
    })),
  };
}
