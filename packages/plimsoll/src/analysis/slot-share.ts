import type { Batch } from "./batch-means.ts";
import { countAboveUs } from "./histogram.ts";
import type { SlotStats } from "./slot-stats.ts";

/** Requests of a slot that were over the limit, of all that can be told; exact for limits known at the start. */
export function slotShare(slot: SlotStats, limitMs: number, limitsMs: readonly number[]): Batch {
  const limitUs = limitMs * 1000;
  const censoredOver = countAboveUs(slot.censored, limitUs);
  const index = limitsMs.indexOf(limitMs);
  const exact = index >= 0 ? slot.over[index] : undefined;
  const sum = exact ?? slot.failed + countAboveUs(slot.response, limitUs) + censoredOver;
  return { sum, count: Math.max(sum, slot.completed + slot.failed + censoredOver) };
}
