import type { CapacityOptions } from "../../../packages/plimsoll/src/analysis/capacity/capacity-options.ts";
import {
  type CapacityStep,
  isHeld,
  type PlannedStep,
} from "../../../packages/plimsoll/src/analysis/capacity/capacity-step.ts";
import { stepAt } from "../../../packages/plimsoll/src/analysis/capacity/step-shape.ts";
import type { StatedCapacity } from "./measure.ts";

/** What peers do: half as much again until a step fails, then halve the gap to 1 %, each step believed at once. */
export function bisection(
  history: readonly CapacityStep[],
  options: CapacityOptions,
): { readonly kind: "step"; readonly step: PlannedStep } | StatedCapacity {
  let low = options.startLoad / options.rampFactor;
  let high = Number.POSITIVE_INFINITY;
  for (const step of history) {
    if (isHeld(step, options.slos)) low = Math.max(low, step.planned.load);
    else high = Math.min(high, step.planned.load);
  }
  if (high < low * 1.01) return { kind: "stated", load: Math.sqrt(low * high), low, high };
  const load = Number.isFinite(high) ? Math.sqrt(low * high) : low * options.rampFactor;
  const phase = Number.isFinite(high) ? "search" : "ramp";
  return { kind: "step", step: stepAt({ phase, load, durationMs: options.stepMs, isNear: false }, options) };
}
