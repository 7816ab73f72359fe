import type { SecondPoint, SlotStats } from "../analysis/run-stats.ts";
import { ERROR_KINDS } from "../base/outcome.ts";
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import { type Buckets, SLOT_MS } from "../records/second.ts";
import { roundForChart } from "./html-round.ts";

type Column = readonly (number | null)[];

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

/** Thins the seconds of a phase to at most 600 bins; percentiles are taken anew from the merged histograms. */
export function seriesOf(points: readonly SecondPoint[]): Series {
  const binMs = binMsFor(points);
  const bins = binned(points, binMs);
  const flow = (pick: (point: SecondPoint) => number): Column =>
    bins.map((bin) => (bin.length === 0 ? null : roundForChart(sum(bin.map(pick)) / bin.length)));
  const level = (pick: (point: SecondPoint) => number | undefined): Column =>
    bins.map((bin) => greatest(bin.map(pick)));
  // Merged once for all quantiles: over an hour this is most of the work, and the live page does it every second.
  const merged = bins.map((bin) => (bin.length === 1 ? [] : bin.map((p) => p.response).reduce(mergeBuckets, [])));
  const quantile = (ratio: number, exact: (point: SecondPoint) => number | undefined): Column =>
    bins.map((bin, index) => (bin.length === 1 ? greatest(bin.map(exact)) : quantileMs([merged[index]!], ratio)));
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
    errors: ERROR_KINDS.filter((kind) => points.some((p) => (p.errors[kind] ?? 0) > 0)).map((kind) => ({
      kind,
      perSec: flow((p) => p.errors[kind] ?? 0),
    })),
    sendLagP99Ms: level((p) => p.sendLagP99Ms),
    loopDelayP99Ms: level((p) => p.loopDelayP99Ms),
    cpuRatio: level((p) => p.cpuRatio),
    utilisationRatio: level((p) => p.utilisationRatio),
  };
}

/** p95 (ms) of the requests due in each of up to 60 equal parts of the phase. */
export function sparkOf(slots: readonly SlotStats[], durationMs: number): Column {
  const slotCount = Math.max(1, Math.ceil(durationMs / SLOT_MS), (slots.at(-1)?.due ?? 0) + 1);
  const slotsAPart = Math.ceil(slotCount / SPARK_PARTS);
  const parts: Buckets[][] = Array.from({ length: Math.ceil(slotCount / slotsAPart) }, () => []);
  for (const slot of slots) parts[Math.floor(slot.due / slotsAPart)]?.push(slot.response, slot.failedResponse);
  return parts.map((part) => quantileMs(part, 0.95));
}

function binMsFor(points: readonly SecondPoint[]): number {
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

function quantileMs(parts: readonly Buckets[], ratio: number): number | null {
  const us = quantileUs(parts.reduce(mergeBuckets, []), ratio);
  return us === undefined ? null : roundForChart(us / 1000);
}
