/** How sure the quantiles of one run are, from their spread over twenty stretches of its judged part. */
import { bucketIndexOfUs, bucketValueUs } from "../records/latency-histogram.ts";
import { SLOT_MS } from "../records/second.ts";
import { BATCH_COUNT, batchIndex, wideShareInterval } from "./batch-means.ts";
import { type BatchBuckets, CountGrid } from "./count-grid.ts";
import { quantileEnds, type TimedBatches } from "./quantile-ends.ts";
import type { LatencySummary, Warmup } from "./run-stats.ts";
import { type BlockedSlots, eachEnded } from "./slot-blocks.ts";
import { longRunSquares } from "./trend/hac-slope.ts";

/** Quantiles of the judged part with their intervals (ms); one that too few requests tell of is absent. */
export interface LatencyIntervals {
  /** How often such an interval holds the true quantile, two-sided (0–1); measured in `docs/accuracy.md`. */
  readonly confidence: number;
  /** The judged part, on the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly p50?: QuantileInterval;
  readonly p95?: QuantileInterval;
  readonly p99?: QuantileInterval;
}

/** A quantile (ms) and between what it lies: `{ value: 412, low: 390, high: 435 }`. */
export interface QuantileInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Of a profile: how long it was, and from where on it is judged. */
export interface JudgedPart {
  readonly durationMs: number;
  readonly warmup: Pick<Warmup, "cutMs">;
}

/** Of a task: its requests by due slot, and the exact ends of their times. */
export interface TimedTask extends BlockedSlots {
  readonly responseMs: Pick<LatencySummary, "min" | "max"> | undefined;
}

const QUANTILES = [
  ["p50", 0.5],
  ["p95", 0.95],
  ["p99", 0.99],
] as const;

/** What `wideShareInterval` was measured to keep beside a quantile. */
const CONFIDENCE_RATIO = 0.9;
/** Neighbouring batches that may resemble one another. */
const LAG_COUNT = 4;
/** As many requests, each worth an independent one, must lie beyond a quantile; with fewer its spread is itself a guess. */
const LEAST_BEYOND = 10;
/** An interval says nothing that holds more of all requests than this, from one magnitude of time to the next. */
const MOST_BETWEEN = 0.25;
const MAGNITUDE = 10;
/** Times that differ by as many buckets, some two per cent, are one time to whoever reads them. */
const SAME_BUCKETS = 2;

/**
 * Of every ended request that was due after the warm-up cut, failed ones by the time they took.
 * @returns undefined when the judged part is shorter than twenty seconds or no quantile has requests enough
 */
export function latencyIntervals(profile: JudgedPart, task: TimedTask): LatencyIntervals | undefined {
  const fromMs = Math.max(0, Math.ceil(profile.warmup.cutMs / SLOT_MS - 1e-9)) * SLOT_MS;
  const toMs = profile.durationMs;
  const grid = toMs - fromMs < BATCH_COUNT * 2 * SLOT_MS ? undefined : gridOf(task, fromMs, toMs);
  if (grid === undefined || task.responseMs === undefined) return undefined;
  const worth = grid.total * worthOf(grid);
  const { min, max } = task.responseMs;
  const timed = timedBatches(grid);
  const found = QUANTILES.flatMap(([name, ratio]) => {
    if (worth * (1 - ratio) < LEAST_BEYOND) return [];
    const { lowUs, highUs, shareBetween } = quantileEnds(timed, 1 - ratio, wideShareInterval);
    if (lowUs === undefined || highUs === undefined) return [];
    if (shareBetween > MOST_BETWEEN && highUs > MAGNITUDE * lowUs) return [];
    if (isWholeSpan(timed.filled, lowUs, highUs)) return [];
    const value = Math.min(max, Math.max(min, bucketValueUs(grid.indexAt(ratio)) / 1000));
    // A bucket stands for half a per cent to either side, in which an interval may be narrower than its own value.
    const low = Math.max(min, Math.min(lowUs / 1000, value));
    const high = Math.min(max, Math.max(highUs / 1000, value));
    return [[name, { value, low, high }] as const];
  });
  if (found.length === 0) return undefined;
  return { confidence: CONFIDENCE_RATIO, fromMs, toMs, ...Object.fromEntries(found) };
}

/** From the least time to the greatest, unless those are nearly the same. */
function isWholeSpan(filled: readonly number[], lowUs: number, highUs: number): boolean {
  const [first, last] = [filled[0]!, filled[filled.length - 1]!];
  return last - first > SAME_BUCKETS && bucketIndexOfUs(lowUs) <= first && bucketIndexOfUs(highUs) >= last;
}

function gridOf(task: TimedTask, fromMs: number, toMs: number): CountGrid | undefined {
  const judged: BatchBuckets[] = [];
  const batchOf = (due: number): number => {
    const atMs = due * SLOT_MS;
    if (atMs < fromMs) return -1;
    return atMs < toMs ? batchIndex(atMs, [fromMs, toMs], BATCH_COUNT) : BATCH_COUNT;
  };
  eachEnded(task, batchOf, (batch, buckets) => {
    if (batch >= 0 && batch < BATCH_COUNT) judged.push({ batch, buckets });
  });
  return CountGrid.of(judged, BATCH_COUNT);
}

function timedBatches(grid: CountGrid): TimedBatches {
  const batches = Array.from({ length: BATCH_COUNT }, (_, batch) => batch);
  return {
    filled: grid.filled(),
    beyond: (index) => batches.map((batch) => ({ sum: grid.beyond(batch, index), count: grid.countOf(batch) })),
  };
}

/**
 * What one request is worth beside an independent one, from how the share above the median moves from batch to batch
 * (those in its bucket count half): the median, because the tail that is in question cannot vouch for itself.
 */
function worthOf(grid: CountGrid): number {
  const median = grid.indexAt(0.5);
  const splits = Array.from({ length: BATCH_COUNT }, (_, batch) => {
    const beyond = grid.beyond(batch, median);
    return { beyond, within: grid.beyond(batch, median - 1) - beyond };
  });
  const within = splits.reduce((sum, split) => sum + split.within, 0) / grid.total;
  const beyond = splits.reduce((sum, split) => sum + split.beyond, 0) / grid.total;
  const mean = beyond + within / 2;
  const residuals = splits.map((split, batch) => {
    return (split.beyond + split.within / 2 - mean * grid.countOf(batch)) / grid.total;
  });
  const own = residuals.reduce((sum, value) => sum + value * value, 0);
  const variance = (Math.max(own, longRunSquares(residuals, LAG_COUNT)) * BATCH_COUNT) / (BATCH_COUNT - 1);
  return variance === 0 ? 1 : Math.min(1, (beyond + within / 4 - mean ** 2) / grid.total / variance);
}
