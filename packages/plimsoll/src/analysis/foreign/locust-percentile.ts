/** Locust's own rounding and percentile rule (locustio/locust `stats.py`), so that its columns mean the same here. */
import { bucketValueUs } from "../../records/latency-histogram.ts";
import type { Buckets } from "../../records/second.ts";

/** The percentile columns of Locust's CSV files, in their order. */
export const LOCUST_PERCENTILES = [
  ["50%", 0.5],
  ["66%", 0.66],
  ["75%", 0.75],
  ["80%", 0.8],
  ["90%", 0.9],
  ["95%", 0.95],
  ["98%", 0.98],
  ["99%", 0.99],
  ["99.9%", 0.999],
  ["99.99%", 0.9999],
  ["100%", 1],
] as const;

/** A response time in ms as Locust counts it: to 1, 10, 100 or 1000 ms as it grows, ties to even. */
export function locustBucketMs(ms: number): number {
  return toStep(ms, ms < 100 ? 1 : ms < 1e3 ? 10 : ms < 1e4 ? 100 : 1e3);
}

function toStep(value: number, step: number): number {
  const rest = value % step; // exact, which value / step is not
  const whole = value - rest;
  if (rest > step / 2) return whole + step;
  if (rest < step / 2) return whole;
  return (whole / step) % 2 === 1 ? whole + step : whole;
}

/** Counts by Locust bucket (ms), rising. */
export type LocustBuckets = readonly (readonly [number, number])[];

/** A histogram (µs) in Locust's buckets; each of its values stands within `[minMs, maxMs]`, which are exact. */
export function locustBuckets(buckets: Buckets, minMs: number, maxMs: number): LocustBuckets {
  const counts = new Map<number, number>();
  for (const [index, count] of buckets) {
    const ms = Math.min(maxMs, Math.max(minMs, bucketValueUs(index) / 1000));
    const bucketMs = locustBucketMs(ms);
    counts.set(bucketMs, (counts.get(bucketMs) ?? 0) + count);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/**
 * Percentile `ratio` (0–1) by Locust's rule: of n requests, k = trunc(n · ratio); walking from the largest bucket
 * and adding counts to c, the first with n − c ≤ k.
 */
export function locustPercentileMs(buckets: LocustBuckets, ratio: number): number {
  let requestCount = 0;
  for (const [, count] of buckets) requestCount += count;
  const rank = Math.trunc(requestCount * ratio);
  let seen = 0;
  for (let place = buckets.length - 1; place >= 0; place--) {
    const [bucketMs, count] = buckets[place]!;
    seen += count;
    if (requestCount - seen <= rank) return bucketMs;
  }
  return 0;
}

/** Locust's median: the 50 % percentile, held within the exact extremes. */
export function locustMedianMs(buckets: LocustBuckets, minMs: number, maxMs: number): number {
  return Math.min(maxMs, Math.max(minMs, locustPercentileMs(buckets, 0.5)));
}
