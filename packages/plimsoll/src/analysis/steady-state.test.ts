import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SteadyEvidence, steadyState } from "./steady-state.ts";

interface Checks {
  readonly steady: readonly {
    readonly id: string;
    readonly T: number;
    readonly offeredPerS: number;
    readonly offered: number;
    readonly completed: number;
    readonly inflight: readonly number[];
    readonly expect: Record<"growth" | "se" | "cv" | "mean", number> & {
      readonly slopePositive: boolean;
      readonly growthLarge: boolean;
      readonly shortfallLarge: boolean;
      readonly unstable: boolean;
    };
  }[];
}

const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);
const checks: Checks = JSON.parse(readFileSync(url, "utf8"));

/** Relative 1e-8, as the fixture asks; around 0 absolute. */
function expectNear(actual: number | undefined, wanted: number): void {
  expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-8 * Math.abs(wanted) + 1e-10);
}

describe("steadyState agrees with the oracle", () => {
  for (const { id, T, offeredPerS, offered, completed, inflight, expect: wanted } of checks.steady) {
    test(id, () => {
      const found = steadyState({ inFlight: inflight, offered, completed, durationMs: T * 1000 });
      expectNear(found.growth?.growth, wanted.growth);
      expectNear((found.growth?.slopeSe ?? Number.NaN) * inflight.length, wanted.se);
      expectNear(found.growth?.criticalValue, wanted.cv);
      expectNear(found.meanInFlight, wanted.mean);
      expectNear(found.offeredPerSec, offered / T);
      expect((found.growth?.low ?? 0) > 0).toBe(wanted.slopePositive);
      expect((found.growth?.growth ?? 0) >= Math.max(3, found.meanInFlight / 2)).toBe(wanted.growthLarge);
      expect(found.shortfallPerSec > (3 * Math.sqrt(offeredPerS * T)) / T).toBe(wanted.shortfallLarge);
      expect(found.verdict === "unstable").toBe(wanted.unstable);
    });
  }
});

describe("steadyState", () => {
  const flat = Array.from({ length: 30 }, (_, i) => 10 + (i % 2));

  test("flat requests in flight and flat latency are steady; growing latency is not", () => {
    const base = { inFlight: flat, offered: 1000, completed: 1000, durationMs: 60_000 };
    expect(steadyState({ ...base, quantilesMs: flat.map((x) => 100 + x) }).verdict).toBe("steady");
    expect(steadyState({ ...base, quantilesMs: flat.map((_, i) => 100 * 1.03 ** i) }).verdict).toBe("undecided");
    expect(steadyState(base).verdict).toBe("undecided");
  });

  test("a rise that is sure, and left as many unanswered, is unstable only from half of what is in flight", () => {
    const rising = (rise: number) =>
      steadyState({
        inFlight: flat.map((_, i) => 100 + (rise * i) / 30 + (i % 2)),
        offered: 1000,
        completed: 880,
        durationMs: 60_000,
      });
    expect(rising(20).growth?.low).toBeGreaterThan(0);
    expect([rising(20).verdict, rising(90).verdict]).toEqual(["undecided", "unstable"]);
  });

  test("fewer than ten windows say nothing", () => {
    expect(steadyState({ inFlight: [1, 2, 3], offered: 9, completed: 9, durationMs: 6000 }).verdict).toBe(
      "inconclusive",
    );
  });
});

describe("laws", () => {
  /** A slope, some noise, and as much of what came unanswered as the rise says, or more or less. */
  const evidence = fc
    .record({
      start: fc.integer({ min: 0, max: 50 }),
      slope: fc.integer({ min: -4, max: 8 }),
      noise: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 40 }),
      unanswered: fc.integer({ min: 0, max: 400 }),
    })
    .map(({ start, slope, noise, unanswered }): SteadyEvidence => {
      const inFlight = noise.map((value, at) => Math.max(0, start + slope * at) + value);
      const durationMs = 2000 * noise.length;
      const offered = 20 * noise.length;
      const quantilesMs = inFlight.map((level) => 100 + level);
      return { inFlight, quantilesMs, offered, completed: offered - Math.min(offered, unanswered), durationMs };
    });

  test("both answers occur", () => {
    const verdicts = fc.sample(evidence, { numRuns: 300, seed: 1 }).map((one) => steadyState(one).verdict);
    expect(new Set(verdicts)).toEqual(new Set(["unstable", "undecided", "steady"]));
  });

  test("the unit of response times does not matter", () => {
    fc.assert(
      fc.property(evidence, (one) => {
        const inSeconds = { ...one, quantilesMs: one.quantilesMs!.map((ms) => ms / 1000) };
        expect(steadyState(inSeconds).verdict).toBe(steadyState(one).verdict);
      }),
    );
  });

  test("read backwards, what drowned empties: it is not unstable both ways", () => {
    fc.assert(
      fc.property(evidence, (one) => {
        const back = { ...one, inFlight: one.inFlight.toReversed() };
        expect([steadyState(one).verdict, steadyState(back).verdict]).not.toEqual(["unstable", "unstable"]);
        expect(steadyState(back).growth?.growth).toBeCloseTo(-(steadyState(one).growth?.growth ?? Number.NaN), 6);
      }),
    );
  });

  test("fewer answered, or the same rise on a lower level, never makes it less unstable", () => {
    fc.assert(
      fc.property(evidence, fc.nat(50), (one, more) => {
        fc.pre(steadyState(one).verdict === "unstable");
        const fewer = { ...one, completed: Math.max(0, one.completed - more) };
        const lowest = Math.min(...one.inFlight);
        const lower = { ...one, inFlight: one.inFlight.map((level) => level - Math.min(more, lowest)) };
        expect([steadyState(fewer).verdict, steadyState(lower).verdict]).toEqual(["unstable", "unstable"]);
      }),
    );
  });
});
