import type { PlannedSearch } from "../../records/record.ts";
import type { CapacityEstimate } from "./capacity-estimate.ts";
import { isHeld } from "./capacity-step.ts";
import { type FrequentError, mostFrequentError } from "./early-end.ts";
import { observeStep } from "./observed-step.ts";
import type { SearchStepRun } from "./search-progress.ts";

/** What the bad requests of the steps that broke a promise were: errors, and which. */
export interface LimitFailures {
  /** Of the promise that breaks. */
  readonly badCount: number;
  readonly failedCount: number;
  readonly error: FrequentError;
}

/** How far in ln(load) from the capacity a step still shows what breaks there. */
const NEAR = 0.3;

/** Of the steps beside the limit, or of all while there is none; undefined where nothing failed in them. */
export function limitFailures(
  steps: readonly SearchStepRun[],
  estimate: CapacityEstimate | undefined,
  { slos }: Pick<PlannedSearch, "slos">,
): LimitFailures | undefined {
  const promises = slos.map(({ expr, ...slo }) => ({ name: expr, ...slo }));
  const beyond = steps.filter(
    ({ step, record }) =>
      !isHeld(step, promises) &&
      (estimate?.isBroken !== true || Math.abs(Math.log(record.load) - estimate.lnLoad) <= NEAR),
  );
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
