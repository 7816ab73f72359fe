/** One quantile of a baseline and of a new build: the change with its error, from pairs of runs or from stored ones. */
import type { Buckets } from "../../records/second.ts";
import { differenceOf, jackknifeError, type LeftOut, leaveOneOut } from "./jackknife.ts";
import { type LogChange, PAIR_DF } from "./regression-rule.ts";
import { satterthwaite } from "./run-noise.ts";

/** Batch histograms of two runs; `isSameSeed` when both were sent the same requests at the same due times. */
export interface RunPair {
  readonly base: readonly Buckets[];
  readonly next: readonly Buckets[];
  readonly isSameSeed: boolean;
}

/**
 * Mean of ln ratios over the pairs; se = √((within + 2σ²)/k), within² from the jackknife of the difference (same seed) or
 * of both runs, averaged over the pairs.
 * @param sigma run-to-run standard deviation of ln quantile; 0 to leave it out
 * @returns undefined when a run has no requests
 */
export function compareQuantile(pairs: readonly RunPair[], ratio: number, sigma: number): LogChange | undefined {
  let lnSum = 0;
  let varianceSum = 0;
  for (const { base, next, isSameSeed } of pairs) {
    const before = leaveOneOut(base, ratio);
    const after = leaveOneOut(next, ratio);
    if (before === undefined || after === undefined) return undefined;
    lnSum += after.full - before.full;
    varianceSum += withinVariance(before, after, isSameSeed) + 2 * sigma ** 2;
  }
  const k = pairs.length;
  return k === 0 ? undefined : { lnRatio: lnSum / k, se: Math.sqrt(varianceSum / k / k), df: PAIR_DF };
}

function withinVariance(before: LeftOut, after: LeftOut, isSameSeed: boolean): number {
  if (isSameSeed) return jackknifeError(differenceOf(before, after)) ** 2;
  return jackknifeError(before) ** 2 + jackknifeError(after) ** 2;
}

/**
 * One new run against stored ones: se² = σ²(1 + 1/r) + se_new² + mean se²/r, degrees of freedom by Satterthwaite. σ is the
 * spread over the stored runs as it is: it holds their own errors, too, which errs on the safe side.
 * @returns undefined without stored runs, or when a run has no requests
 */
export function compareWithStored(
  stored: readonly (readonly Buckets[])[],
  next: readonly Buckets[],
  ratio: number,
  sigma: number,
): LogChange | undefined {
  const after = leaveOneOut(next, ratio);
  const before = stored.flatMap((run) => leaveOneOut(run, ratio) ?? []);
  const r = stored.length;
  if (after === undefined || r === 0 || before.length < r) return undefined;
  const meanVariance = before.reduce((sum, run) => sum + jackknifeError(run) ** 2, 0) / r;
  const parts = [
    { variance: sigma ** 2 * (1 + 1 / r), df: Math.max(1, r - 1) },
    { variance: jackknifeError(after) ** 2, df: PAIR_DF },
    { variance: meanVariance / r, df: PAIR_DF * r },
  ];
  const lnBase = before.reduce((sum, { full }) => sum + full, 0) / r;
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  return { lnRatio: after.full - lnBase, se: Math.sqrt(variance), df: satterthwaite(parts) };
}
