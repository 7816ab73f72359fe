import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { CountGrid } from "./count-grid.ts";

function gridOf(batches: readonly Buckets[]): CountGrid {
  const grid = CountGrid.of(
    batches.map((buckets, batch) => ({ batch, buckets })),
    batches.length,
  );
  if (grid === undefined) throw new Error("no requests");
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
  test("tells the bucket of a quantile, the buckets that hold any, and how many of a batch lie beyond one", () => {
    const grid = gridOf(SOME);
    expect([grid.total, grid.countOf(1), grid.indexAt(0.3), grid.indexAt(0.5), grid.indexAt(1)]).toEqual([
      8, 4, 100, 102, 104,
    ]);
    expect(grid.filled()).toEqual([100, 102, 104]);
    expect([99, 100, 102, 103, 104, 999].map((index) => grid.beyond(0, index))).toEqual([4, 1, 1, 1, 0, 0]);
    expect([1, 101, 102].map((index) => grid.beyond(1, index))).toEqual([4, 4, 0]);
    expect(grid.beyond(2, 100)).toBe(0);
  });

  test("has no grid for histograms that hold nothing", () => {
    expect(CountGrid.of([{ batch: 0, buckets: [] }], 2)).toBeUndefined();
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

  test("counts beyond a bucket as the merged histograms do, in whatever parts they come", () => {
    fc.assert(
      fc.property(
        fc.array(buckets, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 70 }),
        (parts, index) => {
          const grid = CountGrid.of(
            parts.map((part, at) => ({ batch: at % 2, buckets: part })),
            2,
          );
          const wanted = parts
            .reduce<Buckets>(mergeBuckets, [])
            .reduce((sum, [at, count]) => sum + (at > index ? count : 0), 0);
          expect((grid?.beyond(0, index) ?? 0) + (grid?.beyond(1, index) ?? 0)).toBe(wanted);
        },
      ),
    );
  });
});
