import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { createMergeBins, quantilesMs } from "./merged-bins.ts";

describe("merged bins", () => {
  const [one, two, three]: readonly [Buckets, Buckets, Buckets] = [[[300, 1]], [[310, 2]], [[300, 4]]];

  test("a bin that holds the same histograms is not merged again; one that holds others is", () => {
    const merge = createMergeBins();
    const before = merge([
      [one, two],
      [two, three],
    ]);
    const after = merge([
      [one, two],
      [two, one],
    ]);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toEqual([
      [300, 1],
      [310, 2],
    ]);
    expect(merge([[one, two, three]])[0]).toEqual([
      [300, 5],
      [310, 2],
    ]);
  });

  test("a bin without a request has no quantile", () => {
    expect(quantilesMs(createMergeBins()([[], [[]], [one, []]]), 0.5)).toEqual([null, null, expect.any(Number)]);
  });
});

describe("laws", () => {
  test("a merged bin is its histograms one after the other, whatever was merged before", () => {
    const histogram = fc
      .uniqueArray(fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 1e6 })), { maxLength: 8, selector: ([at]) => at })
      .map((pairs): Buckets => pairs.sort(([a], [b]) => a - b));
    const merge = createMergeBins();
    fc.assert(
      fc.property(fc.array(histogram, { maxLength: 6 }), fc.array(fc.array(fc.nat(5))), (all, picks) => {
        const bins = picks.map((pick) => pick.flatMap((at) => (all[at] === undefined ? [] : [all[at]])));
        expect(merge(bins)).toEqual(bins.map((bin) => bin.reduce<Buckets>(mergeBuckets, [])));
      }),
    );
  });
});
