import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { levelLoads, levelMs } from "./level-loads.ts";

describe("the rows of the table", () => {
  test("go up to twice the capacity when nobody asked for more", () => {
    expect(levelLoads(undefined, 97)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(levelLoads(undefined, 100)).toEqual([1, 2, 5, 10, 20, 50, 100, 200]);
  });

  test("are those asked for, each once and rising, however far beyond", () => {
    expect(levelLoads([1000, 100, 500, 100], 50)).toEqual([100, 500, 1000]);
  });

  test("are none where none were asked for, and where there is no capacity to go by", () => {
    expect(levelLoads([], 97)).toEqual([]);
    expect(levelLoads(undefined, undefined)).toEqual([]);
  });
});

describe("how long a row takes", () => {
  const slos = [{ expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 }];

  test.each([
    ["ten seconds where users ask often", 100, 1000, 10_000],
    ["until a single user at the limit has sent the 75 requests that p95 needs", 1, 0, 37_500],
    ["45 s at most for their sake", 1, 1000, 45_000],
    ["two cycles of a user who thinks long", 100, 40_000, 81_000],
  ])("%s", (_, users, thinkMs, expectedMs) => {
    expect(levelMs(users, { thinkMs, slos })).toBe(expectedMs);
  });
});

describe("laws", () => {
  test("unasked, nobody is pushed beyond twice the capacity", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 20_000, noNaN: true }), (capacity) => {
        const loads = levelLoads(undefined, capacity);
        expect(loads.every((users) => users <= 2 * capacity)).toBe(true);
        expect([...loads].sort((a, b) => a - b)).toEqual([...loads]);
      }),
    );
  });
});
