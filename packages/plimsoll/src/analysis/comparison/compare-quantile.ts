/** One quantile of a baseline and of a new build: the change with its error, from pairs of runs or from stored ones. */
import type { Buckets } from "../../records/second.ts";
import { jackknifeError, type LeftOut, leaveOneOut, weightedSum } from "./jackknife.ts";
import { type LogChange, PAIR_DF } from "./regression-rule.ts";
import { satterthwaite, type VariancePart } from "./run-noise.ts";

/** Response times of one run, a histogram for each of some twenty stretches. */
export interface ScheduledLatency {
  readonly latency: readonly Buckets[];
  /** Runs of the same one were sent the same requests at the same due times. */
  readonly schedule: string;
}

/** How far runs of one build lie apart: σ of ln quantile, and its degrees of freedom where it was learned. */
export interface RunTerm {
  readonly sigma: number;
  readonly df?: number | undefined;
}

/**
 * Mean of ln quantile over the k new runs less that over the r of the baseline; se² = within + σ²(1/r + 1/k). Within, by
 * the jackknife: runs of one schedule are taken as one, whatever their side, so that what they share cancels out between
 * the sides and is not averaged away on one of them; schedules add up. So a pair of the same seed has the error of its
 * difference, and runs that share nothing have se²/r and se²/k of each. A σ learned from runs holds their own errors, too,
 * which errs on the safe side; it costs degrees of freedom (Satterthwaite).
 * @param term the run-to-run term, or its σ alone; 0 to leave it out
 * @returns undefined without runs, or when one has no requests
 */
export function compareQuantile(
  base: readonly ScheduledLatency[],
  next: readonly ScheduledLatency[],
  ratio: number,
  term: RunTerm | number,
): LogChange | undefined {
  const { sigma, df } = typeof term === "number" ? { sigma: term } : term;
  const [before, after] = [base, next].map((runs) => leftOutRuns(runs, ratio));
  if (before === undefined || after === undefined) return undefined;
  const [r, k] = [base.length, next.length];
  const within = withinVariances([...weighed(before, -1 / r), ...weighed(after, 1 / k)]);
  const noise = sigma ** 2 * (1 / r + 1 / k);
  const se = Math.sqrt(within.reduce((sum, { variance }) => sum + variance, noise));
  const lnRatio = meanOf(after) - meanOf(before);
  // What is supposed costs no degrees of freedom.
  if (df === undefined || se === 0) return { lnRatio, se, df: leastDf(within) };
  return { lnRatio, se, df: satterthwaite([...within, { variance: noise, df }]) };
}

interface LeftOutRun {
  readonly schedule: string;
  readonly leftOut: LeftOut;
}

/** Undefined without runs, or when one has no requests. */
function leftOutRuns(runs: readonly ScheduledLatency[], ratio: number): readonly LeftOutRun[] | undefined {
  const found = runs.flatMap(({ schedule, latency }) => {
    const leftOut = leaveOneOut(latency, ratio);
    return leftOut === undefined ? [] : [{ schedule, leftOut }];
  });
  return runs.length === 0 || found.length < runs.length ? undefined : found;
}

interface WeighedRun extends LeftOutRun {
  readonly weight: number;
}

function weighed(runs: readonly LeftOutRun[], weight: number): readonly WeighedRun[] {
  return runs.map((run) => ({ ...run, weight }));
}

/** One a schedule. */
function withinVariances(runs: readonly WeighedRun[]): readonly VariancePart[] {
  const schedules = [...new Set(runs.map(({ schedule }) => schedule))];
  return schedules.map((schedule) => {
    const sum = weightedSum(runs.filter((run) => run.schedule === schedule));
    return { variance: jackknifeError(sum) ** 2, df: sum.without.length - 1 };
  });
}

function leastDf(parts: readonly VariancePart[]): number {
  return Math.min(PAIR_DF, ...parts.map(({ df }) => df));
}

function meanOf(runs: readonly LeftOutRun[]): number {
  return runs.reduce((sum, { leftOut }) => sum + leftOut.full, 0) / runs.length;
}
