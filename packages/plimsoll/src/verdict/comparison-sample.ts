/** Two results for the tests of comparisons: journals of imagined runs, folded. */
import type { ComparedProfileRuns } from "../analysis/comparison/compared-run.ts";
import { matchProfiles } from "../analysis/comparison/match-profiles.ts";
import { type SampleOptions, sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { type SampleProfile, sampleLatencyMs } from "../analysis/sample-load.ts";
import type { Comparison } from "./comparison-answer.ts";
import { type ComparisonCase, judgeComparison } from "./judge-comparison.ts";
import { sideFacts } from "./side-facts.ts";

/** What differs from the baseline: a minute at 40/s, times log-normal about 80 ms, no failures. */
export interface SampleBuild {
  readonly seed?: number;
  /** Of every response time. */
  readonly slowdown?: number;
  /** Share of the requests that answer 503. */
  readonly failing?: number;
  readonly profile?: Partial<SampleProfile>;
  readonly more?: SampleOptions;
}

/** A folded journal. */
export function sampleBuild({
  seed = 1,
  slowdown = 1,
  failing = 0,
  profile = {},
  more = {},
}: SampleBuild = {}): RunStats {
  const answer: SampleProfile["answer"] = ({ random }) => {
    const serviceMs = sampleLatencyMs(random, 80 * slowdown, 0.2);
    const isFailing = random.nextRatio() < failing;
    return isFailing ? { serviceMs, failure: { kind: "http-5xx", message: "503 Service Unavailable" } } : { serviceMs };
  };
  const whole = { name: "steady", ratePerSec: 40, durationMs: 60_000, answer, ...profile };
  const records = sampleJournal({ seed, profiles: [whole], ...more });
  return runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init()));
}

/** The comparison of runs, as `plimsoll compare` would come to it. */
export function compareSamples(
  base: readonly RunStats[],
  next: readonly RunStats[],
  more: Partial<ComparisonCase> = {},
): Comparison {
  const { profiles, notes } = matchProfiles({ runs: base, kin: [] }, { runs: next, kin: [] });
  const asked = {
    base: sideFacts("old", base),
    next: sideFacts("new", next),
    profiles,
    maxRegressionRatio: 0.1,
    notes,
  };
  return judgeComparison({ ...asked, ...more });
}

/** The first profile that both have. */
export function samplePair(base: RunStats, next: RunStats): ComparedProfileRuns {
  const { profiles } = matchProfiles({ runs: [base], kin: [] }, { runs: [next], kin: [] });
  return profiles[0]!;
}
