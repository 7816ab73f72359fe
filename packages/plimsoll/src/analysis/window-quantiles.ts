/** A quantile of the response times in each of many equal windows, by when requests were due. */
import { SLOT_MS } from "../records/second.ts";
import { BucketSum } from "./bucket-sum.ts";
import type { SlotStats } from "./slot-stats.ts";

/** On the phase clock. */
export interface WindowGrid {
  readonly fromMs: number;
  readonly windowMs: number;
  readonly count: number;
}

export interface AskedQuantile {
  /** Such as .95. */
  readonly ratio: number;
  /** Requests that every window must hold. */
  readonly leastCount: number;
}

/** Unanswered requests count with the age they reached. @returns undefined when a window holds too few */
export function windowQuantilesMs(
  slots: readonly SlotStats[],
  { fromMs, windowMs, count }: WindowGrid,
  { ratio, leastCount }: AskedQuantile,
): readonly number[] | undefined {
  const windows = Array.from({ length: count }, (): SlotStats[] => []);
  for (const slot of slots) windows[Math.floor((slot.due * SLOT_MS - fromMs) / windowMs)]?.push(slot);
  const sum = new BucketSum();
  const quantiles: number[] = [];
  for (const window of windows) {
    for (const { response, failedResponse, censored } of window) {
      sum.add(response);
      sum.add(failedResponse);
      sum.add(censored);
    }
    const us = sum.count < leastCount ? undefined : sum.valueAtRankUs(Math.ceil(ratio * sum.count - 1e-9));
    sum.clear();
    if (us === undefined) return undefined;
    quantiles.push(us / 1000);
  }
  return quantiles;
}
