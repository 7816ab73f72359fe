/** Watches one promise through a phase: tells when it cannot be kept any more, so that the rest need not run. */
import type { PlannedPhase } from "../records/record.ts";
import type { SecondRecord } from "../records/second.ts";
import { type EarlyStop, startEarlyStop, stepEarlyStop, stopWindowMs, waitingLimitOf } from "./early-stop.ts";
import { isEasedAfter, loadLeft, loadOf } from "./planned-load.ts";
import { PromiseCounts, type WatchedPromise } from "./promise-counts.ts";

export interface PromiseWatchPlan {
  readonly promise: WatchedPromise;
  readonly planned: PlannedPhase;
  /** Promises watched at once in this phase, this one too. */
  readonly promiseCount: number;
}

/** What broke it; instants on the phase clock. */
export interface BrokenPromise {
  /** `beyond-hope`: also if all requests still to come were good. */
  readonly kind: "promise-broken" | "queue-runs-away" | "beyond-hope";
  /** Requests settled from `fromMs` to `toMs`, and the bad ones among them. */
  readonly count: number;
  readonly bad: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly waiting: number;
  /** What `waiting` was held against. */
  readonly waitingLimit: number | undefined;
}

const LEAST_WARMUP_MS = 5000;
const WARMUP_RATIO = 0.1;
/** A hopeless soak must not load its target for minutes before anybody looks. */
const MOST_WARMUP_MS = 60_000;

/**
 * Takes the seconds of a phase in order. Windows begin after a tenth of the phase (5 s at least, a minute at most), or after
 * the warm-up that the profile gives; those in which the generator itself was late are left out.
 */
export class PromiseWatch {
  readonly #plan: PromiseWatchPlan;
  readonly #counts: PromiseCounts;
  readonly #fromSec: number;
  readonly #windowSec: number;
  #stop: EarlyStop;
  #total = { count: 0, bad: 0 };

  constructor(plan: PromiseWatchPlan) {
    const { promise, planned } = plan;
    const tenthMs = WARMUP_RATIO * planned.plannedMs;
    const warmupMs = planned.warmupMs ?? Math.min(MOST_WARMUP_MS, Math.max(LEAST_WARMUP_MS, tenthMs));
    this.#plan = plan;
    this.#fromSec = Math.ceil(warmupMs / 1000);
    this.#windowSec = Math.ceil(stopWindowMs(promise.limit?.ms ?? 0) / 1000);
    this.#counts = new PromiseCounts(promise, this.#fromSec);
    this.#stop = startEarlyStop(this.#stopPlan(0));
  }

  /** Undefined while the promise can still be kept. What drains after the phase decides nothing. */
  add(second: SecondRecord): BrokenPromise | undefined {
    const atMs = (second.sec + 1) * 1000;
    if (atMs > this.#plan.planned.plannedMs) return undefined;
    this.#counts.add(second);
    const counted = second.sec + 1 - this.#fromSec;
    if (counted <= 0 || counted % this.#windowSec !== 0) return undefined;
    return this.#judgeWindow(atMs);
  }

  #judgeWindow(atMs: number): BrokenPromise | undefined {
    const { isLagged, ...window } = this.#counts.take();
    if (isLagged) return undefined;
    this.#total = { count: this.#total.count + window.count, bad: this.#total.bad + window.bad };
    const kind = this.#verdictAfter(window, atMs);
    if (kind === "go-on") return undefined;
    const { waitingLimit } = this.#stopPlan(atMs);
    const seen = { ...this.#total, fromMs: this.#fromSec * 1000, toMs: atMs, waiting: window.waiting, waitingLimit };
    // The bets and the queue hold the load for as it is now: where the plan eases later, only arithmetic decides.
    if (isEasedAfter(this.#plan.planned.shape, atMs))
      return this.#isBeyond(this.#expectedAfter(atMs)) ? { kind: "beyond-hope", ...seen } : undefined;
    return kind === "queue-runs-away" || this.#isBeyond(0) ? { kind, ...seen } : undefined;
  }

  #verdictAfter(window: Parameters<typeof stepEarlyStop>[1], atMs: number): EarlyStop["verdict"] {
    // Where none may be bad there is nothing to bet on: one that is settles it.
    if (this.#plan.promise.allowedRatio <= 0) return this.#total.bad > 0 ? "promise-broken" : "go-on";
    this.#stop = stepEarlyStop(this.#stop, window, this.#stopPlan(atMs));
    return this.#stop.verdict;
  }

  /** More bad ones than are allowed of all requests until now and `goodCount` more. */
  #isBeyond(goodCount: number): boolean {
    return this.#total.bad > this.#plan.promise.allowedRatio * (this.#total.count + goodCount);
  }

  /** Requests still to come, should they come as planned; of users, as often as until now. */
  #expectedAfter(atMs: number): number {
    const { planned } = this.#plan;
    if (planned.kind === "open") return loadLeft(planned.shape, atMs);
    const judgedMs = atMs - this.#fromSec * 1000;
    return (this.#total.count * (planned.plannedMs - atMs)) / judgedMs;
  }

  #stopPlan(atMs: number) {
    const { promise, planned, promiseCount } = this.#plan;
    const { allowedRatio, limit } = promise;
    const hasLimit = planned.kind === "open" && limit !== undefined;
    const waitingLimit = hasLimit ? waitingLimitOf(loadOf(planned.shape)(atMs), limit.ms) : undefined;
    return { allowedRatio, promiseCount, waitingLimit };
  }
}
