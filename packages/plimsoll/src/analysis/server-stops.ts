/**
 * Spans in which the target answered nothing although requests were in flight, and then went on: a garbage collection,
 * a lock, thermal throttling, a restart behind a proxy. Told from a second in which nothing ended (two slots), so a stop
 * of two seconds is always seen, one of a second when it covers a whole one.
 */
import { bucketValueUs } from "../records/latency-histogram.ts";
import { SLOT_MS } from "../records/second.ts";
import { quantileOf } from "./order-statistics.ts";
import { isOwnDelay, type OwnDelays } from "./own-delays.ts";
import type { SecondPoint } from "./run-stats.ts";
import type { SlotStats } from "./slot-stats.ts";

export interface ServerStop {
  /** On the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Requests in flight before it went on. */
  readonly inFlight: number;
}

/** What a phase tells: its seconds, and all its requests by due slot, both rising. */
export interface StopEvidence {
  readonly series: readonly Pick<SecondPoint, "atMs" | "completed" | "failed" | "inFlight" | "errors">[];
  readonly slots: readonly Pick<SlotStats, "due" | "response" | "failedResponse">[];
  /** Of the response times of the whole phase. */
  readonly medianMs: number;
  readonly ownDelays: OwnDelays;
}

const SECOND_MS = 1000;
const FEWEST_IN_FLIGHT = 5;
/** So many requests would have ended at the phase's usual pace: chance has left fewer than one in 10⁶ such spans empty. */
const FEWEST_MISSING = 15;
/** A second that ends at most this share of the usual requests counts as silent. */
const SILENT_RATIO = 0.02;
/** A target whose usual answer takes as long as the silence has not stopped. */
const FEWEST_MEDIANS = 3;
/** The later a request came, the less it waited; by at least this share of the time between. Timeouts do not fall. */
const LEAST_FALL_RATIO = 0.1;
const BURST_RATIO = 1.2;
const FULL_SECOND_RATIO = 0.8;

/** In order of time. */
export function findServerStops(evidence: StopEvidence): readonly ServerStop[] {
  const { series } = evidence;
  const usualPerSec =
    quantileOf(
      series.map(endedIn).filter((count) => count > 0),
      0.5,
    ) ?? 0;
  const stops: ServerStop[] = [];
  for (let first = 1; first < series.length; first++) {
    if (!isSilent(series[first]!, usualPerSec) || isSilent(series[first - 1]!, usualPerSec)) continue;
    let last = first;
    while (last + 1 < series.length && isSilent(series[last + 1]!, usualPerSec)) last++;
    if (isStop(evidence, { first, last, usualPerSec }))
      stops.push(describeStop(evidence, { first, last, usualPerSec }));
    first = last;
  }
  return stops;
}

/** Indices of the first and the last silent second. */
interface Silence {
  readonly first: number;
  readonly last: number;
  readonly usualPerSec: number;
}

function isStop({ series, slots, medianMs, ownDelays }: StopEvidence, { first, last, usualPerSec }: Silence): boolean {
  const lengthSec = last - first + 1;
  const after = series.slice(last + 1, last + 3);
  const endedAfter = after.reduce((sum, second) => sum + endedIn(second), 0);
  const silence = { fromMs: series[first]!.atMs, toMs: series[last]!.atMs + SECOND_MS };
  const waits = waitsIn(slots, silence.fromMs, silence.toMs);
  const timedOut = after.reduce((sum, { errors }) => sum + (errors.timeout ?? 0), 0);
  return (
    after.length > 0 &&
    usualPerSec * lengthSec >= FEWEST_MISSING &&
    lengthSec * SECOND_MS >= FEWEST_MEDIANS * medianMs &&
    series.slice(first, last + 1).every(({ inFlight }) => inFlight >= FEWEST_IN_FLIGHT) &&
    !isOwnDelay(ownDelays, silence, lengthSec * SECOND_MS) &&
    timedOut * 2 < endedAfter &&
    isReleased(after, waits, { inFlight: series[last]!.inFlight, usualPerSec })
  );
}

/** When a request due in a slot can have ended at the earliest. */
interface SlotWait {
  readonly dueMs: number;
  readonly leastMs: number;
}

function waitsIn(slots: StopEvidence["slots"], fromMs: number, toMs: number): readonly SlotWait[] {
  return slots.flatMap(({ due, response, failedResponse }) => {
    const dueMs = due * SLOT_MS;
    const least = Math.min(
      response[0]?.[0] ?? Number.POSITIVE_INFINITY,
      failedResponse[0]?.[0] ?? Number.POSITIVE_INFINITY,
    );
    const isWithin = dueMs >= fromMs && dueMs + SLOT_MS <= toMs;
    return isWithin && Number.isFinite(least) ? [{ dueMs, leastMs: bucketValueUs(least) / 1000 }] : [];
  });
}

/** It went on with those who waited: more of them at once than usual, or each later one after a shorter wait. */
function isReleased(
  after: StopEvidence["series"],
  waits: readonly SlotWait[],
  { inFlight, usualPerSec }: { readonly inFlight: number; readonly usualPerSec: number },
): boolean {
  const ended = after.map(endedIn);
  if (ended.some((count) => count >= usualPerSec * BURST_RATIO)) return true;
  const [first] = waits;
  const last = waits.at(-1);
  // Nobody came meanwhile, as when all users were already waiting.
  if (first === undefined || last === undefined || first === last)
    return ended.reduce((sum, count) => sum + count, 0) >= inFlight / 2;
  return first.leastMs - last.leastMs >= LEAST_FALL_RATIO * (last.dueMs - first.dueMs);
}

/**
 * The beginning from what the second before still ended; the end from the first of those who came meanwhile or, where
 * nobody came, from what the second after ended beside those who had waited.
 */
function describeStop({ series, slots }: StopEvidence, { first, last, usualPerSec }: Silence): ServerStop {
  const silentFromMs = series[first]!.atMs;
  const silentToMs = series[last]!.atMs + SECOND_MS;
  const { inFlight } = series[last]!;
  const waits = waitsIn(slots, silentFromMs, silentToMs);
  const ends = waits.map(({ dueMs, leastMs }) => dueMs + SLOT_MS + leastMs);
  const goesOnMs =
    ends.length > 0 ? Math.min(...ends) : silentToMs + idlePartMs(endedIn(series[last + 1]!) - inFlight, usualPerSec);
  return {
    fromMs: Math.round(silentFromMs - idlePartMs(endedIn(series[first - 1]!), usualPerSec)),
    toMs: Math.round(Math.min(Math.max(silentToMs, goesOnMs), silentToMs + SECOND_MS)),
    inFlight,
  };
}

/** How much of a second a target was idle that ended so many in it; a few less than usual are chance. */
function idlePartMs(endedCount: number, usualPerSec: number): number {
  const ratio = Math.max(0, endedCount) / usualPerSec;
  return ratio >= FULL_SECOND_RATIO ? 0 : SECOND_MS * (1 - ratio);
}

function isSilent(second: StopEvidence["series"][number], usualPerSec: number): boolean {
  return endedIn(second) <= usualPerSec * SILENT_RATIO;
}

function endedIn({ completed, failed }: Pick<SecondPoint, "completed" | "failed">): number {
  return completed + failed;
}
