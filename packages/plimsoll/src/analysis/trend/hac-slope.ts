/** Growth of a series whose neighbours resemble one another, as those of a queue do. */

export interface HacSlope {
  /** Slope of the least-squares line × number of values: the growth over the whole series, in the values' own unit. */
  readonly growth: number;
  /** Standard error of the slope that allows for autocorrelation up to `lagCount` values. */
  readonly slopeSe: number;
  readonly lagCount: number;
  /** What one standard error is multiplied by; greater than 1.96, because the standard error is estimated too. */
  readonly criticalValue: number;
  /** Two-sided 95 % interval of `growth`. */
  readonly low: number;
  readonly high: number;
}

/** With fewer values the slope's error cannot be estimated. */
const LEAST_VALUES = 3;

/**
 * Least-squares slope b over t = i − (n−1)/2 with a heteroscedasticity- and autocorrelation-consistent error:
 * u = t·residual, L = ⌈1.3 √n⌉, V = Σu² + 2 Σ_{k≤L} (1 − k/(L+1)) Σ u_i u_{i−k}, se = √V ÷ Σt² · √(n/(n−2)).
 * Critical values for a bandwidth that is a fixed share β = L/n of the series: Kiefer & Vogelsang 2005.
 * @returns undefined for fewer than three values
 */
export function hacSlope(values: readonly number[]): HacSlope | undefined {
  const n = values.length;
  if (n < LEAST_VALUES) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const instants = values.map((_, i) => i - (n - 1) / 2);
  const squares = (n * (n * n - 1)) / 12;
  const slope = values.reduce((sum, value, i) => sum + instants[i]! * value, 0) / squares;
  const scores = values.map((value, i) => instants[i]! * (value - mean - slope * instants[i]!));
  const lagCount = Math.ceil(1.3 * Math.sqrt(n));
  const slopeSe = (Math.sqrt(longRunSquares(scores, lagCount)) / squares) * Math.sqrt(n / (n - 2));
  const criticalValue = fixedBandwidthValue(lagCount / n);
  const growth = slope * n;
  const half = criticalValue * slopeSe * n;
  return { growth, slopeSe, lagCount, criticalValue, low: growth - half, high: growth + half };
}

/**
 * Σu² + 2 Σ_{k≤lagCount} (1 − k/(lagCount+1)) Σ u_i u_{i−k}: what the squares of values with mean 0 come to when
 * neighbours resemble one another. Bartlett weights keep it from becoming negative but for rounding.
 */
export function longRunSquares(scores: readonly number[], lagCount: number): number {
  let total = 0;
  for (const score of scores) total += score * score;
  for (let lag = 1; lag <= lagCount; lag++) {
    let products = 0;
    for (let i = lag; i < scores.length; i++) products += scores[i]! * scores[i - lag]!;
    total += 2 * (1 - lag / (lagCount + 1)) * products;
  }
  return Math.max(0, total);
}

/** Two-sided 95 %, for an error estimated from lags up to `share` of the series (0–1). */
export function fixedBandwidthValue(share: number): number {
  return 1.96 + 2.9694 * share + 0.416 * share ** 2 - 0.5324 * share ** 3;
}
