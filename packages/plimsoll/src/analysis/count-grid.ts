import { countOf } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { type LeftOut, LN_GAMMA } from "./comparison/jackknife.ts";

/**
 * Histograms of several batches side by side and their sum, so that a quantile without one batch costs one pass and no
 * new histogram: a live page asks for dozens of them every second.
 */
export class CountGrid {
  readonly #first: number;
  readonly #sum: Float64Array;
  readonly #batches: readonly Float64Array[];
  readonly #counts: Float64Array;
  #total = 0;

  private constructor(first: number, width: number, batchCount: number) {
    this.#first = first;
    this.#sum = new Float64Array(width);
    this.#batches = Array.from({ length: batchCount }, () => new Float64Array(width));
    this.#counts = new Float64Array(batchCount);
  }

  /** An empty grid with room for all of `histograms`; undefined when they hold nothing. */
  static spanning(histograms: readonly Buckets[], batchCount: number): CountGrid | undefined {
    let first = Number.POSITIVE_INFINITY;
    let last = -1;
    for (const buckets of histograms) {
      first = Math.min(first, buckets[0]?.[0] ?? first);
      last = Math.max(last, buckets[buckets.length - 1]?.[0] ?? last);
    }
    return last < 0 ? undefined : new CountGrid(first, last - first + 1, batchCount);
  }

  get total(): number {
    return this.#total;
  }

  add(batch: number, buckets: Buckets): void {
    const own = this.#batches[batch]!;
    for (const pair of buckets) {
      const at = pair[0] - this.#first;
      own[at]! += pair[1];
      this.#sum[at]! += pair[1];
    }
    const count = countOf(buckets);
    this.#counts[batch]! += count;
    this.#total += count;
  }

  countOf(batch: number): number {
    return this.#counts[batch]!;
  }

  /** The bucket in which the quantile of all lies (nearest rank). */
  indexAt(ratio: number): number {
    const need = rankOf(ratio, this.#total);
    let at = 0;
    for (let seen = this.#sum[0]!; seen < need && at < this.#sum.length - 1; ) seen += this.#sum[++at]!;
    return this.#first + at;
  }

  /** Of a batch's requests those in bucket `index`, and those in buckets beyond it. */
  split(batch: number, index: number): { readonly within: number; readonly beyond: number } {
    const own = this.#batches[batch]!;
    let beyond = 0;
    for (let at = index - this.#first + 1; at < own.length; at++) beyond += own[at]!;
    return { within: own[index - this.#first] ?? 0, beyond };
  }

  /** ln quantile (µs) of all, and without each batch in turn, interpolated within its bucket as `lnQuantile` does. */
  leaveOneOut(ratio: number): LeftOut {
    const full = this.#lnQuantile(ratio, undefined);
    return { full, without: this.#batches.map((_, left) => this.#lnQuantile(ratio, left)) };
  }

  #lnQuantile(ratio: number, left: number | undefined): number {
    const minus = left === undefined ? undefined : this.#batches[left];
    const need = rankOf(ratio, this.#total - (left === undefined ? 0 : this.#counts[left]!));
    let before = 0;
    for (let at = 0; at < this.#sum.length; at++) {
      const count = this.#sum[at]! - (minus?.[at] ?? 0);
      if (count > 0 && before + count >= need) return (this.#first + at - 1 + (need - before - 0.5) / count) * LN_GAMMA;
      before += count;
    }
    // Only without the single batch that holds anything: nothing is known then.
    return Number.NaN;
  }
}

function rankOf(ratio: number, n: number): number {
  return Math.max(1, Math.ceil(ratio * n - 1e-9));
}
