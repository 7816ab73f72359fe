import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaRatio } from "./distributions.ts";
import { atMost, rankInterval } from "./rank-interval.ts";

interface Fixture {
  readonly order_statistic_95: readonly {
    readonly p: number;
    readonly n: number;
    readonly rank: number;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly coverage: number | null;
  }[];
  readonly proportion: readonly {
    readonly k: number;
    readonly n: number;
    readonly confidence: number;
    readonly clopper_pearson: readonly [number, number];
  }[];
  readonly early_stopping: readonly (readonly [number, number, number, number])[];
}

const url = new URL("../../../../test/fixtures/statistics/quantile-ci.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(url, "utf8"));

describe("rankInterval agrees with the oracle", () => {
  for (const { p, n, rank, lower, upper, coverage } of fixture.order_statistic_95) {
    test(`p${100 * p} of ${n}`, () => {
      const { low, high } = rankInterval(p, n);
      expect([Math.ceil(p * n - 1e-9), low ?? null, high ?? null]).toEqual([rank, lower, upper]);
      if (coverage === null || low === undefined || high === undefined) return;
      expect(atMost(high - 1, n, p) - atMost(low - 1, n, p)).toBeCloseTo(coverage, 8);
    });
  }
});

describe("the binomial distribution agrees with the oracle", () => {
  for (const { k, n, confidence, clopper_pearson: ends } of fixture.proportion) {
    test(`Clopper–Pearson: ${k} of ${n} at ${confidence}`, () => {
      const tail = (1 - confidence) / 2;
      if (k > 0) expect(1 - atMost(k - 1, n, ends[0])).toBeCloseTo(tail, 7);
      else expect(ends[0]).toBe(0);
      if (k < n) expect(atMost(k, n, ends[1])).toBeCloseTo(tail, 7);
      else expect(ends[1]).toBe(1);
    });
  }

  for (const [p, c, t, h] of fixture.early_stopping) {
    test(`${h} under the limit and ${t} over it show p${100 * p} at ${c}, one fewer does not`, () => {
      expect(betaRatio(h, t + 1, p)).toBeLessThan(1 - c);
      expect(betaRatio(h - 1, t + 1, p)).toBeGreaterThanOrEqual(1 - c);
    });
  }
});

describe("laws", () => {
  test("the interval holds the quantile's own rank, and narrows with a wider tail", () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 3000 }), fc.double({ min: 0.2, max: 0.8, noNaN: true }), (n, ratio) => {
        const wide = rankInterval(ratio, n);
        const narrow = rankInterval(ratio, n, 0.1);
        const rank = Math.ceil(ratio * n);
        expect(wide.low).toBeLessThanOrEqual(narrow.low!);
        expect(narrow.low).toBeLessThanOrEqual(rank + 1);
        expect(narrow.high).toBeGreaterThanOrEqual(rank);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high!);
      }),
    );
  });
});
