import fc from "fast-check";
import { describe, expect, test } from "vitest";
import oracle from "../../../../test/fixtures/statistics/histogram.json" with { type: "json" };
import {
  bucketIndexOfUs,
  bucketUpperUs,
  bucketValueUs,
  countAboveUs,
  countFromIndex,
  countOf,
  firstIndexAboveUs,
  LatencyHistogram,
  MAX_BUCKET_INDEX,
  mergeBuckets,
  quantileUs,
} from "./latency-histogram.ts";
import type { Buckets } from "./second.ts";

function histogramOf(values: readonly number[]): Buckets {
  const histogram = new LatencyHistogram();
  for (const us of values) histogram.recordUs(us);
  return histogram.drain();
}

/** The value of rank ⌈ratio · n⌉, found by sorting. */
function sortedQuantile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(ratio * sorted.length - 1e-9)) - 1]!;
}

describe("mapping", () => {
  test.each(oracle.mapping)("%d µs is in bucket %d", (us, index, lower, upper, representative) => {
    expect(bucketIndexOfUs(us!)).toBe(Math.min(index!, MAX_BUCKET_INDEX));
    expect(bucketUpperUs(index!) / upper!).toBeCloseTo(1, 9);
    expect(bucketUpperUs(index! - 1) / lower!).toBeCloseTo(1, 9);
    expect(bucketValueUs(index!) / representative!).toBeCloseTo(1, 9);
  });

  test("1000 s is the last bucket; longer counts there too, and what is below 1 µs or no number in the first", () => {
    expect(bucketIndexOfUs(1e9)).toBe(MAX_BUCKET_INDEX);
    for (const us of [1e9 + 1, 1e12, Number.POSITIVE_INFINITY]) expect(bucketIndexOfUs(us)).toBe(MAX_BUCKET_INDEX);
    for (const us of [1, 0.5, 0, -5, Number.NaN]) expect(bucketIndexOfUs(us)).toBe(0);
  });
});

describe.each(oracle.cases)("oracle: $id", ({ a, b, expect: expected }) => {
  const histograms = {
    a: histogramOf(a),
    merged: mergeBuckets(histogramOf(a), histogramOf(b)),
  };

  test.each(["a", "merged"] as const)("%s: size and quantiles", (name) => {
    const histogram = histograms[name];
    expect(countOf(histogram)).toBe(expected[name].n);
    expect(histogram.length).toBe(expected[name].buckets);
    for (const { q, bucket, estimate, exact } of expected[name].quantiles) {
      expect(quantileUs(histogram, q)).toBe(bucketValueUs(bucket));
      expect(quantileUs(histogram, q)! / estimate).toBeCloseTo(1, 9);
      expect(Math.abs(quantileUs(histogram, q)! / exact - 1)).toBeLessThanOrEqual(0.005 + 1e-9);
    }
  });
});

describe("LatencyHistogram", () => {
  test("drains what was recorded since the last time, rising, and is empty then", () => {
    const histogram = new LatencyHistogram();
    for (const us of [500, 3, 500]) histogram.recordUs(us);
    expect(histogram.count).toBe(3);
    expect(histogram.drain()).toEqual([
      [110, 1],
      [622, 2],
    ]);
    expect(histogram.count).toBe(0);
    expect(histogram.drain()).toEqual([]);
    histogram.recordUs(1e12);
    histogram.recordUs(0);
    expect(histogram.drain()).toEqual([
      [0, 1],
      [MAX_BUCKET_INDEX, 1],
    ]);
  });
});

describe("quantileUs", () => {
  test("of nothing is undefined", () => {
    expect(quantileUs([], 0.5)).toBeUndefined();
  });

  test("takes the nearest rank, p95 of 20 is the 19th", () => {
    const values = Array.from({ length: 20 }, (_, i) => 1000 * 1.1 ** i);
    const at = (ratio: number) => bucketIndexOfUs(quantileUs(histogramOf(values), ratio)!);
    expect(at(0.95)).toBe(bucketIndexOfUs(values[18]!));
    expect(at(0.951)).toBe(bucketIndexOfUs(values[19]!));
    expect(at(0)).toBe(bucketIndexOfUs(values[0]!));
    expect(at(1)).toBe(bucketIndexOfUs(values[19]!));
  });

  test("is unmoved by rounding: p55 of 100 is the 55th", () => {
    const histogram: Buckets = Array.from({ length: 100 }, (_, i) => [i + 1, 1]);
    expect(0.55 * 100).toBeGreaterThan(55);
    expect(quantileUs(histogram, 0.55)).toBe(bucketValueUs(55));
  });
});

describe("countFromIndex", () => {
  test("counts from the first index above a limit what countAboveUs counts above it", () => {
    const anyBuckets = fc
      .uniqueArray(fc.integer({ min: 0, max: MAX_BUCKET_INDEX }), { maxLength: 12 })
      .map((indices) => indices.sort((a, b) => a - b).map((index, at) => [index, at + 1] as const));
    const anyLimit = fc.oneof(
      fc.double({ min: 0, max: 2e9, noNaN: true }),
      fc.integer({ min: 0, max: MAX_BUCKET_INDEX }).map(bucketValueUs),
    );
    fc.assert(
      fc.property(anyBuckets, anyLimit, (buckets, limitUs) => {
        expect(countFromIndex(buckets, firstIndexAboveUs(limitUs))).toBe(countAboveUs(buckets, limitUs));
      }),
    );
  });
});

describe("countAboveUs", () => {
  test("counts buckets whose representative exceeds the limit", () => {
    const histogram = histogramOf([100, 200, 300, 400]);
    expect(countAboveUs(histogram, 250)).toBe(2);
    expect(countAboveUs(histogram, 0)).toBe(4);
    expect(countAboveUs(histogram, 1e9)).toBe(0);
    expect(countAboveUs([], 1)).toBe(0);
  });
});

describe("laws", () => {
  const durations = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { maxLength: 60 });
  const ratio = fc.double({ min: 0, max: 1, noNaN: true });

  test("a bucket's value is within 0.5 % of all it holds", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (us) => {
        expect(Math.abs(bucketValueUs(bucketIndexOfUs(us)) - us) / us).toBeLessThanOrEqual(0.005 + 1e-9);
      }),
    );
  });

  test("a longer duration is never in a lower bucket", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        expect(bucketIndexOfUs(Math.min(a, b))).toBeLessThanOrEqual(bucketIndexOfUs(Math.max(a, b)));
      }),
    );
  });

  test("a quantile is within 0.5 % of the sorted values' own", () => {
    fc.assert(
      fc.property(durations, ratio, (values, q) => {
        fc.pre(values.length > 0);
        const exact = sortedQuantile(values, q);
        expect(Math.abs(quantileUs(histogramOf(values), q)! - exact) / exact).toBeLessThanOrEqual(0.005 + 1e-9);
      }),
    );
  });

  test("merging is recording all in one, in any order and grouping", () => {
    fc.assert(
      fc.property(durations, durations, durations, (a, b, c) => {
        const [x, y, z] = [histogramOf(a), histogramOf(b), histogramOf(c)];
        const whole = histogramOf([...a, ...b, ...c]);
        expect(mergeBuckets(mergeBuckets(x, y), z)).toEqual(whole);
        expect(mergeBuckets(x, mergeBuckets(y, z))).toEqual(whole);
        expect(mergeBuckets(z, mergeBuckets(y, x))).toEqual(whole);
      }),
    );
  });
});
