import { countOf } from "../records/latency-histogram.ts";
import { SLOT_MS } from "../records/second.ts";
import { AGGREGATED } from "./phase-totals.ts";
import type { SecondPoint, TaskStats } from "./run-stats.ts";

/** One second of one task, or of all together. */
export interface TaskSecondFlow extends Pick<SecondPoint, "atMs" | "completed" | "failed" | "inFlight"> {
  /** Requests that were due in it. */
  readonly came: number;
  /** Of all tasks: no second tells them apart. */
  readonly errors: SecondPoint["errors"];
}

const SECOND_MS = 1000;

/** The task's part of each second of the phase. */
export function taskSeconds({ name, slots }: TaskStats, series: readonly SecondPoint[]): readonly TaskSecondFlow[] {
  const came = cameBySecond(slots);
  let inFlight = 0;
  return series.map((second) => {
    const { atMs, errors } = second;
    const { completed, failed } = (name === AGGREGATED ? second : second.byTask[name]) ?? { completed: 0, failed: 0 };
    const count = came[Math.floor(atMs / SECOND_MS)] ?? 0;
    inFlight += count - completed - failed;
    return { atMs, came: count, completed, failed, inFlight, errors };
  });
}

function cameBySecond(slots: TaskStats["slots"]): readonly number[] {
  const came: number[] = [];
  for (const { due, completed, failed, censored } of slots) {
    const sec = Math.floor((due * SLOT_MS) / SECOND_MS);
    while (came.length <= sec) came.push(0);
    came[sec]! += completed + failed + (censored.length === 0 ? 0 : countOf(censored));
  }
  return came;
}
