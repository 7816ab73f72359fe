import type { Clock } from "../base/clock.ts";
import { MinHeap } from "./min-heap.ts";

interface Timed {
  readonly atMs: number;
  readonly run: () => void;
  readonly number: number;
}

/**
 * Calls things at instants of a clock, in their order, never early. One timer of Node is set at a time; it rings up to
 * about 1 ms late (measured), and that is told, not hidden: see `lateMs` of the truth.
 */
export class TimerQueue {
  readonly #clock: Clock;
  readonly #heap = new MinHeap<Timed>((left, right) =>
    left.atMs === right.atMs ? left.number < right.number : left.atMs < right.atMs,
  );
  #timer: NodeJS.Timeout | undefined;
  #setForMs = Number.POSITIVE_INFINITY;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  at(atMs: number, run: () => void): void {
    this.#heap.push({ atMs, run, number: this.#count++ });
    if (atMs < this.#setForMs) this.#set();
  }

  clear(): void {
    clearTimeout(this.#timer);
    while (this.#heap.size > 0) this.#heap.pop();
    this.#setForMs = Number.POSITIVE_INFINITY;
  }

  #set(): void {
    clearTimeout(this.#timer);
    const first = this.#heap.first;
    this.#setForMs = first?.atMs ?? Number.POSITIVE_INFINITY;
    if (first === undefined) return;
    this.#timer = setTimeout(() => this.#ring(), Math.max(1, Math.round(first.atMs - this.#clock.nowMs())));
  }

  #ring(): void {
    // While it rings nothing is set: what runs may add to the queue as it likes.
    this.#setForMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      const first = this.#heap.first;
      if (first === undefined || first.atMs > this.#clock.nowMs()) break;
      this.#heap.pop();
      first.run();
    }
    this.#set();
  }
}
