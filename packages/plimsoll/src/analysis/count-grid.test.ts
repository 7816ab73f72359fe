import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Buckets } from "../records/second.ts";
import { leaveOneOut } from "./comparison/jackknife.ts";
import { CountGrid } from "./count-grid.ts";

function gridOf(batches: readonly Buckets[]): CountGrid {
  const grid = CountGrid.spanning(batches, batches.length);
  if (grid === undefined) throw new Error("no requests");
  for (const [at, buckets] of batches.entries()) grid.add(at, buckets);
  return grid;
}

const SOME: readonly Buckets[] = [
  [
    [100, 3],
    [104, 1],
  ],
  [[102, 4]],
  [],
];

describe("CountGrid", () => {
  test("tells the bucket of a quantile, and how many of a batch lie in it and beyond", () => {
    const grid = gridOf(SOME);
    expect([grid.total, grid.countOf(1), grid.indexAt(0.3), grid.indexAt(0.5), grid.indexAt(1)]).toEqual([
      8, 4, 100, 102, 104,
    ]);
    expect(grid.split(0, 102)).toEqual({ within: 0, beyond: 1 });
    expect(grid.split(1, 102)).toEqual({ within: 4, beyond: 0 });
    expect(grid.split(2, 100)).toEqual({ within: 0, beyond: 0 });
  });

  test("has no grid for histograms that hold nothing", () => {
    expect(CountGrid.spanning([[], []], 2)).toBeUndefined();
  });
});

describe("laws", () => {
  const buckets = fc
    .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })
    .chain((indices) =>
      fc.tuple(
        ...indices.sort((a, b) => a - b).map((index) => fc.tuple(fc.constant(index), fc.integer({ min: 1, max: 9 }))),
      ),
    );

  test("leaves batches out as merging the others' histograms does", () => {
    fc.assert(
      fc.property(
        fc.array(buckets, { minLength: 2, maxLength: 8 }),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (batches, ratio) => {
          const wanted = leaveOneOut(batches, ratio);
          const found = gridOf(batches).leaveOneOut(ratio);
          expect(found.full).toBeCloseTo(wanted?.full ?? Number.NaN, 9);
          for (const [at, value] of found.without.entries())
            expect(value).toBeCloseTo(wanted?.without[at] ?? Number.NaN, 9);
        },
      ),
    );
  });
});
