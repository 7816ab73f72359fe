/** What the page shows of two results beside each other (`compare`). Plain JSON; change ratios are new ÷ base − 1. */
import type { CapacityChange } from "../verdict/comparison-answer.ts";
import type { Verdict } from "../verdict/judgement.ts";
import type { LatencyCurve } from "./html-curve.ts";
import type { Column } from "./merged-bins.ts";

export interface ComparisonData {
  /** The answer in words: `p95 of single_embed is 18 % slower (12–25 %)`. */
  readonly sentence: string;
  readonly verdict: Verdict;
  readonly baseName: string;
  readonly newName: string;
  readonly metrics: readonly ComparedMetric[];
  readonly curves: readonly ComparedCurves[];
  /** Of each profile whose seconds are known of both sides. */
  readonly courses: readonly ComparedCourses[];
  /** Of two searches: what each found. */
  readonly capacity?: CapacityChange;
  /** What would settle it, a sentence each; empty when it is settled. */
  readonly advice: readonly string[];
  /** What cannot be told and why, how it was compared, what to doubt: a sentence each. */
  readonly notes: readonly string[];
}

/** One metric of one task in both. */
export interface ComparedMetric {
  readonly profile: string;
  /** A request name or "Aggregated". */
  readonly task: string;
  /** `p95`, `errors`, `rps`, …: latencies are in ms, errors a ratio, rps per second. */
  readonly metric: string;
  readonly base: number | undefined;
  readonly new: number | undefined;
  readonly changeRatio: number | undefined;
  /** Interval of `changeRatio`. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The smallest change that this much data could have shown. */
  readonly smallestSeenRatio: number | undefined;
  /** Of errors: as a difference of shares of the requests, known also where BASE has none; undefined of other metrics. */
  readonly rise?: ErrorRise | undefined;
  readonly verdict: Verdict;
}

/** new − base: `.021` is 2.1 points. */
export interface ErrorRise {
  readonly value: number;
  /** Interval of `value`. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The smallest rise that this much data could have shown. */
  readonly smallestSeen: number | undefined;
}

/** Both distributions of one task. */
export interface ComparedCurves {
  readonly profile: string;
  readonly task: string;
  readonly base: LatencyCurve;
  readonly new: LatencyCurve;
}

/** All requests of both sides by the time from the start of their run, a value a bin; thinned as a report's series are. */
export interface ComparedCourses {
  readonly profile: string;
  readonly binMs: number;
  /** What was compared begins here; 0 when all was, or nothing could be. */
  readonly judgedFromMs: number;
  readonly base: ComparedCourse;
  readonly new: ComparedCourse;
}

/** Of several runs together: p95 of all their requests, the mean of their rates. */
export interface ComparedCourse {
  /** Response time (ms) of the requests that ended in the bin. */
  readonly p95: Column;
  readonly completedPerSec: Column;
}

/** The data of a page that holds a comparison alone. */
export interface ComparisonPage {
  readonly schema: "plimsoll.comparison-data/1";
  readonly comparison: ComparisonData;
}
