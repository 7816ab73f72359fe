import type { Extent } from "../records/second.ts";

/** Count, sum, least and greatest of values: exact, and mergeable in any order. */
export interface CountedExtent {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export const NO_EXTENT: CountedExtent = { count: 0, sum: 0, min: 0, max: 0 };

/** The extent of `count` values; its zeros mean nothing when there are none. */
export function countedExtent(extent: Extent, count: number): CountedExtent {
  return count === 0 ? NO_EXTENT : { count, sum: extent.sum, min: extent.min, max: extent.max };
}

export function mergeExtents(left: CountedExtent, right: CountedExtent): CountedExtent {
  if (left.count === 0) return right;
  if (right.count === 0) return left;
  return {
    count: left.count + right.count,
    sum: left.sum + right.sum,
    min: Math.min(left.min, right.min),
    max: Math.max(left.max, right.max),
  };
}
