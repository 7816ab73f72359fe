import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { findDrift, leastRiseWithout, trendRule } from "./drift.ts";

interface Case {
  readonly id: string;
  readonly p95: readonly number[];
  readonly expect: {
    readonly merges: number;
    readonly nFinal: number;
    readonly r1: number;
    readonly few: boolean;
    readonly growth: number;
    readonly lo: number;
    readonly hi: number;
    readonly hamedRaoZ: number;
    readonly relTheilSen: number;
    readonly verdict: string;
  };
}

const url = new URL("../../../../../test/fixtures/statistics/drift.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(url, "utf8"));

function expectNear(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-7 * Math.abs(expected) + 1e-10);
}

function noisy(seed: number, meanAt: (i: number) => number, n = 60, sd = 0.05): readonly number[] {
  const random = new Random(seed);
  return Array.from({ length: n }, (_, i) => meanAt(i) * Math.exp(sd * random.nextNormal()));
}

describe("trendRule agrees with the oracle", () => {
  for (const { id, p95, expect: wanted } of cases) {
    test(id, () => {
      const found = trendRule(p95);
      expect(found?.mergeCount).toBe(wanted.merges);
      expect(found?.windowCount).toBe(wanted.nFinal);
      expect(found?.isFew).toBe(wanted.few);
      expectNear(found?.lag1, wanted.r1);
      expectNear(found?.growth, wanted.growth);
      expectNear(found?.low, wanted.lo);
      expectNear(found?.high, wanted.hi);
      expectNear(found?.hamedRaoZ, wanted.hamedRaoZ);
      expectNear(found?.relativeRise, wanted.relTheilSen);
      expect(found?.verdict.toUpperCase()).toBe(wanted.verdict);
    });
  }
});

describe("findDrift", () => {
  test("an even rise of 40 % is a creep", () => {
    expect(findDrift(noisy(1, (i) => 300 * (1 + (0.4 * i) / 60)))).toMatchObject({ verdict: "drift", shape: "creep" });
  });

  test("a jump of 30 % is a step, and where it is", () => {
    const found = findDrift(noisy(2, (i) => (i < 35 ? 300 : 390)));
    expect(found).toMatchObject({ verdict: "drift", shape: "step" });
    expect(Math.abs((found?.stepAt ?? 0) - 35)).toBeLessThanOrEqual(1);
    expect(found?.total.low).toBeLessThan(0.3);
    expect(found?.total.high).toBeGreaterThan(0.3);
  });

  test("a step that chance makes of few windows does not stand out, so it is none", () => {
    const found = Array.from({ length: 60 }, (_, at) => findDrift(noisy(at + 1, () => 300, 16, 0.1)));
    expect(found.filter((one) => one?.verdict === "drift")).toEqual([]);
  });

  test("asked about a smaller rise, it tells a smaller one", () => {
    const creep = noisy(6, (i) => 300 * (1 + (0.07 * i) / 60)).map(
      (value, i) => (value + 9 * 300 * (1 + (0.07 * i) / 60)) / 10,
    );
    expect(findDrift(creep)?.verdict).toBe("stable");
    expect(findDrift(creep, 0.03)?.verdict).toBe("drift");
  });

  test("a fall is no drift, sudden or not", () => {
    expect(findDrift(noisy(3, (i) => 300 * (1 - (0.3 * i) / 60)))?.verdict).not.toBe("drift");
    expect(findDrift(noisy(4, (i) => (i < 30 ? 390 : 300)))?.verdict).not.toBe("drift");
  });

  test("fewer than twelve windows, or one without a time, are not judged", () => {
    expect(findDrift(noisy(5, () => 300, 11))).toBeUndefined();
    expect(findDrift([...noisy(5, () => 300, 20), 0])).toBeUndefined();
  });
});

describe("leastRiseWithout", () => {
  const values = Array.from({ length: 12 }, (_, i) => 100 * Math.exp(0.1 * i));
  const found = findDrift(values);

  test("takes off what a line gains at most: all of it after the middle", () => {
    const stepping = values.map((value, i) => (i < 6 ? value : value - 30));
    const growth = trendRule(stepping)?.growth ?? Number.NaN;
    expect(found?.total.low).toBeCloseTo(Math.expm1(1.2), 9);
    expect(leastRiseWithout(values, 30, found!)).toBeCloseTo(Math.expm1(growth), 9);
  });

  test("takes off what a step gains at most: all of it from the step on", () => {
    const at = 30;
    const step = findDrift(Array.from({ length: 60 }, (_, i) => (i < at ? 200 : 400) + (i % 2)))!;
    expect(step).toMatchObject({ shape: "step", stepAt: at });
    expect(
      leastRiseWithout(
        [...Array(60).keys()].map((i) => (i < at ? 200 : 400)),
        100,
        step,
      ),
    ).toBeCloseTo((1 + step.total.low) * 0.75 - 1, 9);
  });

  test("nothing is sure where all of a later value may be ours", () => {
    expect(leastRiseWithout(values, 400, found!)).toBe(-1);
  });
});

describe("laws", () => {
  test("whatever each value holds that is not the target's, the target's own rise is not below the least", () => {
    const cases = fc.record({
      seed: fc.integer({ min: 1, max: 1000 }),
      parts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 23, maxLength: 23 }),
    });
    fc.assert(
      fc.property(cases, ({ seed, parts }) => {
        const most = 40;
        const own = noisy(seed, (i) => 100 * (1 + i / 23), 23);
        const seen = own.map((value, i) => value + most * parts[i]!);
        const drift = findDrift(seen)!;
        const atMost = { ...drift, stepAt: undefined, total: { ...drift.total, low: Math.expm1(drift.growth) } };
        expect(Math.log1p(leastRiseWithout(seen, most, atMost))).toBeLessThanOrEqual(trendRule(own)!.growth + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test("milliseconds or seconds, the verdict is the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 4 }), (seed, tenths) => {
        const ms = noisy(seed, (i) => 300 * (1 + (tenths * i) / 600), 40);
        const inMs = findDrift(ms);
        const inSeconds = findDrift(ms.map((value) => value / 1000));
        expect(inSeconds?.verdict).toBe(inMs?.verdict);
        expect(inSeconds?.growth).toBeCloseTo(inMs?.growth ?? Number.NaN, 9);
      }),
      { numRuns: 15 },
    );
  });
});
