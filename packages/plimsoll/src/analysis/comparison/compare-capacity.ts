/** Capacities of a baseline and of a new build, each with its interval from a search. */

export interface MeasuredCapacity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const FAIL_BELOW = 0.97;

/**
 * Fail when even the new upper end lies 3 % below the old lower end; pass when the new capacity is surely less than
 * `maxRegressionRatio` below the old: ln(old/new) plus both half-widths. Reasoned, not measured.
 */
export function compareCapacity(
  base: MeasuredCapacity,
  next: MeasuredCapacity,
  maxRegressionRatio: number,
): "pass" | "fail" | "inconclusive" {
  if (next.high < FAIL_BELOW * base.low) return "fail";
  const half = Math.hypot(Math.log(base.high / base.value), Math.log(next.value / next.low));
  return Math.log(base.value / next.value) + half < -Math.log(1 - maxRegressionRatio) ? "pass" : "inconclusive";
}
