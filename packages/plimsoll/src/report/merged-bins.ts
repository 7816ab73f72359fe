import { BucketSum } from "../analysis/bucket-sum.ts";
import { quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { roundForChart } from "./html-round.ts";

/** A value a bin of a chart; null where nothing is known. */
export type Column = readonly (number | null)[];

/** Histograms (µs) by bin, as one a bin. */
export type MergeBins = (bins: readonly (readonly Buckets[])[]) => readonly Buckets[];

interface Merged {
  readonly parts: readonly Buckets[];
  readonly sum: Buckets;
}

/**
 * A way to merge that remembers: the live page merges the bins of an hour every second, and all but the last few are as
 * they were. The same histograms give the very same sum; one is forgotten with the first of its histograms.
 */
export function createMergeBins(): MergeBins {
  const known = new WeakMap<Buckets, Merged>();
  const scratch = new BucketSum();
  const merge = (bin: readonly Buckets[]): Buckets => {
    const parts = bin.filter((buckets) => buckets.length > 0);
    const [first, second] = parts;
    if (first === undefined || second === undefined) return first ?? [];
    const held = known.get(first);
    if (held !== undefined && isSame(held.parts, parts)) return held.sum;
    for (const buckets of parts) scratch.add(buckets);
    const sum = scratch.buckets();
    scratch.clear();
    known.set(first, { parts, sum });
    return sum;
  };
  return (bins) => bins.map(merge);
}

function isSame(left: readonly Buckets[], right: readonly Buckets[]): boolean {
  return left.length === right.length && left.every((buckets, index) => buckets === right[index]);
}

/** A quantile (ms) of each histogram (µs), rounded for a chart. */
export function quantilesMs(merged: readonly Buckets[], ratio: number): Column {
  return merged.map((buckets) => {
    const us = quantileUs(buckets, ratio);
    return us === undefined ? null : roundForChart(us / 1000);
  });
}
