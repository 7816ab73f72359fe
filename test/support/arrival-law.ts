/** What arrivals look like, whoever counts them: how many there may be, and how unevenly they come. */
import { ArrivalCursor } from "../../packages/plimsoll/src/plan/arrivals.ts";
import type { OpenProfile } from "../../packages/plimsoll/src/spec/spec.ts";

/** When the arrivals of a level load are due, by the plan of its first phase. */
export function plannedDuesMs(
  load: { readonly ratePerSec: number; readonly seconds: number },
  arrivals: OpenProfile["arrivals"],
  seed: number,
): readonly number[] {
  const durationMs = 1000 * load.seconds;
  const stages = [{ fromPerSec: load.ratePerSec, toPerSec: load.ratePerSec, durationMs }];
  const name = "level";
  const profile: OpenProfile = {
    kind: "open",
    name,
    durationMs,
    tags: undefined,
    warmupMs: undefined,
    arrivals,
    stages,
  };
  const cursor = new ArrivalCursor(profile, { seed, index: 0, slice: { index: 0, count: 1 } });
  const duesMs: number[] = [];
  while (cursor.advance()) duesMs.push(cursor.dueMs);
  return duesMs;
}

/** How far a Poisson count may lie from what the rate brings: beyond, one honest phase in a thousand. */
export function arrivalCountLimit(expectedCount: number): number {
  return 3.3 * Math.sqrt(expectedCount);
}

/** Variance ÷ mean of counts: 0 for even pacing, 1 for a Poisson process, more for bursts. */
export function indexOfDispersion(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1) / mean;
}

/** Instants in [0, untilMs) by windows of this width; the last window is whole. */
export function countsOf(timesMs: readonly number[], widthMs: number, untilMs: number): readonly number[] {
  const counts = Array.from({ length: Math.floor(untilMs / widthMs) }, () => 0);
  for (const atMs of timesMs) {
    const window = Math.floor(atMs / widthMs);
    if (window in counts) counts[window]! += 1;
  }
  return counts;
}
