/** What the seconds of a phase say of one promise while it runs, none of its requests told twice. */
import { countAboveUs, countOf } from "../records/latency-histogram.ts";
import { type SecondRecord, SLOT_MS, type TaskSecond } from "../records/second.ts";
import { DEFAULT_LIMIT_MS, usableLagMs } from "./generator-health.ts";

/** At most this share of the requests may be bad. */
export interface WatchedPromise {
  /** A request name; undefined: all of them. */
  readonly task: string | undefined;
  readonly allowedRatio: number;
  /** Bad are those over it, `index` being its place in the plan's `limitsMs`; undefined: those that failed. */
  readonly limit: { readonly index: number; readonly ms: number } | undefined;
}

/** Requests settled since the last time: ended, or still unanswered although their time is over. */
export interface PromiseWindow {
  readonly count: number;
  readonly bad: number;
  /** In flight at its end. */
  readonly waiting: number;
  /** More than one in a hundred left so late that the window speaks of the generator, not of the target. */
  readonly isLagged: boolean;
}

const MOST_LAGGED_RATIO = 0.01;

/** Counts the seconds from `fromSec` on, and of them the requests that were due since; owned by one watch. */
export class PromiseCounts {
  readonly #promise: WatchedPromise;
  readonly #fromSec: number;
  /** Sent up to the end of each second counted. */
  readonly #sentBySec: number[] = [];
  #endedCount = 0;
  #settled = { count: 0, bad: 0 };
  #told = { count: 0, bad: 0 };
  #waiting = 0;
  #lag = { count: 0, late: 0 };

  constructor(promise: WatchedPromise, fromSec: number) {
    this.#promise = promise;
    this.#fromSec = fromSec;
  }

  /** The next second of the phase. */
  add(second: SecondRecord): void {
    if (second.sec < this.#fromSec) return;
    let sent = this.#sentBySec[this.#sentBySec.length - 1] ?? 0;
    this.#waiting = 0;
    for (const task of tasksOf(second, this.#promise.task)) {
      sent += task.sent;
      this.#waiting += task.inFlight;
      this.#addEnded(task);
    }
    this.#sentBySec.push(sent);
    this.#lag.count += countOf(second.lag);
    this.#lag.late += countAboveUs(second.lag, 1000 * usableLagMs(this.#promise.limit?.ms ?? DEFAULT_LIMIT_MS));
  }

  /** What came since the last call. */
  take(): PromiseWindow {
    const late = this.#lateCount();
    // A late one that ends leaves `late` and enters `settled`: what was told of it stays told.
    const bad = Math.max(0, this.#settled.bad + late - this.#told.bad);
    const count = Math.max(bad, this.#settled.count + late - this.#told.count);
    this.#told = { count: this.#told.count + count, bad: this.#told.bad + bad };
    const isLagged = this.#lag.late > MOST_LAGGED_RATIO * this.#lag.count;
    this.#lag = { count: 0, late: 0 };
    return { count, bad, waiting: this.#waiting, isLagged };
  }

  #addEnded(task: TaskSecond): void {
    const { limit } = this.#promise;
    this.#endedCount += task.completed + task.failed;
    for (const cell of task.cells) {
      if (cell.due * SLOT_MS < this.#fromSec * 1000) continue;
      const failed = countOf(cell.failed);
      this.#settled.count += countOf(cell.response) + failed;
      this.#settled.bad += limit === undefined ? failed : (cell.over[limit.index] ?? 0);
    }
  }

  /** Surely late: sent longer than the limit ago and more than have ended since, whichever these were. */
  #lateCount(): number {
    const { limit } = this.#promise;
    if (limit === undefined) return 0;
    const sent = this.#sentBySec[this.#sentBySec.length - 1 - Math.ceil(limit.ms / 1000)] ?? 0;
    return Math.max(0, sent - this.#endedCount);
  }
}

function tasksOf({ tasks }: SecondRecord, name: string | undefined): readonly TaskSecond[] {
  if (name === undefined) return Object.values(tasks);
  const task = tasks[name];
  return task === undefined ? [] : [task];
}
