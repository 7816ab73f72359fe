import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minimumCount, quantileOf } from "./order-statistics.ts";
import { wilsonInterval } from "./proportion.ts";

interface Fixture {
  readonly minimum_n: readonly {
    readonly p: number;
    readonly confidence: number;
    readonly n_upper_bound_exists: number;
    readonly n_two_sided_upper_exists: number;
  }[];
  readonly proportion: readonly {
    readonly k: number;
    readonly n: number;
    readonly confidence: number;
    readonly wilson: readonly [number, number];
  }[];
}
const url = new URL("../../../../test/fixtures/statistics/quantile-ci.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(url, "utf8"));

describe("wilsonInterval", () => {
  for (const { k, n, confidence, wilson } of fixture.proportion) {
    test(`${k} of ${n} at ${confidence} agrees with the reference`, () => {
      const interval = wilsonInterval(k, n, confidence);
      expect(interval.low).toBeCloseTo(wilson[0], 9);
      expect(interval.high).toBeCloseTo(wilson[1], 9);
    });
  }

  test("no trials leave everything open", () => {
    expect(wilsonInterval(0, 0, 0.9)).toEqual({ low: 0, high: 1 });
  });

  describe("laws", () => {
    test("it holds the observed share and lies within 0 and 1", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, part) => {
          const k = Math.floor(part * n);
          const { low, high } = wilsonInterval(k, n, 0.9);
          return 0 <= low && low <= k / n && k / n <= high && high <= 1;
        }),
      );
    });
  });
});

describe("minimumCount", () => {
  for (const { p, confidence, n_upper_bound_exists, n_two_sided_upper_exists } of fixture.minimum_n) {
    test(`p${p * 100} at ${confidence} needs ${n_upper_bound_exists}, two-sided ${n_two_sided_upper_exists}`, () => {
      expect(minimumCount(p, confidence)).toBe(n_upper_bound_exists);
      expect(minimumCount(p, (1 + confidence) / 2)).toBe(n_two_sided_upper_exists);
    });
  }
});

describe("quantileOf", () => {
  test("is the nearest rank", () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.2, 0.21, 0.5, 1].map((ratio) => quantileOf(values, ratio))).toEqual([1, 1, 2, 3, 5]);
    expect(quantileOf([], 0.5)).toBeUndefined();
  });
});
