/** Failure shares of a baseline and of a new build, as a change of log odds: it stays sane at 0 and near 1. */
import { type Batch, shareInterval, totalOf } from "../batch-means.ts";
import { studentTQuantile } from "../distributions.ts";
import type { Interval } from "../proportion.ts";
import { jackknifeError, type LeftOut } from "./jackknife.ts";
import { type LogChange, PAIR_DF } from "./regression-rule.ts";

/** Failed (`sum`) of ended (`count`) requests in each of some twenty stretches of a run. */
export type ErrorBatches = readonly Batch[];

/**
 * ln odds of the new run less that of the baseline, each with half a failure added; the error is the jackknife's, at
 * least that of independent requests, √(1/(f+½) + 1/(s+½)) each. Where that is narrower a rise is as sure as the pooled
 * score test says: half a failure's own error would drown thirty real ones when the baseline had none. Reasoned, not
 * measured.
 * @returns undefined when a run has no requests
 */
export function compareErrors(base: ErrorBatches, next: ErrorBatches): LogChange | undefined {
  const before = lnOdds(base);
  const after = lnOdds(next);
  if (before === undefined || after === undefined) return undefined;
  const lnRatio = after.left.full - before.left.full;
  const se = Math.hypot(seOf(before), seOf(after));
  const [from, to] = [totalOf(base), totalOf(next)];
  const rise = to.sum / to.count - from.sum / from.count;
  if (lnRatio <= 0 || rise <= 0) return { lnRatio, se, df: PAIR_DF };
  const pooledSe = scoreSe(from.count, to.count, (from.sum + to.sum) / (from.count + to.count)) * clustering(after);
  return { lnRatio, se: Math.min(se, (lnRatio * pooledSe) / rise), df: PAIR_DF };
}

function seOf({ left, leastSe }: LnOdds): number {
  return left.without.length < 2 ? leastSe : Math.max(leastSe, jackknifeError(left));
}

/** How much wider than for independent requests. */
function clustering(odds: LnOdds): number {
  return seOf(odds) / odds.leastSe;
}

/** Of the difference of two shares that are the same in truth. */
function scoreSe(baseCount: number, nextCount: number, share: number): number {
  return Math.sqrt(share * (1 - share) * (1 / baseCount + 1 / nextCount));
}

/** To be called worse (99 %) nine times in ten. */
const TO_BE_SEEN = studentTQuantile(0.99, PAIR_DF) + studentTQuantile(0.9, PAIR_DF);

/**
 * The least rise of the share of failures that such runs would have shown.
 * @returns undefined when a run has no requests
 */
export function smallestErrorRise(base: ErrorBatches, next: ErrorBatches): number | undefined {
  const after = lnOdds(next);
  const [from, to] = [totalOf(base), totalOf(next)];
  if (after === undefined || from.count === 0) return undefined;
  const share = from.sum / from.count;
  let [low, high] = [0, 1 - share];
  for (let step = 0; step < 50; step++) {
    const rise = (low + high) / 2;
    const pooled = (from.sum + (share + rise) * to.count) / (from.count + to.count);
    const isSeen = rise >= TO_BE_SEEN * scoreSe(from.count, to.count, pooled) * clustering(after);
    if (isSeen) high = rise;
    else low = rise;
  }
  return high;
}

/** Below this share of additional failures no one need care, whatever the odds did. */
const NEGLIGIBLE_ERROR_RATIO = 0.001;

/** The new run surely (95 %) fails less than .1 % of the requests more: an odds ratio of rare failures means nothing. */
export function isErrorChangeNegligible(base: ErrorBatches, next: ErrorBatches): boolean {
  const before = totalOf(base);
  const after = totalOf(next);
  if (before.count === 0 || after.count === 0) return false;
  return shareInterval(next).high - before.sum / before.count < NEGLIGIBLE_ERROR_RATIO;
}

/** A share of failures that surely rose by less than this much of all requests has not got worse, whatever its odds. */
export const TOLERABLE_ERROR_RISE = 0.005;

/** New share of failures less the old, and its interval (two-sided 90 %). */
export interface ErrorRise extends Interval {
  readonly value: number;
  /** The least that such runs would have shown. */
  readonly smallestSeen: number | undefined;
}

/**
 * Each end from the far ends of both shares' intervals (Newcombe 1998, method 10).
 * @returns undefined when a run has no requests
 */
export function errorRise(base: ErrorBatches, next: ErrorBatches): ErrorRise | undefined {
  const before = totalOf(base);
  const after = totalOf(next);
  if (before.count === 0 || after.count === 0) return undefined;
  const [p, q] = [before.sum / before.count, after.sum / after.count];
  const [from, to] = [shareInterval(base), shareInterval(next)];
  return {
    value: q - p,
    low: q - p - Math.hypot(q - to.low, from.high - p),
    high: q - p + Math.hypot(to.high - q, p - from.low),
    smallestSeen: smallestErrorRise(base, next),
  };
}

interface LnOdds {
  readonly left: LeftOut;
  readonly leastSe: number;
}

function lnOdds(batches: ErrorBatches): LnOdds | undefined {
  const { sum: failed, count } = totalOf(batches);
  if (count === 0) return undefined;
  const of = (f: number, n: number): number => Math.log((f + 0.5) / (n - f + 0.5));
  const without = batches.map((batch) => of(failed - batch.sum, count - batch.count));
  const leastSe = Math.sqrt(1 / (failed + 0.5) + 1 / (count - failed + 0.5));
  return { left: { full: of(failed, count), without }, leastSe };
}
