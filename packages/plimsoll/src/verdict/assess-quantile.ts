/**
 * `p95 < 500ms` says: at most 5 % of the requests were slower than 500 ms, failed, or were still unanswered beyond it.
 * That share is judged, with its interval; the quantile itself is shown beside it.
 */
import { shareInterval, totalOf } from "../analysis/batch-means.ts";
import { BucketSum } from "../analysis/bucket-sum.ts";
import { type BatchBuckets, CountGrid } from "../analysis/count-grid.ts";
import { countFigure, msFigure, quantileName, ratioFigure } from "../analysis/figure.ts";
import { bucketValueUs, countAboveUs } from "../analysis/histogram.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import type { Interval } from "../analysis/proportion.ts";
import { quantileEnds, type TimedBatches } from "../analysis/quantile-ends.ts";
import { slotShare } from "../analysis/slot-share.ts";
import type { SlotStats } from "../analysis/slot-stats.ts";
import type { Threshold } from "../spec/spec.ts";
import type { Assessment } from "./assessment.ts";
import { noData } from "./assessment.ts";
import { isUpperBound } from "./comparison.ts";
import type { Verdict } from "./judgement.ts";
import { batchesOf, type Scope, stretchesOf } from "./scope.ts";

export function assessQuantile(scope: Scope, threshold: Threshold, ratio: number): Assessment {
  const limitMs = threshold.limit;
  const batches = batchesOf(scope, (slot) => slotShare(slot, limitMs, scope.limitsMs));
  const { sum: over, count: n } = totalOf(batches);
  if (n === 0) return noData("There were no requests to judge.");
  const failed = scope.slots.reduce((sum, slot) => sum + failedCountOf(slot, limitMs), 0);
  const share: Share = { over, n, failed, interval: shareInterval(batches), allowed: allowedShare(ratio) };
  const verdict = judgeShare(share, threshold, ratio);
  const quantile = observedQuantile(scope, { ratio, limitMs, share });
  return {
    verdict,
    observed: {
      ...quantile.observed,
      n,
      fromMs: scope.fromMs,
      toMs: scope.toMs,
      ...(quantile.beyond ? { isBeyond: true as const } : {}),
      ...(failed > 0 ? { failedRatio: failed / n } : {}),
    },
    why: whyOf({ share, threshold, ratio, verdict, beyond: quantile.beyond }),
  };
}

interface Share {
  readonly over: number;
  readonly n: number;
  /** Of `over`: those that failed or had no answer yet, whatever time they took. */
  readonly failed: number;
  readonly interval: Interval;
  /** 1 − the quantile's ratio. */
  readonly allowed: number;
}

/** Without the dust of 1 − 0.95. */
export function allowedShare(ratio: number): number {
  return Math.round((1 - ratio) * 1e9) / 1e9;
}

function judgeShare(share: Share, threshold: Threshold, ratio: number): Verdict {
  const { over, n, allowed } = share;
  const isUpper = isUpperBound(threshold);
  const isPointMet = over <= allowed * n + 1e-9 === isUpper;
  // Where none may be over, one that is settles it and nothing else can: there is no interval to wait for.
  if (threshold.strict === "point" || allowed <= 0) return isPointMet ? "pass" : "fail";
  if (isSurelyOver(share)) return isUpper ? "fail" : "pass";
  if (isSurelyWithin(share, ratio)) return isUpper ? "pass" : "fail";
  return "inconclusive";
}

function isSurelyOver({ interval, allowed }: Share): boolean {
  return interval.low > allowed;
}

function isSurelyWithin({ interval, allowed, n }: Share, ratio: number): boolean {
  return interval.high <= allowed && n >= minimumCount(ratio);
}

interface Wanted {
  readonly ratio: number;
  readonly limitMs: number;
  readonly share: Share;
}

interface ObservedQuantile {
  readonly observed: { readonly value: number; readonly low: number | undefined; readonly high: number | undefined };
  /** Set when the quantile lies among the failed and unanswered: it is worse than any time that could be shown. */
  readonly beyond: boolean;
}

/**
 * The quantile with failed and unanswered requests as worse than any answer. Its interval is the verdict's own, turned
 * round: the limits at which this run would have been too close to call, or had too few requests.
 */
function observedQuantile(scope: Scope, { ratio, limitMs, share }: Wanted): ObservedQuantile {
  const merged = mergeSlots(scope.slots, limitMs);
  const found = merged.quantileMs(ratio);
  const value = found ?? merged.greatestMs;
  // The count is exact, the histogram is not: within its half per cent the count decides on which side the value lies.
  const isWithin = share.over <= share.allowed * share.n + 1e-9;
  const shown = isWithin ? Math.min(value, limitMs) : Math.max(value, limitMs);
  const { lowUs, highUs } = quantileEnds(timedBatches(scope), share.allowed, shareInterval);
  const isEndKnown = found !== undefined && share.n >= minimumCount(ratio);
  const low = isSurelyOver(share) ? Math.max(msOf(lowUs), limitMs) : Math.min(msOf(lowUs), limitMs);
  const high = isSurelyWithin(share, ratio) ? Math.min(msOf(highUs), limitMs) : Math.max(msOf(highUs), limitMs);
  return {
    observed: {
      value: shown,
      low: lowUs === undefined ? undefined : Math.min(low, shown),
      high: highUs === undefined || !isEndKnown ? undefined : Math.max(high, shown),
    },
    beyond: found === undefined,
  };
}

