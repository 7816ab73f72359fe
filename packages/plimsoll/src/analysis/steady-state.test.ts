import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { steadyState } from "./steady-state.ts";

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

  test("fewer than ten windows say nothing", () => {
    expect(steadyState({ inFlight: [1, 2, 3], offered: 9, completed: 9, durationMs: 6000 }).verdict).toBe(
      "inconclusive",
    );
  });
});
