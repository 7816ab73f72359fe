/**
 * Log-bucket histogram of durations: relative error ≤ 0.5 % from 1 µs to 1000 s, mergeable without loss.
 *
 * Bucket i holds (γ^(i−1), γ^i] µs with γ = (1+α)/(1−α), α = 0.005; its representative value is 2γ^i/(γ+1).
 * Source of the mapping: DDSketch (Masson et al., VLDB 2019).
 */
import type { Buckets } from "./second.ts";

const ALPHA = 0.005;
const GAMMA = (1 + ALPHA) / (1 - ALPHA);
const LN_GAMMA = Math.log(GAMMA);
const INV_LN_GAMMA = 1 / LN_GAMMA;

/** Durations above 1000 s count in the last bucket. */
export const MAX_BUCKET_INDEX = Math.ceil(Math.log(1e9) * INV_LN_GAMMA);

/** The bucket of a duration in µs; below 1 µs it is 0. */
export function bucketIndexOfUs(us: number): number {
  if (!(us > 1)) return 0;
  const index = Math.ceil(Math.log(us) * INV_LN_GAMMA);
  return Math.min(index, MAX_BUCKET_INDEX);
}

/** What a bucket stands for, in µs: within 0.5 % of all it holds. */
export function bucketValueUs(index: number): number {
  return (2 * GAMMA ** index) / (GAMMA + 1);
}

/** The greatest duration in µs that a bucket holds. */
export function bucketUpperUs(index: number): number {
  return GAMMA ** index;
}

/** Dense histogram for the hot path: recording is one logarithm and one increment, and allocates nothing. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(MAX_BUCKET_INDEX + 1);
  #total = 0;
  #lowest = MAX_BUCKET_INDEX + 1;
  #highest = -1;

  recordUs(us: number): void {
    const index = bucketIndexOfUs(us);
    this.#counts[index]!++;
    this.#total++;
    if (index < this.#lowest) this.#lowest = index;
    if (index > this.#highest) this.#highest = index;
  }

  get count(): number {
    return this.#total;
  }

  /** What was recorded since the last call, in wire form; leaves the histogram empty. */
  drain(): Buckets {
    const pairs: [number, number][] = [];
    for (let index = this.#lowest; index <= this.#highest; index++) {
      const count = this.#counts[index]!;
      if (count > 0) pairs.push([index, count]);
    }
    this.#counts.fill(0, this.#lowest, this.#highest + 1);
    this.#total = 0;
    this.#lowest = MAX_BUCKET_INDEX + 1;
    this.#highest = -1;
    return pairs;
  }
}

/** Sum of two histograms; order and grouping make no difference. */
export function mergeBuckets(left: Buckets, right: Buckets): Buckets {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const merged: (readonly [number, number])[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (b === undefined || (a !== undefined && a[0] < b[0])) {
      merged.push(a!);
      i++;
    } else if (a === undefined || b[0] < a[0]) {
      merged.push(b);
      j++;
    } else {
      merged.push([a[0], a[1] + b[1]]);
      i++;
      j++;
    }
  }
  return merged;
}

/** How many durations were recorded. */
export function countOf(buckets: Buckets): number {
  let total = 0;
  // Here and below by place: taking a pair apart goes through an iterator, and these loops are most of a live page's work.
  for (const pair of buckets) total += pair[1];
  return total;
}

/**
 * The smallest recorded duration that at least `ratio` (0–1) of all do not exceed, in µs, as its bucket's
 * representative value. Nearest rank: type 1 in Hyndman & Fan 1996.
 * @returns undefined when nothing was recorded
 */
export function quantileUs(buckets: Buckets, ratio: number): number | undefined {
  const total = countOf(buckets);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(ratio * total - 1e-9));
  let seen = 0;
  for (const pair of buckets) {
    seen += pair[1];
    if (seen >= rank) return bucketValueUs(pair[0]);
  }
  return bucketValueUs(buckets[buckets.length - 1]![0]);
}

/** How many durations exceed `limitUs`, taking a bucket's representative for all it holds. */
export function countAboveUs(buckets: Buckets, limitUs: number): number {
  let above = 0;
  for (const [index, count] of buckets) if (bucketValueUs(index) > limitUs) above += count;
  return above;
}

/** The least bucket whose representative exceeds `limitUs`: for who counts in thousands of histograms at one limit. */
export function firstIndexAboveUs(limitUs: number): number {
  let index = bucketIndexOfUs(limitUs);
  while (index > 0 && bucketValueUs(index - 1) > limitUs) index--;
  while (index <= MAX_BUCKET_INDEX && bucketValueUs(index) <= limitUs) index++;
  return index;
}

/** How many durations are in this bucket or in later ones. */
export function countFromIndex(buckets: Buckets, first: number): number {
  let count = 0;
  for (let at = buckets.length - 1; at >= 0 && buckets[at]![0] >= first; at--) count += buckets[at]![1];
  return count;
}
