/** Two targets that run now, measured in turns with the same requests at the same due times. */
import type { ComparedProfileRuns, ComparedRun } from "../../analysis/comparison/compared-run.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import type { PhaseSource } from "../../fleet/coordinator.ts";
import { describePhase } from "../../fleet/plan-record.ts";
import type { Profile, Spec } from "../../spec/spec.ts";
import type { Comparison } from "../../verdict/comparison-answer.ts";
import { judgeComparison } from "../../verdict/judge-comparison.ts";
import { sideFacts } from "../compared-input.ts";
import type { Side, Turns } from "./turns.ts";

export interface LiveSides {
  readonly base: RunStats;
  readonly next: RunStats;
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

/** What the whole pairs so far say. A pair in which either generator was unfit says nothing. */
export function compareLive(
  sides: LiveSides,
  names: Readonly<Record<Side, string>>,
  maxRegressionRatio: number,
): Comparison {
  const { profiles, spoiltCount } = pairsOf(sides);
  const notes =
    spoiltCount === 0 ? [] : [`${spoiltCount} of the pairs do not count, because the generator was not fit in them.`];
  return judgeComparison({
    base: sideFacts(names.base, [sides.base]),
    next: sideFacts(names.next, [sides.next]),
    profiles,
    maxRegressionRatio,
    notes,
  });
}

interface Pairs {
  readonly profiles: readonly ComparedProfileRuns[];
  readonly spoiltCount: number;
}

function pairsOf({ base, next }: LiveSides): Pairs {
  const [before, after] = [runsOf(base), runsOf(next)];
  const whole = before.slice(0, Math.min(before.length, after.length)).map((run, at) => [run, after[at]!] as const);
  const fit = whole.filter((pair) => pair.every(({ profile }) => profile.generator.health !== "invalid"));
  const spoiltCount = whole.length - fit.length;
  // When none is fit, all are handed over: the judge then says what was wrong with them.
  const used = fit.length > 0 ? fit : whole;
  const name = used[0]?.[0].profile.name;
  if (name === undefined) return { profiles: [], spoiltCount };
  const side = (at: 0 | 1) => ({ runs: used.map((pair) => pair[at]), kin: [] });
  return { profiles: [{ name, base: side(0), next: side(1) }], spoiltCount };
}

function runsOf(run: RunStats): readonly ComparedRun[] {
  return run.profiles.filter(({ isFinished }) => isFinished).map((profile) => ({ run, profile }));
}
