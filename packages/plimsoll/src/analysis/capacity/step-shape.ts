import { type CapacityOptions, largestLimitMs } from "./capacity-options.ts";
import type { PlannedStep } from "./capacity-step.ts";
import { hopelessAboveCount } from "./overload.ts";

/** Share of a finished step whose arrivals do not count: the queue still remembers the load before. */
export const DISCARD_RATIO = 0.2;
/** The same of an aborted step: only what it had become counts. */
export const ABORTED_DISCARD_RATIO = 0.5;
/** Share of a closed-loop step over which its users are added. */
export const USER_RAMP_RATIO = 0.1;

/** The step at this load: long enough for its requests and for the latency limit; users are whole. */
export function stepAt(
  asked: Pick<PlannedStep, "phase" | "load" | "durationMs" | "isNear">,
  options: CapacityOptions,
): PlannedStep {
  // e to the ln of the ceiling may lie above it.
  const load = Math.min(options.maxLoad, options.by === "users" ? Math.max(1, Math.round(asked.load)) : asked.load);
  const abortAboveCount = options.by === "rate" ? hopelessAboveCount(load, options.slos) : undefined;
  const durationMs = Math.max(asked.durationMs, shortestStepMs(load, options));
  return { ...asked, load, durationMs, ...(abortAboveCount === undefined ? {} : { abortAboveCount }) };
}

function shortestStepMs(load: number, options: CapacityOptions): number {
  const limitMs = largestLimitMs(options.slos);
  const cycleMs = options.thinkMs + limitMs;
  const msPerRequest = options.by === "users" ? cycleMs / load : 1000 / load;
  const forRequestsMs = Math.min(options.minRequests * msPerRequest, options.maxWaitForRequestsMs);
  return Math.max(forRequestsMs, options.by === "users" ? 2 * cycleMs : options.limitsPerStep * limitMs);
}
