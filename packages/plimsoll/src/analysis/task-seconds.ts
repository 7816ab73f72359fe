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
    const count = came.get(Math.floor(atMs / SECOND_MS)) ?? 0;
    inFlight += count - completed - failed;
    return { atMs, came: count, completed, failed, inFlight, errors };
  });
}

function cameBySecond(slots: TaskStats["slots"]): ReadonlyMap<number, number> {
  const came = new Map<number, number>();
  for (const { due, completed, failed, censored } of slots) {
    const sec = Math.floor((due * SLOT_MS) / SECOND_MS);
    came.set(
      sec,
      censored.reduce((sum, [, count]) => sum + count, (came.get(sec) ?? 0) + completed + failed),
    );
  }
  return came;
}
