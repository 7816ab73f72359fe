import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { autocorrelation } from "./autocorrelation.ts";
import { hacSlope } from "./hac-slope.ts";
import { hamedRao, mannKendall } from "./mann-kendall.ts";
import { medianOf, theilSen } from "./theil-sen.ts";

interface Case {
  readonly id: string;
  readonly x: readonly number[];
  readonly expect: {
    readonly theilSenSlope: number;
    readonly theilSenIntercept: number;
    readonly mkS: number;
    readonly mkVar: number;
    readonly mkVarTies: number;
    readonly mkZ: number;
    readonly mkZTies: number;
    readonly olsSlope: number;
    readonly olsIntercept: number;
    readonly median: number;
    readonly acf123: readonly (number | null)[];
    readonly hamedRao: {
      readonly maxLag: number;
      readonly significantLags: readonly number[];
      readonly factorRaw: number;
      readonly factor: number;
      readonly z: number;
    };
    readonly hacLog?: Record<"L" | "growth" | "se" | "cv" | "lo" | "hi", number> | null;
  };
}

const fixedUrl = new URL("../../../../../test/fixtures/statistics/distributions.json", import.meta.url);
const { fixed_b: fixedBandwidths }: { readonly fixed_b: readonly Record<"n" | "L" | "cv", number>[] } = JSON.parse(
  readFileSync(fixedUrl, "utf8"),
);

const url = new URL("../../../../../test/fixtures/statistics/trend.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(url, "utf8"));

/** Relative 1e-9, as the fixture asks; around 0 absolute. */
function expectNear(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-11);
}

/** What is left of it once detrended is rounding error, so its ranks mean nothing. */
const TIED = new Set(["constant", "strictly rising"]);

describe("trend statistics agree with the oracle", () => {
  for (const { id, x, expect: wanted } of cases) {
    test(`Theil–Sen: ${id}`, () => {
      const line = theilSen(x);
      expectNear(line.slope, wanted.theilSenSlope);
      expectNear(line.intercept, wanted.theilSenIntercept);
      expectNear(medianOf(x), wanted.median);
    });

    test(`Mann–Kendall: ${id}`, () => {
      const found = mannKendall(x);
      expect(found.s).toBe(wanted.mkS);
      expectNear(found.variance, wanted.mkVar);
      expectNear(found.varianceWithTies, wanted.mkVarTies);
      expectNear(found.z, wanted.mkZ);
      expectNear(found.zWithTies, wanted.mkZTies);
    });

    test(`Hamed–Rao: ${id}`, () => {
      const found = hamedRao(x);
      expectNear(found.z, wanted.hamedRao.z);
      expectNear(found.factor, wanted.hamedRao.factor);
      expect(found.maxLag).toBe(wanted.hamedRao.maxLag);
      if (TIED.has(id)) return;
      expect(found.significantLags).toEqual(wanted.hamedRao.significantLags);
      expectNear(found.factorRaw, wanted.hamedRao.factorRaw);
    });

    test(`autocorrelation: ${id}`, () => {
      for (const [at, expected] of wanted.acf123.entries()) {
        const found = autocorrelation(x, at + 1);
        if (expected === null) expect(found).toBeUndefined();
        else expectNear(found, expected);
      }
    });

    test(`least squares: ${id}`, () => {
      const slope = (hacSlope(x)?.growth ?? Number.NaN) / x.length;
      expectNear(slope, wanted.olsSlope);
      // The line goes through the means.
      const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
      expectNear(mean - (slope * (x.length - 1)) / 2, wanted.olsIntercept);
    });

    test(`growth with autocorrelation: ${id}`, () => {
      if (wanted.hacLog === null || wanted.hacLog === undefined) return;
      const found = hacSlope(x.map(Math.log));
      expect(found?.lagCount).toBe(wanted.hacLog.L);
      expectNear(found?.growth, wanted.hacLog.growth);
      expectNear((found?.slopeSe ?? Number.NaN) * x.length, wanted.hacLog.se);
      expectNear(found?.criticalValue, wanted.hacLog.cv);
      expectNear(found?.low, wanted.hacLog.lo);
      expectNear(found?.high, wanted.hacLog.hi);
    });
  }

  test.each(fixedBandwidths)("$n values look back $L, with the critical value $cv", ({ n, L, cv }) => {
    const found = hacSlope(Array.from({ length: n }, (_, at) => at % 3));
    expect(found?.lagCount).toBe(L);
    expectNear(found?.criticalValue, cv);
  });

  test("two values have no slope with an error", () => {
    expect(hacSlope([1, 2])).toBeUndefined();
  });
});

const series = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 40 });

describe("laws", () => {
  test("another unit and another zero scale slopes and move intercepts", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -50, max: 50 }), (x, scale, shift) => {
        const moved = x.map((value) => value * scale + shift);
        expect(theilSen(moved).slope).toBeCloseTo(theilSen(x).slope * scale, 6);
        expect(hacSlope(moved)?.growth).toBeCloseTo((hacSlope(x)?.growth ?? 0) * scale, 6);
        expect(hacSlope(moved)?.slopeSe).toBeCloseTo((hacSlope(x)?.slopeSe ?? 0) * scale, 6);
        expect(mannKendall(moved).s).toBe(mannKendall(x).s);
      }),
    );
  });

  test("read backwards, a series falls as it rose", () => {
    fc.assert(
      fc.property(series, (x) => {
        const back = [...x].reverse();
        expect(mannKendall(back).s + mannKendall(x).s).toBe(0);
        expect(theilSen(back).slope).toBeCloseTo(-theilSen(x).slope, 9);
        expect(hacSlope(back)?.growth).toBeCloseTo(-(hacSlope(x)?.growth ?? 0), 6);
      }),
    );
  });

  test("ranks see only the order: any rising function leaves S as it is", () => {
    fc.assert(
      fc.property(series, (x) => {
        expect(mannKendall(x.map(Math.log)).s).toBe(mannKendall(x).s);
      }),
    );
  });
});
