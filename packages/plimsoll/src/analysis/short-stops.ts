/**
 * Stops too short to leave a second silent, told from the half seconds in which requests were due. Whoever comes while a
 * target stands still waits for what is left of it: of an even stream the waits are spread evenly from nothing to the
 * length of the stop, and all of them end at one instant. So requests that waited far longer than is usual, as many as
 * came in that time and so spread, in a few half seconds that allow for a common end, waited out a stop. A queue that
 * grew, costly inputs or a crowd that came at once leave another picture, or none that can be told from it.
 */
import { bucketValueUs, countOf, firstIndexAboveUs } from "../records/latency-histogram.ts";
import { type Buckets, SLOT_MS } from "../records/second.ts";
import { quantileOf } from "./order-statistics.ts";
import { isOwnDelay, type OwnDelays } from "./own-delays.ts";
import type { SlotStats } from "./slot-stats.ts";

/** Known to the half second at worst. */
export interface ShortStop {
  /** On the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Requests that waited far longer than is usual. */
  readonly waited: number;
}

/** What a phase tells: all its requests by due slot, rising. */
export interface ShortStopEvidence {
  readonly ownDelays: OwnDelays;
  readonly slots: readonly Pick<SlotStats, "due" | "response" | "failedResponse">[];
}

/** The slowest request of three in four half seconds is no slower than what is usual. */
const USUAL_RATIO = 0.75;
/** So many times the usual is slow; a stop is longer still. */
const SLOW_FACTOR = 2;
const LEAST_SLOW_MS = 100;
const STOP_FACTOR = 5;
const LEAST_STOP_MS = 250;
const FEWEST_WAITING = 12;
/** Half seconds with fewer slow requests than this, or than this share of theirs, have nothing to do with it. */
const FEWEST_SLOW_IN_SLOT = 2;
const LEAST_SLOW_RATIO = 0.1;
/** Longer ones leave a second silent, which tells more. */
const MOST_SLOTS = 4;
/** Of the slow ones this share at each end is left out when the common end is sought: others are slow as well. */
const STRAY_RATIO = 0.05;
/** What had to wait is worked off: the ends may lie this share of the stop apart. */
const BACKLOG_RATIO = 0.4;
/** Slow requests against those that came meanwhile at the usual pace: of fewer, others were answered. */
const FEWEST_RATIO = 0.6;
/** More than so many times the usual came at once: a crowd waits for itself. */
const CROWD_RATIO = 1.5;
const CHANCE = 8;
/** Half seconds on either side from which the usual pace is taken. */
const NEIGHBOURS = 6;
/** Of the Kolmogorov–Smirnov distance: exceeded by one even spread in a thousand. */
const MOST_DISTANCE = 1.95;

/** Requests due in one slot. */
interface SlotWaits {
  readonly dueMs: number;
  readonly count: number;
  /** Of the slow ones, rising. */
  readonly slowMs: readonly number[];
}

/** In order of time. */
export function findShortStops({ ownDelays, slots }: ShortStopEvidence): readonly ShortStop[] {
  const usualMs = quantileOf(slots.map(slowestMs), USUAL_RATIO) ?? 0;
  const slowFromMs = Math.max(LEAST_SLOW_MS, SLOW_FACTOR * usualMs);
  const slowFrom = firstIndexAboveUs(slowFromMs * 1000);
  const waits = slots.map((slot) => waitsOf(slot, slowFrom));
  const stops: ShortStop[] = [];
  for (let first = 1; first < waits.length; first++) {
    if (!hasWaited(waits[first]) || hasWaited(waits[first - 1])) continue;
    let last = first;
    while (hasWaited(waits[last + 1])) last++;
    const stop = stopIn(waits, { first, last, slowFromMs, usualMs });
    if (stop !== undefined && !isOurs(ownDelays, stop)) stops.push(stop);
    first = last;
  }
  return stops;
}

function slowestMs({ response, failedResponse }: ShortStopEvidence["slots"][number]): number {
  const index = Math.max(response.at(-1)?.[0] ?? 0, failedResponse.at(-1)?.[0] ?? 0);
  return bucketValueUs(index) / 1000;
}

/** `slowFrom`: the first bucket that is slow. */
function waitsOf({ due, response, failedResponse }: ShortStopEvidence["slots"][number], slowFrom: number): SlotWaits {
  const slowMs = [...slowIn(response, slowFrom), ...slowIn(failedResponse, slowFrom)].sort((a, b) => a - b);
  return { dueMs: due * SLOT_MS, count: countOf(response) + countOf(failedResponse), slowMs };
}

