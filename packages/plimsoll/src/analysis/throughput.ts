/**
 * Throughput: what ended within a stretch of a phase, per second of it. One rule for every rate that is shown, judged or
 * searched by: a request belongs to the second in which it ended, and the whole seconds of the stretch count. What ends in
 * the drain after the phase is no throughput of the phase: given the time, a target gets through all that waits.
 */
import type { SecondPoint, TaskStats } from "./run-stats.ts";

const SECOND_MS = 1000;
/** Differences of instants are not exact: a phase of 10 s holds ten whole seconds. */
const ROUNDING_MS = 0.5;

/** `count` seconds from second `first` of a phase on. */
export interface WholeSeconds {
  readonly first: number;
  readonly count: number;
}

/** What a task, or all together, ended a second. */
export type TaskRates = Pick<TaskStats, "completedPerSec" | "failuresPerSec" | "requestsPerSec">;

/** Of a task that ended nothing in the time. */
export const NO_RATES: TaskRates = { completedPerSec: 0, failuresPerSec: 0, requestsPerSec: 0 };

/** What is needed of a second of the series. */
type Second = Pick<SecondPoint, "atMs" | "completed"> & Partial<Pick<SecondPoint, "byTask">>;

/** One second of a phase by its tasks. */
interface TaskSeconds {
  readonly sec: number;
  readonly tasks: ReadonlyMap<string, Ended>;
}

interface Ended {
  readonly completed: number;
  readonly failed: number;
}

/** Those between two instants of a phase; a phase shorter than one second is taken over its first. */
export function wholeSeconds(fromMs: number, toMs: number): WholeSeconds {
  const first = Math.max(0, Math.ceil((fromMs - ROUNDING_MS) / SECOND_MS));
  const least = first === 0 && toMs > 0 ? 1 : first;
  return { first, count: Math.max(least, Math.floor((toMs + ROUNDING_MS) / SECOND_MS)) - first };
}

/** What completed in each of the seconds, of one task or of all; nothing in a second of which nothing is known. */
export function completedBySecond(
  series: readonly Second[],
  { first, count }: WholeSeconds,
  task?: string,
): readonly number[] {
  const counts = new Array<number>(count).fill(0);
  for (const point of series) {
    const at = point.atMs / SECOND_MS - first;
    if (at >= 0 && at < count)
      counts[at] = task === undefined ? point.completed : (point.byTask?.[task]?.completed ?? 0);
  }
  return counts;
}

/** Throughput of all tasks between two instants of a phase; undefined where no whole second lies between them. */
export function completedPerSec(series: readonly Second[], fromMs: number, toMs: number): number | undefined {
  const counts = completedBySecond(series, wholeSeconds(fromMs, toMs));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0) / counts.length;
}

/** The rates of every task over the seconds, and of all together. */
export function taskRates(
  seconds: readonly TaskSeconds[],
  within: WholeSeconds,
): { readonly all: TaskRates; readonly byTask: ReadonlyMap<string, TaskRates> } {
  const endedBy = new Map<string, { completed: number; failed: number }>();
  for (const { sec, tasks } of seconds) {
    if (sec < within.first || sec >= within.first + within.count) continue;
    for (const [name, { completed, failed }] of tasks) {
      const ended = endedBy.get(name);
      if (ended === undefined) {
        endedBy.set(name, { completed, failed });
        continue;
      }
      ended.completed += completed;
      ended.failed += failed;
    }
  }
  const sumOf = (counted: keyof Ended): number => [...endedBy.values()].reduce((sum, ended) => sum + ended[counted], 0);
  return {
    all: ratesOver({ completed: sumOf("completed"), failed: sumOf("failed") }, within),
    byTask: new Map([...endedBy].map(([name, ended]) => [name, ratesOver(ended, within)])),
  };
}

/** Of a phase that has not begun, zeros. */
function ratesOver({ completed, failed }: Ended, { count }: WholeSeconds): TaskRates {
  const perSec = (ended: number): number => ended / Math.max(1, count);
  return {
    completedPerSec: perSec(completed),
    failuresPerSec: perSec(failed),
    requestsPerSec: perSec(completed + failed),
  };
}
