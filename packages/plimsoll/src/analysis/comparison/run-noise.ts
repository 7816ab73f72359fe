/** What two runs of the same build differ by, whatever each says of itself: placement, caches, neighbours. */

export interface RunNoise {
  /** Standard deviation of ln figure from run to run. */
  readonly sigma: number;
  /** True when it is only supposed, for want of baseline runs. */
  readonly isAssumed: boolean;
  /** From how many it is learned, or would be. */
  readonly runCount: number;
  /** Those are pairs, each of another schedule, which their differences leave out. */
  readonly isOfPairs: boolean;
  /** Of `sigma`; undefined when it is supposed. */
  readonly df?: number;
}

/** Fewer teach nothing of how runs differ. */
export const LEAST_RUNS = 5;
/** Until then. */
export const ASSUMED_SIGMA = 0.02;
const LEAST_SIGMA = 0.01;

/**
 * From five baseline runs on their own spread, at least 1 %; else 2 %, flagged. Runs that were sent the same requests do
 * not tell what one that was sent others may differ by.
 */
export function runNoise(lnFigures: readonly number[], { isOfOtherSchedules = false } = {}): RunNoise {
  const noise = { ...learned(lnFigures, 1), isOfPairs: false };
  if (!isOfOtherSchedules || noise.sigma >= ASSUMED_SIGMA) return noise;
  return { sigma: ASSUMED_SIGMA, isAssumed: true, runCount: noise.runCount, isOfPairs: false };
}

/**
 * From five pairs on the spread of their differences, which holds that of two runs: where each pair has a schedule of its
 * own, that of the baseline's runs would hold what schedules differ by, too.
 */
export function pairNoise(lnRatios: readonly number[]): RunNoise {
  return { ...learned(lnRatios, Math.SQRT2), isOfPairs: true };
}

function learned(figures: readonly number[], perRun: number): Omit<RunNoise, "isOfPairs"> {
  const runCount = figures.length;
  if (runCount < LEAST_RUNS) return { sigma: ASSUMED_SIGMA, isAssumed: true, runCount };
  const sigma = Math.max(LEAST_SIGMA, standardDeviation(figures) / perRun);
  return { sigma, isAssumed: false, runCount, df: runCount - 1 };
}

export function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** A variance with its degrees of freedom. */
export interface VariancePart {
  readonly variance: number;
  readonly df: number;
}

/** Degrees of freedom of a sum of variances: (Σv)² ÷ Σ v²/df (Satterthwaite 1946). */
export function satterthwaite(parts: readonly VariancePart[]): number {
  const total = parts.reduce((sum, { variance }) => sum + variance, 0);
  return total ** 2 / parts.reduce((sum, { variance, df }) => sum + variance ** 2 / df, 0);
}
