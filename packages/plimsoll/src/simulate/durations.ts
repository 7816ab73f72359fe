import { LatencyHistogram, mergeBuckets, quantileUs } from "../records/latency-histogram.ts";

/** Durations in ms; quantiles are within 0.5 %, the others exact. */
export interface DurationTruth {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Durations as they come, in constant space; reading them leaves them in place. */
export class Durations {
  readonly #recent = new LatencyHistogram();
  #buckets: ReturnType<LatencyHistogram["drain"]> = [];
  #count = 0;
  #sumMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = Number.NEGATIVE_INFINITY;

  record(ms: number): void {
    this.#recent.recordUs(ms * 1000);
    this.#count++;
    this.#sumMs += ms;
    if (ms < this.#minMs) this.#minMs = ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /** `undefined` while there are none. */
  truth(): DurationTruth | undefined {
    if (this.#count === 0) return undefined;
    this.#buckets = mergeBuckets(this.#buckets, this.#recent.drain());
    const quantile = (ratio: number) => {
      const ms = quantileUs(this.#buckets, ratio)! / 1000;
      return Math.min(this.#maxMs, Math.max(this.#minMs, ms));
    };
    return {
      count: this.#count,
      min: this.#minMs,
      mean: this.#sumMs / this.#count,
      p50: quantile(0.5),
      p75: quantile(0.75),
      p90: quantile(0.9),
      p95: quantile(0.95),
      p99: quantile(0.99),
      p999: quantile(0.999),
      max: this.#maxMs,
    };
  }
}
