/** When to end a run that cannot keep its promise any more: by the betting test, or because its queue runs away. */
import { type Bets, isBroken, openBets, placeBet } from "./betting-test.ts";

export interface EarlyStopPlan {
  /** Share of bad requests that the promise allows, above 0: .05 for p95. */
  readonly allowedRatio: number;
  /** Promises watched at once share the error probability of 1 %. */
  readonly promiseCount: number;
  /** Requests waiting beyond which the queue runs away; undefined when not known. */
  readonly waitingLimit: number | undefined;
}

/** One window of at least 2 s and four times the limit. */
export interface StopWindow {
  readonly count: number;
  readonly bad: number;
  /** Requests waiting at its end. */
  readonly waiting: number;
}

/** What has been seen so far; JSON-safe. */
export interface EarlyStop {
  readonly verdict: "go-on" | "promise-broken" | "queue-runs-away";
  readonly bets: Bets;
  /** A window with fewer than twenty requests waits for the next. */
  readonly held: { readonly count: number; readonly bad: number };
  readonly overfullCount: number;
}

const ALPHA = 0.01;
const LEAST_REQUESTS = 20;
const LEAST_WAITING = 50;

/** Measured on M/M/8 (2-s windows): false aborts 0 / 3 % at 70 / 90 % of the limit, overload ended within 28 s. */
export function startEarlyStop({ allowedRatio }: EarlyStopPlan): EarlyStop {
  return { verdict: "go-on", bets: openBets(allowedRatio), held: { count: 0, bad: 0 }, overfullCount: 0 };
}

/** With one window more. A verdict once reached stays. There is no early pass. */
export function stepEarlyStop(state: EarlyStop, window: StopWindow, plan: EarlyStopPlan): EarlyStop {
  if (state.verdict !== "go-on") return state;
  const overfullCount = window.waiting > (plan.waitingLimit ?? Number.POSITIVE_INFINITY) ? state.overfullCount + 1 : 0;
  const count = state.held.count + window.count;
  const bad = state.held.bad + window.bad;
  const isFull = count >= LEAST_REQUESTS;
  const bets = isFull ? placeBet(state.bets, bad / count, plan.allowedRatio) : state.bets;
  const isLost = isBroken(bets, ALPHA / Math.max(1, plan.promiseCount));
  return {
    verdict: isLost ? "promise-broken" : overfullCount >= 2 ? "queue-runs-away" : "go-on",
    bets,
    held: isFull ? { count: 0, bad: 0 } : { count, bad },
    overfullCount,
  };
}

/** max(50, 4 · rate · limit): a queue that long cannot be answered in time any more. */
export function waitingLimitOf(ratePerSec: number, limitMs: number): number {
  return Math.max(LEAST_WAITING, (4 * ratePerSec * limitMs) / 1000);
}

/** At least 2 s and four times the latency limit. */
export function stopWindowMs(limitMs: number): number {
  return Math.max(2000, 4 * limitMs);
}
