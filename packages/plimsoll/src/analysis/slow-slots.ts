import { countAboveUs, countOf } from "../records/latency-histogram.ts";
import type { SlotStats } from "./slot-stats.ts";

/** How the slow requests of a phase lie in time. */
export interface SlowSpread {
  /** `together`: in at most half the slots that chance would have spread them over. */
  readonly kind: "together" | "spread" | "too-few";
  /** Due slots with a slow request, rising; how many had any request. */
  readonly slowSlots: readonly number[];
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
  const slowIn = ({ response, failedResponse }: SlotStats): number =>
    countAboveUs(response, limitMs * 1000) + countAboveUs(failedResponse, limitMs * 1000);
  const slow = used.reduce((sum, slot) => sum + slowIn(slot), 0);
  const slowSlots = used.filter((slot) => slowIn(slot) > 0).map(({ due }) => due);
  const slotCount = used.length;
  const found = { slowSlots, slotCount };
  if (slow < FEWEST_SLOW || slotCount < FEWEST_SLOW) return { kind: "too-few", ...found };
  const byChance = slotCount * (1 - (1 - 1 / slotCount) ** slow);
  return { kind: slowSlots.length <= byChance / 2 ? "together" : "spread", ...found };
}
