import { describe, expect, test } from "vitest";
import { type Checks, checks, expectNear } from "./checks.fixture.ts";
import { steadyState } from "./steady-state.ts";

describe("steadyState agrees with the oracle", () => {
  for (const { id, T, offered, completed, inflight, expect: wanted } of checks.steady satisfies Checks["steady"]) {
    test(id, () => {
      const found = steadyState({ inFlight: inflight, offered, completed, durationMs: T * 1000 });
      expectNear(found.growth?.growth, wanted.growth);
      expectNear((found.growth?.slopeSe ?? Number.NaN) * inflight.length, wanted.se);
      expectNear(found.growth?.criticalValue, wanted.cv);
      expectNear(found.meanInFlight, wanted.mean);
      expect((found.growth?.low ?? 0) > 0).toBe(wanted.slopePositive);
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
