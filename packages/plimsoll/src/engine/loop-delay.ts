import { createHistogram, performance, type RecordableHistogram } from "node:perf_hooks";

const TICK_MS = 10;

/**
 * How late this thread's event loop comes to what is due, asked a hundred times a second. Node's own monitor forgets when
 * it last looked each time it is read: a standstill that ends with the reading, as one over a second's end does, it
 * never tells.
 */
export class LoopDelay {
  readonly #histogram: RecordableHistogram = createHistogram();
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#look(), TICK_MS);
    this.#timer.unref();
  }

  /** Since the last call. */
  sample(): { readonly p99Ms: number; readonly maxMs: number } {
    if (performance.now() - this.#lastMs > TICK_MS) this.#look();
    const histogram = this.#histogram;
    const isEmpty = histogram.count === 0;
    const sample = isEmpty ? NONE : { p99Ms: histogram.percentile(99) / 1000, maxMs: histogram.max / 1000 };
    histogram.reset();
    return sample;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const nowMs = performance.now();
    const lateUs = Math.round(1000 * (nowMs - this.#lastMs - TICK_MS));
    this.#lastMs = nowMs;
    // What the histogram holds is at least 1.
    this.#histogram.record(Math.max(1, lateUs));
  }
}

const NONE = { p99Ms: 0, maxMs: 0 } as const;
