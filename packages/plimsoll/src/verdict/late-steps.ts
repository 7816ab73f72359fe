import type { CapacityReport, StepRow } from "../analysis/capacity/capacity-report.ts";
import { badRatio } from "../analysis/capacity/capacity-step.ts";

/** A generator that is late, yet fit, makes a step somewhat worse, never so much as this. */
const CLEARLY_FACTOR = 2;

/** Went wrong by so little that the generator's own lateness may have done it. */
export function lateSteps({ steps, asked }: Pick<CapacityReport, "steps" | "asked">): readonly StepRow[] {
  return steps.filter(
    ({ isHeld, isDegraded, isAborted, counts }) =>
      !isHeld &&
      isDegraded &&
      !isAborted &&
      asked.slos.every(({ allowedRatio }, slo) => badRatio(counts[slo]!) <= CLEARLY_FACTOR * allowedRatio),
  );
}
