/** How one phase took its spike: what it did with it, and how long after it was as before. */
import { countOf } from "../records/latency-histogram.ts";
import type { PlannedPhase } from "../records/record.ts";
import { SLOT_MS } from "../records/second.ts";
import { BucketSum } from "./bucket-sum.ts";
import { timedOutCountOf } from "./error-counts.ts";
import { type PlannedSpike, plannedSpike } from "./planned-spike.ts";
import type { ProfileSpike, SecondPoint, SlotStats, Warmup } from "./run-stats.ts";
import { classifyOverload, type Saturation } from "./saturation-class.ts";
import { fluidDrainMs, type RecoveryWindow, spikeRecovery } from "./spike-recovery.ts";

export interface SpikeSeries {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  readonly warmup: Pick<Warmup, "cutMs" | "method">;
  /** Of all tasks, or of one, by due slot. */
  readonly slots: readonly SlotStats[];
  readonly series: readonly SecondPoint[];
}

/** The reference throughput is the best mean of this many seconds. */
const REFERENCE_SECONDS = 5;

/** @returns undefined when the plan holds no spike upon a level base */
export function profileSpike(evidence: SpikeSeries): ProfileSpike | undefined {
  const spike = plannedSpike(evidence.planned, evidence.durationMs);
  if (spike === undefined) return undefined;
  const points = evidence.series.filter(({ atMs }) => atMs >= spike.fromMs && atMs + 1000 <= spike.toMs);
  const saturation = saturationOf(points, bestPerSec(evidence.series));
  const isOpen = evidence.planned.kind === "open";
  const drain =
    isOpen && saturation?.class === "queues"
      ? fluidDrainMs(spike.base, spike.peak, saturation.figures.goodPerSec, spike.toMs - spike.fromMs)
      : undefined;
  const recovery = spikeRecovery({
    before: windows(evidence, Math.max(spike.baseFromMs, evidence.warmup.cutMs), spike.fromMs, 1000),
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
export function saturationOf(points: readonly SecondPoint[], referencePerSec: number): Saturation | undefined {
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

/** The greatest throughput that was held for five seconds. */
export function bestPerSec(series: readonly SecondPoint[]): number {
  let best = 0;
  for (let at = 0; at + REFERENCE_SECONDS <= series.length; at++) {
    const sum = series.slice(at, at + REFERENCE_SECONDS).reduce((total, { completed }) => total + completed, 0);
    best = Math.max(best, sum / REFERENCE_SECONDS);
  }
  return best;
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
    found.push({ ...tally(own), inFlight: (gauge(atMs) + gauge(atMs + 1000)) / 2 });
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
function gaugeOf(series: readonly SecondPoint[]): (atMs: number) => number {
  const levels = new Map(series.map((point) => [point.atMs + 1000, point.inFlight]));
  const level = (atMs: number): number => levels.get(atMs) ?? 0;
  return (atMs) => {
    const before = Math.floor(atMs / 1000) * 1000;
    const share = (atMs - before) / 1000;
    return level(before) * (1 - share) + (share === 0 ? 0 : level(before + 1000) * share);
  };
}
