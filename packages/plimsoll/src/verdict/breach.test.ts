import { describe, expect, test } from "vitest";
import { type SampleOptions, sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import { type SampleAnswer, type SampleProfile, type SampleRequest, sampleLatencyMs } from "../analysis/sample-load.ts";
import type { Threshold } from "../spec/spec.ts";
import { judgeRun } from "./judge-run.ts";
import type { Judgement } from "./judgement.ts";
import { sampleThreshold } from "./threshold-sample.ts";

const P95: Threshold["metric"] = { kind: "quantile", ratio: 0.95 };
const ERRORS: Threshold["metric"] = { kind: "errors" };
const SLOW: SampleAnswer = { serviceMs: 900 };
const BROKEN: SampleAnswer = { serviceMs: 3, failure: { kind: "http-5xx", message: "HTTP 500" } };

function good({ random }: SampleRequest): SampleAnswer {
  return { serviceMs: sampleLatencyMs(random, 80) };
}

/** Answers as `after` from then on, else well. */
function from(atMs: number, after: (request: SampleRequest) => SampleAnswer) {
  return (request: SampleRequest) => (request.dueMs < atMs ? good(request) : after(request));
}

/** One profile, 40/s for 60 s and judged from 6 s on, unless said otherwise. */
function judge(
  thresholds: readonly Threshold[],
  profile: Partial<SampleProfile> = {},
  more: SampleOptions = {},
): Judgement {
  const profiles = [{ name: "steady", ratePerSec: 40, durationMs: 60_000, warmupMs: 6000, ...profile }];
  const journal = sampleJournal({ profiles, ...more });
  return judgeRun(runFold.done(journal.reduce(runFold.step, runFold.init())), thresholds);
}

describe("what broke first", () => {
  const [latency, errors] = [sampleThreshold(P95, 500), sampleThreshold(ERRORS, 0.01)];
  /** Failures from 20 s on, slow answers from 40 s on. */
  const both = from(20_000, (request) => {
    if (request.random.nextRatio() < 0.03) return BROKEN;
    return request.dueMs < 40_000 ? good(request) : SLOW;
  });

  test.each([
    ["in that order", [errors, latency]],
    ["the other way round", [latency, errors]],
  ])("is told by when it broke, whichever stands first in the spec: %s", (_, thresholds) => {
    const { verdict, brokeFirst, because } = judge(thresholds, { answer: both });
    expect(verdict).toBe("fail");
    expect(brokeFirst).toMatchObject({ expr: errors.expr, profile: "steady", task: "Aggregated", ratePerSec: 40 });
    expect(brokeFirst?.atMs).toBeGreaterThanOrEqual(20_000);
    expect(brokeFirst?.atMs).toBeLessThan(22_000);
    expect(brokeFirst?.sentence).toMatch(/^errors < 0\.01 broke first, at 2[01](\.5)? s in steady, at 40\/s\.$/);
    expect(because).toMatch(/^errors < 0\.01 does not hold in steady: .* 1 more of the 2 thresholds fails too\.$/);
  });

  test("each threshold tells when it broke itself", () => {
    const [first, second] = judge([latency, errors], { answer: both }).thresholds;
    expect(first?.brokeAtMs).toBeGreaterThanOrEqual(39_000);
    expect(first?.brokeAtMs).toBeLessThanOrEqual(40_500);
    expect(second?.brokeAtMs).toBeLessThan(22_000);
  });

  test("of several profiles the one that ran first counts, with the users it had then", () => {
    const { brokeFirst } = judge(
      [
        { ...latency, profile: "spike" },
        { ...latency, profile: "ramp_up" },
      ],
      {},
      {
        profiles: [
          {
            name: "ramp_up",
            users: 100,
            spawnPerSec: 2,
            thinkMs: 1000,
            durationMs: 60_000,
            answer: from(34_000, () => SLOW),
          },
          { name: "spike", users: 50, thinkMs: 1000, durationMs: 20_000, answer: () => SLOW },
        ],
      },
    );
    expect(brokeFirst).toMatchObject({ profile: "ramp_up", atMs: 34_000, users: 70 });
    expect(brokeFirst?.sentence).toMatch(/broke first, at 34 s in ramp_up, with 70 users\.$/);
  });

  test("what broke within the same half second is told together", () => {
    const { brokeFirst } = judge([latency, errors], { answer: from(30_000, () => BROKEN) });
    expect(brokeFirst?.sentence).toBe("quantile < 500 and errors < 0.01 broke together, at 30 s in steady, at 40/s.");
  });

  test("one alone is not called the first", () => {
    const { brokeFirst } = judge([latency], { answer: from(30_000, () => SLOW) });
    expect(brokeFirst?.sentence).toBe("quantile < 500 broke at 30 s in steady, at 40/s.");
  });

  test("a task is named unless the threshold names it", () => {
    const onHealth = { ...latency, task: "health" };
    const slow = ({ task, ...request }: SampleRequest) => (task === "health" ? SLOW : good({ task, ...request }));
    const { brokeFirst } = judge([onHealth], { answer: from(30_000, slow) });
    expect(brokeFirst?.sentence).toMatch(/^quantile < 500 on health broke at 30(\.5)? s in steady/);
  });

  test("nothing is told of a run whose thresholds hold", () => {
    expect(judge([latency, errors], { answer: good })).not.toHaveProperty("brokeFirst");
  });
});

describe("the instant", () => {
  test("is where judging begins when the promise was never surely kept", () => {
    const always = ({ random }: SampleRequest) => (random.nextRatio() < 0.3 ? SLOW : { serviceMs: 50 });
    const { brokeFirst, thresholds } = judge([sampleThreshold(P95, 500)], { answer: always });
    expect(thresholds[0]).toMatchObject({ brokeAtMs: 6000, isBrokenFromStart: true });
    expect(brokeFirst).toMatchObject({ atMs: 6000, isFromStart: true });
    expect(brokeFirst?.sentence).toBe("quantile < 500 broke at 6 s in steady, as soon as it was judged, at 40/s.");
  });

  test("is the first failure where all was well before, however short that was", () => {
    const { thresholds } = judge([sampleThreshold(ERRORS, 0.01)], {
      warmupMs: 0,
      answer: ({ dueMs }) => (dueMs < 1000 ? { serviceMs: 50 } : BROKEN),
    });
    expect(thresholds[0]).toMatchObject({ brokeAtMs: 1000 });
    expect(thresholds[0]).not.toHaveProperty("isBrokenFromStart");
  });

  test("is not told by a first half second that had to have none of some five in a hundred", () => {
    const oftenEnough = ({ dueMs }: SampleRequest) => {
      const ms = dueMs % 1000;
      return ms >= 500 && ms < 550 ? BROKEN : { serviceMs: 50 };
    };
    const { thresholds } = judge([sampleThreshold(ERRORS, 0.01)], { warmupMs: 0, answer: oftenEnough });
    expect(thresholds[0]).toMatchObject({ brokeAtMs: 0, isBrokenFromStart: true });
  });

  test("is not that of a stumble that the later requests made good", () => {
    const stumble = ({ dueMs, random }: SampleRequest) =>
      dueMs > 12_000 && dueMs < 12_300 ? SLOW : { serviceMs: sampleLatencyMs(random, 80) };
    const { thresholds } = judge([sampleThreshold(P95, 500)], {
      answer: (r) => (r.dueMs < 45_000 ? stumble(r) : SLOW),
    });
    expect(thresholds[0]?.brokeAtMs).toBe(45_000);
  });

  test.each([
    ["a mean", { kind: "mean" }, 300],
    ["the slowest request", { kind: "max" }, 800],
    ["failures where none may be", ERRORS, 0],
  ] as const)("is known of %s", (_, metric, limit) => {
    const worse = metric.kind === "errors" ? BROKEN : SLOW;
    const { thresholds } = judge([sampleThreshold(metric, limit)], { answer: from(30_000, () => worse) });
    expect(thresholds[0]).toMatchObject({ verdict: "fail", brokeAtMs: 30_000 });
    expect(thresholds[0]).not.toHaveProperty("isBrokenFromStart");
  });

  test("of windows is that of the one that decided, also when all is well again", () => {
    const answer = ({ dueMs, ...request }: SampleRequest) =>
      dueMs > 30_000 && dueMs < 36_000 ? SLOW : good({ dueMs, ...request });
    const [judged] = judge([sampleThreshold(P95, 500, { windowMs: 5000 })], { answer }).thresholds;
    expect(judged).toMatchObject({ verdict: "fail", brokeAtMs: 30_000 });
  });

  test.each([
    ["a throughput", { kind: "rps" }, 1000, ">"],
    ["the fastest request", { kind: "min" }, 10, "<"],
    ["a promise of at least something", P95, 5000, ">"],
  ] as const)("of %s is not made up, and the sentence says so", (_, metric, limit, op) => {
    const untimed = sampleThreshold(metric, limit, { op });
    const alone = judge([untimed], { answer: good });
    expect(alone.thresholds[0]?.verdict).toBe("fail");
    expect(alone.thresholds[0]).not.toHaveProperty("brokeAtMs");
    expect(alone).not.toHaveProperty("brokeFirst");
    const beside = judge([untimed, sampleThreshold(P95, 500)], { answer: from(30_000, () => SLOW) });
    expect(beside.brokeFirst?.sentence).toBe(
      "quantile < 500 broke first, at 30 s in steady, at 40/s. When the other broke cannot be told.",
    );
  });

  test("is not told of a target that failed at once and was therefore quick", () => {
    const [judged] = judge([sampleThreshold({ kind: "mean" }, 300)], { answer: () => BROKEN }).thresholds;
    expect(judged?.verdict).toBe("fail");
    expect(judged).not.toHaveProperty("brokeAtMs");
  });
});
