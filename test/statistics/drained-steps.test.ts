/**
 * `find` waits after every step until nothing is in flight, which the reference's driver does not. Each step then begins with as
 * many requests as the one before had left, so that it finds the queue as that driver's would: an empty one shows too little.
 */
import { afterAll, describe, expect, test } from "vitest";
import { bandMisses } from "./kit/bands.ts";
import { closedTarget } from "./kit/closed-target.ts";
import { figuresTable, type Measured, measure, pace } from "./kit/measure.ts";
import { CLOSED_CASES, FAST_CASES, type SearchCase, SLOW_CASE } from "./kit/search-cases.ts";
import { exponential } from "./kit/virtual-target.ts";
import { seedsOf, widen } from "./lane.ts";

const SEEDS = { first: 1, count: seedsOf(100).length };
const SLOW_SEEDS = { first: 1, count: seedsOf(100, 8).length };
const rows: Measured[] = [];

afterAll(() => {
  process.stdout.write(`\nWaiting after every step, from seed 1 on:\n${figuresTable(rows)}\n`);
});

/** With steps of this length, and the ramp's a third of it, as `find` has them. */
function drained(searchCase: SearchCase, stepMs: number, budgetMs: number, seeds = SEEDS): Measured {
  const rampStepMs = stepMs / 3;
  const asked = { ...searchCase.asked, stepMs, rampStepMs, maxWaitForRequestsMs: 4 * stepMs, budgetMs };
  const name = `${searchCase.name}, steps of ${stepMs / 1000} s, ${budgetMs / 1000} s in all`;
  const row = measure({ ...searchCase, name, asked }, seeds, pace, { drains: "always" });
  rows.push(row);
  return row;
}

/** As `find` has them: users of the engine ask as soon as they come. */
const ENGINE_USERS: readonly SearchCase[] = [
  {
    ...CLOSED_CASES[0]!,
    name: "users who ask at once, 8 × 100 ms, think 1 s",
    target: (seed) => closedTarget({ servers: 8, service: exponential(0.1), think: 1, asksAtOnce: true }, seed),
  },
  {
    name: "users who ask at once, 16 × 4 s, think 10 s, p95 < 16 s",
    // By a simulation of 400,000 s at 70 and 71 users.
    truth: 70.2,
    asked: {
      by: "users",
      slos: [{ name: "p95 < 16 s", allowedRatio: 0.05, limitMs: 16_000 }],
      startLoad: 10,
      thinkMs: 10_000,
    },
    target: (seed) => closedTarget({ servers: 16, service: exponential(4), think: 10, asksAtOnce: true }, seed),
    published: SLOW_CASE.published,
    band: SLOW_CASE.band,
  },
];
const CASES = [FAST_CASES[0]!, FAST_CASES[2]!, FAST_CASES[6]!, CLOSED_CASES[0]!];

describe("waiting after every step", () => {
  test.each(CASES)("leaves $name as it is with steps of 30 s", (searchCase) => {
    expect(bandMisses(drained(searchCase, 30_000, 600_000), searchCase)).toEqual([]);
  });

  test("a slow target is found as exactly, and its interval holds it as often", () => {
    const row = drained(SLOW_CASE, 30_000, 2_400_000, SLOW_SEEDS);
    expect(bandMisses(row, SLOW_CASE)).toEqual([]);
    expect(Math.abs(row.biasPercent)).toBeLessThan(widen(2));
    expect(1 - row.coverageRatio).toBeLessThan(widen(0.2));
  });

  test("users who ask as soon as they come are found a little too few in short steps, fast target or slow", () => {
    const [fast, slow] = ENGINE_USERS;
    const usual = drained(fast!, 30_000, 600_000);
    expect(bandMisses(usual, fast!)).toEqual([]);
    const rows = [drained(fast!, 10_000, 200_000), drained(slow!, 30_000, 2_400_000, SLOW_SEEDS)];
    for (const { biasPercent, coverageRatio } of rows) {
      expect(Math.abs(biasPercent)).toBeLessThan(widen(4));
      expect(1 - coverageRatio).toBeLessThan(widen(0.2));
    }
  });

  test.each(CASES)("with steps of 10 s, the shortest that find has, $name is off by little", (searchCase) => {
    const { biasPercent, maePercent, coverageRatio } = drained(searchCase, 10_000, 200_000);
    expect(Math.abs(biasPercent)).toBeLessThan(widen(1.8));
    expect(maePercent).toBeLessThan(widen(4));
    expect(1 - coverageRatio).toBeLessThan(widen(0.24));
  });

  test.each([FAST_CASES[0]!, FAST_CASES[2]!])(
    "a minute for $name is rough, and says so by its interval",
    (searchCase) => {
      const { biasPercent, maePercent, coverageRatio, halfWidthPercent } = drained(searchCase, 10_000, 60_000);
      expect(Math.abs(biasPercent)).toBeLessThan(widen(6));
      expect(maePercent).toBeLessThan(widen(9));
      expect(1 - coverageRatio).toBeLessThan(widen(0.4));
      expect(halfWidthPercent).toBeGreaterThan(8);
    },
  );

  test("steps of 3 s would find too much: hence the floor of 10 s", () => {
    expect(drained(FAST_CASES[0]!, 3000, 60_000).biasPercent).toBeGreaterThan(3);
  });
});
