/** Does one phase drown, is it flat, or neither: requests in flight and p95 by window where the planned load is level. */
import type { PlannedPhase } from "../records/record.ts";
import { type Buckets, SLOT_MS } from "../records/second.ts";
import { BucketSum } from "./bucket-sum.ts";
import { inFlightLevels, meanAgeMs } from "./in-flight-levels.ts";
import { firstLevel, isSpike } from "./planned-shape.ts";
import type { ProfileSteady, SecondPoint, Warmup } from "./run-stats.ts";
import type { SlotStats } from "./slot-stats.ts";
import { steadyState } from "./steady-state.ts";
import { type WindowGrid, windowQuantilesMs } from "./window-quantiles.ts";

type SteadySecond = Pick<SecondPoint, "atMs" | "sent" | "completed" | "failed" | "inFlight" | "serviceSumMs">;

export interface SteadyPhase {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  readonly warmup: Pick<Warmup, "cutMs" | "method">;
  /** Of all tasks, by due slot. */
  readonly slots: readonly SlotStats[];
  readonly series: readonly SteadySecond[];
  /** Of all requests of the phase, from their send. */
  readonly serviceBuckets: Buckets;
}

const SECOND_MS = 1000;
const LEAST_WINDOW_MS = 2000;
/** Requests in flight resemble their neighbours for some response times: windows are longer than that. */
const WINDOW_LATENCIES = 4;
/** Response times are those of the first requests: an overload's grow with it, and so would its windows. */
const EARLY_REQUESTS = 20;
const LEAST_WINDOWS = 10;
/** More say nothing more. */
const MOST_WINDOWS = 180;
/** A p95 of fewer requests is their maximum; then the median is taken. */
const P95 = { ratio: 0.95, leastCount: 40 } as const;
const MEDIAN = { ratio: 0.5, leastCount: 1 } as const;

/**
 * Looked at is the level part from its first second on, which a queue that fills up needs; only a warm-up that the spec
 * gives is left out. What a target shows while it warms up does not resemble growth: it falls.
 * @returns undefined when the level part holds fewer than ten windows of 2 s and of four response times
 */
export function profileSteady(phase: SteadyPhase): ProfileSteady | undefined {
  if (isSpike(phase.planned)) return undefined;
  const grid = gridOf(phase);
  const seconds = grid && secondsWithin(phase.series, grid);
  if (grid === undefined || seconds === undefined) return undefined;
  const { slots } = phase;
  const quantilesMs = windowQuantilesMs(slots, grid, P95) ?? windowQuantilesMs(slots, grid, MEDIAN);
  const durationMs = grid.count * grid.windowMs;
  const closerInFlight = closerLevels(phase, seconds, grid);
  const found = steadyState({
    inFlight: meansBy(seconds, grid.windowMs / SECOND_MS),
    offered: seconds.reduce((sum, { sent }) => sum + sent, 0),
    completed: seconds.reduce((sum, { completed, failed }) => sum + completed + failed, 0),
    durationMs,
    ...(quantilesMs === undefined ? {} : { quantilesMs }),
    ...(closerInFlight === undefined ? {} : { closerInFlight }),
  });
  if (found.growth === undefined || found.verdict === "inconclusive") return undefined;
  const { growth, low, high } = found.growth;
  return {
    verdict: found.verdict,
    growth,
    low,
    high,
    meanInFlight: found.meanInFlight,
    offeredPerSec: found.offeredPerSec,
    endedPerSec: found.offeredPerSec - found.shortfallPerSec,
    fromMs: grid.fromMs,
    toMs: grid.fromMs + durationMs,
    windowMs: grid.windowMs,
  };
}

/** Whole seconds, so that the windows are made of the seconds of the journal. */
function gridOf({ planned, durationMs, warmup, slots }: SteadyPhase): WindowGrid | undefined {
  const [levelFromMs, toMs] = firstLevel(planned, durationMs);
  const startMs = Math.max(levelFromMs, warmup.method === "given" ? warmup.cutMs : 0);
  const fromMs = SECOND_MS * Math.max(0, Math.ceil(startMs / SECOND_MS - 1e-9));
  const earlyMs = earlyMedianMs(slots, fromMs);
  if (earlyMs === undefined) return undefined;
  let windowMs = Math.max(LEAST_WINDOW_MS, SECOND_MS * Math.ceil((WINDOW_LATENCIES * earlyMs) / SECOND_MS));
  while ((toMs - fromMs) / windowMs > MOST_WINDOWS) windowMs *= 2;
  const count = Math.floor((toMs - fromMs) / windowMs + 1e-9);
  return count < LEAST_WINDOWS ? undefined : { fromMs, windowMs, count };
}

/** The slots are in rising order. */
function earlyMedianMs(slots: readonly SlotStats[], fromMs: number): number | undefined {
  const sum = new BucketSum();
  for (const { due, response, failedResponse, censored } of slots) {
    if (due * SLOT_MS < fromMs) continue;
    for (const buckets of [response, failedResponse, censored]) sum.add(buckets);
    if (sum.count >= EARLY_REQUESTS) break;
  }
  const us = sum.count === 0 ? undefined : sum.valueAtRankUs(Math.ceil(sum.count / 2));
  return us === undefined ? undefined : us / 1000;
}

/** Undefined when one of them is missing. */
function secondsWithin(
  series: readonly SteadySecond[],
  { fromMs, windowMs, count }: WindowGrid,
): readonly SteadySecond[] | undefined {
  const within = series.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + count * windowMs);
  return within.length * SECOND_MS === count * windowMs ? within : undefined;
}

/** Means of so many levels each. */
function meansBy(seconds: readonly SteadySecond[], size: number): readonly number[] {
  return Array.from({ length: seconds.length / size }, (_, window) => {
    const own = seconds.slice(window * size, (window + 1) * size);
    return own.reduce((sum, { inFlight }) => sum + inFlight, 0) / size;
  });
}

function closerLevels(
  { series, serviceBuckets }: SteadyPhase,
  seconds: readonly SteadySecond[],
  { fromMs, windowMs }: WindowGrid,
): readonly number[] | undefined {
  const ended = seconds.flatMap(({ inFlight, serviceSumMs }) =>
    serviceSumMs === undefined ? [] : [{ inFlight, serviceSumMs }],
  );
  const ageMs = meanAgeMs(serviceBuckets);
  if (ended.length < seconds.length || ageMs === undefined) return undefined;
  const before = series.findLast(({ atMs }) => atMs < fromMs)?.inFlight ?? 0;
  return inFlightLevels(ended, before, { size: windowMs / SECOND_MS, ageMs });
}
