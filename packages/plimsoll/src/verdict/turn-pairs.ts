/** Two targets that were measured in turns: their runs by pairs, and which of them say something of the targets. */
import type { ComparedProfileRuns, ComparedRun } from "../analysis/comparison/compared-run.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { epochMsOfIso } from "../base/wall-time.ts";
import { isCutShort } from "./run-faults.ts";

/** A journal of each side. */
export interface TurnSides {
  readonly base: RunStats;
  readonly next: RunStats;
}

export interface TurnPairs {
  /** What is judged: the pairs that count, or all when none does, so that the judge says what was wrong with them. */
  readonly profiles: readonly ComparedProfileRuns[];
  /** Pairs that count. */
  readonly fitCount: number;
  /** Pairs in which a generator was not fit: they say nothing of the targets. */
  readonly spoiltCount: number;
  /** The last pair is one of these. */
  readonly isSpoilt: boolean;
  /** How many are left out of what is judged, and why. */
  readonly notes: readonly string[];
}

/** The whole pairs. One that was cut short or in which either generator was unfit says nothing. */
export function turnPairs(sides: TurnSides): TurnPairs {
  const whole = wholePairs(sides);
  const fit = whole.filter(isFit);
  const spoiltCount = whole.length - fit.length;
  const isPartSpoilt = spoiltCount > 0 && fit.length > 0;
  const last = whole.at(-1);
  return {
    profiles: asProfile(fit.length > 0 ? fit : whole),
    fitCount: fit.length,
    spoiltCount,
    isSpoilt: last !== undefined && !isFit(last),
    notes: isPartSpoilt ? [leftOutNote(spoiltCount, whole.length)] : [],
  };
}

/**
 * Whether two journals are the sides of one comparison in turns: each holds such steps and nothing else, by the same command
 * and seed, and they were written side by side.
 */
export function areTurns({ base, next }: TurnSides): boolean {
  const isSame = base.plan.command === next.plan.command && base.plan.seed === next.plan.seed;
  return isSame && [base, next].every(isOfPairs) && isBeside(base, next) && isBeside(next, base);
}

function isOfPairs({ steps }: RunStats): boolean {
  return steps.length > 0 && steps.every(({ purpose }) => purpose === "pair");
}

/** Had begun before the other ended. */
function isBeside(run: RunStats, other: RunStats): boolean {
  const [beganMs, otherBeganMs] = [run, other].map(({ startedAt = "" }) => epochMsOfIso(startedAt));
  return beganMs !== undefined && otherBeganMs !== undefined && beganMs < otherBeganMs + other.end.atMs;
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
function wholePairs({ base, next }: TurnSides): readonly Pair[] {
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
