/** When a promise was broken: the instant from which the requests due since were over what is allowed, and stayed so. */
import { type Batch, batchInterval, shareInterval, totalOf } from "../analysis/batch-means.ts";
import { countAboveUs, SLOT_MS } from "../analysis/histogram.ts";
import type { Interval } from "../analysis/proportion.ts";
import { slotShare } from "../analysis/slot-share.ts";
import type { SlotStats } from "../analysis/slot-stats.ts";
import type { Threshold } from "../spec/spec.ts";
import { allowedShare } from "./assess-quantile.ts";
import { sumMs } from "./assess-time.ts";
import { isUpperBound } from "./comparison.ts";
import { batchesOf, narrow, type Scope } from "./scope.ts";

export interface Breach {
  /** On the phase clock: the slot in which the first of them was due. */
  readonly atMs: number;
  /** It was never surely kept before: `atMs` is where judging begins. */
  readonly isFromStart: boolean;
}

/** What a threshold adds up over the slots: Σ sum ÷ Σ count is to stay within `allowed`. */
interface Budget {
  readonly allowed: number;
  readonly spentIn: (slot: SlotStats) => Batch;
  /** Of Σ sum ÷ Σ count; undefined when the batches are too few. */
  readonly intervalOf: (batches: readonly Batch[]) => Interval | undefined;
}

/**
 * S(t) = Σ (sum − allowed · count) over the slots until t is what was spent beyond the budget. It was least at the
 * breach: counted from there, the budget was overdrawn at every later moment until the end of the scope.
 * @returns undefined where the budget was not overdrawn, and for what has no budget: `min`, `rps`, drift, recovery,
 * and promises of at least something
 */
export function breachOf(scope: Scope, threshold: Threshold): Breach | undefined {
  const budget = budgetOf(scope, threshold);
  if (budget === undefined) return undefined;
  let spent = 0;
  let least = 0;
  let first: SlotStats | undefined;
  for (const slot of scope.slots) {
    const { sum, count } = budget.spentIn(slot);
    spent += sum - budget.allowed * count;
    if (spent <= least + DUST) {
      least = Math.min(least, spent);
      first = undefined;
    } else first ??= slot;
  }
  if (first === undefined) return undefined;
  const atMs = first.due * SLOT_MS;
  return wasKeptUntil(atMs, scope, budget) ? { atMs, isFromStart: false } : { atMs: scope.fromMs, isFromStart: true };
}

/** Sums of shares are not exact. */
const DUST = 1e-9;

/** Surely less was spent before than after. Where nothing is allowed nothing was spent before, so that is a fact. */
function wasKeptUntil(atMs: number, scope: Scope, { allowed, spentIn, intervalOf }: Budget): boolean {
  const earlier = narrow(scope, scope.fromMs, atMs);
  if (!earlier.slots.some((slot) => spentIn(slot).count > 0)) return false;
  if (allowed <= 0) return true;
  const [sooner, later] = [batchesOf(earlier, spentIn), batchesOf(narrow(scope, atMs, scope.toMs), spentIn)];
  if (wouldHaveShown(sooner, later)) return true;
  const [before, after] = [intervalOf(sooner), intervalOf(later)];
  return before !== undefined && after !== undefined && before.high < after.low;
}

/** Nothing was spent in a time too short for an interval, though three would be expected at the later rate (e⁻³ = 5 %). */
function wouldHaveShown(sooner: readonly Batch[], later: readonly Batch[]): boolean {
  const [before, after] = [totalOf(sooner), totalOf(later)];
  return before.sum === 0 && before.count * after.sum >= LEAST_EXPECTED * after.count;
}

const LEAST_EXPECTED = 3;

function budgetOf({ limitsMs }: Scope, threshold: Threshold): Budget | undefined {
  const { metric, limit } = threshold;
  if (!isUpperBound(threshold)) return undefined;
  switch (metric.kind) {
    case "quantile":
      return {
        allowed: allowedShare(metric.ratio),
        spentIn: (slot) => slotShare(slot, limit, limitsMs),
        intervalOf: shareInterval,
      };
    case "errors":
      return {
        allowed: limit,
        spentIn: ({ completed, failed }) => ({ sum: failed, count: completed + failed }),
        intervalOf: shareInterval,
      };
    case "mean":
      return { allowed: limit, spentIn: sumMs, intervalOf: batchInterval };
    case "max":
      return { allowed: 0, spentIn: (slot) => slowerThan(slot, limit), intervalOf: shareInterval };
    case "min":
    case "rps":
    case "drift":
    case "recovery":
      return undefined;
  }
}

/** However it ended; failing fast is not slow. */
function slowerThan(slot: SlotStats, limitMs: number): Batch {
  const all = [slot.response, slot.failedResponse, slot.censored];
  const sum = all.reduce((slow, buckets) => slow + countAboveUs(buckets, limitMs * 1000), 0);
  return { sum, count: sumMs(slot).count };
}
