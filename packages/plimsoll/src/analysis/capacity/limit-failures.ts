import type { PlannedSearch } from "../../records/record.ts";
import type { CapacityEstimate } from "./capacity-estimate.ts";
import { capacitySlosOf, isHeld } from "./capacity-step.ts";
import { type FrequentError, mostFrequentError } from "./early-end.ts";
import { observeStep } from "./observed-step.ts";
import type { SearchStepRun } from "./search-progress.ts";
import { stepsBeside } from "./steps-beside.ts";

/** What the bad requests of the steps that broke a promise were: errors, and which. */
export interface LimitFailures {
  /** Of the promise that breaks. */
  readonly badCount: number;
  readonly failedCount: number;
  readonly error: FrequentError;
}

/** Of the steps beside the limit, or of all while there is none; undefined where nothing failed in them. */
export function limitFailures(
  steps: readonly SearchStepRun[],
  estimate: CapacityEstimate | undefined,
  { slos }: Pick<PlannedSearch, "slos">,
): LimitFailures | undefined {
  const promises = capacitySlosOf(slos);
  const shown = estimate?.isBroken === true ? stepsBeside(steps, estimate) : steps;
  const beyond = shown.filter(({ step }) => !isHeld(step, promises));
  const badCounts = slos.map((_, slo) => sum(beyond.map(({ step }) => step.observed.counts[slo]!.badCount)));
  const broken = estimate?.isBroken === true ? estimate.limitedBy : badCounts.indexOf(Math.max(...badCounts));
  const { expr, task, allowedRatio } = slos[broken]!;
  const errorsOnly = { expr, allowedRatio, ...(task === undefined ? {} : { task }) };
  const failedCount = sum(beyond.map(({ profile }) => observeStep(profile, [errorsOnly], []).counts[0]!.badCount));
  const error = mostFrequentError(
    beyond.map(({ profile }) => profile),
    task,
  );
  return failedCount === 0 || error === undefined ? undefined : { badCount: badCounts[broken]!, failedCount, error };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
