/** What the planned load looks like: where it is level, and whether it comes all at once. */
import type { PlannedPhase } from "../records/record.ts";

/** A load that comes within this is one blow. */
const BLOW_MS = 2000;
/** A blow that is held longer than this is a load to hold, not a spike. */
const LONGEST_SPIKE_MS = 60_000;

/**
 * A closed-loop profile whose users all come within 2 s of its start and that lasts no more than a minute, such as
 * `{ users: 200, spawn: 200/s, for: 1m }`: its first seconds are what it is for. An open-loop rate is never one:
 * its arrivals keep their distance from the first.
 */
export function isSpike(planned: PlannedPhase): boolean {
  if (planned.kind !== "closed" || planned.plannedMs > LONGEST_SPIKE_MS) return false;
  const most = planned.shape.reduce((load, corner) => Math.max(load, corner[1]), 0);
  const reached = planned.shape.find((corner) => corner[1] >= most);
  return reached !== undefined && reached[0] <= BLOW_MS;
}

/**
 * The first stretch in which the load is meant to be level, on the phase clock: after a ramp at the start, and up to
 * the next ramp or step. Only there can a change of the answers be the target's own.
 */
export function firstLevel(planned: PlannedPhase, durationMs: number): readonly [number, number] {
  let fromMs = 0;
  for (const [startMs, endMs] of planned.rampsMs) if (startMs <= fromMs) fromMs = Math.max(fromMs, endMs);
  const ends = [durationMs];
  for (const [startMs] of planned.rampsMs) if (startMs >= fromMs) ends.push(startMs);
  const load = planned.shape.findLast((corner) => corner[0] <= fromMs)?.[1];
  const step = planned.shape.find((corner) => corner[0] > fromMs && corner[1] !== load);
  if (step !== undefined) ends.push(step[0]);
  return [Math.min(fromMs, durationMs), Math.max(Math.min(...ends), Math.min(fromMs, durationMs))];
}
