import type { ProfileStats, SlotStats, TaskStats } from "../analysis/run-stats.ts";
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import { type Buckets, SLOT_MS } from "../records/second.ts";
import { type Heat, heatOf } from "./html-heat.ts";
import { roundForChart } from "./html-round.ts";
import type { Series } from "./html-series.ts";

type Column = readonly (number | null)[];

/** One task's lines on the bins of its profile's `Series`, for charts that show this task alone. */
export interface TaskSeries {
  /** Per second, in the bin in which they ended. */
  readonly completed: Column;
  readonly failed: Column;
  /** Response time (ms) of the requests that were due in the bin. */
  readonly p50: Column;
  readonly p95: Column;
  readonly p99: Column;
  /** By when the requests were due. */
  readonly heat: Heat;
}

/** The course of one of several tasks; undefined where the profile's own series says the same. */
export function taskSeriesOf(task: TaskStats, profile: ProfileStats, series: Series): TaskSeries | undefined {
  if (task.name === "Aggregated" || profile.tasks.length <= 2) return undefined;
  const responses = binnedResponses(task.slots, series);
  const quantile = (ratio: number): Column => responses.map((buckets) => quantileMs(buckets, ratio));
  return {
    ...flowsOf(task.name, profile, series),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    heat: heatOf(task.slots.map((slot) => ({ atMs: slot.due * SLOT_MS, response: endedOf(slot) }))),
  };
}

function flowsOf(name: string, { series: points }: ProfileStats, { binMs, atMs }: Series) {
  const sums = atMs.map(() => ({ seconds: 0, completed: 0, failed: 0 }));
  for (const point of points) {
    const bin = sums[Math.floor(point.atMs / binMs)];
    if (bin === undefined) continue;
    bin.seconds++;
    bin.completed += point.byTask[name]?.completed ?? 0;
    bin.failed += point.byTask[name]?.failed ?? 0;
  }
  const perSec = (count: number, seconds: number): number | null =>
    seconds === 0 ? null : roundForChart(count / seconds);
  return {
    completed: sums.map((bin) => perSec(bin.completed, bin.seconds)),
    failed: sums.map((bin) => perSec(bin.failed, bin.seconds)),
  };
}

function binnedResponses(slots: readonly SlotStats[], { binMs, atMs }: Series): readonly Buckets[] {
  const bins: Buckets[] = atMs.map(() => []);
  for (const slot of slots) {
    const index = Math.floor((slot.due * SLOT_MS) / binMs);
    const merged = bins[index];
    if (merged !== undefined) bins[index] = mergeBuckets(merged, endedOf(slot));
  }
  return bins;
}

function endedOf(slot: SlotStats): Buckets {
  return mergeBuckets(slot.response, slot.failedResponse);
}

function quantileMs(buckets: Buckets, ratio: number): number | null {
  const us = quantileUs(buckets, ratio);
  return us === undefined ? null : roundForChart(us / 1000);
}
