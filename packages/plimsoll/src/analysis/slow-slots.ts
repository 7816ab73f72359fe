import { countFromIndex, countOf, firstIndexAboveUs } from "../records/latency-histogram.ts";
import type { SlotStats } from "./slot-stats.ts";

/** How the slow requests of a phase, of those that succeeded, lie in time. */
export interface SlowSpread {
  /** `together`: in at most half the slots that chance would have spread them over. */
  readonly kind: "together" | "spread" | "too-few";
  /** Due slots with a slow request, rising; how many had any request. */
  readonly slowSlots: readonly number[];
  readonly slotCount: number;
}

/** Fewer than this lie apart or together by chance. */
const FEWEST_SLOW = 10;
/** Of the share of the task's own requests that were slow. */
const AS_SLOW_RATIO = 0.5;
const USUAL_RATIO = 0.1;

/**
 * S requests thrown at random into N slots hit N · (1 − (1 − 1/N)^S) of them on average.
 * `limitMs`: from here on a request counts as slow.
 */
export function slowSpread(slots: readonly SlotStats[], limitMs: number): SlowSpread {
  const used = slots.filter(({ response }) => response.length > 0);
  const { slow } = slowShare(used, limitMs);
  const first = firstIndexAboveUs(limitMs * 1000);
  const slowSlots = used.filter(({ response }) => countFromIndex(response, first) > 0).map(({ due }) => due);
  const slotCount = used.length;
  const found = { slowSlots, slotCount };
  if (slow < FEWEST_SLOW || slotCount < FEWEST_SLOW) return { kind: "too-few", ...found };
  const byChance = slotCount * (1 - (1 - 1 / slotCount) ** slow);
  return { kind: slowSlots.length <= byChance / 2 ? "together" : "spread", ...found };
}

/** Successful requests of the slots, and those of them that took longer than the limit. */
export interface SlowShare {
  readonly slow: number;
  readonly count: number;
}

export function slowShare(slots: readonly SlotStats[], limitMs: number): SlowShare {
  const first = firstIndexAboveUs(limitMs * 1000);
  let slow = 0;
  let count = 0;
  for (const { response } of slots) {
    slow += countFromIndex(response, first);
    count += countOf(response);
  }
  return { slow, count };
}

/**
 * Whether the other tasks were slow in a task's slow slots as well. `unknown`: too few of their requests came then, or
 * neither as many of them were slow nor hardly any.
 */
export function othersIn(
  slowSlots: readonly number[],
  {
    own,
    others,
    limitMs,
  }: { readonly own: readonly SlotStats[]; readonly others: readonly SlotStats[]; readonly limitMs: number },
): "slow" | "usual" | "unknown" {
  const dues = new Set(slowSlots);
  const within = (slots: readonly SlotStats[]) =>
    slowShare(
      slots.filter(({ due }) => dues.has(due)),
      limitMs,
    );
  const [mine, theirs] = [within(own), within(others)];
  if (theirs.count < FEWEST_SLOW) return "unknown";
  const ratio = theirs.slow / theirs.count / (mine.slow / mine.count);
  if (ratio >= AS_SLOW_RATIO) return "slow";
  return ratio <= USUAL_RATIO ? "usual" : "unknown";
}
