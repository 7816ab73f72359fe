/** How long after a spike a target is as it was before: seconds, against what emptying its queue must take. */
import { wilsonInterval } from "./proportion.ts";
import { trendRule } from "./trend/drift.ts";
import { medianOf } from "./trend/theil-sen.ts";

/** One second of requests by their scheduled start. */
export interface RecoveryWindow {
  /** Median response time; undefined without requests. */
  readonly medianMs: number | undefined;
  /** Mean over the second, or where only a gauge is known, at its end. */
  readonly inFlight: number;
  /** Ended requests and those that failed, where known. */
  readonly requests?: number;
  readonly failed?: number;
}

export interface SpikeEvidence {
  /** Before the spike, one window a second. */
  readonly before: readonly RecoveryWindow[];
  /** From the spike's end, a window of one second beginning every half second. */
  readonly after: readonly RecoveryWindow[];
  /** What draining the queue takes at least; undefined when the capacity is not known. */
  readonly fluidDrainMs?: number;
}

export interface RecoveryBands {
  readonly medianMs: number;
  readonly inFlight: number;
}

export type SpikeRecovery =
  | { readonly kind: "recovered"; readonly afterMs: number; readonly bands: RecoveryBands }
  | { readonly kind: "not-recovered"; readonly withinMs: number; readonly bands: RecoveryBands }
  /** `watchedMs`: not as before for at least this long after the spike; undefined when it could not be judged at all. */
  | { readonly kind: "inconclusive"; readonly why: string; readonly watchedMs: number | undefined };

const GRID_MS = 500;
/** Seconds of the load before the spike that its bands are made of. */
export const LEAST_BEFORE = 50;
const LEAST_RISE_BEFORE = 0.5;
const LEAST_PATIENCE_MS = 60_000;
/** Three normal standard deviations, from the median absolute deviation. */
const BAND = 3 * 1.4826;

/**
 * The first instant from which three consecutive seconds have a median, requests in flight and failures such as before
 * the spike: median + 3·1.4826·MAD of the windows before. Measured error on M/M/8: ± 1 s in 94 % when the base is at
 * most 60 % of capacity (± 3 s above).
 */
export function spikeRecovery({ before, after, fluidDrainMs }: SpikeEvidence): SpikeRecovery {
  const medians = before.flatMap(({ medianMs }) => (medianMs === undefined ? [] : [medianMs]));
  if (medians.length < LEAST_BEFORE) {
    const why = `Only ${medians.length} s of the load before the spike held requests; ${LEAST_BEFORE} s are needed.`;
    return { kind: "inconclusive", why, watchedMs: undefined };
  }
  if (isRising(medians) && isRising(before.map(({ inFlight }) => inFlight + 1))) {
    const why = "Response times and requests in flight were rising already before the spike.";
    return { kind: "inconclusive", why, watchedMs: undefined };
  }
  const bands = { medianMs: bandOf(medians), inFlight: bandOf(before.map(({ inFlight }) => inFlight)) };
  const isNormal = normality(before, bands);
  const patienceMs = Math.max(LEAST_PATIENCE_MS, 5 * (fluidDrainMs ?? 0));
  for (let at = 0; at + 4 < after.length && at * GRID_MS <= patienceMs; at++) {
    if (isNormal([after[at]!, after[at + 2]!, after[at + 4]!])) {
      return { kind: "recovered", afterMs: at * GRID_MS, bands };
    }
  }
  const seenMs = Math.max(0, after.length - 4) * GRID_MS;
  if (seenMs < patienceMs) {
    const lack = `Not as before within the ${seenMs / 1000} s watched after the spike; ${patienceMs / 1000} s are needed.`;
    return { kind: "inconclusive", why: lack, watchedMs: seenMs };
  }
  return { kind: "not-recovered", withinMs: patienceMs, bands };
}

/**
 * (spike − capacity) · duration ÷ (capacity − base): what a work-conserving queue needs to drain, rates per second.
 * @returns 0 for a spike within capacity, undefined when the base leaves nothing to drain with
 */
export function fluidDrainMs(
  basePerSec: number,
  spikePerSec: number,
  capacityPerSec: number,
  spikeMs: number,
): number | undefined {
  if (basePerSec >= capacityPerSec) return undefined;
  return (Math.max(0, spikePerSec - capacityPerSec) * spikeMs) / (capacityPerSec - basePerSec);
}

/** Twice the drain: something else held it up (a cache, retries, pauses). Half: it did not take the work on. */
export function drainReading(recoveredMs: number, drainMs: number): "slow" | "as-expected" | "shed" {
  if (recoveredMs > 2 * drainMs) return "slow";
  return recoveredMs < 0.5 * drainMs ? "shed" : "as-expected";
}

/** By half at least: a queue that only wanders does less in a minute, and both figures must agree. */
function isRising(values: readonly number[]): boolean {
  const trend = trendRule(values);
  return trend?.verdict === "drift" && trend.relativeRise >= LEAST_RISE_BEFORE;
}

function bandOf(values: readonly number[]): number {
  const median = medianOf(values);
  return median + BAND * medianOf(values.map((value) => Math.abs(value - median)));
}

/** Failures: no more than the upper bound before, with one stray failure in three seconds always allowed. */
function normality(
  before: readonly RecoveryWindow[],
  bands: RecoveryBands,
): (windows: readonly RecoveryWindow[]) => boolean {
  const allowedRatio = wilsonInterval(sumFailed(before), sumRequests(before), 0.9).high;
  return (windows) => {
    const isQuick = windows.every(
      ({ medianMs, inFlight }) => medianMs !== undefined && medianMs <= bands.medianMs && inFlight <= bands.inFlight,
    );
    return isQuick && sumFailed(windows) <= Math.max(1, allowedRatio * sumRequests(windows));
  };
}

function sumFailed(windows: readonly RecoveryWindow[]): number {
  return windows.reduce((sum, { failed }) => sum + (failed ?? 0), 0);
}

function sumRequests(windows: readonly RecoveryWindow[]): number {
  return windows.reduce((sum, { requests }) => sum + (requests ?? 0), 0);
}
