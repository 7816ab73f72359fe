/** Mean requests in flight, nearer than what a gauge read once a second tells. */
import { bucketValueUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";

/** One second of requests that ended, and of who was left. */
export interface EndedSecond {
  /** At its end. */
  readonly inFlight: number;
  /** Of the requests that ended in it, from their send. */
  readonly serviceSumMs: number;
}

/**
 * The time that requests spent in flight within a window is the length of those that ended in it, and the growth of the
 * ages of those that did not: as many as the gauge has more, times the mean age of one. What never ends is not in it:
 * the gauge has to be asked, too.
 * @param before requests in flight when the first second began
 * @returns the mean of every `size` whole seconds
 */
export function inFlightLevels(
  seconds: readonly EndedSecond[],
  before: number,
  { size, ageMs }: { readonly size: number; readonly ageMs: number },
): readonly number[] {
  let from = before;
  return Array.from({ length: Math.floor(seconds.length / size) }, (_, window) => {
    const own = seconds.slice(window * size, (window + 1) * size);
    const to = own[own.length - 1]?.inFlight ?? from;
    const spentMs = own.reduce((sum, { serviceSumMs }) => sum + serviceSumMs, 0) + ageMs * (to - from);
    from = to;
    return spentMs / (1000 * size);
  });
}

/** How old a request is that is seen in flight at any instant: E[S²] ÷ 2E[S]. @returns undefined for no times at all */
export function meanAgeMs(times: Buckets): number | undefined {
  let sum = 0;
  let squares = 0;
  for (const [index, count] of times) {
    const ms = bucketValueUs(index) / 1000;
    sum += count * ms;
    squares += count * ms * ms;
  }
  return sum > 0 ? squares / (2 * sum) : undefined;
}
