/** The conservation law on M/M/8 at 90 %: exact as an integral, within a few per cent as a statistic. */
import { expect, test } from "vitest";
import { balanceBooks, littlesLaw, type Stay } from "../../packages/plimsoll/src/analysis/littles-law.ts";
import { expectAtLeast, seedsOf, tell, widen } from "./lane.ts";
import { SERVICE_CAPACITY, steadyVisits } from "./queues.ts";

const SEEDS = seedsOf(100);
const DURATION_S = 30;

function stays(seed: number): readonly Stay[] {
  return steadyVisits(0.9 * SERVICE_CAPACITY, DURATION_S + 60, { seed, warmS: 60 }).map(
    ({ dueAt, endAt }): Stay => [dueAt, endAt],
  );
}

/** ∫ in flight dt by walking along every start and end: another way to the same number. */
function walkedIntegral(all: readonly Stay[], fromAt: number, toAt: number): number {
  const steps = all.flatMap(([start, end]) => [[start, 1] as const, [end, -1] as const]).sort((a, b) => a[0] - b[0]);
  let level = 0;
  let lastAt = fromAt;
  let integral = 0;
  for (const [at, change] of steps) {
    const until = Math.min(Math.max(at, fromAt), toAt);
    integral += level * (until - lastAt);
    lastAt = until;
    level += change;
  }
  return integral;
}

test("the integral of requests in flight is the sum of their stays; X·W/L − 1 has a sd of at most 1.5 %", () => {
  const ratios = SEEDS.map((seed) => {
    const all = stays(seed);
    const { integral, ratio } = littlesLaw(all, [30, 30 + DURATION_S]);
    expect(Math.abs(walkedIntegral(all, 30, 30 + DURATION_S) / integral - 1)).toBeLessThan(1e-9);
    return ratio;
  });
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const sd = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / (ratios.length - 1));
  tell(`Little, load .9, 30 s, ${SEEDS.length} seeds`, { mean, sd });
  expect(sd).toBeLessThanOrEqual(widen(0.015));
});

/** What the journal knows: requests in flight at the end of each second, and the sum of the times that ended in it. */
function books(all: readonly Stay[], seconds: number, error: number) {
  const table = Array.from({ length: seconds }, () => ({ inFlight: 0, endedMs: 0 }));
  for (const [start, end] of all) {
    const ended = table[Math.floor(end)];
    if (ended !== undefined) ended.endedMs += 1000 * (end - start) * (1 + error);
    for (let second = Math.max(0, Math.ceil(start)); second <= Math.min(seconds, end); second++) {
      const before = table[second - 1];
      const after = table[second];
      if (before !== undefined) before.inFlight += 0.5;
      if (after !== undefined) after.inFlight += 0.5;
    }
  }
  return table;
}

test.each([
  [56, 120, 80],
  [72, 120, 80],
  [20, 60, 0],
  [5, 120, 0],
])(
  "books of %s requests a second over %s s: true ones are never unbalanced, times off by a third in %s of 100",
  (rate, seconds, least) => {
    let falseAlarms = 0;
    let caught = 0;
    for (const seed of SEEDS) {
      const all = steadyVisits(rate, seconds + 10, { seed, warmS: 30 }).map(({ dueAt, endAt }): Stay => [dueAt, endAt]);
      if (balanceBooks(books(all, seconds, 0)).verdict === "unbalanced") falseAlarms++;
      if (balanceBooks(books(all, seconds, 1 / 3)).verdict === "unbalanced") caught++;
    }
    tell(`books, ${rate}/s, ${seconds} s, ${SEEDS.length} seeds`, { falseAlarms, caughtAtOneThird: caught });
    expect(falseAlarms).toBe(0);
    expectAtLeast(caught, SEEDS.length, least);
  },
);
