/** What the thresholds say of a run: three answers, each with its evidence. Pure data, JSON-safe. */
import type { ExitCode } from "../base/exit-codes.ts";

export type Verdict = "pass" | "fail" | "inconclusive";

export interface Judgement {
  readonly verdict: Verdict;
  readonly exitCode: ExitCode;
  /** One sentence: what decided. */
  readonly because: string;
  readonly thresholds: readonly ThresholdJudgement[];
  /** Of the thresholds that fail, the one whose budget was overdrawn first; absent where no instant can be told. */
  readonly brokeFirst?: FirstBreach;
  /** What else moved the verdict: unfit generator, interruption, no data, books that do not balance. */
  readonly reasons: readonly string[];
  readonly findings: readonly Finding[];
}

/** What broke first and when, and what the load was then. */
export interface FirstBreach {
  readonly expr: string;
  readonly profile: string;
  readonly task: string;
  /** On the phase clock: from here on it was not kept again. */
  readonly atMs: number;
  /** It was never surely kept before: `atMs` is where judging begins. */
  readonly isFromStart?: true;
  /** Alive then, in a closed loop. */
  readonly users?: number;
  /** Planned then, in an open loop. */
  readonly ratePerSec?: number;
  /** All of that, and what else broke then or cannot be placed. */
  readonly sentence: string;
}

/** One threshold on one profile and task. */
export interface ThresholdJudgement {
  readonly expr: string;
  readonly profile: string;
  /** A request name or "Aggregated". */
  readonly task: string;
  readonly observed: Observed | undefined;
  /** In `unit`. */
  readonly limit: number;
  readonly unit: "ms" | "ratio" | "perSec" | "s";
  readonly verdict: Verdict;
  /** One sentence with the figures that decided. */
  readonly why: string;
  /** Of one that fails: from when on it was not kept again, on the phase clock; absent where that cannot be told. */
  readonly brokeAtMs?: number;
  /** `brokeAtMs` is where judging begins: it was never surely kept before. */
  readonly isBrokenFromStart?: true;
  /** Asked for when the result was checked, beside what the run itself had promised. */
  readonly isAdded?: true;
}

export interface Observed {
  /** In the judgement's unit. */
  readonly value: number;
  /** The value's interval where one could be had. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Requests judged. */
  readonly n: number;
  /** Judged part of the phase, ms on the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Set where the true value is worse than `value`: the quantile lies among the failed and unanswered. */
  readonly isBeyond?: true;
  /** Of a latency threshold: the share of requests that failed or had no answer; they count as slower than any answer. */
  readonly failedRatio?: number;
}

/** Something the reader should know, with when and where. */
export interface Finding {
  readonly code: string;
  readonly level: "info" | "warning" | "error";
  readonly profile: string | undefined;
  readonly task: string | undefined;
  /** On the phase clock. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly message: string;
}
