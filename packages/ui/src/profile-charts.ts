/** The charts of one profile, from its thinned series. */
import type { LatencySummary } from "../../plimsoll/src/analysis/run-stats.ts";
import {
  formatCount,
  formatMs,
  formatPerSec,
  formatRatio,
  significant,
} from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
import { HEAT_ROWS_A_DECADE } from "../../plimsoll/src/report/html-heat.ts";
import { type Chart, type ChartLimit, type ChartLine, type ChartSpan, isFinding } from "./chart.ts";
import { clockText } from "./words.ts";

type Column = ChartLine["values"];
/** What the charts of a profile share: the time axis and what is set apart on it. */
type Frame = Pick<Chart, "x" | "spans">;

/** The same without the findings: they are of the target, not of the load or of the generator. */
function withoutFindings(frame: Frame): Frame {
  return { ...frame, spans: frame.spans.filter((span) => !isFinding(span)) };
}

const ERROR_TONES = ["error-1", "error-2", "error-3", "error-4", "error-5", "error-6"];

/** All time charts of a profile in the order of the page. */
export function timeChartsOf(profile: ProfileData, judgement: ReportData["judgement"]): Chart[] {
  const frame = frameOf(profile, judgement);
  const limits = judgement.thresholds
    .filter((t) => t.profile === profile.name && t.task === "Aggregated" && t.unit === "ms")
    .map((t) => ({ value: t.limit, label: t.expr }));
  const charts = [
    latencyChart(profile, frame, limits),
    heatChart(profile, frame, limits),
    throughputChart(profile, frame),
  ];
  charts.push(loadChart(profile, withoutFindings(frame)));
  if (profile.series.errors.length > 0) charts.push(errorChart(profile, frame));
  charts.push(...generatorCharts(profile, withoutFindings(frame)));
  return charts;
}

function frameOf({ series, durationMs, warmup, name }: ProfileData, judgement: ReportData["judgement"]): Frame {
  const endMs = Math.max(durationMs, 1000, (series.atMs.at(-1) ?? -series.binMs) + series.binMs);
  const spans: ChartSpan[] = [];
  if (warmup.cutMs > 0) spans.push({ kind: "warm-up", from: 0, to: warmup.cutMs / 1000, label: "warm-up" });
  if (endMs > durationMs && durationMs > 0) {
    spans.push({ kind: "drain", from: durationMs / 1000, to: endMs / 1000, label: "drain" });
  }
  for (const finding of judgement.findings) {
    if (finding.profile !== name || finding.level === "info") continue;
    if (finding.fromMs === undefined || finding.toMs === undefined) continue;
    spans.push({ kind: finding.level, from: finding.fromMs / 1000, to: finding.toMs / 1000, label: finding.code });
  }
  return { x: { kind: "time", values: series.atMs.map((ms) => ms / 1000), max: endMs / 1000 }, spans };
}

function throughputChart({ series }: ProfileData, frame: Frame): Chart {
  const hasPlan = series.planned.some((value) => (value ?? 0) > 0);
  const lines: ChartLine[] = [
    { label: "completed", tone: "completed", values: series.completed, isFilled: true },
    { label: "sent", tone: "sent", values: series.sent, isThin: true },
    ...(hasPlan ? [{ label: "planned", tone: "planned", values: series.planned, isDashed: true, isThin: true }] : []),
    { label: "failed", tone: "failed", values: series.failed },
  ];
  const shown = hasAny(series.dropped)
    ? [...lines, { label: "dropped", tone: "max", values: series.dropped, isDashed: true }]
    : lines;
  return {
    ...frame,
    title: "Throughput",
    unit: "requests per second",
    summary: `Completed: ${courseText(series.completed, series.atMs, formatPerSec)}. Failed: ${courseText(series.failed, series.atMs, formatPerSec)}.`,
    y: { kind: "linear", extent: [0, greatest(shown)], text: significantShort },
    heightPx: 150,
    lines: shown,
    limits: [],
  };
}

function loadChart({ series, planned }: ProfileData, frame: Frame): Chart {
  const inFlight: ChartLine = { label: "in flight", tone: "in-flight", values: series.inFlight };
  const lines =
    planned.kind === "closed"
      ? [{ label: "users", tone: "users", values: series.users, isDashed: true }, inFlight]
      : [inFlight];
  return {
    ...frame,
    title: planned.kind === "closed" ? "Users and requests in flight" : "Requests in flight",
    unit: "count",
    summary: lines.map((l) => `${l.label}: ${courseText(l.values, series.atMs, formatCount)}.`).join(" "),
    y: { kind: "linear", extent: [0, greatest(lines)], text: significantShort },
    heightPx: 120,
    lines,
    limits: [],
  };
}

function latencyChart({ series }: ProfileData, frame: Frame, limits: readonly ChartLimit[]): Chart {
  const lines: ChartLine[] = [
    { label: "p50", tone: "p50", values: series.p50 },
    { label: "p90", tone: "p90", values: series.p90 },
    { label: "p95", tone: "p95", values: series.p95 },
    { label: "p99", tone: "p99", values: series.p99 },
    { label: "max", tone: "max", values: series.max, isDashed: true, isThin: true },
  ];
  const known = [...lines.flatMap((line) => line.values.filter(isPositive)), ...limits.map((limit) => limit.value)];
  return {
    ...frame,
    title: "Response time",
    unit: "from the scheduled start, log scale",
    summary: `p50: ${courseText(series.p50, series.atMs, formatMs)}. p95: ${courseText(series.p95, series.atMs, formatMs)}. p99: ${courseText(series.p99, series.atMs, formatMs)}.`,
    y: { kind: "log", extent: extentOf(known), text: msShort },
    heightPx: 210,
    lines,
    limits,
  };
}

