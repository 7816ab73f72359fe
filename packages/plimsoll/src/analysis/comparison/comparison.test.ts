import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketIndexOfUs, mergeBuckets } from "../../records/latency-histogram.ts";
import type { Buckets } from "../../records/second.ts";
import { quantileOf } from "../order-statistics.ts";
import { compareCapacity } from "./compare-capacity.ts";
import { compareErrors, errorRise, isErrorChangeNegligible, smallestErrorRise } from "./compare-errors.ts";
import { compareQuantile, type ScheduledLatency } from "./compare-quantile.ts";
import { holmAdjust } from "./holm.ts";
import { jackknifeError, type LeftOut, LN_GAMMA, leaveOneOut, lnQuantile, weightedSum } from "./jackknife.ts";
import { judgeMetrics } from "./judge-metrics.ts";
import { judgeRegression, pValueOf } from "./regression-rule.ts";
import { pairNoise, runNoise, satterthwaite, standardDeviation } from "./run-noise.ts";

interface Case {
  readonly id: string;
  readonly batchesA: readonly number[];
  readonly latencyUsA: readonly number[];
  readonly batchesB: readonly number[];
  readonly latencyUsB: readonly number[];
  readonly expect: Readonly<Record<string, number>> & {
    readonly verdictNoRunNoise?: string;
    readonly verdictSigmaRun1pct?: string;
    readonly verdict?: string;
  };
}
interface Fixture {
  readonly cases: readonly Case[];
  readonly decisions: readonly { logRatio: number; se: number; df: number; verdict: string }[];
  readonly holm: readonly { p: number[]; alpha: number; adjusted: number[]; reject: boolean[] }[];
  readonly satterthwaite: readonly { parts: [number, number][]; df: number }[];
}

const url = new URL("../../../../../test/fixtures/statistics/comparison.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(url, "utf8"));

function expectNear(actual: number | undefined, expected: number | undefined): void {
  const wanted = expected ?? Number.NaN;
  expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted) + 1e-11);
}

function split(values: readonly number[], counts: readonly number[]): readonly (readonly number[])[] {
  let at = 0;
  return counts.map((count) => {
    at += count;
    return values.slice(at - count, at);
  });
}

function bucketsOf(values: readonly number[]): Buckets {
  return values.reduce<Buckets>((sum, us) => mergeBuckets(sum, [[bucketIndexOfUs(us), 1]]), []);
}

/** The same from raw values, as the oracle's first figures are. */
function rawLeftOut(batches: readonly (readonly number[])[]): LeftOut {
  const of = (values: readonly number[]): number => Math.log(quantileOf(values, 0.95) ?? Number.NaN);
  const without = batches.map((_, left) => of(batches.filter((_batch, at) => at !== left).flat()));
  return { full: of(batches.flat()), without };
}

/** What a pair of the same seed goes by. */
function differenceOf(base: LeftOut, next: LeftOut): LeftOut {
  return weightedSum([
    { weight: -1, leftOut: base },
    { weight: 1, leftOut: next },
  ]);
}

describe("comparison agrees with the oracle", () => {
  for (const { id, batchesA, latencyUsA, batchesB, latencyUsB, expect: wanted } of fixture.cases) {
    const a = split(latencyUsA, batchesA);
    const b = split(latencyUsB, batchesB);

    test(`jackknife of raw values: ${id}`, () => {
      const base = rawLeftOut(a);
      const next = rawLeftOut(b);
      expectNear(Math.exp(base.full), wanted["p95UsA"]);
      expectNear(Math.exp(next.full), wanted["p95UsB"]);
      expectNear(jackknifeError(base), wanted["seA"]);
      expectNear(jackknifeError(next), wanted["seB"]);
      expectNear(next.full - base.full, wanted["logRatio"]);
      if (wanted["pairedSe"] !== undefined) expectNear(jackknifeError(differenceOf(base, next)), wanted["pairedSe"]);
    });

    test(`jackknife of histograms: ${id}`, () => {
      const base = leaveOneOut(a.map(bucketsOf), 0.95);
      const next = leaveOneOut(b.map(bucketsOf), 0.95);
      expectNear(Math.exp(base?.full ?? Number.NaN), wanted["histP95UsA"]);
      expectNear(Math.exp(next?.full ?? Number.NaN), wanted["histP95UsB"]);
      expectNear(base && jackknifeError(base), wanted["histSeA"]);
      expectNear(next && jackknifeError(next), wanted["histSeB"]);
    });

    test(`verdict: ${id}`, () => {
      const base = rawLeftOut(a);
      const next = rawLeftOut(b);
      const lnRatio = next.full - base.full;
      const answer = (se: number): string => judgeRegression({ lnRatio, se, df: 19 }, 0.1).verdict.toUpperCase();
      const unpaired = Math.hypot(jackknifeError(base), jackknifeError(next));
      if (wanted.verdictNoRunNoise !== undefined) {
        expectNear(unpaired, wanted["unpairedSe"]);
        expect(answer(unpaired)).toBe(wanted.verdictNoRunNoise);
        expect(answer(Math.hypot(unpaired, Math.SQRT2 * 0.01))).toBe(wanted.verdictSigmaRun1pct);
      } else {
        expect(answer(jackknifeError(differenceOf(base, next)))).toBe(wanted.verdict);
      }
    });
  }

  for (const { logRatio, se, df, verdict } of fixture.decisions) {
    test(`decision: ln ratio ${logRatio}, se ${se}, df ${df} is ${verdict}`, () => {
      expect(judgeRegression({ lnRatio: logRatio, se, df }, 0.1).verdict.toUpperCase()).toBe(verdict);
    });
  }

  for (const { p, alpha, adjusted, reject } of fixture.holm) {
    test(`Holm: ${p.join(", ")}`, () => {
      const found = holmAdjust(p);
      for (const [at, value] of adjusted.entries()) expectNear(found[at], value);
      expect(found.map((value) => value <= alpha + 1e-12)).toEqual(reject);
    });
  }

  for (const { parts, df } of fixture.satterthwaite) {
    test(`Satterthwaite: ${df}`, () => {
      expectNear(satterthwaite(parts.map(([variance, own]) => ({ variance, df: own }))), df);
    });
  }
});