function slowIn(buckets: Buckets, slowFrom: number): readonly number[] {
  const slowMs: number[] = [];
  for (let at = buckets.length - 1; at >= 0 && buckets[at]![0] >= slowFrom; at--) {
    const [index, count] = buckets[at]!;
    for (let i = 0; i < count; i++) slowMs.push(bucketValueUs(index) / 1000);
  }
  return slowMs;
}

function hasWaited(slot: SlotWaits | undefined): boolean {
  return slot !== undefined && slot.slowMs.length >= Math.max(FEWEST_SLOW_IN_SLOT, LEAST_SLOW_RATIO * slot.count);
}

/** Indices of the first and last slot of those in which requests waited. */
interface Group {
  readonly first: number;
  readonly last: number;
  readonly slowFromMs: number;
  readonly usualMs: number;
}

function stopIn(waits: readonly SlotWaits[], group: Group): ShortStop | undefined {
  const { first, last, slowFromMs, usualMs } = group;
  const hit = waits.slice(first, last + 1);
  const slowMs = hit.flatMap((slot) => slot.slowMs).sort((a, b) => a - b);
  const lengthMs = slowMs.at(-1) ?? 0;
  const isWhole = hit.length <= MOST_SLOTS && last + 1 < waits.length && isInRow(hit);
  if (!isWhole || slowMs.length < FEWEST_WAITING || lengthMs < Math.max(LEAST_STOP_MS, STOP_FACTOR * usualMs))
    return undefined;
  const usualCount = usualCountAround(waits, group);
  if (hit.some(({ count }) => count > CROWD_RATIO * usualCount + CHANCE)) return undefined;
  const expected = (usualCount * (lengthMs - slowFromMs)) / SLOT_MS;
  if (slowMs.length < FEWEST_RATIO * expected || !isEven(slowMs, slowFromMs)) return undefined;
  const [earliestMs, latestMs] = commonEnd(hit);
  if (earliestMs > latestMs + Math.max(usualMs, BACKLOG_RATIO * lengthMs)) return undefined;
  const toMs = Math.round((earliestMs + latestMs) / 2);
  return { fromMs: Math.round(toMs - lengthMs), toMs, waited: slowMs.length };
}

function isInRow(hit: readonly SlotWaits[]): boolean {
  return hit.every(({ dueMs }, index) => dueMs === hit[0]!.dueMs + index * SLOT_MS);
}

function usualCountAround(waits: readonly SlotWaits[], { first, last }: Group): number {
  const around = [
    ...waits.slice(Math.max(0, first - NEIGHBOURS), first),
    ...waits.slice(last + 1, last + 1 + NEIGHBOURS),
  ];
  return (
    quantileOf(
      around.map(({ count }) => count),
      0.5,
    ) ?? 0
  );
}

/** As one draws evenly from `fromMs` to the greatest of them. */
function isEven(risingMs: readonly number[], fromMs: number): boolean {
  const spanMs = risingMs[risingMs.length - 1]! - fromMs;
  const distance = risingMs.reduce((most, ms, index) => {
    const ratio = (ms - fromMs) / spanMs;
    return Math.max(most, ratio - index / risingMs.length, (index + 1) / risingMs.length - ratio);
  }, 0);
  return distance <= MOST_DISTANCE / Math.sqrt(risingMs.length);
}

/** When all of them can have ended together: each was due within its slot. */
function commonEnd(hit: readonly SlotWaits[]): readonly [earliestMs: number, latestMs: number] {
  const waitMs = ({ slowMs }: SlotWaits, ratio: number) => quantileOf(slowMs, ratio) ?? 0;
  return [
    Math.max(...hit.map((slot) => slot.dueMs + waitMs(slot, 1 - STRAY_RATIO))),
    Math.min(...hit.map((slot) => slot.dueMs + SLOT_MS + waitMs(slot, STRAY_RATIO))),
  ];
}

/** We were late ourselves, so those waits are ours. */
function isOurs(ownDelays: OwnDelays, { fromMs, toMs }: ShortStop): boolean {
  return isOwnDelay(ownDelays, { fromMs: fromMs - SLOT_MS, toMs: toMs + SLOT_MS }, toMs - fromMs);
}
