import type { SecondPoint } from "../analysis/run-stats.ts";
import { type BlockedSlots, eachEnded } from "../analysis/slot-blocks.ts";
import { ERROR_KINDS, type ErrorKind } from "../base/outcome.ts";
import { type Buckets, SLOT_MS } from "../records/second.ts";
import { roundForChart } from "./html-round.ts";
import { type Column, createMergeBins, quantilesMs } from "./merged-bins.ts";

/** The charts' lines, one value a bin of `binMs`; flows are per second, levels the greatest of the bin. */
export interface Series {
  readonly binMs: number;
  /** Start of each bin on the phase clock. */
  readonly atMs: readonly number[];
  readonly users: Column;
  readonly inFlight: Column;
  readonly planned: Column;
  readonly sent: Column;
  readonly completed: Column;
  readonly failed: Column;
  readonly dropped: Column;
  /** Response time (ms) of the requests that ended in the bin. */
  readonly p50: Column;
  readonly p90: Column;
  readonly p95: Column;
  readonly p99: Column;
  readonly max: Column;
  /** Failures per second by kind, only kinds that occurred, in the order of the vocabulary. */
  readonly errors: readonly { readonly kind: string; readonly perSec: Column }[];
  readonly sendLagP99Ms: Column;
  readonly loopDelayP99Ms: Column;
  readonly cpuRatio: Column;
  readonly utilisationRatio: Column;
}

const MAX_BINS = 600;
const BIN_SECONDS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];
const SPARK_PARTS = 60;
const mergeSeconds = createMergeBins();
const mergeParts = createMergeBins();

/**
 * Thins the seconds of a phase (or of several runs of it, by time) to at most 600 bins; percentiles are taken anew from
 * the merged histograms.
 */
export function seriesOf(points: readonly SecondPoint[], binMs: number = binMsFor(points)): Series {
  const bins = binned(points, binMs);
  const flow = (pick: (point: SecondPoint) => number): Column =>
    bins.map((bin) => (bin.length === 0 ? null : roundForChart(sum(bin.map(pick)) / bin.length)));
  const level = (pick: (point: SecondPoint) => number | undefined): Column =>
    bins.map((bin) => greatest(bin.map(pick)));
  // A bin of one second has its quantiles already.
  const merged = mergeSeconds(bins.map((bin) => (bin.length === 1 ? [] : bin.map(({ response }) => response))));
  const quantile = (ratio: number, exact: (point: SecondPoint) => number | undefined): Column => {
    const thinned = quantilesMs(merged, ratio);
    return bins.map((bin, index) => (bin.length === 1 ? greatest(bin.map(exact)) : (thinned[index] ?? null)));
  };
  return {
    binMs,
    atMs: bins.map((_, index) => index * binMs),
    users: level((p) => p.users),
    inFlight: level((p) => p.inFlight),
    planned: flow((p) => p.planned),
    sent: flow((p) => p.sent),
    completed: flow((p) => p.completed),
    failed: flow((p) => p.failed),
    dropped: flow((p) => p.dropped),
    p50: quantile(0.5, (p) => p.p50),
    p90: quantile(0.9, (p) => p.p90),
    p95: quantile(0.95, (p) => p.p95),
    p99: quantile(0.99, (p) => p.p99),
    max: level((p) => p.max),
    errors: kindsIn(points).map((kind) => ({ kind, perSec: flow((p) => p.errors[kind] ?? 0) })),
    sendLagP99Ms: level((p) => p.sendLagP99Ms),
    loopDelayP99Ms: level((p) => p.loopDelayP99Ms),
    cpuRatio: level((p) => p.cpuRatio),
    utilisationRatio: level((p) => p.utilisationRatio),
  };
}

/** In the order of the vocabulary. */
function kindsIn(points: readonly SecondPoint[]): readonly ErrorKind[] {
  const seen = new Set(points.flatMap(({ errors }) => Object.keys(errors)));
  return ERROR_KINDS.filter((kind) => seen.has(kind));
}

/** p95 (ms) of the requests due in each of up to 60 equal parts of the phase. */
export function sparkOf(task: BlockedSlots, durationMs: number): Column {
  const slotCount = Math.max(1, Math.ceil(durationMs / SLOT_MS), (task.slots.at(-1)?.due ?? 0) + 1);
  const slotsAPart = Math.ceil(slotCount / SPARK_PARTS);
  const parts: Buckets[][] = Array.from({ length: Math.ceil(slotCount / slotsAPart) }, () => []);
  eachEnded(
    task,
    (due) => Math.floor(due / slotsAPart),
    (part, ended) => parts[part]?.push(ended),
  );
  return quantilesMs(mergeParts(parts), 0.95);
}

/** The shortest bins that are not too many. */
export function binMsFor(points: readonly SecondPoint[]): number {
  const seconds = Math.floor((points.at(-1)?.atMs ?? 0) / 1000) + 1;
  const fitting = BIN_SECONDS.find((binSeconds) => seconds / binSeconds <= MAX_BINS);
  return (fitting ?? Math.ceil(seconds / MAX_BINS)) * 1000;
}

/** Groups by bin; a bin without a second (a gap in the journal) stays empty. */
function binned(points: readonly SecondPoint[], binMs: number): SecondPoint[][] {
  const last = points.at(-1);
  if (last === undefined) return [];
  const bins: SecondPoint[][] = Array.from({ length: Math.floor(last.atMs / binMs) + 1 }, () => []);
  for (const point of points) bins[Math.floor(point.atMs / binMs)]?.push(point);
  return bins;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function greatest(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : roundForChart(Math.max(...known));
}