/** Twenty batches of a thousand requests each, log-normal, `scale` times slower. */
function runOf(scale: number, batchCount = 20): readonly Buckets[] {
  return Array.from({ length: batchCount }, (_, batch) =>
    bucketsOf(Array.from({ length: 60 }, (_value, i) => scale * 1000 * (1 + ((i * 37 + batch * 11) % 60)))),
  );
}

/** Twenty batches of which some are half as slow again: as the schedule had it. */
function swinging(scale: number, schedule = 0): readonly Buckets[] {
  return Array.from({ length: 20 }, (_, batch) => {
    const swing = 1 + 0.5 * (((batch * 7 + schedule * 13) % 20) / 20);
    return bucketsOf(Array.from({ length: 60 }, (_value, i) => scale * swing * 1000 * (1 + ((i * 37) % 60))));
  });
}

const scheduled = (latency: readonly Buckets[], schedule = "a"): ScheduledLatency => ({ latency, schedule });
const within = (latency: readonly Buckets[]): number => jackknifeError(leaveOneOut(latency, 0.95)!);

describe("compareQuantile", () => {
  test("twice as slow fails, the same passes, without requests there is nothing", () => {
    const change = compareQuantile([scheduled(runOf(1))], [scheduled(runOf(2), "b")], 0.95, 0.01);
    expect(change?.lnRatio).toBeCloseTo(Math.log(2), 1);
    expect(judgeRegression(change!, 0.1).verdict).toBe("fail");
    const same = compareQuantile([scheduled(runOf(1))], [scheduled(runOf(1))], 0.95, 0.01);
    expect(same).toMatchObject({ lnRatio: 0, df: 19 });
    expect(same?.se).toBeCloseTo(Math.SQRT2 * 0.01, 9);
    expect(judgeRegression(same!, 0.1).verdict).toBe("pass");
    expect(compareQuantile([], [scheduled(runOf(1))], 0.95, 0)).toBeUndefined();
    expect(compareQuantile([scheduled(runOf(1))], [], 0.95, 0)).toBeUndefined();
    expect(compareQuantile([scheduled(runOf(1))], [scheduled([[], []])], 0.95, 0)).toBeUndefined();
  });

  test("more pairs narrow the error by √k, run noise included", () => {
    const side = (scale: number, count: number) =>
      Array.from({ length: count }, (_, at) => scheduled(swinging(scale, 7 * scale), `pair ${at}`));
    const one = compareQuantile(side(1, 1), side(1.1, 1), 0.95, 0.02);
    const four = compareQuantile(side(1, 4), side(1.1, 4), 0.95, 0.02);
    expect(four?.lnRatio).toBeCloseTo(one?.lnRatio ?? Number.NaN, 12);
    expect(four?.se).toBeCloseTo((one?.se ?? Number.NaN) / 2, 12);
  });

  test("what stored runs and the new one share cancels out, however many are stored", () => {
    const stored = [scheduled(swinging(1)), scheduled(swinging(1)), scheduled(swinging(1))];
    const slower = swinging(1).map((batch) => batch.map(([index, count]) => [index + 10, count] as const));
    const change = compareQuantile(stored, [scheduled(slower)], 0.95, 0);
    expect(change?.lnRatio).toBeCloseTo(10 * LN_GAMMA, 12);
    expect(change?.se).toBeLessThan(1e-12);
    const noisy = compareQuantile(stored, [scheduled(slower)], 0.95, 0.02);
    expect(noisy?.se).toBeCloseTo(0.02 * Math.sqrt(1 + 1 / 3), 12);
  });

  test("what only the stored runs share is not averaged away", () => {
    const stored = Array.from({ length: 4 }, () => scheduled(swinging(1), "main"));
    const change = compareQuantile(stored, [scheduled(swinging(1, 3), "other")], 0.95, 0);
    expect(change?.se).toBeCloseTo(Math.hypot(within(swinging(1)), within(swinging(1, 3))), 12);
  });

  test("runs that share nothing count one by one", () => {
    const stored = [0, 1, 2, 3].map((at) => scheduled(swinging(1, at), `seed ${at}`));
    const change = compareQuantile(stored, [scheduled(swinging(1, 5), "seed 5")], 0.95, 0);
    const parts = stored.map(({ latency }) => within(latency) / 4);
    expect(change?.se).toBeCloseTo(Math.hypot(...parts, within(swinging(1, 5))), 12);
  });

  test("against stored runs few of them cost degrees of freedom", () => {
    const few = compareQuantile([scheduled(runOf(1)), scheduled(runOf(1.01))], [scheduled(runOf(1.3))], 0.95, {
      sigma: 0.04,
      df: 1,
    });
    const eight = Array.from({ length: 8 }, () => scheduled(runOf(1)));
    const many = compareQuantile(eight, [scheduled(runOf(1.3))], 0.95, { sigma: 0.04, df: 7 });
    expect(few?.df).toBeLessThan(many?.df ?? 0);
    expect(few?.se).toBeGreaterThan(many?.se ?? Number.NaN);
  });
});

