import type { CapacityEstimate } from "./capacity-estimate.ts";
import type { SearchStepRun } from "./search-progress.ts";

/** How near the capacity, in ln(load), a step must lie to tell what breaks there. */
const NEAR = 0.3;

/** The steps that show what breaks at the capacity: which task, and by which errors. */
export function stepsBeside(
  steps: readonly SearchStepRun[],
  { lnLoad }: Pick<CapacityEstimate, "lnLoad">,
): readonly SearchStepRun[] {
  return steps.filter(({ record }) => Math.abs(Math.log(record.load) - lnLoad) <= NEAR);
}
