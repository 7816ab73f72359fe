import { mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets, TaskSecond } from "../records/second.ts";
import { type CountedExtent, countedExtent, mergeExtents, NO_EXTENT } from "./counted-extent.ts";
import { ErrorCounts } from "./error-counts.ts";
import { NO_BUCKETS } from "./interned-buckets.ts";
import { latencySummary } from "./latency-summary.ts";
import type { ArrivalTotals, TaskStats } from "./run-stats.ts";
import { slotsIn } from "./slot-blocks.ts";
import { SlotSeries } from "./slot-series.ts";
import type { TaskRates } from "./throughput.ts";

/** What a row of the report needs beside the counts. */
export interface TaskFrame {
  readonly name: string;
  readonly method: string;
  readonly phaseStartedAtMs: number;
  readonly rates: TaskRates;
  readonly inFlightAtEnd: number;
}

/** Everything one request name came to in one phase so far. */
export class TaskTotals {
  #planned = 0;
  #sent = 0;
  #completed = 0;
  #failed = 0;
  #dropped = 0;
  #bodyBytes = 0;
  #responseMs: CountedExtent = NO_EXTENT;
  #serviceMs: CountedExtent = NO_EXTENT;
  #response: Buckets = NO_BUCKETS;
  #service: Buckets = NO_BUCKETS;
  readonly #errors = new ErrorCounts();
  readonly #slots = new SlotSeries();

  addSecond(second: TaskSecond, sec: number): void {
    const ended = second.completed + second.failed;
    this.#planned += second.planned;
    this.#sent += second.sent;
    this.#completed += second.completed;
    this.#failed += second.failed;
    this.#dropped += droppedCountOf(second);
    this.#bodyBytes += second.bodyBytes;
    this.#responseMs = mergeExtents(this.#responseMs, countedExtent(second.responseMs, ended));
    this.#serviceMs = mergeExtents(this.#serviceMs, countedExtent(second.serviceMs, ended));
    this.#service = mergeBuckets(this.#service, second.service);
    for (const cell of second.cells) {
      this.#response = mergeBuckets(this.#response, mergeBuckets(cell.response, cell.failed));
      this.#slots.addCell(cell);
    }
    this.#errors.addSecond(second.errors, sec);
  }

  add(other: TaskTotals): void {
    this.#planned += other.#planned;
    this.#sent += other.#sent;
    this.#completed += other.#completed;
    this.#failed += other.#failed;
    this.#dropped += other.#dropped;
    this.#bodyBytes += other.#bodyBytes;
    this.#responseMs = mergeExtents(this.#responseMs, other.#responseMs);
    this.#serviceMs = mergeExtents(this.#serviceMs, other.#serviceMs);
    this.#response = mergeBuckets(this.#response, other.#response);
    this.#service = mergeBuckets(this.#service, other.#service);
    this.#errors.add(other.#errors);
    this.#slots.add(other.#slots);
  }

  stats(frame: TaskFrame): TaskStats {
    const requests = this.#completed + this.#failed;
    const blocks = this.#slots.blocks();
    return {
      name: frame.name,
      method: frame.method,
      arrivals: this.#arrivals(frame.inFlightAtEnd),
      requests,
      failures: this.#failed,
      ...frame.rates,
      errorRatio: requests > 0 ? this.#failed / requests : undefined,
      meanBodyBytes: requests > 0 ? this.#bodyBytes / requests : 0,
      responseMs: latencySummary(this.#response, this.#responseMs),
      serviceMs: latencySummary(this.#service, this.#serviceMs),
      errors: this.#errors.list(frame.phaseStartedAtMs),
      responseBuckets: this.#response,
      serviceBuckets: this.#service,
      slots: slotsIn(blocks),
      blocks,
    };
  }

  #arrivals(inFlightAtEnd: number): ArrivalTotals {
    return {
      planned: this.#planned,
      sent: this.#sent,
      completed: this.#completed,
      failed: this.#failed,
      inFlightAtEnd,
      dropped: this.#dropped,
    };
  }
}

/** Over all reasons. */
export function droppedCountOf(second: TaskSecond): number {
  return Object.values(second.dropped).reduce((sum, count) => sum + count, 0);
}