describe("runNoise", () => {
  test("is learnt from five runs, supposed below, and never less than 1 %", () => {
    expect(runNoise([1, 2, 3, 4])).toEqual({ sigma: 0.02, isAssumed: true, runCount: 4, isOfPairs: false });
    const five = { sigma: 0.01, isAssumed: false, runCount: 5, df: 4 };
    expect(runNoise([1, 1, 1, 1, 1])).toEqual({ ...five, isOfPairs: false });
    const others = { isOfOtherSchedules: true };
    expect(runNoise([1, 1, 1, 1, 1], others)).toEqual({ sigma: 0.02, isAssumed: true, runCount: 5, isOfPairs: false });
    expect(runNoise([0, 0.1, 0, 0.1, 0.05], others)).toEqual(runNoise([0, 0.1, 0, 0.1, 0.05]));
    expect(pairNoise([0.1, 0.1, 0.1, 0.1, 0.1])).toEqual({ ...five, isOfPairs: true });
    expect(pairNoise([0, 0.1, 0, 0.1, 0.05]).sigma).toBeCloseTo(0.05 / Math.SQRT2, 10);
    expect(runNoise([0, 0.1, 0, 0.1, 0.05]).sigma).toBeCloseTo(0.05, 10);
    expect(standardDeviation([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  });
});

describe("judgeRegression", () => {
  test("--max-regression moves both limits: worse by at least half of it fails", () => {
    const change = { lnRatio: Math.log(1.08), se: 0.001, df: 19 };
    expect(judgeRegression(change, 0.1).verdict).toBe("fail");
    expect(judgeRegression(change, 0.2).verdict).toBe("pass");
  });

  test("the smallest change it could have seen grows with the error and is never below half the limit", () => {
    const of = (se: number): number => judgeRegression({ lnRatio: 0, se, df: 19 }, 0.1).smallestDetectableRatio;
    expect(of(0.001)).toBeGreaterThan(1.05);
    expect(of(0.02)).toBeLessThan(of(0.04));
  });
});

describe("compareErrors", () => {
  const batches = (failed: number): readonly { sum: number; count: number }[] =>
    Array.from({ length: 20 }, () => ({ sum: failed, count: 200 }));

  test("from 1 % to 3 % fails, none on either side is negligible, no requests are no answer", () => {
    const change = compareErrors(batches(2), batches(6));
    expect(judgeRegression(change!, 0.1).verdict).toBe("fail");
    expect(isErrorChangeNegligible(batches(2), batches(6))).toBe(false);
    expect(isErrorChangeNegligible(batches(0), batches(0))).toBe(true);
    expect(isErrorChangeNegligible([], batches(0))).toBe(false);
    expect(compareErrors([], batches(0))).toBeUndefined();
  });
});

describe("errors that were not there before", () => {
  const spread = (failed: number, count = 1100): readonly { sum: number; count: number }[] =>
    Array.from({ length: 20 }, (_, at) => ({
      sum: Math.floor(((at + 1) * failed) / 20) - Math.floor((at * failed) / 20),
      count: count / 20,
    }));

  test("are as sure as the score test of two shares says, not as half a failure allows", () => {
    // z = .01 / √(.005 · .995 · 2/1100) = 3.33, one-sided .0018 with 19 degrees of freedom.
    expect(pValueOf(compareErrors(spread(0), spread(11))!)).toBeCloseTo(0.0018, 3);
    expect(pValueOf(compareErrors(spread(0), spread(3))!)).toBeGreaterThan(0.01);
    expect(pValueOf(compareErrors(spread(11), spread(0))!)).toBeGreaterThan(0.5);
  });

  test("that come all at once are less sure", () => {
    const burst = spread(0).map((batch, at) => (at === 7 ? { ...batch, sum: 11 } : batch));
    expect(pValueOf(compareErrors(spread(0), burst)!)).toBeGreaterThan(pValueOf(compareErrors(spread(0), spread(11))!));
  });

  test("rise by the difference of the shares; the interval holds it, and the least seen falls with n", () => {
    const rise = errorRise(spread(11), spread(33))!;
    expect(rise.value).toBeCloseTo(0.02, 12);
    expect(rise.low).toBeGreaterThan(0);
    expect(rise.low).toBeLessThan(0.02);
    expect(rise.high).toBeGreaterThan(0.02);
    expect(errorRise(spread(0), spread(0))).toMatchObject({ value: 0 });
    expect(smallestErrorRise(spread(0), spread(0))!).toBeGreaterThan(
      smallestErrorRise(spread(0, 11000), spread(0, 11000))!,
    );
    expect(errorRise([], spread(0))).toBeUndefined();
  });
});

describe("compareCapacity", () => {
  const base = { value: 72, low: 70, high: 74 };
  test.each([
    [{ value: 60, low: 58, high: 62 }, "fail"],
    [{ value: 72, low: 70, high: 74 }, "pass"],
    [{ value: 68, low: 60, high: 77 }, "inconclusive"],
  ] as const)("72 (70–74) to %j is %s", (next, verdict) => {
    expect(compareCapacity(base, next, 0.1)).toBe(verdict);
  });
});

describe("judgeMetrics", () => {
  test("one borderline figure among five no longer fails", () => {
    const change = { lnRatio: 0.06, se: 0.0225, df: 19 };
    const quiet = { lnRatio: 0, se: 0.01, df: 19 };
    expect(judgeMetrics([{ name: "p95", change }], 0.1)[0]?.verdict).toBe("fail");
    const names = ["p50", "p95", "p99", "errors"];
    const answers = judgeMetrics(
      names.map((name) => ({ name, change: name === "p95" ? change : quiet })),
      0.1,
    );
    expect(answers.map(({ verdict }) => verdict)).toEqual(
      ["pass", "pass", "pass", "pass"].with(1, answers[1]!.verdict),
    );
    expect(answers[1]?.verdict).not.toBe("fail");
  });
});

const latencies = fc.array(fc.integer({ min: 2, max: 1_000_000 }), { minLength: 20, maxLength: 200 });

describe("laws", () => {
  test("an interpolated quantile lies within its bucket, and rises with the ratio", () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, ratio) => {
        const buckets = bucketsOf(values);
        const found = Math.exp(lnQuantile(buckets, ratio) ?? Number.NaN);
        const exact = quantileOf(values, ratio) ?? Number.NaN;
        expect(Math.abs(found / exact - 1)).toBeLessThan(0.0101);
        expect(lnQuantile(buckets, 1)).toBeGreaterThanOrEqual(lnQuantile(buckets, ratio) ?? 0);
      }),
    );
  });

  test("the order of the batches makes no difference", () => {
    fc.assert(
      fc.property(fc.array(latencies, { minLength: 5, maxLength: 8 }), (batches) => {
        const there = leaveOneOut(batches.map(bucketsOf), 0.95)!;
        const back = leaveOneOut([...batches].reverse().map(bucketsOf), 0.95)!;
        expect(back.full).toBe(there.full);
        expect(jackknifeError(back)).toBeCloseTo(jackknifeError(there), 9);
      }),
      { numRuns: 30 },
    );
  });

  test("Holm never lowers a p-value and keeps their order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (p) => {
        const adjusted = holmAdjust(p);
        for (const [i, value] of p.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value);
          for (const [j, other] of p.entries())
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
        }
      }),
    );
  });

  test("a greater rise never turns a fail into a pass", () => {
    const rank = { pass: 0, inconclusive: 1, fail: 2 } as const;
    const lnRatio = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(lnRatio, lnRatio, fc.double({ min: 1e-4, max: 0.3, noNaN: true }), (a, b, se) => {
        const of = (value: number): number => rank[judgeRegression({ lnRatio: value, se, df: 19 }, 0.1).verdict];
        expect(of(Math.min(a, b))).toBeLessThanOrEqual(of(Math.max(a, b)));
      }),
    );
  });
});
