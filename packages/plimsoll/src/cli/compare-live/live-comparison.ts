/** Two targets that run now, measured in turns with the same requests at the same due times. */
import { asClause } from "../../base/clause.ts";
import type { ExitCode } from "../../base/exit-codes.ts";
import type { PhaseSource } from "../../fleet/coordinator.ts";
import { describePhase } from "../../fleet/plan-record.ts";
import type { Profile, Spec } from "../../spec/spec.ts";
import type { ComparedSideFacts, Comparison } from "../../verdict/comparison-answer.ts";
import { judgeComparison } from "../../verdict/judge-comparison.ts";
import { sideFacts } from "../../verdict/side-facts.ts";
import { type TurnPairs, type TurnSides, turnPairs } from "../../verdict/turn-pairs.ts";
import type { Side, Turns } from "./turns.ts";

/** What the pairs so far came to. */
export interface PairsSoFar extends Pick<TurnPairs, "fitCount" | "spoiltCount" | "isSpoilt"> {
  readonly comparison: Comparison;
}

/** The phases of one side: always the same profile, each when it is its turn. */
export function turnPhases(
  side: Side,
  { spec, profile, seed }: { readonly spec: Spec; readonly profile: Profile; readonly seed: number },
  turns: Turns,
): PhaseSource {
  return {
    async next(index) {
      if (!(await turns.await(side, index))) return undefined;
      const planned = describePhase(spec, profile, { seed, index });
      return { profile, record: { k: "step", phase: index, purpose: "pair", load: loadOf(profile), planned } };
    },
  };
}

function loadOf(profile: Profile): number {
  if (profile.kind === "open") return profile.stages.at(-1)?.toPerSec ?? 0;
  return profile.stages.at(-1)?.users ?? 0;
}

/** Judges the whole pairs so far. */
export function comparePairs(
  sides: TurnSides,
  names: Readonly<Record<Side, string>>,
  { maxRegressionRatio, maxPairs }: { readonly maxRegressionRatio: number; readonly maxPairs?: number },
): PairsSoFar {
  const { profiles, notes, fitCount, spoiltCount, isSpoilt } = turnPairs(sides);
  const comparison = judgeComparison({
    base: sideFacts(names.base, [sides.base]),
    next: sideFacts(names.next, [sides.next]),
    profiles,
    maxRegressionRatio,
    notes,
    isInTurns: true,
    maxPairs,
  });
  return { comparison, fitCount, spoiltCount, isSpoilt };
}

/** The comparison of targets that have not been run. */
export function nothingRun(names: Readonly<Record<Side, string>>, maxRegressionRatio: number): Comparison {
  const side = (name: string): ComparedSideFacts => ({ name, runs: [] });
  const sides = { base: side(names.base), next: side(names.next) };
  return judgeComparison({ ...sides, profiles: [], maxRegressionRatio, notes: [] });
}

export interface Unmeasured {
  /** A sentence. */
  readonly why: string;
  readonly exitCode: ExitCode;
  readonly advice?: readonly string[];
}

/** The answer where there is no whole pair. */
export function unmeasured(nothing: Comparison, { why, exitCode, advice = [] }: Unmeasured): Comparison {
  return { ...nothing, because: `It cannot be told whether NEW is worse: ${asClause(why)}`, advice, exitCode };
}

/** How many pairs, and for how long. */
export interface PairLimits {
  readonly maxPairs: number;
  readonly budgetMs: number;
}

/** A generator that was unfit this often will not be fit the next time. */
const MOST_SPOILT = 3;

/** Whether to leave it at these pairs: it is settled, there are as many as allowed, or one more would overrun the budget. */
export function isEnough(
  { comparison, fitCount, spoiltCount }: PairsSoFar,
  spentMs: number,
  { maxPairs, budgetMs }: PairLimits,
): boolean {
  if (fitCount > 0 && comparison.verdict !== "inconclusive") return true;
  if (fitCount >= maxPairs || spoiltCount >= MOST_SPOILT) return true;
  const pairMs = spentMs / Math.max(1, fitCount + spoiltCount);
  return spentMs + pairMs > budgetMs;
}
