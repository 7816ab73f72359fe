/** Which ranks of sorted, independent values enclose a quantile, whatever their distribution. */
import { betaRatio } from "./distributions.ts";

/** Ranks from 1; undefined: no value bounds it on that side, there are too few. */
export interface RankInterval {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * The greatest l with P(B ≤ l − 1) ≤ tail and the least u with P(B ≤ u − 1) ≥ 1 − tail, for B of the binomial distribution
 * (n, ratio): two-sided at 1 − 2·tail. Under queueing neighbours resemble one another, so n must first be divided by what
 * `shareInterval` reckons.
 */
export function rankInterval(ratio: number, n: number, tail = 0.025): RankInterval {
  const low = firstRank(n, (rank) => atMost(rank - 1, n, ratio) > tail) - 1;
  const high = firstRank(n, (rank) => atMost(rank - 1, n, ratio) >= 1 - tail);
  return { low: low < 1 ? undefined : low, high: high > n ? undefined : high };
}

/** P(B ≤ k), by the incomplete beta function: 1 − I_ratio(k + 1, n − k). */
export function atMost(k: number, n: number, ratio: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : 1 - betaRatio(k + 1, n - k, ratio);
}

/** The least rank in 1 … n + 1 from which on `holds`. */
function firstRank(n: number, holds: (rank: number) => boolean): number {
  let low = 1;
  let high = n + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
