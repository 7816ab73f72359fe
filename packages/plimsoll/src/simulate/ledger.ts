import { Durations } from "./durations.ts";
import type { PathTruth } from "./truth.ts";

const MAX_FIRST_COUNT = 10_000;

/** Counts one path; the total is one more ledger that is told everything too. */
export class Ledger {
  readonly #answered = new Map<number, number>();
  readonly #failed = new Map<string, number>();
  readonly #serviceMs = new Durations();
  readonly #lateMs = new Durations();
  readonly #interArrivalMs = new Durations();
  readonly #firstMs: number[] = [];
  #ttftMs: Durations | undefined;
  #gapMs: Durations | undefined;
  #receivedCount = 0;
  #abandonedCount = 0;
  #inProgressCount = 0;
  #lastAtMs: number | undefined;

  received(atMs: number): void {
    this.#receivedCount++;
    this.#inProgressCount++;
    if (this.#lastAtMs !== undefined) {
      this.#interArrivalMs.record(atMs - this.#lastAtMs);
      if (this.#firstMs.length < MAX_FIRST_COUNT) this.#firstMs.push(atMs - this.#lastAtMs);
    }
    this.#lastAtMs = atMs;
  }

  answered(status: number, serviceMs: number, lateMs: number): void {
    this.#inProgressCount--;
    this.#answered.set(status, (this.#answered.get(status) ?? 0) + 1);
    this.#serviceMs.record(serviceMs);
    this.#lateMs.record(lateMs);
  }

  failed(kind: string): void {
    this.#inProgressCount--;
    this.#failed.set(kind, (this.#failed.get(kind) ?? 0) + 1);
  }

  abandoned(): void {
    this.#inProgressCount--;
    this.#abandonedCount++;
  }

  firstToken(ttftMs: number): void {
    this.#ttftMs ??= new Durations();
    this.#ttftMs.record(ttftMs);
  }

  nextToken(gapMs: number): void {
    this.#gapMs ??= new Durations();
    this.#gapMs.record(gapMs);
  }

  truth(): PathTruth {
    const serviceMs = this.#serviceMs.truth();
    const lateMs = this.#lateMs.truth();
    const interArrivalMs = this.#interArrivalMs.truth();
    const ttftMs = this.#ttftMs?.truth();
    const gapMs = this.#gapMs?.truth();
    return {
      received: this.#receivedCount,
      answered: Object.fromEntries(this.#answered),
      failed: Object.fromEntries([...this.#failed].sort(([left], [right]) => (left < right ? -1 : 1))),
      abandoned: this.#abandonedCount,
      inProgress: this.#inProgressCount,
      ...(serviceMs === undefined ? {} : { serviceMs }),
      ...(lateMs === undefined ? {} : { lateMs }),
      ...(interArrivalMs === undefined ? {} : { interArrivalMs: { ...interArrivalMs, first: [...this.#firstMs] } }),
      ...(ttftMs === undefined ? {} : { ttftMs }),
      ...(gapMs === undefined ? {} : { gapMs }),
    };
  }
}
