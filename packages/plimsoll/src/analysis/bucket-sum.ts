import { bucketValueUs, MAX_BUCKET_INDEX } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";

/**
 * Many histograms added up at the cost of their pairs: for sums over hundreds of slots, where merging them one by one
 * would build hundreds of lists (measured: judging 20 minutes took 40 ms instead of 190).
 */
export class BucketSum {
  readonly #counts = new Float64Array(MAX_BUCKET_INDEX + 1);
  #total = 0;
  #lowest = MAX_BUCKET_INDEX + 1;
  #highest = -1;

  get count(): number {
    return this.#total;
  }

  add(buckets: Buckets): void {
    for (const pair of buckets) {
      const index = pair[0];
      const count = pair[1];
      this.#counts[index]! += count;
      this.#total += count;
      if (index < this.#lowest) this.#lowest = index;
      if (index > this.#highest) this.#highest = index;
    }
  }

  /** The value (µs) of the `rank`-th of all, counted from 1; undefined beyond the last. */
  valueAtRankUs(rank: number): number | undefined {
    if (rank > this.#total) return undefined;
    let seen = 0;
    for (let index = this.#lowest; index <= this.#highest; index++) {
      seen += this.#counts[index]!;
      if (seen >= rank) return bucketValueUs(index);
    }
    return undefined;
  }

  /** The sum in wire form. */
  buckets(): Buckets {
    const pairs: [number, number][] = [];
    for (let index = this.#lowest; index <= this.#highest; index++) {
      const count = this.#counts[index]!;
      if (count > 0) pairs.push([index, count]);
    }
    return pairs;
  }

  clear(): void {
    this.#counts.fill(0, this.#lowest, this.#highest + 1);
    this.#total = 0;
    this.#lowest = MAX_BUCKET_INDEX + 1;
    this.#highest = -1;
  }
}
