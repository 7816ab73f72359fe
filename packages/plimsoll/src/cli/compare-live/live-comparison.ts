/** Two targets that run now, measured in turns with the same requests at the same due times. */
import type { ComparedProfileRuns, ComparedRun } from "../../analysis/comparison/compared-run.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import type { ExitCode } from "../../base/exit-codes.ts";
import type { PhaseSource } from "../../fleet/coordinator.ts";
import { describePhase } from "../../fleet/plan-record.ts";
import type { Profile, Spec } from "../../spec/spec.ts";
import type { ComparedSideFacts, Comparison } from "../../verdict/comparison-answer.ts";
import { judgeComparison } from "../../verdict/judge-comparison.ts";
import { isCutShort } from "../../verdict/run-faults.ts";
import { sideFacts } from "../compared-input.ts";
import type { Side, Turns } from "./turns.ts";

export interface LiveSides {
  readonly base: RunStats;
  readonly next: RunStats;
}

/** What the pairs so far came to. */
export interface PairsSoFar {
  readonly comparison: Comparison;
  /** Pairs that count. */
  readonly fitCount: number;
  /** Pairs in which a generator was not fit: they say nothing of the targets. */
  readonly spoiltCount: number;
  /** The last pair is one of these. */
  readonly isSpoilt: boolean;
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

/** Judges the whole pairs so far. One that was cut short or in which either generator was unfit says nothing. */
export function comparePairs(
  sides: LiveSides,
  names: Readonly<Record<Side, string>>,
  maxRegressionRatio: number,
): PairsSoFar {
  const whole = wholePairs(sides);
  const fit = whole.filter(isFit);
  const spoiltCount = whole.length - fit.length;
  const isPartSpoilt = spoiltCount > 0 && fit.length > 0;
  const comparison = judgeComparison({
    base: sideFacts(names.base, [sides.base]),
    next: sideFacts(names.next, [sides.next]),
    // When none is fit, all are handed over: the judge then says what was wrong with them.
    profiles: asProfile(fit.length > 0 ? fit : whole),
    maxRegressionRatio,
    notes: isPartSpoilt ? [leftOutNote(spoiltCount, whole.length)] : [],
    isInTurns: true,
  });
  const last = whole.at(-1);
  return { comparison, fitCount: fit.length, spoiltCount, isSpoilt: last !== undefined && !isFit(last) };
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
  return { ...nothing, because: `It cannot be told whether NEW is worse: ${why}`, advice, exitCode };
}

type Pair = readonly [ComparedRun, ComparedRun];

function leftOutNote(spoiltCount: number, count: number): string {
  const are = spoiltCount === 1 ? "is" : "are";
  return `${spoiltCount} of ${count} pairs ${are} left out: the generator was not fit to judge by.`;
}

function isFit(pair: Pair): boolean {
  return pair.every(({ profile }) => profile.generator.health !== "invalid");
}

/** The i-th runs of both sides, as long as both came to their end. */
function wholePairs({ base, next }: LiveSides): readonly Pair[] {
  const after = wholeRuns(next);
  return wholeRuns(base).flatMap((run, at) => {
    const other = after[at];
    return other === undefined ? [] : [[run, other] as const];
  });
}

function wholeRuns(run: RunStats): readonly ComparedRun[] {
  return run.profiles
    .filter((profile) => profile.isFinished && !isCutShort(run, profile))
    .map((profile) => ({ run, profile }));
}

function asProfile(pairs: readonly Pair[]): readonly ComparedProfileRuns[] {
  const name = pairs[0]?.[0].profile.name;
  if (name === undefined) return [];
  const side = (at: 0 | 1) => ({ runs: pairs.map((pair) => pair[at]), kin: [] });
  return [{ name, base: side(0), next: side(1) }];
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
