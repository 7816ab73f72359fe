import { describe, expect, test } from "vitest";
import oracle from "../../../../test/fixtures/statistics/histogram.json" with { type: "json" };
import { LatencyHistogram, mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { type CountedExtent, countedExtent, mergeExtents, NO_EXTENT } from "./counted-extent.ts";
import { latencySummary } from "./latency-summary.ts";

function histogramOf(us: readonly number[]): Buckets {
  const histogram = new LatencyHistogram();
  for (const value of us) histogram.recordUs(value);
  return histogram.drain();
}

function extentOf(us: readonly number[]): CountedExtent {
  const ms = us.map((value) => value / 1000);
  const sum = ms.reduce((total, value) => total + value, 0);
  return countedExtent({ sum, min: Math.min(...ms), max: Math.max(...ms) }, ms.length);
}

describe.each(oracle.cases)("oracle: $id", ({ a, b, expect: wanted }) => {
  test.each([
    ["one histogram", wanted.a, histogramOf(a), extentOf(a), a],
    [
      "two, merged",
      wanted.merged,
      mergeBuckets(histogramOf(a), histogramOf(b)),
      mergeExtents(extentOf(a), extentOf(b)),
      [...a, ...b],
    ],
  ] as const)(
    "%s: mean and ends are exact, quantiles within 0.5 %",
    (_, { mean, n, quantiles }, buckets, extent, values) => {
      const summary = latencySummary(buckets, extent)!;
      expect(values).toHaveLength(n);
      // The oracle's mean has twelve digits.
      expect(Math.abs((1000 * summary.mean) / mean - 1)).toBeLessThan(1e-9);
      expect([summary.min, summary.max]).toEqual([Math.min(...values) / 1000, Math.max(...values) / 1000]);
      const told = new Map([
        [0.5, summary.p50],
        [0.9, summary.p90],
        [0.95, summary.p95],
        [0.99, summary.p99],
        [1, summary.max],
      ]);
      for (const { q, exact } of quantiles) {
        expect(Math.abs((1000 * told.get(q)!) / exact - 1)).toBeLessThanOrEqual(0.005 + 1e-9);
      }
    },
  );
});

test("of nothing there is no summary", () => {
  expect(latencySummary([], NO_EXTENT)).toBeUndefined();
});
