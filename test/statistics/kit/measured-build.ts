import { matchProfiles } from "../../../packages/plimsoll/src/analysis/comparison/match-profiles.ts";
import { SAMPLE_TASKS, sampleJournal } from "../../../packages/plimsoll/src/analysis/journal-sample.ts";
import { runFold } from "../../../packages/plimsoll/src/analysis/run-fold.ts";
import type { RunStats } from "../../../packages/plimsoll/src/analysis/run-stats.ts";
import type { SampleProfile } from "../../../packages/plimsoll/src/analysis/sample-load.ts";
import { Random } from "../../../packages/plimsoll/src/base/random.ts";
import type { Comparison } from "../../../packages/plimsoll/src/verdict/comparison-answer.ts";
import { judgeComparison } from "../../../packages/plimsoll/src/verdict/judge-comparison.ts";

/** A run against M/M/8 of 100 ms at 65 % of its capacity, asked for three things, as a journal holds it. */
export interface MeasuredBuild {
  /** Of arrivals, tasks and services: the same one for both sides of a pair. */
  readonly seed: number;
  /** Of what services differ by from run to run, a tenth. */
  readonly noiseSeed: number;
  /** Every response time against the baseline's, and so every quantile. */
  readonly stretch?: number;
}

/** One side of a comparison in turns: so many runs, each of another schedule. */
export interface MeasuredTurns extends Omit<MeasuredBuild, "stretch"> {
  /** One a run. */
  readonly stretches: readonly number[];
  readonly durationMs: number;
}

const SERVERS = 8;
const SERVICE_MS = 100;
const RATE_PER_SEC = 0.65 * 80;
const DURATION_MS = 300_000;
const NOISE = 0.1;

/** Five minutes. */
export function measuredBuild({ stretch = 1, ...build }: MeasuredBuild): RunStats {
  return measuredTurns({ ...build, stretches: [stretch], durationMs: DURATION_MS });
}

/** The phases of one journal. */
export function measuredTurns({ seed, noiseSeed, stretches, durationMs }: MeasuredTurns): RunStats {
  const noise = new Random(noiseSeed, 3);
  const profiles = stretches.map((stretch): SampleProfile => {
    const free = new Array<number>(SERVERS).fill(0);
    const answer: SampleProfile["answer"] = ({ dueMs, random }) => {
      const server = free.indexOf(Math.min(...free));
      const serviceMs = random.nextExponential(SERVICE_MS) * Math.exp(NOISE * noise.nextNormal());
      free[server] = Math.max(free[server]!, dueMs) + serviceMs;
      return { serviceMs: stretch * (free[server]! - dueMs) };
    };
    return { name: "steady", ratePerSec: RATE_PER_SEC, durationMs, answer };
  });
  const records = sampleJournal({ seed, tasks: SAMPLE_TASKS, profiles });
  return runFold.done(records.reduce(runFold.step, runFold.init()));
}

/** As `plimsoll compare` judges it; `kin` are earlier runs of the baseline. */
export function compareBuilds(
  base: readonly RunStats[],
  next: readonly RunStats[],
  kin: readonly RunStats[] = [],
): Comparison {
  const { profiles, notes } = matchProfiles({ runs: base, kin }, { runs: next, kin: [] });
  const side = (name: string) => ({ name, runs: [] });
  return judgeComparison({ base: side("BASE"), next: side("NEW"), profiles, maxRegressionRatio: 0.1, notes });
}
