/** Quantiles of plain values, and how many independent requests a percentile asks for. */

/** Of the one-sided bounds on which every verdict rests; the two-sided interval is then of 90 %. */
export const CONFIDENCE_RATIO = 0.95;

/**
 * Nearest rank `x[⌈ratio·n⌉]` of values in any order.
 * @returns undefined for no values
 */
export function quantileOf(values: readonly number[], ratio: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(ratio * sorted.length - 1e-9) - 1)];
}

/**
 * The least number of requests of which a quantile can be said at all: with fewer, even if all were good, a true
 * share of bad ones at the limit would not be unlikely. n ≥ ln(1 − confidence) ÷ ln(ratio): p95 59, p99 299, p99.9 2995.
 */
export function minimumCount(ratio: number, confidenceRatio = CONFIDENCE_RATIO): number {
  if (ratio <= 0) return 1;
  if (ratio >= 1) return Number.POSITIVE_INFINITY;
  return Math.ceil(Math.log(1 - confidenceRatio) / Math.log(ratio) - 1e-9);
}
