import { criticalValue } from "./distributions.ts";

/** A value's interval, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Two-sided interval of a share from `count` of `n` independent trials (Wilson 1927): never outside 0–1, and usable
 * at 0 and at n, where a spread over batches says nothing.
 */
export function wilsonInterval(count: number, n: number, confidenceRatio: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = criticalValue(confidenceRatio);
  const share = count / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / scale;
  return {
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === n ? 1 : Math.min(1, centre + half),
  };
}
