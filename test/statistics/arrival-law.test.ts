/** Arrivals against the oracle, and the plan's own against the law, over many seeds. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { arrivalCountLimit, countsOf, indexOfDispersion, plannedDuesMs } from "../support/arrival-law.ts";

interface Checks {
  readonly arrivals: readonly { rate: number; T: number; n: number; limit: number; ok: boolean }[];
  readonly dispersion: readonly { id: string; counts: number[]; mean: number; indexOfDispersion: number }[];
}
const url = new URL("../fixtures/statistics/checks.json", import.meta.url);
const { arrivals, dispersion }: Checks = JSON.parse(readFileSync(url, "utf8"));
const limitsUrl = new URL("../fixtures/statistics/distributions.json", import.meta.url);
const limits: { readonly arrival_limit: { readonly cases: readonly (readonly number[])[] } } = JSON.parse(
  readFileSync(limitsUrl, "utf8"),
);

describe("the oracle", () => {
  test.each(arrivals)("$n arrivals at $rate/s in $T s: $ok", ({ rate, T, n, limit, ok }) => {
    expect(arrivalCountLimit(rate * T)).toBeCloseTo(limit, 6);
    expect(Math.abs(n - rate * T) <= arrivalCountLimit(rate * T)).toBe(ok);
  });

  test.each(limits.arrival_limit.cases)("%s/s for %s s may be off by %s", (rate, seconds, limit) => {
    expect(arrivalCountLimit(rate! * seconds!)).toBeCloseTo(limit!, 6);
  });

  test.each(dispersion)("counts of $id", ({ counts, indexOfDispersion: expected }) => {
    expect(indexOfDispersion(counts)).toBeCloseTo(expected, 8);
  });
});

const LOAD = { ratePerSec: 50, seconds: 60 };

describe("the plan", () => {
  test("of 1,000 seeds about one leaves the limit of a Poisson count, and the counts vary as they should", () => {
    const expected = LOAD.ratePerSec * LOAD.seconds;
    const schedules = Array.from({ length: 1000 }, (_, seed) => plannedDuesMs(LOAD, "poisson", seed));
    const beyond = schedules.filter(({ length }) => Math.abs(length - expected) > arrivalCountLimit(expected));
    // 0.97 are to be expected; 6 or more would come once in 2,000 times.
    expect(beyond.length).toBeLessThan(6);
    expect(indexOfDispersion(schedules.map(({ length }) => length))).toBeGreaterThan(0.9);
    expect(indexOfDispersion(schedules.map(({ length }) => length))).toBeLessThan(1.1);
    // Within a phase, too: the mean of a thousand indices of 600 counts each.
    const indices = schedules.map((dues) => indexOfDispersion(countsOf(dues, 100, 1000 * LOAD.seconds)));
    expect(indices.reduce((sum, index) => sum + index, 0) / indices.length).toBeCloseTo(1, 1);
  });

  test("even pacing does not vary", () => {
    expect(indexOfDispersion(countsOf(plannedDuesMs(LOAD, "constant", 1), 100, 1000 * LOAD.seconds))).toBe(0);
  });
});
