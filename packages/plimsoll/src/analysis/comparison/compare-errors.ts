/** Failure shares of a baseline and of a new build, as a change of log odds: it stays sane at 0 and near 1. */
import { type Batch, shareInterval, totalOf } from "../batch-means.ts";
import { jackknifeError, type LeftOut } from "./jackknife.ts";
import { type LogChange, PAIR_DF } from "./regression-rule.ts";

/** Failed (`sum`) of ended (`count`) requests in each of some twenty stretches of a run. */
export type ErrorBatches = readonly Batch[];

/**
 * ln odds of the new run less that of the baseline, each with half a failure added; the error is the jackknife's, at
 * least that of independent requests, √(1/(f+½) + 1/(s+½)) each. Reasoned, not measured.
 * @returns undefined when a run has no requests
 */
export function compareErrors(base: ErrorBatches, next: ErrorBatches): LogChange | undefined {
  const before = lnOdds(base);
  const after = lnOdds(next);
  if (before === undefined || after === undefined) return undefined;
  const variance = [before, after].reduce((sum, { left, leastSe }) => {
    const se = left.without.length < 2 ? leastSe : Math.max(leastSe, jackknifeError(left));
    return sum + se ** 2;
  }, 0);
  return { lnRatio: after.left.full - before.left.full, se: Math.sqrt(variance), df: PAIR_DF };
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
