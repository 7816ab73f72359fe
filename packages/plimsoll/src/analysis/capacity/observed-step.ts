import type { PlannedSlo } from "../../records/record.ts";
import { SLOT_MS } from "../../records/second.ts";
import { BATCH_COUNT, type Batch, batchIndex } from "../batch-means.ts";
import { BucketSum } from "../bucket-sum.ts";
import { AGGREGATED } from "../phase-totals.ts";
import type { ProfileStats } from "../run-stats.ts";
import { slotShare } from "../slot-share.ts";
import type { SlotStats } from "../slot-stats.ts";
import { completedPerSec } from "../throughput.ts";
import type { ObservedStep, SloCount } from "./capacity-step.ts";
import { ABORTED_DISCARD_RATIO, DISCARD_RATIO } from "./step-shape.ts";

export interface StepFigures {
  /** Ended ones: completed and failed. */
  readonly requests: number;
  /** Of those that completed meanwhile, whenever they were due (`throughput.ts`). */
  readonly completedPerSec: number;
  /** Response times, ms, of ended requests; undefined without any. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly errorRatio: number | undefined;
}

/** A step that ended this much before its plan was ended on purpose. */
const ABORT_SLACK_MS = 750;
const END_RATIO = 0.25;

/** What a search may know of a step that has ended: its counts after the discard, in the order of the promises. */
export function observeStep(
  profile: ProfileStats,
  slos: readonly PlannedSlo[],
  limitsMs: readonly number[],
): ObservedStep {
  const fromMs = discardMs(profile);
  const counted = profile.series.filter(({ atMs }) => atMs >= fromMs && atMs < profile.durationMs);
  const meanInFlight = counted.reduce((sum, { inFlight }) => sum + inFlight, 0) / Math.max(1, counted.length);
  return {
    isAborted: isEndedEarly(profile),
    elapsedMs: profile.durationMs,
    drainMs: profile.drainMs ?? 0,
    counts: slos.map((slo) => countOf(slotsOf(profile, slo.task, fromMs), slo, limitsMs)),
    meanInFlight,
    endInFlight: levelAtEnd(profile),
  };
}

/** Mean level of the last quarter, in whole seconds of sending. */
function levelAtEnd({ series, durationMs }: ProfileStats): number {
  const whole = series.filter(({ atMs }) => atMs + 1000 <= durationMs + 1);
  const last = whole.slice(Math.min(-1, -Math.floor(END_RATIO * whole.length)));
  return last.reduce((sum, { inFlight }) => sum + inFlight, 0) / Math.max(1, last.length);
}

/** What a step came to in the part of it that counts, so that its row and its verdict speak of the same requests. */
export function countedFigures(profile: ProfileStats): StepFigures {
  return figuresBetween(profile, discardMs(profile), profile.durationMs);
}

/**
 * Of the requests that were due in a stretch of a phase; its throughput is of those that completed in it. Of a stretch
 * without a whole second, which only the shortest steps have, it is the phase's.
 */
export function figuresBetween(profile: ProfileStats, fromMs: number, toMs: number): StepFigures {
  const times = new BucketSum();
  let requests = 0;
  let failed = 0;
  for (const slot of slotsOf(profile, undefined, fromMs)) {
    if (slot.due * SLOT_MS >= toMs) continue;
    requests += slot.completed + slot.failed;
    failed += slot.failed;
    for (const buckets of [slot.response, slot.failedResponse]) times.add(buckets);
  }
  const quantileMs = (ratio: number): number | undefined => {
    const us = times.valueAtRankUs(Math.max(1, Math.ceil(ratio * times.count - 1e-9)));
    return us === undefined ? undefined : us / 1000;
  };
  return {
    requests,
    completedPerSec: completedPerSec(profile.series, fromMs, toMs) ?? profile.tasks.at(-1)?.completedPerSec ?? 0,
    p50: quantileMs(0.5),
    p95: quantileMs(0.95),
    p99: quantileMs(0.99),
    errorRatio: requests === 0 ? undefined : failed / requests,
  };
}

/** Completed a second after the discard, in which the users of a step are still being added, by when they ended. */
export function settledPerSec({ series, durationMs }: ProfileStats): number {
  return completedPerSec(series, DISCARD_RATIO * durationMs, durationMs) ?? 0;
}

function discardMs(profile: ProfileStats): number {
  return (isEndedEarly(profile) ? ABORTED_DISCARD_RATIO : DISCARD_RATIO) * profile.durationMs;
}

/** Sent for less long than it was meant to. */
export function isEndedEarly({ durationMs, planned }: ProfileStats): boolean {
  return durationMs < planned.plannedMs - ABORT_SLACK_MS;
}

/** The same counts in some twenty equal stretches of time, for an interval that knows a queue's requests to be alike. */
export function promiseBatches(profile: ProfileStats, slo: PlannedSlo, limitsMs: readonly number[]): readonly Batch[] {
  const fromMs = DISCARD_RATIO * profile.durationMs;
  const batchCount = Math.max(1, Math.min(BATCH_COUNT, Math.floor((profile.durationMs - fromMs) / (2 * SLOT_MS))));
  const batches = Array.from({ length: batchCount }, () => ({ sum: 0, count: 0 }));
  for (const slot of slotsOf(profile, slo.task, fromMs)) {
    const batch = batches[batchIndex(slot.due * SLOT_MS, [fromMs, profile.durationMs], batchCount)]!;
    const { count, badCount } = countOf([slot], slo, limitsMs);
    batch.sum += badCount;
    batch.count += count;
  }
  return batches;
}

/** Requests of the promise's task, or of all, that were due after the discard. */
function slotsOf(profile: ProfileStats, task: string | undefined, fromMs: number): readonly SlotStats[] {
  const name = task ?? AGGREGATED;
  const slots = profile.tasks.find((candidate) => candidate.name === name)?.slots ?? [];
  return slots.filter(({ due }) => due * SLOT_MS >= fromMs - SLOT_MS / 2);
}

function countOf(slots: readonly SlotStats[], slo: PlannedSlo, limitsMs: readonly number[]): SloCount {
  const { limitMs, allowedRatio } = slo;
  if (limitMs === undefined) {
    const failed = slots.reduce((sum, slot) => sum + slot.failed, 0);
    return { count: slots.reduce((sum, slot) => sum + slot.completed + slot.failed, 0), badCount: failed };
  }
  const times = new BucketSum();
  let count = 0;
  let badCount = 0;
  for (const slot of slots) {
    const share = slotShare(slot, limitMs, limitsMs);
    count += share.count;
    badCount += share.sum;
    for (const buckets of [slot.response, slot.failedResponse, slot.censored]) times.add(buckets);
  }
  const us = times.valueAtRankUs(Math.max(1, Math.ceil((1 - allowedRatio) * times.count)));
  return { count, badCount, ...(us === undefined ? {} : { quantileMs: us / 1000 }) };
}
