/** Thresholds that a plan leaves no chance to be judged, whatever the target does: known before the load begins. */

import { firstLevel, isSpike } from "../analysis/planned-shape.ts";
import { plannedSpike } from "../analysis/planned-spike.ts";
import { LEAST_DRIFT_MS } from "../analysis/profile-drift.ts";
import type { ProfileStats } from "../analysis/run-stats.ts";
import { LEAST_BEFORE } from "../analysis/spike-recovery.ts";
import { leastCutMs } from "../analysis/warm-up.ts";
import { formatDuration } from "../base/format-number.ts";
import type { Threshold } from "../spec/spec.ts";

type PlannedPhase = ProfileStats["planned"];

export interface Unjudgeable {
  readonly expr: string;
  readonly profile: string;
  /** What is needed and what is planned, and what to change: two sentences. */
  readonly message: string;
}

/** Why a plan will not do, and what would. */
interface Lack {
  readonly why: string;
  readonly change: string;
}

/** Of `drift` and `recovery`; one for each threshold and profile. */
export function unjudgeableThresholds(
  thresholds: readonly Threshold[],
  phases: readonly PlannedPhase[],
): readonly Unjudgeable[] {
  return thresholds.flatMap((threshold) =>
    phases
      .filter(({ name }) => threshold.profile === undefined || threshold.profile === name)
      .flatMap((planned): Unjudgeable[] => {
        const lack = lackOf(threshold, planned);
        if (lack === undefined) return [];
        const { expr } = threshold;
        return [
          {
            expr,
            profile: planned.name,
            message: `${expr} cannot be judged in ${planned.name}: ${lack.why}. ${lack.change}`,
          },
        ];
      }),
  );
}

function lackOf({ metric }: Threshold, planned: PlannedPhase): Lack | undefined {
  if (metric.kind === "drift") return driftLack(planned);
  return metric.kind === "recovery" ? recoveryLack(planned) : undefined;
}

function driftLack(planned: PlannedPhase): Lack | undefined {
  const needed = `it needs ${formatDuration(LEAST_DRIFT_MS)} of level load after the warm-up`;
  if (isSpike(planned)) return { why: `${needed}, and all its users come at once`, change: "Ask it of a level load." };
  const [fromMs, toMs] = firstLevel(planned, planned.plannedMs);
  const leftMs = (moreMs: number): number =>
    toMs + moreMs - Math.max(fromMs, leastCutMs(planned, planned.plannedMs + moreMs));
  const moreMs = missingMs(leftMs, LEAST_DRIFT_MS);
  if (moreMs === 0) return undefined;
  const why = `${needed}, and the plan has ${formatDuration(Math.max(0, leftMs(0)))}`;
  return { why, change: `Make the level part at least ${formatDuration(moreMs)} longer.` };
}

function recoveryLack(planned: PlannedPhase): Lack | undefined {
  const spike = plannedSpike(planned, planned.plannedMs);
  if (spike === undefined)
    return {
      why: "the plan has no spike to recover from",
      change:
        "Give it stages: a level load of a minute, a rise by a fifth or more for two minutes at most, and that load again.",
    };
  const { baseFromMs, fromMs } = spike;
  const leftMs = (moreMs: number): number =>
    fromMs + moreMs - Math.max(baseFromMs, leastCutMs(planned, planned.plannedMs + moreMs));
  const neededMs = LEAST_BEFORE * 1000;
  const moreMs = missingMs(leftMs, neededMs);
  if (moreMs === 0) return undefined;
  const why = `it needs ${formatDuration(neededMs)} of the load before the spike, after the warm-up, and the plan has ${formatDuration(Math.max(0, leftMs(0)))}`;
  return { why, change: `Make the part before the spike at least ${formatDuration(moreMs)} longer.` };
}

const STEP_MS = 5000;

/** The longer the phase, the more of it is cut: so it is tried, in steps of 5 s, until enough is left. */
function missingMs(leftMs: (moreMs: number) => number, neededMs: number): number {
  let moreMs = 0;
  while (leftMs(moreMs) < neededMs) moreMs += STEP_MS;
  return moreMs;
}
