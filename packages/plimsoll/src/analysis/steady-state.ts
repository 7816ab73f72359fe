/** Is a stretch of constant load drowning, flat, or neither? Advisory: a stationary queue wanders, too. */
import { type HacSlope, hacSlope } from "./trend/hac-slope.ts";

export interface SteadyEvidence {
  /** Mean requests in flight per window; windows of equal length, at least 2 s and four median latencies. */
  readonly inFlight: readonly number[];
  /** The same from a source that scatters less, where there is one: it takes much to show that nothing grows. */
  readonly closerInFlight?: readonly number[];
  /** p95 (median below 40 requests) per window, where known. */
  readonly quantilesMs?: readonly number[];
  readonly offered: number;
  readonly completed: number;
  readonly durationMs: number;
}

export interface SteadyState {
  readonly verdict: "unstable" | "steady" | "undecided" | "inconclusive";
  /** Growth of requests in flight over the stretch; undefined when there were too few windows. */
  readonly growth: HacSlope | undefined;
  readonly meanInFlight: number;
  readonly offeredPerSec: number;
  /** Offered less completed, per second. */
  readonly shortfallPerSec: number;
}

/** Fewer windows have no slope worth the name. */
const LEAST_WINDOWS = 10;
const STEADY_RATIO = 0.2;

/**
 * Unstable only when three things agree: requests in flight surely grow, they grow by at least 3 and half their mean, and
 * fewer were answered than came, by more than three standard errors of a Poisson count (without the last, 16 % false alarms
 * at 95 % load). `undecided` asks for a longer stretch.
 */
export function steadyState(evidence: SteadyEvidence): SteadyState {
  const { inFlight, offered, completed, durationMs } = evidence;
  const meanInFlight = inFlight.reduce((sum, level) => sum + level, 0) / Math.max(1, inFlight.length);
  const shortfallPerSec = ((offered - completed) * 1000) / durationMs;
  const growth = inFlight.length < LEAST_WINDOWS ? undefined : hacSlope(inFlight);
  const facts = { growth, meanInFlight, offeredPerSec: (offered * 1000) / durationMs, shortfallPerSec };
  if (growth === undefined) return { verdict: "inconclusive", ...facts };
  const isLarge = growth.growth >= Math.max(3, meanInFlight / 2);
  const isShort = shortfallPerSec > (3 * Math.sqrt(offered) * 1000) / durationMs;
  if (growth.low > 0 && isLarge && isShort) return { verdict: "unstable", ...facts };
  return { verdict: isFlat(evidence, growth, meanInFlight) ? "steady" : "undecided", ...facts };
}

function isFlat({ quantilesMs, closerInFlight }: SteadyEvidence, growth: HacSlope, meanInFlight: number): boolean {
  if (quantilesMs === undefined || quantilesMs.some((value) => !(value > 0))) return false;
  const latency = hacSlope(quantilesMs.map(Math.log));
  const closer = closerInFlight === undefined ? growth : hacSlope(closerInFlight);
  const limit = STEADY_RATIO * meanInFlight;
  if (latency === undefined || closer === undefined || growth.low > limit || growth.high < -limit) return false;
  return isWithin(closer, limit) && isWithin(latency, STEADY_RATIO);
}

function isWithin({ low, high }: HacSlope, limit: number): boolean {
  return low >= -limit && high <= limit;
}
