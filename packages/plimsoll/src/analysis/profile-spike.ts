/** How one phase took its spike: what it did with it, and how long after it was as before. */
import { countOf } from "../records/latency-histogram.ts";
import type { PlannedPhase } from "../records/record.ts";
import { SLOT_MS } from "../records/second.ts";
import { BucketSum } from "./bucket-sum.ts";
import { timedOutCountOf } from "./error-counts.ts";
import { type PlannedSpike, plannedSpike } from "./planned-spike.ts";
import type { ProfileSpike, SecondPoint, Warmup } from "./run-stats.ts";
import { classifyOverload, type Saturation } from "./saturation-class.ts";
import type { SlotStats } from "./slot-stats.ts";
import { fluidDrainMs, type RecoveryWindow, spikeRecovery } from "./spike-recovery.ts";
import { completedPerSec } from "./throughput.ts";

export interface SpikeSeries {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  readonly warmup: Pick<Warmup, "cutMs" | "method">;
  /** Of all tasks, or of one, by due slot. */
  readonly slots: readonly SlotStats[];
  readonly series: readonly SpikePoint[];
}

/** What is needed of a second. */
type SpikePoint = Pick<SecondPoint, "atMs" | "planned" | "completed" | "shed" | "errors" | "inFlight">;

/** @returns undefined when the plan holds no spike upon a level base */
export function profileSpike(evidence: SpikeSeries): ProfileSpike | undefined {
  const spike = plannedSpike(evidence.planned, evidence.durationMs);
  if (spike === undefined) return undefined;
  const points = evidence.series.filter(({ atMs }) => atMs >= spike.fromMs && atMs + 1000 <= spike.toMs);
  const baseFromMs = Math.max(spike.baseFromMs, evidence.warmup.cutMs);
  const saturation = saturationOf(points, referencePerSec(evidence.series, { ...spike, baseFromMs }));
  const isOpen = evidence.planned.kind === "open";
  const drain =
    isOpen && saturation?.class === "queues"
      ? fluidDrainMs(spike.base, spike.peak, saturation.figures.goodPerSec, spike.toMs - spike.fromMs)
      : undefined;
  const recovery = spikeRecovery({
    before: windows(evidence, baseFromMs, spike.fromMs, 1000),
    after: windows(evidence, spike.toMs, spike.untilMs, SLOT_MS),
    ...(drain === undefined ? {} : { fluidDrainMs: drain }),
  });
  const near = saturation === undefined ? Number.NaN : spike.base / saturation.figures.goodPerSec;
  return {
    fromMs: spike.fromMs,
    toMs: spike.toMs,
    base: spike.base,
    peak: spike.peak,
    peakInFlight: Math.max(0, ...points.map(({ inFlight }) => inFlight)),
    shedRatio: saturation?.figures.shedRatio ?? 0,
    class: isOpen && saturation !== undefined && saturation.unsure.length === 0 ? saturation.class : undefined,
    fluidDrainMs: drain,
    recovery,
    recoveryErrorMs: isOpen && saturation?.class === "queues" && near <= 0.6 ? 1000 : 3000,
  };
}

/**
 * What the target did with an overload, from its second half, in seconds; undefined for less than two seconds. In a closed
 * loop users wait instead of queueing, so the class would mean nothing.
 */
export function saturationOf(points: readonly SpikePoint[], referencePerSec: number): Saturation | undefined {
  const half = points.slice(Math.floor(points.length / 2));
  if (half.length === 0) return undefined;
  const batches = half.map((point) => ({
    offered: point.planned,
    good: point.completed,
    shed: point.shed ?? 0,
    timedOut: timedOutCountOf(point.errors),
    inFlight: point.inFlight,
  }));
  return classifyOverload({ batches, batchMs: 1000, referencePerSec });
}

/**
 * The greatest throughput of the base, of either half of the spike, and of as long after it. The best of all stretches of a
 * few seconds would lie 15 % above what the target can do.
 */
function referencePerSec(series: readonly SpikePoint[], { baseFromMs, fromMs, toMs }: PlannedSpike): number {
  const halfMs = (toMs - fromMs) / 2;
  const cornersMs = [baseFromMs, fromMs, fromMs + halfMs, toMs, toMs + halfMs];
  return Math.max(...cornersMs.slice(1).map((endMs, at) => completedPerSec(series, cornersMs[at]!, endMs) ?? 0));
}

/** Windows of one second that begin every `stepMs` and lie whole within the span. */
function windows(
  { slots, series }: SpikeSeries,
  fromMs: PlannedSpike["fromMs"],
  toMs: number,
  stepMs: number,
): readonly RecoveryWindow[] {
  const bySlot = new Map(slots.map((slot) => [slot.due, slot]));
  const gauge = gaugeOf(series);
  const first = Math.ceil(fromMs / SLOT_MS - 1e-9) * SLOT_MS;
  const found: RecoveryWindow[] = [];
  for (let atMs = first; atMs + 1000 <= toMs; atMs += stepMs) {
    const own = [bySlot.get(atMs / SLOT_MS), bySlot.get(atMs / SLOT_MS + 1)].flatMap((slot) => slot ?? []);
    // At its end: the mean of both ends lies above a queue that drained in between, and would find it half a second later.
    found.push({ ...tally(own), inFlight: gauge(atMs + 1000) });
  }
  return found;
}

function tally(slots: readonly SlotStats[]): Omit<RecoveryWindow, "inFlight"> {
  const sum = new BucketSum();
  let requests = 0;
  let failed = 0;
  for (const slot of slots) {
    for (const buckets of [slot.response, slot.failedResponse, slot.censored]) sum.add(buckets);
    failed += slot.failed + countOf(slot.censored);
    requests += slot.completed + slot.failed + countOf(slot.censored);
  }
  const us = sum.valueAtRankUs(Math.max(1, Math.ceil(sum.count / 2)));
  return { medianMs: us === undefined ? undefined : us / 1000, requests, failed };
}

/** Requests in flight at an instant, a straight line between the ends of seconds. */
function gaugeOf(series: readonly SpikePoint[]): (atMs: number) => number {
  const levels = new Map(series.map((point) => [point.atMs + 1000, point.inFlight]));
  const level = (atMs: number): number => levels.get(atMs) ?? 0;
  return (atMs) => {
    const before = Math.floor(atMs / 1000) * 1000;
    const share = (atMs - before) / 1000;
    return level(before) * (1 - share) + (share === 0 ? 0 : level(before + 1000) * share);
  };
}
