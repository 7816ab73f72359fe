/**
 * Between what a quantile lies, from the interval of the share of requests beyond each time that it could be: those times
 * at which the share allowed beyond the quantile lies within that interval (Woodruff 1952). So the ends are times that
 * were seen, a gap between quick and slow requests is no obstacle, and no end falls as the quantile rises.
 */
import { bucketUpperUs } from "../records/latency-histogram.ts";
import { type Batch, totalOf } from "./batch-means.ts";
import type { Interval } from "./proportion.ts";

/** Requests by batch and time. */
export interface TimedBatches {
  /** The buckets that hold any, rising. */
  readonly filled: readonly number[];
  /** Of each batch: how many took longer than all of bucket `index`, of how many. */
  readonly beyond: (index: number) => readonly Batch[];
}

/** Ends in µs; absent where what was seen does not tell. */
export interface QuantileEnds {
  readonly lowUs?: number;
  readonly highUs?: number;
  /** How many of all requests lie between, where both are known (0–1). */
  readonly shareBetween: number;
}

/** `allowed` is the share beyond the quantile: .05 for p95. */
export function quantileEnds(
  { filled, beyond }: TimedBatches,
  allowed: number,
  intervalOf: (batches: readonly Batch[]) => Interval,
): QuantileEnds {
  const first = filled[0];
  if (first === undefined) return { shareBetween: 1 };
  const count = filled.length;
  const batchesAt = (edge: Edge): readonly Batch[] => beyond(edge < 0 ? first - 1 : filled[edge]!);
  const low = crossing((edge) => intervalOf(batchesAt(edge)).low, allowed, count);
  const high = crossing((edge) => intervalOf(batchesAt(edge)).high, allowed, count);
  const timeUs = ({ edge, part }: Crossing): number => bucketUpperUs(edge < 0 ? first - 1 : filled[edge]! - 1 + part);
  const shareAt = ({ edge, part }: Crossing): number => {
    const [before, after] = [Math.max(-1, edge - 1), edge].map((at) => shareOf(batchesAt(at))) as [number, number];
    return before + part * (after - before);
  };
  // The quantile may lie beyond all times, among requests that have none: the greatest time is the least it can be.
  const shownLow = low.edge === count ? { edge: count - 1, part: 1 } : low;
  return {
    ...(low.edge < 0 ? {} : { lowUs: timeUs(shownLow) }),
    ...(high.edge < count ? { highUs: timeUs(high) } : {}),
    shareBetween: low.edge < 0 || high.edge === count ? 1 : shareAt(shownLow) - shareAt(high),
  };
}

function shareOf(batches: readonly Batch[]): number {
  const { sum, count } = totalOf(batches);
  return sum / count;
}

/** An edge of the filled buckets: −1 is the lower one of the first, k the upper one of the k-th. */
type Edge = number;

interface Crossing {
  readonly edge: Edge;
  /** How far within the bucket that ends there, 0–1. */
  readonly part: number;
}

/**
 * The first edge at which a bound is within the share allowed, and where in its bucket it came to be so; `count` for none.
 * Bounds need not fall evenly; for a smaller share the same halving ends at the same edge or a later one all the same.
 */
function crossing(boundAt: (edge: Edge) => number, allowed: number, count: number): Crossing {
  let above: Edge = -2;
  let within: Edge = count;
  while (within - above > 1) {
    const middle = Math.floor((above + within) / 2);
    if (boundAt(middle) <= allowed) within = middle;
    else above = middle;
  }
  if (within < 0 || within === count) return { edge: within, part: 0 };
  const before = boundAt(within - 1);
  return { edge: within, part: (before - allowed) / (before - boundAt(within)) };
}
