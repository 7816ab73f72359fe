import type { PlannedSlo } from "../../records/record.ts";
import { SLOT_MS } from "../../records/second.ts";
import { BATCH_COUNT, type Batch, batchIndex } from "../batch-means.ts";
import { BucketSum } from "../bucket-sum.ts";
import { AGGREGATED } from "../phase-totals.ts";
import type { ProfileStats, SlotStats } from "../run-stats.ts";
import { slotShare } from "../slot-share.ts";
import type { ObservedStep, SloCount } from "./capacity-step.ts";
import { ABORTED_DISCARD_RATIO, DISCARD_RATIO } from "./step-shape.ts";

/** A step that ended this much before its plan was ended on purpose. */
const ABORT_SLACK_MS = 750;

/** What a search may know of a step that has ended: its counts after the discard, in the order of the promises. */
export function observeStep(
  profile: ProfileStats,
  slos: readonly PlannedSlo[],
  limitsMs: readonly number[],
): ObservedStep {
  const isAborted = profile.durationMs < profile.planned.plannedMs - ABORT_SLACK_MS;
  const fromMs = (isAborted ? ABORTED_DISCARD_RATIO : DISCARD_RATIO) * profile.durationMs;
  const counted = profile.series.filter(({ atMs }) => atMs >= fromMs && atMs < profile.durationMs);
  const meanInFlight = counted.reduce((sum, { inFlight }) => sum + inFlight, 0) / Math.max(1, counted.length);
  return {
    isAborted,
    elapsedMs: profile.durationMs,
    drainMs: profile.drainMs ?? 0,
    counts: slos.map((slo) => countOf(slotsOf(profile, slo, fromMs), slo, limitsMs)),
    meanInFlight,
  };
}

/** The same counts in some twenty equal stretches of time, for an interval that knows a queue's requests to be alike. */
export function promiseBatches(profile: ProfileStats, slo: PlannedSlo, limitsMs: readonly number[]): readonly Batch[] {
  const fromMs = DISCARD_RATIO * profile.durationMs;
  const batchCount = Math.max(1, Math.min(BATCH_COUNT, Math.floor((profile.durationMs - fromMs) / (2 * SLOT_MS))));
  const batches = Array.from({ length: batchCount }, () => ({ sum: 0, count: 0 }));
  for (const slot of slotsOf(profile, slo, fromMs)) {
    const batch = batches[batchIndex(slot.due * SLOT_MS, [fromMs, profile.durationMs], batchCount)]!;
    const { count, badCount } = countOf([slot], slo, limitsMs);
    batch.sum += badCount;
    batch.count += count;
  }
  return batches;
}

/** Requests of the promise's task, or of all, that were due after the discard. */
function slotsOf(profile: ProfileStats, { task }: PlannedSlo, fromMs: number): readonly SlotStats[] {
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
