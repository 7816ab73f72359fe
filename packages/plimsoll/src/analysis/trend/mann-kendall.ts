/** Does a series rise, by ranks alone? With the variance that autocorrelation gives it (Hamed & Rao 1998). */
import { autocorrelation } from "./autocorrelation.ts";
import { theilSen } from "./theil-sen.ts";

export interface MannKendall {
  /** Pairs that rise less pairs that fall. */
  readonly s: number;
  /** Of `s` for independent values without ties: n(n−1)(2n+5)/18. */
  readonly variance: number;
  /** The same less Σ t(t−1)(2t+5)/18 over groups of t equal values. */
  readonly varianceWithTies: number;
  /** (S − sign S) ÷ √variance; 0 when either is. */
  readonly z: number;
  readonly zWithTies: number;
}

export function mannKendall(values: readonly number[]): MannKendall {
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(values[j]! - values[i]!);
  const variance = varianceTerm(n);
  const tied = tieSizes(values).reduce((sum, size) => sum + varianceTerm(size), 0);
  const varianceWithTies = Math.max(0, variance - tied);
  return { s, variance, varianceWithTies, z: zOf(s, variance), zWithTies: zOf(s, varianceWithTies) };
}

export interface HamedRao {
  readonly maxLag: number;
  /** Lags whose autocorrelation of ranks exceeds 1.96/√n. */
  readonly significantLags: readonly number[];
  readonly factorRaw: number;
  /** By which the variance grows; at least 1. */
  readonly factor: number;
  readonly z: number;
}

/**
 * Mann–Kendall's Z with its variance × 1 + 2/(n(n−1)(n−2)) Σ (n−k)(n−k−1)(n−k−2) r_k, over the significant lags k ≤ n/4
 * of the ranks of the series less its Theil–Sen trend.
 */
export function hamedRao(values: readonly number[]): HamedRao {
  const n = values.length;
  const { slope } = theilSen(values);
  const ranks = ranksOf(values.map((value, i) => value - slope * i));
  const maxLag = Math.min(n - 2, Math.max(3, Math.floor(n / 4)));
  const significantLags: number[] = [];
  let sum = 0;
  for (let lag = 1; lag <= maxLag; lag++) {
    const r = autocorrelation(ranks, lag) ?? 0;
    if (Math.abs(r) <= 1.96 / Math.sqrt(n)) continue;
    significantLags.push(lag);
    sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * r;
  }
  const factorRaw = n > 2 ? 1 + (2 / (n * (n - 1) * (n - 2))) * sum : 1;
  const factor = Math.max(1, factorRaw);
  const { s, variance } = mannKendall(values);
  return { maxLag, significantLags, factorRaw, factor, z: zOf(s, variance * factor) };
}

function varianceTerm(n: number): number {
  return (n * (n - 1) * (2 * n + 5)) / 18;
}

function zOf(s: number, variance: number): number {
  return variance > 0 ? (s - Math.sign(s)) / Math.sqrt(variance) : 0;
}

function tieSizes(values: readonly number[]): readonly number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}

/** From 1; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length).fill(0);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let at = first; at <= last; at++) ranks[order[at]!] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}
