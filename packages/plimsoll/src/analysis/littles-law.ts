/** Little's law as a check of our own books: L = X·W. What breaks it is a lost request or a wrong clock, not the target. */
import { batchIndex, batchInterval } from "./batch-means.ts";
import { studentTQuantile } from "./distributions.ts";
import { CONFIDENCE_RATIO } from "./order-statistics.ts";
import type { Interval } from "./proportion.ts";

/** What one second of the books holds: a gauge, and how long requests were in flight in it by two measures of their times. */
export interface BookSecond {
  /** Requests in flight, mean over the second as well as the gauge knows it. */
  readonly inFlight: number;
  /** All together, from the first byte sent: what it took to connect is left out. */
  readonly leastMs: number;
  /** The same from the scheduled start: what we were late is in it. */
  readonly mostMs: number;
}

export interface BookBalance {
  readonly verdict: "balanced" | "unbalanced" | "inconclusive";
  /**
   * X·W/L − 1 with its two-sided interval of 99.8 % over twenty batches: by the measure that breaks the law, else from
   * the first byte sent. Undefined where there was too little.
   */
  readonly ratio: number | undefined;
  readonly interval: Interval | undefined;
}

/** Shorter stretches hold too few readings of the gauge. */
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
 * The law from counters alone, over seconds of a level load. The gauge counts a request from when it is handed to a
 * connection, which lies between its scheduled start and its first byte: unbalanced is only what the gauge surely (the
 * whole interval beyond 5 %) exceeds by the longer measure, or falls short of by the shorter one.
 */
export function balanceBooks(seconds: readonly BookSecond[]): BookBalance {
  const unknown = { verdict: "inconclusive", ratio: undefined, interval: undefined } as const;
  const least = lawOf(seconds, ({ leastMs }) => leastMs);
  const most = lawOf(seconds, ({ mostMs }) => mostMs);
  if (least === undefined || most === undefined) return unknown;
  if (least.interval.low > TOLERATED_RATIO) return { verdict: "unbalanced", ...least };
  if (most.interval.high < -TOLERATED_RATIO) return { verdict: "unbalanced", ...most };
  const isClose = [least, most].every(({ interval: { low, high } }) => high - low <= 2 * WIDEST_RATIO);
  return { verdict: isClose ? "balanced" : "inconclusive", ...least };
}

function lawOf(
  seconds: readonly BookSecond[],
  spentMsIn: (second: BookSecond) => number,
): { readonly ratio: number; readonly interval: Interval } | undefined {
  if (seconds.length < LEAST_SECONDS) return undefined;
  const batches = Array.from({ length: BATCHES }, () => ({ sum: 0, count: 0 }));
  for (const [at, second] of seconds.entries()) {
    const batch = batches[batchIndex(at, [0, seconds.length], BATCHES)]!;
    batch.sum += spentMsIn(second) / 1000;
    batch.count += second.inFlight;
  }
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  const spread = batchInterval(batches);
  if (total < LEAST_SEEN || spread === undefined) return undefined;
  const ratio = batches.reduce((sum, batch) => sum + batch.sum, 0) / total - 1;
  const half = (WIDER * (spread.high - spread.low)) / 2;
  return { ratio, interval: { low: ratio - half, high: ratio + half } };
}
