import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketUpperUs } from "../records/latency-histogram.ts";
import { type Batch, shareInterval, totalOf, wideShareInterval } from "./batch-means.ts";
import { CountGrid } from "./count-grid.ts";
import type { Interval } from "./proportion.ts";
import { quantileEnds, type TimedBatches } from "./quantile-ends.ts";

/** Requests in buckets, batch by batch; of each batch so many without a time. */
function timed(batches: readonly (readonly number[])[], withoutTime = 0): TimedBatches {
  const parts = batches.flatMap((indices, batch) =>
    indices.map((index) => ({ batch, buckets: [[index, 1]] as [number, number][] })),
  );
  const grid = CountGrid.of(parts, batches.length);
  return {
    filled: grid?.filled() ?? [],
    beyond: (index) =>
      batches.map((_, batch) => ({
        sum: (grid?.beyond(batch, index) ?? 0) + withoutTime,
        count: (grid?.countOf(batch) ?? 0) + withoutTime,
      })),
  };
}

/** A share, two hundredths to either side. */
function around(batches: readonly Batch[]): Interval {
  const { sum, count } = totalOf(batches);
  return { low: sum / count - 0.02, high: sum / count + 0.02 };
}

const HUNDRED = Array.from({ length: 100 }, (_, at) => 101 + at);

describe("quantileEnds", () => {
  test("by hand: a request in each of a hundred buckets, shares known within two hundredths", () => {
    const { lowUs, highUs, shareBetween } = quantileEnds(timed([HUNDRED]), 0.05, around);
    expect(lowUs).toBeCloseTo(bucketUpperUs(193), 3);
    expect(highUs).toBeCloseTo(bucketUpperUs(197), 3);
    expect(shareBetween).toBeCloseTo(0.04, 9);
  });

  test("across a gap the ends are where the requests are", () => {
    const gap = timed([HUNDRED.map((index) => (index > 195 ? index + 500 : index))]);
    expect(quantileEnds(gap, 0.05, around).lowUs).toBeCloseTo(bucketUpperUs(193), 3);
    expect(quantileEnds(gap, 0.05, around).highUs).toBeCloseTo(bucketUpperUs(697), 3);
  });

  test("no upper end where even the slowest leaves too many beyond, no lower one where even the quickest may be it", () => {
    expect(quantileEnds(timed([HUNDRED], 5), 0.05, around)).not.toHaveProperty("highUs");
    expect(quantileEnds(timed([HUNDRED], 20), 0.05, around).lowUs).toBeCloseTo(bucketUpperUs(200), 3);
    expect(quantileEnds(timed([HUNDRED]), 0.99, around)).not.toHaveProperty("lowUs");
    expect(quantileEnds(timed([[]], 5), 0.05, around)).toEqual({ shareBetween: 1 });
  });
});

describe("laws", () => {
  const batches = fc.array(fc.array(fc.integer({ min: 100, max: 160 }), { minLength: 1, maxLength: 30 }), {
    minLength: 6,
    maxLength: 20,
  });
  const ratio = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  test.each([
    ["the verdict's", shareInterval],
    ["the wide", wideShareInterval],
  ])("with %s shares no end falls as the quantile rises, and all lie within what was seen", (_, intervalOf) => {
    fc.assert(
      fc.property(batches, ratio, ratio, fc.nat(3), (all, one, other, withoutTime) => {
        const course = timed(all, withoutTime);
        const [lower, higher] = [Math.max(one, other), Math.min(one, other)].map((allowed) =>
          quantileEnds(course, allowed, intervalOf),
        );
        const [least, greatest] = [bucketUpperUs(course.filled[0]! - 1), bucketUpperUs(course.filled.at(-1)!)];
        expect(lower?.lowUs ?? 0).toBeLessThanOrEqual((higher?.lowUs ?? least) * (1 + 1e-9));
        expect(lower?.highUs ?? greatest).toBeLessThanOrEqual((higher?.highUs ?? greatest) * (1 + 1e-9));
        for (const ends of [lower, higher]) {
          expect(ends?.lowUs ?? least).toBeGreaterThanOrEqual(least * (1 - 1e-9));
          expect(ends?.highUs ?? greatest).toBeLessThanOrEqual(greatest * (1 + 1e-9));
          expect(ends?.lowUs ?? 0).toBeLessThanOrEqual((ends?.highUs ?? greatest) * (1 + 1e-9));
        }
      }),
    );
  });
});
