import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completedBySecond, completedPerSec, taskRates, wholeSeconds } from "./throughput.ts";

/** 40 of one task and 10 of the other complete in each of the phase's three seconds; 70 more in its drain. */
const SERIES = [40, 40, 40, 70].map((first, sec) => ({
  atMs: 1000 * sec,
  completed: sec < 3 ? 50 : 70,
  byTask: {
    first: { completed: first, failed: 0, p50: 1, p95: 1 },
    ...(sec < 3 ? { second: { completed: 10, failed: 5, p50: 1, p95: 1 } } : {}),
  },
}));
const SECONDS = SERIES.map(({ byTask }, sec) => ({ sec, tasks: new Map(Object.entries(byTask)) }));

describe("throughput", () => {
  test.each([
    [0, 3000, { first: 0, count: 3 }],
    [0, 2999.6, { first: 0, count: 3 }],
    [0, 2900, { first: 0, count: 2 }],
    [500, 3000, { first: 1, count: 2 }],
    [500, 1500, { first: 1, count: 0 }],
    // A phase shorter than a second; one that has not begun.
    [0, 300, { first: 0, count: 1 }],
    [0, 0, { first: 0, count: 0 }],
  ])("is of the whole seconds between: %d ms to %d ms", (fromMs, toMs, seconds) => {
    expect(wholeSeconds(fromMs, toMs)).toEqual(seconds);
  });

  test("counts what completed in the time, whenever it was due, and nothing of the drain", () => {
    expect(completedPerSec(SERIES, 0, 3000)).toBe(50);
    expect(completedPerSec(SERIES, 0, 3700)).toBe(50);
    expect(completedPerSec(SERIES, 3200, 3700)).toBeUndefined();
  });

  test("is each task's own, and nothing in a second that does not name it", () => {
    expect(completedBySecond(SERIES, { first: 1, count: 3 }, "second")).toEqual([10, 10, 0]);
    expect(completedBySecond(SERIES, { first: 1, count: 3 }, "nobody")).toEqual([0, 0, 0]);
  });

  test("has the failed beside the completed, of each task and of all", () => {
    const { all, byTask } = taskRates(SECONDS, wholeSeconds(0, 3000));
    expect(all).toEqual({ completedPerSec: 50, failuresPerSec: 5, requestsPerSec: 55 });
    expect(byTask.get("first")).toEqual({ completedPerSec: 40, failuresPerSec: 0, requestsPerSec: 40 });
    expect(byTask.get("second")).toEqual({ completedPerSec: 10, failuresPerSec: 5, requestsPerSec: 15 });
  });

  describe("laws", () => {
    test("the rates of the tasks add up to that of all", () => {
      const counts = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 30 });
      fc.assert(
        fc.property(counts, fc.integer({ min: 1, max: 30_000 }), (drawn, durationMs) => {
          const seconds = drawn.map(([completed, failed], sec) => ({
            sec,
            tasks: new Map([
              ["first", { completed, failed }],
              ["second", { completed: failed, failed: completed }],
            ]),
          }));
          const { all, byTask } = taskRates(seconds, wholeSeconds(0, durationMs));
          const sum = [...byTask.values()].reduce((total, { completedPerSec: own }) => total + own, 0);
          expect(sum).toBeCloseTo(all.completedPerSec, 9);
        }),
      );
    });
  });
});