function heatChart({ heat }: ProfileData, frame: Frame, limits: readonly ChartLimit[]): Chart {
  const low = 10 ** (heat.low / HEAT_ROWS_A_DECADE);
  const high = 10 ** ((heat.low + heat.rowCount) / HEAT_ROWS_A_DECADE);
  return {
    ...frame,
    title: "Every request by response time",
    unit: "stronger shade: more requests; log scale",
    summary:
      heat.rowCount === 0 ? "No request ended." : `Requests ended between ${formatMs(low)} and ${formatMs(high)}.`,
    y: { kind: "log", extent: [low, high], text: msShort },
    heightPx: 190,
    lines: [],
    limits: limits.filter((limit) => limit.value > low && limit.value < high),
    heat,
  };
}

function errorChart({ series }: ProfileData, frame: Frame): Chart {
  const lines = series.errors.slice(0, ERROR_TONES.length).map(
    (error, index): ChartLine => ({
      label: error.kind,
      tone: ERROR_TONES[index]!,
      values: error.perSec,
      isDashed: index % 2 === 1,
    }),
  );
  return {
    ...frame,
    title: "Errors by kind",
    unit: "per second",
    summary: lines.map((line) => `${line.label}: ${courseText(line.values, series.atMs, formatPerSec)}.`).join(" "),
    y: { kind: "linear", extent: [0, greatest(lines)], text: significantShort },
    heightPx: 120,
    lines,
    limits: [],
  };
}

function generatorCharts({ series }: ProfileData, frame: Frame): Chart[] {
  const delays: ChartLine[] = [
    { label: "send lag p99", tone: "lag", values: series.sendLagP99Ms },
    { label: "loop delay p99", tone: "loop", values: series.loopDelayP99Ms, isDashed: true },
  ];
  const loads: ChartLine[] = [
    { label: "CPU (1 = one core)", tone: "lag", values: series.cpuRatio },
    { label: "busiest thread", tone: "loop", values: series.utilisationRatio, isDashed: true },
  ];
  return [
    {
      ...frame,
      title: "Generator: lateness",
      unit: "ms, ours and never the target's",
      summary: delays.map((l) => `${l.label}: ${courseText(l.values, series.atMs, formatMs)}.`).join(" "),
      y: { kind: "linear", extent: [0, greatest(delays)], text: msShort },
      heightPx: 84,
      lines: delays,
      limits: [],
    },
    {
      ...frame,
      title: "Generator: work",
      unit: "ratio",
      summary: loads.map((l) => `${l.label}: ${courseText(l.values, series.atMs, formatRatio)}.`).join(" "),
      y: { kind: "linear", extent: [0, greatest(loads)], text: formatRatio },
      heightPx: 84,
      lines: loads,
      limits: [],
    },
  ];
}

/** The distribution of all the profile's requests along its tail; undefined when none ended. */
export function curveChartOf(profile: ProfileData): Chart | undefined {
  const all = profile.tasks.at(-1);
  if (all === undefined || all.responseCurve.tails.length === 0) return undefined;
  const { tails, valuesMs } = all.responseCurve;
  const isSameAxis = all.serviceCurve.tails.length === tails.length;
  const lines: ChartLine[] = [
    { label: "response time", tone: "p95", values: valuesMs },
    ...(isSameAxis
      ? [{ label: "service time", tone: "users", values: all.serviceCurve.valuesMs, isDashed: true }]
      : []),
  ];
  const known = lines.flatMap((line) => line.values.filter(isPositive));
  return {
    title: "How slow are the slowest",
    unit: "response time by percentile, log tail",
    summary: distributionText(all.responseMs),
    x: { kind: "tail", values: tails, max: tails.at(-1) ?? 1 },
    y: { kind: "log", extent: extentOf(known), text: msShort },
    heightPx: 190,
    lines,
    limits: [],
    spans: [],
  };
}

/** The figures of the tables, not of the curve, which is read at steps of its axis. */
function distributionText(ms: LatencySummary | undefined): string {
  if (ms === undefined) return "No request ended.";
  return `p50 ${formatMs(ms.p50)}, p90 ${formatMs(ms.p90)}, p99 ${formatMs(ms.p99)}, slowest ${formatMs(ms.max)}.`;
}

/** `from 12 ms at the start to 80 ms at the end, highest 412 ms at 1:12`. */
function courseText(values: Column, atMs: readonly number[], text: (value: number) => string): string {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "no values";
  const top = known.reduce((best, point) => (point.value > best.value ? point : best));
  return `from ${text(first.value)} at the start to ${text(last.value)} at the end, highest ${text(top.value)} at ${clockText(atMs[top.index] ?? 0)}`;
}

function greatest(lines: readonly ChartLine[]): number {
  return lines.reduce((top, line) => line.values.reduce<number>((best, value) => Math.max(best, value ?? 0), top), 0);
}

function extentOf(values: readonly number[]): readonly [number, number] {
  return values.length === 0 ? [1, 10] : [Math.min(...values), Math.max(...values)];
}

function hasAny(values: Column): boolean {
  return values.some((value) => (value ?? 0) > 0);
}

function isPositive(value: number | null): value is number {
  return value !== null && value > 0;
}

function significantShort(value: number): string {
  return trimZeros(significant(value));
}

function msShort(value: number): string {
  const [digits = "", unit = ""] = formatMs(value).split(" ");
  return `${trimZeros(digits)} ${unit}`;
}

function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