function msOf(us: number | undefined): number {
  return us === undefined ? Number.NaN : us / 1000;
}

/** Of the scope's requests: how many of each stretch took longer than a time, failed or were unanswered beyond it. */
function timedBatches(scope: Scope): TimedBatches {
  const { count, indexOf } = stretchesOf(scope);
  const failed = new Array<number>(count).fill(0);
  const answered: BatchBuckets[] = [];
  const unanswered: BatchBuckets[] = [];
  for (const slot of scope.slots) {
    const batch = indexOf(slot);
    failed[batch]! += slot.failed;
    answered.push({ batch, buckets: slot.response });
    unanswered.push({ batch, buckets: slot.censored });
  }
  const [timed, aged] = [CountGrid.of(answered, count), CountGrid.of(unanswered, count)];
  return {
    filled: [...new Set([...(timed?.filled() ?? []), ...(aged?.filled() ?? [])])].sort((a, b) => a - b),
    beyond: (index) =>
      failed.map((failures, batch) => {
        const worse = failures + (aged?.beyond(batch, index) ?? 0);
        return { sum: (timed?.beyond(batch, index) ?? 0) + worse, count: (timed?.countOf(batch) ?? 0) + worse };
      }),
  };
}

/** Failed, or unanswered beyond the limit. */
function failedCountOf(slot: SlotStats, limitMs: number): number {
  return slot.failed + countAboveUs(slot.censored, limitMs * 1000);
}

interface Merged {
  readonly greatestMs: number;
  /** `undefined`: it lies among those without a time. */
  quantileMs(ratio: number): number | undefined;
}

function mergeSlots(slots: readonly SlotStats[], limitMs: number): Merged {
  const timed = new BucketSum();
  let worse = 0;
  let greatestIndex = 0;
  for (const slot of slots) {
    timed.add(slot.response);
    worse += failedCountOf(slot, limitMs);
    for (const buckets of [slot.response, slot.failedResponse, slot.censored]) {
      greatestIndex = Math.max(greatestIndex, buckets[buckets.length - 1]?.[0] ?? 0);
    }
  }
  return {
    greatestMs: bucketValueUs(greatestIndex) / 1000,
    quantileMs(ratio) {
      const rank = Math.max(1, Math.ceil(Math.min(1, ratio) * (timed.count + worse) - 1e-9));
      const us = timed.valueAtRankUs(rank);
      return us === undefined ? undefined : us / 1000;
    },
  };
}

interface Told {
  readonly share: Share;
  readonly threshold: Threshold;
  readonly ratio: number;
  readonly verdict: Verdict;
  readonly beyond: boolean;
}

function whyOf({ share, threshold, ratio, verdict, beyond }: Told): string {
  const { over, n, interval, allowed } = share;
  const counted = `${countFigure(over)} of ${countFigure(n)} requests (${ratioFigure(over / n)})`;
  const bound = isUpperBound(threshold) ? `${ratioFigure(allowed)} allowed` : `more than ${ratioFigure(allowed)} asked`;
  const fact = `${counted} took longer than ${msFigure(threshold.limit)} or failed${splitOf(share)}; ${bound}`;
  const note = noteOf(share, ratio, beyond);
  if (verdict !== "inconclusive") return `${fact}.${note}`;
  const needed = minimumCount(ratio);
  const lack =
    n < needed
      ? `too few requests for ${quantileName(ratio)}, which needs ${countFigure(needed)}`
      : `the true share lies between ${ratioFigure(interval.low)} and ${ratioFigure(interval.high)}: too close to call, run longer`;
  return `${fact}; ${lack}.${note}`;
}

/** ` (70 failed or unanswered, 12 too slow)` where not all were too slow. */
function splitOf({ over, failed }: Share): string {
  if (failed === 0) return "";
  const slow = Math.max(0, over - failed);
  return ` (${countFigure(failed)} failed or unanswered, ${slow === 0 ? "none" : countFigure(slow)} too slow)`;
}

/** Why the tables may show a better quantile than the verdict. */
function noteOf({ over, failed, n, allowed }: Share, ratio: number, beyond: boolean): string {
  if (failed === 0) return "";
  const worse = "a failed request counts as slower than any answer; the tables take it by the time it took";
  if (beyond) return ` ${quantileName(ratio)} lies among the failures: ${worse}.`;
  const isOverByFailures = over > allowed * n + 1e-9 && over - failed <= allowed * n + 1e-9;
  return isOverByFailures ? ` The failures decide it: ${worse}.` : ` In this ${quantileName(ratio)} ${worse}.`;
}
