/** What a target does with more than it can carry: queue it, shed it, let it time out, or collapse under it. */
import { BATCH_COUNT, batchInterval, shareInterval } from "./batch-means.ts";
import type { Interval } from "./proportion.ts";
import { hacSlope } from "./trend/hac-slope.ts";

export type SaturationClass = "queues" | "sheds" | "times-out" | "collapses" | "absorbs";

export interface SaturationFigures {
  /** Successes within the client's timeout. */
  readonly goodPerSec: number;
  readonly offeredPerSec: number;
  /** Greatest `goodPerSec` seen at any load. */
  readonly referencePerSec: number;
  /** Growth of requests in flight per second ÷ offered per second. */
  readonly growthRatio: number;
  /** Of the offered: 429, 503, refused, reset. */
  readonly shedRatio: number;
  readonly timeoutRatio: number;
}

const COLLAPSE_BELOW = 0.8;
/** Below it nothing is said to be lost. */
export const LOSS_RATIO = 0.01;
const GROWTH_RATIO = 0.05;

/** The class by the figures alone. `absorbs` means that the overload was not reached: no verdict on what lies beyond. */
export function saturationClass(figures: SaturationFigures): SaturationClass {
  const { goodPerSec, referencePerSec, growthRatio, shedRatio, timeoutRatio } = figures;
  if (goodPerSec < COLLAPSE_BELOW * referencePerSec) return "collapses";
  if (shedRatio + timeoutRatio < LOSS_RATIO) return growthRatio > GROWTH_RATIO ? "queues" : "absorbs";
  return shedRatio >= timeoutRatio ? "sheds" : "times-out";
}

/** One of some twenty equal stretches of the second half of an overload. */
export interface OverloadBatch {
  readonly offered: number;
  readonly good: number;
  readonly shed: number;
  readonly timedOut: number;
  /** Mean over the stretch. */
  readonly inFlight: number;
}

export interface Overload {
  readonly batches: readonly OverloadBatch[];
  readonly batchMs: number;
  readonly referencePerSec: number;
}

export interface Saturation {
  readonly class: SaturationClass;
  readonly figures: SaturationFigures;
  /** Comparisons whose interval includes their limit; empty when the class is sure. */
  readonly unsure: readonly SaturationDoubt[];
}

export type SaturationDoubt = "good" | "losses" | "growth" | "shed-or-timeout";

/** The class with the comparisons on its path that twenty batches cannot settle: with any, it is inconclusive. */
export function classifyOverload(overload: Overload): Saturation {
  const { batches, batchMs, referencePerSec } = overload;
  const seconds = (batches.length * batchMs) / 1000;
  const totals = sumOf(batches);
  const offeredPerSec = totals.offered / seconds;
  const slope = growthPerSec(overload);
  const figures: SaturationFigures = {
    goodPerSec: totals.good / seconds,
    offeredPerSec,
    referencePerSec,
    growthRatio: slope.growth / offeredPerSec,
    shedRatio: totals.shed / Math.max(1, totals.offered),
    timeoutRatio: totals.timedOut / Math.max(1, totals.offered),
  };
  const kind = saturationClass(figures);
  return { class: kind, figures, unsure: doubtsOf(overload, kind, slope, offeredPerSec) };
}

interface Growth extends Interval {
  readonly growth: number;
}

function growthPerSec({ batches, batchMs }: Overload): Growth {
  const slope = hacSlope(batches.map(({ inFlight }) => inFlight));
  if (slope === undefined) return { growth: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const scale = 1000 / (batchMs * batches.length);
  return { growth: slope.growth * scale, low: slope.low * scale, high: slope.high * scale };
}

function doubtsOf(
  { batches, batchMs, referencePerSec }: Overload,
  kind: SaturationClass,
  slope: Growth,
  offeredPerSec: number,
): readonly SaturationDoubt[] {
  const good = batchInterval(batches.map((batch) => ({ sum: batch.good, count: batchMs / 1000 })));
  const losses = shareInterval(
    batches.map(({ shed, timedOut, offered }) => ({ sum: shed + timedOut, count: offered })),
  );
  const lead = batchInterval(batches.map(({ shed, timedOut, offered }) => ({ sum: shed - timedOut, count: offered })));
  const isLosing = kind === "sheds" || kind === "times-out";
  const doubts: SaturationDoubt[] = [];
  if (isAstride(good, COLLAPSE_BELOW * referencePerSec)) doubts.push("good");
  if (kind !== "collapses" && isAstride(losses, LOSS_RATIO)) doubts.push("losses");
  if ((kind === "queues" || kind === "absorbs") && isAstride(slope, GROWTH_RATIO * offeredPerSec))
    doubts.push("growth");
  if (isLosing && isAstride(lead, 0)) doubts.push("shed-or-timeout");
  return batches.length < BATCH_COUNT / 4 ? ["good", "losses", "growth"] : doubts;
}

function isAstride(interval: Interval | undefined, limit: number): boolean {
  return interval === undefined || (interval.low < limit && interval.high > limit);
}

function sumOf(batches: readonly OverloadBatch[]): Omit<OverloadBatch, "inFlight"> {
  const totals = { offered: 0, good: 0, shed: 0, timedOut: 0 };
  for (const { offered, good, shed, timedOut } of batches) {
    totals.offered += offered;
    totals.good += good;
    totals.shed += shed;
    totals.timedOut += timedOut;
  }
  return totals;
}
