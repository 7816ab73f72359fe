import type { CapacityOptions } from "./capacity-options.ts";
import { type CapacityStep, isOver, type PlannedStep } from "./capacity-step.ts";
import { stepAt } from "./step-shape.ts";

/** A step of the ramp at this load. */
export function rampStep(load: number, options: CapacityOptions): PlannedStep {
  return stepAt({ phase: "ramp", load, durationMs: options.rampStepMs, isNear: false }, options);
}

/** Half as much again until something breaks or the ceiling is reached; then nothing. */
export function nextRampStep(history: readonly CapacityStep[], options: CapacityOptions): PlannedStep | undefined {
  const last = history.at(-1);
  if (last === undefined || last.planned.phase === "search") return undefined;
  const { load } = last.planned;
  const isBroken = last.observed.isAborted || isOver(last.observed, options.slos, 2);
  if (isBroken || load >= rampCeiling(options)) return undefined;
  return rampStep(nextLoad(load, options), options);
}

/** The ramp's loads, up to the first at or above `untilLoad`. */
export function rampLoads(options: CapacityOptions, untilLoad: number): readonly number[] {
  const start = Math.min(options.startLoad, rampCeiling(options));
  const loads = [start];
  for (let load = start; load < Math.min(untilLoad, rampCeiling(options)); ) {
    load = nextLoad(load, options);
    loads.push(load);
  }
  return loads;
}

function nextLoad(load: number, options: CapacityOptions): number {
  const least = options.by === "users" ? load + 1 : 0;
  return Math.min(Math.max(load * options.rampFactor, least), rampCeiling(options));
}

function rampCeiling({ maxLoad, targetLoad }: CapacityOptions): number {
  return Math.min(maxLoad, targetLoad ?? Number.POSITIVE_INFINITY);
}
