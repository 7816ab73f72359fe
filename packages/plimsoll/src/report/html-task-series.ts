import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { type BlockedSlots, eachEnded } from "../analysis/slot-blocks.ts";
import { type Buckets, SLOT_MS } from "../records/second.ts";
import { columnMsFor, type Heat, heatOf } from "./html-heat.ts";
import { roundForChart } from "./html-round.ts";
import type { Series } from "./html-series.ts";
import { type Column, createMergeBins, quantilesMs } from "./merged-bins.ts";

const mergeDue = createMergeBins();

/** Requests of one task per second, in the bin of the profile's `Series` in which they ended. */
export interface TaskFlow {
  readonly completed: Column;
  readonly failed: Column;
}

/** One task's lines on the bins of its profile's `Series`, for charts that show this task alone. */
export interface TaskSeries extends TaskFlow {
  /** Response time (ms) of the requests that were due in the bin. */
  readonly p50: Column;
  readonly p95: Column;
  readonly p99: Column;
  /** By when the requests were due. */
  readonly heat: Heat;
}

/** The flow of every task by its name, in one way through the seconds, each of which names them all. */
export function taskFlowsOf(profile: ProfileStats, { binMs, atMs }: Series): ReadonlyMap<string, TaskFlow> {
  const zeros = (): number[] => atMs.map(() => 0);
  const seconds = zeros();
  const counts = new Map(profile.tasks.map(({ name }) => [name, { completed: zeros(), failed: zeros() }]));
  for (const point of profile.series) {
    const bin = Math.floor(point.atMs / binMs);
    seconds[bin]!++;
    for (const [name, { completed, failed }] of Object.entries(point.byTask)) {
      const own = counts.get(name);
      if (own === undefined) continue;
      own.completed[bin]! += completed;
      own.failed[bin]! += failed;
    }
  }
  const perSec = (sums: readonly number[]): Column =>
    sums.map((sum, bin) => (seconds[bin] === 0 ? null : roundForChart(sum / seconds[bin]!)));
  return new Map(
    [...counts].map(([name, own]) => [name, { completed: perSec(own.completed), failed: perSec(own.failed) }]),
  );
}

/** The course of one of several tasks; undefined where the profile's own series says the same. */
export function taskSeriesOf(
  task: TaskStats,
  profile: ProfileStats,
  series: Series,
  flow: TaskFlow | undefined,
): TaskSeries | undefined {
  if (flow === undefined || task.name === "Aggregated" || profile.tasks.length <= 2) return undefined;
  const responses = binnedResponses(task, series);
  return {
    ...flow,
    p50: quantilesMs(responses, 0.5),
    p95: quantilesMs(responses, 0.95),
    p99: quantilesMs(responses, 0.99),
    heat: dueHeat(task),
  };
}

function binnedResponses(task: BlockedSlots, { binMs, atMs }: Series): readonly Buckets[] {
  const bins = atMs.map((): Buckets[] => []);
  eachEnded(
    task,
    (due) => Math.floor((due * SLOT_MS) / binMs),
    (bin, ended) => bins[bin]?.push(ended),
  );
  return mergeDue(bins);
}

function dueHeat(task: BlockedSlots): Heat {
  const columnMs = columnMsFor((task.slots.at(-1)?.due ?? 0) * SLOT_MS);
  const columns: { readonly atMs: number; readonly response: Buckets }[] = [];
  eachEnded(
    task,
    (due) => Math.floor((due * SLOT_MS) / columnMs),
    (column, response) => columns.push({ atMs: column * columnMs, response }),
  );
  return heatOf(columns, columnMs);
}
