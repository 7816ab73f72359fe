/** Little's law as a check of our own books: L = X·W. What breaks it is a lost request or a wrong clock, not the target. */
import { batchIndex, batchInterval } from "./batch-means.ts";
import { studentTQuantile } from "./distributions.ts";
import { CONFIDENCE_RATIO } from "./order-statistics.ts";
import type { Interval } from "./proportion.ts";

/** One request from its send to its end, in any unit of time. */
export type Stay = readonly [startAt: number, endAt: number];

export interface LittleFigures {
  /** ∫ in flight dt over the window, from the stays. */
  readonly integral: number;
  /** Mean in flight. */
  readonly meanInFlight: number;
  /** Ends within the window per unit of time. */
  readonly throughput: number;
  /** Mean whole length of those stays. */
  readonly meanStay: number;
  /** X·W/L − 1: 0 but for what overlaps the window's ends. */
  readonly ratio: number;
}

/** The law over [fromAt, toAt), from single stays. */
export function littlesLaw(stays: readonly Stay[], [fromAt, toAt]: readonly [number, number]): LittleFigures {
  let integral = 0;
  let ended = 0;
  let length = 0;
  for (const [startAt, endAt] of stays) {
    integral += Math.max(0, Math.min(endAt, toAt) - Math.max(startAt, fromAt));
    if (endAt < fromAt || endAt >= toAt) continue;
    ended++;
    length += endAt - startAt;
  }
  const span = toAt - fromAt;
  const meanInFlight = integral / span;
  const throughput = ended / span;
  const meanStay = ended === 0 ? 0 : length / ended;
  return { integral, meanInFlight, throughput, meanStay, ratio: (throughput * meanStay) / meanInFlight - 1 };
}

/** What one second of the books holds. */
export interface BookSecond {
  /** Requests in flight, mean over the second as well as the gauge knows it. */
  readonly inFlight: number;
  /** Sum of the times (send to end) of the requests that ended in it. */
  readonly endedMs: number;
}

export interface BookBalance {
  readonly verdict: "balanced" | "unbalanced" | "inconclusive";
  /** X·W/L − 1 with its two-sided interval of 99.8 % over twenty batches; undefined where there was too little. */
  readonly ratio: number | undefined;
  readonly interval: Interval | undefined;
}

/** Shorter stretches leave too much overlapping their ends. */
const LEAST_SECONDS = 30;
const BATCHES = 20;
/** Requests seen by the gauge, over all seconds: with fewer, chance alone moves it by 5 % and batches hold no spread. */
const LEAST_SEEN = 400;
/** A gauge read once a second scatters by some per cent; a wrong clock or a lost request is off by more. */
const TOLERATED_RATIO = 0.05;
/** With a wider interval a balance says little. */
const WIDEST_RATIO = 0.2;
/** Only a fault of ours can break the law, so it is not alleged lightly. */
const SURE_RATIO = 0.999;
const WIDER = studentTQuantile(SURE_RATIO, BATCHES - 1) / studentTQuantile(CONFIDENCE_RATIO, BATCHES - 1);

/**
 * The law from counters alone, over seconds of a level load: unbalanced only when the whole interval lies beyond ± 5 %.
 * The gauge and the sums are kept apart by the engine, so a slip in either shows.
 */
export function balanceBooks(seconds: readonly BookSecond[]): BookBalance {
  const unknown = { verdict: "inconclusive", ratio: undefined, interval: undefined } as const;
  if (seconds.length < LEAST_SECONDS) return unknown;
  const batches = Array.from({ length: BATCHES }, () => ({ sum: 0, count: 0 }));
  for (const [at, { inFlight, endedMs }] of seconds.entries()) {
    const batch = batches[batchIndex(at, [0, seconds.length], BATCHES)]!;
    batch.sum += endedMs / 1000;
    batch.count += inFlight;
  }
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  const spread = batchInterval(batches);
  if (total < LEAST_SEEN || spread === undefined) return unknown;
  const ratio = batches.reduce((sum, batch) => sum + batch.sum, 0) / total - 1;
  const half = (WIDER * (spread.high - spread.low)) / 2;
  const interval = { low: ratio - half, high: ratio + half };
  const isOff = interval.low > TOLERATED_RATIO || interval.high < -TOLERATED_RATIO;
  return { verdict: isOff ? "unbalanced" : half <= WIDEST_RATIO ? "balanced" : "inconclusive", ratio, interval };
}
