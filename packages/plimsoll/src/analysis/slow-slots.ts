import { countAboveUs, countOf } from "../records/latency-histogram.ts";
import type { SlotStats } from "./run-stats.ts";

/** How the slow requests of a phase lie in time. */
export interface SlowSpread {
  /** `together`: in at most half the slots that chance would have spread them over. */
  readonly kind: "together" | "spread" | "too-few";
  /** Slots with a slow request, and slots with any. */
  readonly slowSlotCount: number;
  readonly slotCount: number;
}

/** Fewer than this lie apart or together by chance. */
const FEWEST_SLOW = 10;

/**
 * S requests thrown at random into N slots hit N · (1 − (1 − 1/N)^S) of them on average.
 * `limitMs`: from here on a request counts as slow.
 */
export function slowSpread(slots: readonly SlotStats[], limitMs: number): SlowSpread {
  const used = slots.filter(({ response, failedResponse }) => countOf(response) + countOf(failedResponse) > 0);
  const slowCounts = used
    .map((slot) => countAboveUs(slot.response, limitMs * 1000) + countAboveUs(slot.failedResponse, limitMs * 1000))
    .filter((count) => count > 0);
  const slow = slowCounts.reduce((sum, count) => sum + count, 0);
  const slotCount = used.length;
  const found = { slowSlotCount: slowCounts.length, slotCount };
  if (slow < FEWEST_SLOW || slotCount < FEWEST_SLOW) return { kind: "too-few", ...found };
  const byChance = slotCount * (1 - (1 - 1 / slotCount) ** slow);
  return { kind: slowCounts.length <= byChance / 2 ? "together" : "spread", ...found };
}
