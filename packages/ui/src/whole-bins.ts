import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";

/**
 * So many of a profile's bins were watched whole. In the last one sending and draining may have ended, and what little
 * came in it would look like a fall to nothing.
 */
export function wholeBins({ series, durationMs, drainMs, isFinished }: ProfileData): number {
  const { atMs, binMs } = series;
  const lastAtMs = atMs.at(-1);
  if (lastAtMs === undefined || atMs.length === 1 || !isFinished) return atMs.length;
  const watchedMs = durationMs + (drainMs ?? 0) - lastAtMs;
  return watchedMs < binMs - ROUNDING_MS ? atMs.length - 1 : atMs.length;
}

/** Clocks that were written in whole milliseconds may be so much short. */
const ROUNDING_MS = 5;
