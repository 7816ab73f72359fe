import type { Buckets } from "../records/second.ts";

/** Requests of one batch. */
export interface BatchBuckets {
  readonly batch: number;
  readonly buckets: Buckets;
}

/**
 * Histograms of several batches side by side and their sum, so that how many of each lie beyond a time costs one look and
 * no new histogram: a live page asks for that hundreds of times every second.
 */
export class CountGrid {
  readonly #first: number;
  readonly #sum: Float64Array;
  /** By batch: how many lie in a bucket or beyond it. */
  readonly #reaching: readonly Float64Array[];

  private constructor(parts: readonly BatchBuckets[], [first, last]: readonly [number, number], batchCount: number) {
    const width = last - first + 1;
    this.#first = first;
    this.#sum = new Float64Array(width);
    this.#reaching = Array.from({ length: batchCount }, () => new Float64Array(width + 1));
    for (const { batch, buckets } of parts) {
      const own = this.#reaching[batch]!;
      for (const pair of buckets) {
        const at = pair[0] - first;
        own[at]! += pair[1];
        this.#sum[at]! += pair[1];
      }
    }
    for (const own of this.#reaching) for (let at = width - 1; at >= 0; at--) own[at]! += own[at + 1]!;
  }

  /** Of parts of any number and order; undefined when they hold nothing. */
  static of(parts: readonly BatchBuckets[], batchCount: number): CountGrid | undefined {
    let first = Number.POSITIVE_INFINITY;
    let last = -1;
    for (const { buckets } of parts) {
      first = Math.min(first, buckets[0]?.[0] ?? first);
      last = Math.max(last, buckets[buckets.length - 1]?.[0] ?? last);
    }
    return last < 0 ? undefined : new CountGrid(parts, [first, last], batchCount);
  }

  get total(): number {
    return this.#reaching.reduce((sum, own) => sum + own[0]!, 0);
  }

  countOf(batch: number): number {
    return this.#reaching[batch]![0]!;
  }

  /** The buckets that hold anything, rising. */
  filled(): readonly number[] {
    const indices: number[] = [];
    for (let at = 0; at < this.#sum.length; at++) if (this.#sum[at]! > 0) indices.push(this.#first + at);
    return indices;
  }

  /** The bucket in which the quantile of all lies (nearest rank). */
  indexAt(ratio: number): number {
    const need = Math.max(1, Math.ceil(ratio * this.total - 1e-9));
    let at = 0;
    for (let seen = this.#sum[0]!; seen < need && at < this.#sum.length - 1; ) seen += this.#sum[++at]!;
    return this.#first + at;
  }

  /** How many of a batch's requests lie in buckets beyond `index`. */
  beyond(batch: number, index: number): number {
    const own = this.#reaching[batch]!;
    return own[Math.min(own.length - 1, Math.max(0, index + 1 - this.#first))]!;
  }
}
