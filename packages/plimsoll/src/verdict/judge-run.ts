/** Thresholds held against a run: pass, fail, or inconclusive, and always why. */

import type { RunStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { Threshold } from "../spec/spec.ts";
import { allTheSame, type JudgedPart, whereOf } from "./all-the-same.ts";
import { type BareAnswer, judgeBare } from "./bare-profile.ts";
import { findingsOf } from "./findings.ts";
import { firstBreachOf } from "./first-breach.ts";
import { judgeThreshold, profilesFor } from "./judge-threshold.ts";
import type { Judgement, ThresholdJudgement, Verdict } from "./judgement.ts";
import { abortOf, spoilingFaults } from "./run-faults.ts";

export interface JudgeOptions {
  /** The run still goes on: what it says so far, without holding its missing end against it. */
  readonly isLive?: boolean;
  /** From this threshold on they were asked for when the result was checked, not by the run itself; none when not given. */
  readonly addedFrom?: number;
}

/**
 * Exit precedence: a spoilt or interrupted measurement is inconclusive (3) whatever else; then any failed threshold (1);
 * then anything inconclusive (3); else pass (0). The codes of signals (130, 143) are the cli's to give.
 */
export function judgeRun(stats: RunStats, thresholds: readonly Threshold[], options: JudgeOptions = {}): Judgement {
  const { isLive = false, addedFrom = thresholds.length } = options;
  const parts = thresholds.flatMap((threshold, at) =>
    profilesFor(stats, threshold).map((name): JudgedPart => {
      const one = judgeThreshold(stats, threshold, name, isLive);
      return { threshold, judged: at < addedFrom ? one : { ...one, isAdded: true as const } };
    }),
  );
  const judged = parts.map((part) => part.judged);
  const bare = bareProfiles(stats, judged).map((name) => judgeBare(stats, name, isLive));
  const spoiling = spoilingFaults(stats, isLive);
  const abort = abortOf(stats);
  const verdict = verdictOf({ judged, bare, isSpoilt: spoiling.length > 0, isAborted: abort !== undefined });
  const first = firstBreachOf(stats, judged);
  const openAnswers = bare.filter((answer) => answer.verdict !== "pass").map(({ why }) => why);
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    because:
      spoiling[0] === undefined
        ? becauseOf({ verdict, judged, first: first?.judged, bare, abort })
        : `${spoiling[0]}${allTheSame(stats, parts)}`,
    thresholds: judged,
    ...(first === undefined ? {} : { brokeFirst: first.breach }),
    reasons: [...spoiling, ...(abort === undefined ? [] : [abort]), ...openAnswers],
    findings: findingsOf(stats, thresholds),
  };
}

/** Planned profiles that no threshold was for. */
function bareProfiles({ plan }: RunStats, judged: readonly ThresholdJudgement[]): readonly string[] {
  const covered = new Set(judged.map(({ profile }) => profile));
  return plan.phases.map(({ name }) => name).filter((name) => !covered.has(name));
}

export function exitCodeOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case "pass":
      return EXIT.pass;
    case "fail":
      return EXIT.thresholdFailed;
    case "inconclusive":
      return EXIT.inconclusive;
  }
}

interface Answers {
  readonly judged: readonly ThresholdJudgement[];
  readonly bare: readonly BareAnswer[];
  readonly isSpoilt: boolean;
  readonly isAborted: boolean;
}

function verdictOf({ judged, bare, isSpoilt, isAborted }: Answers): Verdict {
  const verdicts = [...judged, ...bare].map(({ verdict }) => verdict);
  if (isSpoilt || verdicts.length === 0) return "inconclusive";
  if (verdicts.includes("fail")) return "fail";
  return isAborted || verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}

interface Grounds {
  readonly verdict: Verdict;
  readonly judged: readonly ThresholdJudgement[];
  /** The one that broke first, where that can be told. */
  readonly first: ThresholdJudgement | undefined;
  readonly bare: readonly BareAnswer[];
  readonly abort: string | undefined;
}

/** One plain sentence: what decided; of several that fail what broke first. */
function becauseOf({ verdict, judged, first, bare, abort }: Grounds): string {
  const decisive = first?.verdict === verdict ? first : judged.find((threshold) => threshold.verdict === verdict);
  const answer = bare.find((profile) => profile.verdict === verdict);
  if (verdict === "pass") return passSentence(judged, bare);
  if (decisive !== undefined) return thresholdSentence(decisive, judged);
  if (answer !== undefined) return answer.why;
  return abort ?? "Nothing was planned, so there is nothing to judge.";
}

function passSentence(judged: readonly ThresholdJudgement[], bare: readonly BareAnswer[]): string {
  if (judged.length === 0) return bare.map(({ why }) => why).join(" ");
  if (judged.length > 1) return `All ${judged.length} thresholds hold.`;
  const [only] = judged;
  return only === undefined ? "" : `${only.expr} holds${whereOf(only)}: ${asClause(only.why)}`;
}

function thresholdSentence(decisive: ThresholdJudgement, judged: readonly ThresholdJudgement[]): string {
  const others = judged.filter(({ verdict }) => verdict === decisive.verdict).length - 1;
  const isFail = decisive.verdict === "fail";
  const tail = isFail ? `${others === 1 ? "fails" : "fail"} too` : `cannot be told either`;
  const more = others > 0 ? ` ${others} more of the ${judged.length} thresholds ${tail}.` : "";
  return `${decisive.expr} ${isFail ? "does not hold" : "cannot be told"}${whereOf(decisive)}: ${asClause(decisive.why)}${more}`;
}
