import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { type Batch, batchIndex, batchInterval, rateInterval, shareInterval } from "./batch-means.ts";
import { wilsonInterval } from "./proportion.ts";

function batches(sums: readonly number[], count = 100): readonly Batch[] {
  return sums.map((sum) => ({ sum, count }));
}

describe("batchInterval", () => {
  test("five equal batches by hand: mean ± t(.95, 4)·sd/√5", () => {
    const interval = batchInterval(batches([1, 2, 3, 4, 5], 1));
    const half = 2.131846786 * Math.sqrt(2.5 / 5);
    expect(interval?.low).toBeCloseTo(3 - half, 6);
    expect(interval?.high).toBeCloseTo(3 + half, 6);
  });

  test("fewer than five batches with requests give none", () => {
    expect(batchInterval(batches([1, 2, 3, 4]))).toBeUndefined();
    expect(batchInterval([...batches([1, 2, 3, 4]), { sum: 0, count: 0 }])).toBeUndefined();
  });
});

describe("shareInterval", () => {
  test("bad requests in one cluster leave more open than as many scattered ones", () => {
    const scattered = shareInterval(batches(new Array<number>(20).fill(5)));
    const clustered = shareInterval(batches([100, ...new Array<number>(19).fill(0)]));
    expect(scattered).toEqual(wilsonInterval(100, 2000, 0.9));
    expect(clustered.high - clustered.low).toBeGreaterThan(3 * (scattered.high - scattered.low));
    // By hand: se² = .0025 over the batches, so 2000 requests are worth .0475/.0025 · (1.644854/1.729133)² = 17.193.
    const worth = wilsonInterval(0.05 * 17.193, 17.193, 0.9);
    expect(clustered.low).toBeCloseTo(worth.low, 4);
    expect(clustered.high).toBeCloseTo(worth.high, 4);
  });

  test("no bad request at all leaves the interval of independent trials", () => {
    expect(shareInterval(batches(new Array<number>(20).fill(0)))).toEqual(wilsonInterval(0, 2000, 0.9));
  });

  test("covers the true share in about 90 % of runs of independent requests", () => {
    const random = new Random(5);
    let covered = 0;
    for (let run = 0; run < 400; run++) {
      const sums = Array.from({ length: 20 }, () => {
        let bad = 0;
        for (let i = 0; i < 50; i++) if (random.nextRatio() < 0.05) bad++;
        return bad;
      });
      const { low, high } = shareInterval(batches(sums, 50));
      if (low <= 0.05 && 0.05 <= high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.88);
    expect(covered / 400).toBeLessThan(0.99);
  });
});

describe("rateInterval", () => {
  test("a planned ramp does not pass for noise", () => {
    const ramp = rateInterval(Array.from({ length: 20 }, (_, i) => 10 * i));
    const noise = rateInterval(Array.from({ length: 20 }, (_, i) => (i % 2) * 190));
    expect((ramp?.high ?? 0) - (ramp?.low ?? 0)).toBeLessThan(10);
    expect((noise?.high ?? 0) - (noise?.low ?? 0)).toBeGreaterThan(70);
  });
});

test("batchIndex splits a stretch into equal parts and keeps its ends within", () => {
  expect([0, 499, 500, 9999, 10_000, -5].map((at) => batchIndex(at, [0, 10_000], 20))).toEqual([0, 0, 1, 19, 19, 0]);
});
