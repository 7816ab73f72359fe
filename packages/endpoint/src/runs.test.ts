import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planRuns } from "./runs.ts";

describe("planRuns", () => {
  test.each([
    ["no rows need no run", [], 4, 100, []],
    ["rows of like length share a run", [9, 3, 9, 3], 2, 100, [[1, 3], [0, 2]]], // biome-ignore format: one case a line
    ["a run is full at maxRows", [5, 5, 5], 2, 100, [[0, 1], [2]]],
    ["a run is full when one more row would pass maxPaddedTokens", [2, 2, 10], 8, 20, [[0, 1], [2]]],
    ["a row that is too long runs alone", [50, 1], 8, 20, [[1], [0]]],
  ])("%s", (_, lengths, maxRows, maxPaddedTokens, expected) =>
    expect(planRuns(lengths, { maxRows, maxPaddedTokens })).toEqual(expected),
  );
});

describe("laws", () => {
  const lengths = fc.array(fc.integer({ min: 2, max: 256 }), { maxLength: 64 });
  const maxRows = fc.integer({ min: 1, max: 32 });

  test("each row is in exactly one run", () => {
    fc.assert(
      fc.property(lengths, maxRows, (lengths, maxRows) => {
        const rows = planRuns(lengths, { maxRows, maxPaddedTokens: 512 }).flat();
        expect(rows.sort((a, b) => a - b)).toEqual(lengths.map((_, row) => row));
      }),
    );
  });

  test("no run passes either limit, unless it is a single row", () => {
    fc.assert(
      fc.property(lengths, maxRows, (lengths, maxRows) => {
        for (const run of planRuns(lengths, { maxRows, maxPaddedTokens: 512 })) {
          const padded = run.length * Math.max(...run.map((row) => lengths[row]!));
          expect(run.length === 1 || (run.length <= maxRows && padded <= 512)).toBe(true);
        }
      }),
    );
  });
});
