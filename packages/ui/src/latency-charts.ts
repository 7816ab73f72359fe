/** Charts of response time: its percentiles over time, every request, and against the throughput. */
import { formatMs, formatPerSec } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import { HEAT_ROWS_A_DECADE } from "../../plimsoll/src/report/html-heat.ts";
import type { Chart, ChartFrame, ChartLimit, ChartLine } from "./chart.ts";
import type { Subject } from "./chart-subject.ts";
import { coursesText, extentOf } from "./chart-text.ts";
import { shortMs } from "./words.ts";
import type { TimeRange } from "./zoom.ts";

export function latencyChart(
  { series }: ProfileData,
  subject: Subject,
  frame: ChartFrame,
  limits: readonly ChartLimit[],
): Chart {
  const whole = subject.counted === "ended";
  const all: ChartLine[] = [
    { label: "p50", tone: "p50", values: subject.p50, dash: "dashed" },
    { label: "p90", tone: "p90", values: series.p90 },
    { label: "p95", tone: "p95", values: subject.p95 },
    { label: "p99", tone: "p99", values: subject.p99, isThin: true },
    { label: "max", tone: "max", values: series.max, dash: "dotted", isThin: true },
  ];
  const lines = whole ? all : all.filter(({ label }) => label !== "p90" && label !== "max");
  const told = lines.filter((line) => ["p50", "p95", "p99"].includes(line.label));
  return {
    ...frame,
    title: "Response time",
    unit: whole ? "from the scheduled start, log scale" : "from the scheduled start, by when it was due, log scale",
    summary: coursesText(told, series.atMs, formatMs),
    y: {
      kind: "log",
      extent: extentOf([...lines.flatMap((line) => line.values), ...limits.map((limit) => limit.value)]),
      text: shortMs,
      unit: "ms",
    },
    heightPx: 210,
    lines,
    limits,
  };
}

export function heatChart({ heat, counted, task }: Subject, frame: ChartFrame, limits: readonly ChartLimit[]): Chart {
  const low = 10 ** (heat.low / HEAT_ROWS_A_DECADE);
  const high = 10 ** ((heat.low + heat.rowCount) / HEAT_ROWS_A_DECADE);
  // Rows are as wide as their picture needs: the figures are those of the tables.
  const { min, max } = task?.responseMs ?? { min: low, max: high };
  return {
    ...frame,
    title: "Every request by response time",
    unit: `stronger shade: more requests${counted === "due" ? ", by when they were due" : ""}; log scale`,
    summary:
      heat.rowCount === 0 ? "No request ended." : `Requests ended between ${formatMs(min)} and ${formatMs(max)}.`,
    y: { kind: "log", extent: [low, high], text: shortMs, unit: "ms" },
    heightPx: 190,
    lines: [],
    limits: limits.filter((limit) => limit.value > low && limit.value < high),
    heat,
  };
}

/** A point a bin of the phase: what was completed, and how long it took. Undefined where nothing was. */
export function loadLatencyChart(
  { series, durationMs }: ProfileData,
  subject: Subject,
  { range, limits }: { readonly range: TimeRange | undefined; readonly limits: readonly ChartLimit[] },
): Chart | undefined {
  const points = series.atMs
    .map((atMs, index) => ({
      atMs,
      completed: subject.completed[index] ?? 0,
      p50: subject.p50[index] ?? null,
      p95: subject.p95[index] ?? null,
    }))
    .filter(({ atMs }) => atMs < durationMs && atMs >= (range?.from ?? 0) * 1000 - series.binMs)
    .filter(({ atMs }) => range === undefined || atMs <= range.to * 1000)
    .filter(({ p95 }) => p95 !== null)
    .sort((a, b) => a.completed - b.completed);
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const lines: ChartLine[] = [
    { label: "p95", tone: "p95", values: points.map((point) => point.p95), mark: "square" },
    { label: "p50", tone: "p90", values: points.map((point) => point.p50), mark: "dot" },
  ];
  return {
    title: "Response time against throughput",
    ...(subject.name === undefined ? {} : { subject: subject.name }),
    unit: `a point for each ${series.binMs / 1000} s; x: completed per second, log scale`,
    summary: loadLatencyText(points),
    x: {
      kind: "amount",
      values: points.map((point) => point.completed),
      max: last.completed * 1.04 || 1,
      heading: "completed_per_s",
    },
    y: {
      kind: "log",
      extent: extentOf([...lines.flatMap((line) => line.values), ...limits.map((limit) => limit.value)]),
      text: shortMs,
      unit: "ms",
    },
    heightPx: 190,
    lines,
    limits,
    spans: [],
  };
}

function loadLatencyText(points: readonly { readonly completed: number; readonly p95: number | null }[]): string {
  const [least, most] = [points[0]!, points.at(-1)!];
  const at = ({ completed, p95 }: typeof least): string =>
    `${formatMs(p95 ?? undefined)} at ${formatPerSec(completed)}`;
  return `p95: ${at(least)}, the lowest throughput, and ${at(most)}, the highest.`;
}
