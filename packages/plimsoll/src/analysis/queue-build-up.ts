/** A queue that grew for seconds while the target went on to answer: whoever came at its end waited for all before. */
import type { TaskSecondFlow } from "./task-seconds.ts";

export interface QueueBuildUp {
  /** From when a tenth of it was in flight to when all of it was; on the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** At its end. */
  readonly inFlight: number;
  /** What those had to wait at the pace of the build-up. */
  readonly waitMs: number;
  /** In the second half of the build-up. */
  readonly offeredPerSec: number;
  readonly endedPerSec: number;
  /** More came than was answered, by more than chance. */
  readonly isOverload: boolean;
}

type Flow = Pick<TaskSecondFlow, "atMs" | "came" | "completed" | "failed" | "inFlight">;

const SECOND_MS = 1000;
/** A stop piles requests up as well: in less time, or with nothing answered meanwhile. */
const LEAST_SECONDS = 5;
const EMPTY_RATIO = 0.1;
const SILENT_RATIO = 0.25;
const MOST_SILENT_RATIO = 0.25;
/** Standard errors of a Poisson count. */
const SURE = 3;

/** Of the greatest pile of requests in flight; undefined when it is none of a queue. */
export function findQueueBuildUp(seconds: readonly Flow[]): QueueBuildUp | undefined {
  const peak = seconds.reduce((most, { inFlight }) => Math.max(most, inFlight), 0);
  const last = seconds.findIndex(({ inFlight }) => inFlight === peak);
  const first = lastBelow(seconds, last, EMPTY_RATIO * peak) + 1;
  const built = seconds.slice(first, last + 1);
  if (peak === 0 || built.length < LEAST_SECONDS) return undefined;
  const pacePerSec = endedIn(built) / built.length;
  const late = seconds.slice(lastBelow(seconds, last, peak / 2) + 1, last + 1);
  const silent = late.filter((second) => endedIn([second]) < SILENT_RATIO * pacePerSec);
  if (pacePerSec === 0 || silent.length > MOST_SILENT_RATIO * late.length) return undefined;
  const half = built.slice(Math.floor(built.length / 2));
  const offered = half.reduce((sum, { came }) => sum + came, 0);
  return {
    fromMs: built[0]!.atMs,
    toMs: seconds[last]!.atMs + SECOND_MS,
    inFlight: peak,
    waitMs: (peak / pacePerSec) * SECOND_MS,
    offeredPerSec: offered / half.length,
    endedPerSec: endedIn(half) / half.length,
    isOverload: offered - endedIn(half) > SURE * Math.sqrt(offered),
  };
}

function lastBelow(seconds: readonly Flow[], before: number, level: number): number {
  return seconds.slice(0, Math.max(0, before)).findLastIndex(({ inFlight }) => inFlight <= level);
}

function endedIn(seconds: readonly Flow[]): number {
  return seconds.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
}
