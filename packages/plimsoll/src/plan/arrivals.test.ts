import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenProfile, RateStage } from "../spec/spec.ts";
import { ArrivalCursor, areaOf, countArrivals } from "./arrivals.ts";

function profile(stages: readonly RateStage[], arrivals: OpenProfile["arrivals"]): OpenProfile {
  const durationMs = stages.reduce((sum, stage) => sum + stage.durationMs, 0);
  return { kind: "open", name: "p", durationMs, tags: undefined, warmupMs: undefined, arrivals, stages };
}

function duesOf(open: OpenProfile, slice = { index: 0, count: 1 }, seed = 7): { sequence: number; dueMs: number }[] {
  const cursor = new ArrivalCursor(open, { seed, index: 0, slice });
  const dues = [];
  while (cursor.advance()) dues.push({ sequence: cursor.sequence, dueMs: cursor.dueMs });
  return dues;
}

const flat = (perSec: number, durationMs: number): RateStage => ({ fromPerSec: perSec, toPerSec: perSec, durationMs });

describe("constant arrivals", () => {
  test("come evenly from the first instant on", () => {
    const dues = duesOf(profile([flat(4, 1000)], "constant")).map(({ dueMs }) => dueMs);
    expect(dues).toEqual([0, 250, 500, 750]);
  });

  test("on a ramp from 0 to 10/s over 2 s, ten come, the k-th where the area reaches k", () => {
    const dues = duesOf(profile([{ fromPerSec: 0, toPerSec: 10, durationMs: 2000 }], "constant"));
    expect(dues).toHaveLength(10);
    expect(dues[1]!.dueMs).toBeCloseTo(Math.sqrt(1 / 2.5) * 1000, 6);
  });

  test("a fraction of an arrival carries over into the next stage", () => {
    expect(duesOf(profile([flat(1, 1800), flat(1, 1800)], "constant"))).toHaveLength(4);
  });

  test("a stage at rate 0 holds none and is passed over", () => {
    const dues = duesOf(profile([flat(0, 5000), flat(2, 1000)], "constant")).map(({ dueMs }) => dueMs);
    expect(dues).toEqual([5000, 5500]);
  });
});

describe("Poisson arrivals", () => {
  test("number, mean and spread of the gaps are those of the rate", () => {
    const dues = duesOf(profile([flat(100, 100_000)], "poisson")).map(({ dueMs }) => dueMs);
    const gaps = dues.slice(1).map((dueMs, i) => dueMs - dues[i]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.abs(dues.length - 10_000)).toBeLessThan(330);
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.96);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.04);
  });

  test("another seed gives another schedule, the same seed the same", () => {
    const open = profile([flat(50, 1000)], "poisson");
    expect(duesOf(open, undefined, 1)).toEqual(duesOf(open, undefined, 1));
    expect(duesOf(open, undefined, 1)).not.toEqual(duesOf(open, undefined, 2));
  });
});

describe("laws", () => {
  const stage = fc.record({
    fromPerSec: fc.double({ min: 0, max: 50, noNaN: true }),
    toPerSec: fc.double({ min: 0, max: 50, noNaN: true }),
    durationMs: fc.integer({ min: 1, max: 4000 }),
  });
  const open = fc.tuple(fc.array(stage, { minLength: 1, maxLength: 4 }), fc.constantFrom("constant", "poisson"));

  test("starts never go back and lie within the phase", () => {
    fc.assert(
      fc.property(open, ([stages, kind]) => {
        const prepared = profile(stages, kind as "constant");
        const dues = duesOf(prepared).map(({ dueMs }) => dueMs);
        expect(dues.every((dueMs, i) => dueMs >= (dues[i - 1] ?? 0) - 1e-6)).toBe(true);
        expect(dues.every((dueMs) => dueMs <= prepared.durationMs + 1e-6)).toBe(true);
      }),
    );
  });

  test("N workers together send exactly what one would", () => {
    fc.assert(
      fc.property(open, fc.integer({ min: 1, max: 7 }), ([stages, kind], count) => {
        const prepared = profile(stages, kind as "constant");
        const together = Array.from({ length: count }, (_, index) => duesOf(prepared, { index, count })).flat();
        expect(together.sort((a, b) => a.sequence - b.sequence)).toEqual(duesOf(prepared));
      }),
    );
  });

  test("constant arrivals number the area, within one", () => {
    fc.assert(
      fc.property(open, ([stages]) => {
        const area = stages.reduce((sum, each) => sum + areaOf(each), 0);
        expect(Math.abs(countArrivals(profile(stages, "constant"), 1, 0) - area)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
