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

/** How far runs of one build lie apart: σ of ln quantile, and its degrees of freedom where it was learned. */
export interface RunTerm {
  readonly sigma: number;
  readonly df?: number | undefined;
}

/**
 * Mean of ln ratios over the pairs; se = √((within + 2σ²)/k), within² from the jackknife of the difference (same seed) or
 * of both runs, averaged over the pairs.
 * @param term the run-to-run term, or its σ alone; 0 to leave it out
 * @returns undefined when a run has no requests
 */
export function compareQuantile(
  pairs: readonly RunPair[],
  ratio: number,
  term: RunTerm | number,
): LogChange | undefined {
  const { sigma, df } = typeof term === "number" ? { sigma: term } : term;
  let lnSum = 0;
  let within = 0;
  for (const { base, next, isSameSeed } of pairs) {
    const before = leaveOneOut(base, ratio);
    const after = leaveOneOut(next, ratio);
    if (before === undefined || after === undefined) return undefined;
    lnSum += after.full - before.full;
    within += withinVariance(before, after, isSameSeed);
  }
  const k = pairs.length;
  if (k === 0) return undefined;
  const parts: readonly [Part, ...Part[]] = [
    { variance: within / k / k, df: leastDf(pairs.flatMap(({ base, next }) => [base, next])) },
    { variance: (2 * sigma ** 2) / k, df },
  ];
  return changeOf(lnSum / k, parts);
}

function withinVariance(before: LeftOut, after: LeftOut, isSameSeed: boolean): number {
  if (isSameSeed) return jackknifeError(differenceOf(before, after)) ** 2;
  return jackknifeError(before) ** 2 + jackknifeError(after) ** 2;
}

/**
 * Runs of which none belongs to another: r of the baseline, k of the new build. se² = σ²(1/r + 1/k) + mean se²/r of the
 * one + mean se²/k of the other. A σ learned from runs holds their own errors, too, which errs on the safe side; it costs
 * degrees of freedom (Satterthwaite).
 * @returns undefined without runs, or when one has no requests
 */
export function compareWithStored(
  stored: readonly (readonly Buckets[])[],
  next: readonly (readonly Buckets[])[],
  ratio: number,
  { sigma, df }: RunTerm,
): LogChange | undefined {
  const before = stored.flatMap((run) => leaveOneOut(run, ratio) ?? []);
  const after = next.flatMap((run) => leaveOneOut(run, ratio) ?? []);
  const [r, k] = [stored.length, next.length];
  if (r === 0 || k === 0 || before.length < r || after.length < k) return undefined;
  const parts: readonly [Part, ...Part[]] = [
    { variance: sigma ** 2 * (1 / r + 1 / k), df },
    { variance: meanVariance(after) / k, df: leastDf(next) * k },
    { variance: meanVariance(before) / r, df: leastDf(stored) * r },
  ];
  const supposedDf = leastDf([...stored, ...next]);
  const change = changeOf(meanOf(after) - meanOf(before), parts);
  return df === undefined ? { ...change, df: supposedDf } : change;
}

interface Part {
  readonly variance: number;
  /** Undefined: supposed, not measured. */
  readonly df: number | undefined;
}

/** What is supposed costs no degrees of freedom: those of the first part stand. */
function changeOf(lnRatio: number, parts: readonly [Part, ...Part[]]): LogChange {
  const se = Math.sqrt(parts.reduce((sum, { variance }) => sum + variance, 0));
  const known = parts.flatMap(({ variance, df }) => (df === undefined ? [] : [{ variance, df }]));
  const isKnown = se > 0 && known.length === parts.length;
  return { lnRatio, se, df: isKnown ? satterthwaite(known) : (parts[0].df ?? PAIR_DF) };
}

function leastDf(runs: readonly (readonly Buckets[])[]): number {
  return runs.reduce((least, run) => Math.min(least, run.length - 1), Number.POSITIVE_INFINITY);
}

function meanVariance(runs: readonly LeftOut[]): number {
  return runs.reduce((sum, run) => sum + jackknifeError(run) ** 2, 0) / runs.length;
}

function meanOf(runs: readonly LeftOut[]): number {
  return runs.reduce((sum, { full }) => sum + full, 0) / runs.length;
}
