/** What a comparison of two builds came to: three answers, each with its evidence. Pure data, JSON-safe. */
import type { ComparedMetric } from "../analysis/comparison/profile-changes.ts";
import type { Buckets } from "../analysis/histogram.ts";
import type { SecondPoint } from "../analysis/run-stats.ts";
import type { ExitCode } from "../base/exit-codes.ts";
import type { Verdict } from "./judgement.ts";

export interface Comparison {
  readonly verdict: Verdict;
  readonly exitCode: ExitCode;
  /** One sentence: what decided. */
  readonly because: string;
  /** What would settle it; empty when it is settled. */
  readonly advice: readonly string[];
  readonly maxRegressionRatio: number;
  /** Only single figures are known of a side, no intervals. */
  readonly isPointsOnly: boolean;
  readonly base: ComparedSideFacts;
  readonly next: ComparedSideFacts;
  readonly profiles: readonly ComparedProfile[];
  readonly capacity: CapacityChange | undefined;
  /** What was left out and what to doubt, one sentence each. */
  readonly notes: readonly string[];
}

/** Where a side's figures come from. */
export interface ComparedSideFacts {
  /** As it was asked for, such as `baseline:main`. */
  readonly name: string;
  readonly runs: readonly ComparedRunFacts[];
}

export interface ComparedRunFacts {
  readonly id: string;
  /** ISO. */
  readonly startedAt: string | undefined;
  /** Of the spec, or of the tool's file. */
  readonly name: string;
  readonly target: string | undefined;
  readonly seed: number | undefined;
}

/** One load. */
export interface ComparedProfile {
  readonly name: string;
  readonly verdict: Verdict;
  /** Why nothing can be told of it; empty when all is well. */
  readonly reasons: readonly string[];
  /** What has surely got worse whatever took the verdict, a sentence as it goes on after a comma. */
  readonly allTheSame?: string | undefined;
  readonly warnings: readonly string[];
  /** Same requests at the same due times on both sides. */
  readonly isPaired: boolean;
  readonly baseRunCount: number;
  readonly nextRunCount: number;
  /** On the phase clock; undefined for points and when too short. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** By task, all requests ("Aggregated") last. */
  readonly metrics: readonly MetricChange[];
  /** Judged requests of both sides, µs; empty for points. */
  readonly distributions: readonly ComparedDistributions[];
  readonly seconds: ComparedSeconds;
}

/** Every second of all runs of a side, each on its own phase clock, rising; empty for points. */
export interface ComparedSeconds {
  readonly base: readonly SecondPoint[];
  readonly next: readonly SecondPoint[];
}

export interface ComparedDistributions {
  readonly task: string;
  readonly base: Buckets;
  readonly next: Buckets;
}

/** A change of something of which more is worse, but for capacity. */
export interface Change {
  /** New ÷ base − 1; for errors new − base, a share of the requests. */
  readonly value: number;
  /** Two-sided 90 %; undefined for points. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface MetricChange {
  readonly task: string;
  readonly metric: ComparedMetric;
  /** ms, errors 0–1; undefined without data. */
  readonly base: number | undefined;
  readonly next: number | undefined;
  readonly change: Change | undefined;
  /** The least rise, as `change.value`, that would have been called worse nine times in ten. */
  readonly smallestSeen: number | undefined;
  /** One-sided, adjusted for how many figures were asked about at once. */
  readonly pValue: number | undefined;
  readonly noise: ChangeNoise | undefined;
  readonly verdict: Verdict;
  /** Without a pass of these there is no pass: p95 and errors of all requests. */
  readonly isDeciding: boolean;
  /** Why it cannot be told; empty otherwise. */
  readonly why: string;
}

/** What two runs of one build differ by. */
export interface ChangeNoise {
  /** Standard deviation of ln p from run to run. */
  readonly sigma: number;
  /** Supposed, for want of five runs or pairs. */
  readonly isAssumed: boolean;
  readonly runCount: number;
  /** `runCount` pairs, each of another schedule; else runs of the baseline. */
  readonly isOfPairs: boolean;
}

export interface CapacityChange {
  readonly by: "rate" | "users";
  readonly base: { readonly value: number; readonly low: number; readonly high: number };
  readonly next: { readonly value: number; readonly low: number; readonly high: number };
  /** New ÷ base − 1: less is worse. */
  readonly changeRatio: number;
  readonly verdict: Verdict;
}
