/**
 * What a step by rate begins with. Every phase waits until nothing is in flight before the next begins; a step that began with
 * an empty queue would see too little of one that grows slowly, and call too much held: of 16 servers of 4 s by 8 %. So a
 * step begins with as many requests more as the one before had left in flight, in the part that does not count.
 */
import type { CapacityOptions } from "./capacity-options.ts";
import type { CapacityStep, PlannedStep } from "./capacity-step.ts";
import { isFarBeyond } from "./overload.ts";
import { DISCARD_RATIO } from "./step-shape.ts";

/** Arrivals on top of a step's own, from its first instant on. */
export interface Backlog {
  readonly extraPerSec: number;
  readonly durationMs: number;
}

const SHORTEST_MS = 500;
/** Never more than three times the step's own rate: what was in flight builds up, it is not thrown in. */
const MOST_EXTRA_RATIO = 2;
/** Of the part that does not count, so that what came of it has settled. */
const MOST_DISCARD_RATIO = 0.5;

/** None after a step that went wrong, of users, or where nothing was in flight; never beyond the maximum load. */
export function backlogOf(
  previous: CapacityStep | undefined,
  { load, durationMs }: Pick<PlannedStep, "load" | "durationMs">,
  { by, maxLoad, slos }: Pick<CapacityOptions, "by" | "maxLoad" | "slos">,
): Backlog | undefined {
  if (by !== "rate" || previous === undefined || isFarBeyond(previous.observed, slos)) return undefined;
  const count = previous.observed.endInFlight ?? 0;
  const mostPerSec = Math.min(MOST_EXTRA_RATIO * load, maxLoad - load);
  if (count <= 0 || mostPerSec <= 0) return undefined;
  const mostMs = MOST_DISCARD_RATIO * DISCARD_RATIO * durationMs;
  const builtMs = Math.min(mostMs, Math.max(SHORTEST_MS, (1000 * count) / mostPerSec));
  return { extraPerSec: Math.min(mostPerSec, (1000 * count) / builtMs), durationMs: builtMs };
}
