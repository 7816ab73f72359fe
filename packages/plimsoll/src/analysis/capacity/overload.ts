import { largestLimitMs } from "./capacity-options.ts";
import { type CapacitySlo, type CapacityStep, isHeld, isOver, type ObservedStep } from "./capacity-step.ts";

/** Waiting requests above which an open-loop step is hopeless: max(50, 4 · rate · limit); none without a limit. */
export function hopelessAboveCount(ratePerSec: number, slos: readonly CapacitySlo[]): number | undefined {
  const limitMs = largestLimitMs(slos);
  return limitMs === 0 ? undefined : Math.max(50, (4 * ratePerSec * limitMs) / 1000);
}

/** In flight at the last step that held: about what is being served, not waiting; 0 before any. */
export function servedInFlight(history: readonly CapacityStep[], slos: readonly CapacitySlo[]): number {
  return history.findLast((step) => isHeld(step, slos))?.observed.meanInFlight ?? 0;
}

/**
 * A step that only hurts the target should stop now. A client cannot see who waits, only who is in flight; what was in
 * flight at the last load that held is taken off as being served.
 */
export function isHopeless(inFlightCount: number, servedCount: number, abortAboveCount: number | undefined): boolean {
  return abortAboveCount !== undefined && inFlightCount - servedCount > abortAboveCount;
}

/** A step that was ended early, or had over four times the allowed share bad, leaves a queue that no other should begin with. */
export function isFarBeyond(observed: ObservedStep, slos: readonly CapacitySlo[]): boolean {
  return observed.isAborted || isOver(observed, slos, 4);
}
