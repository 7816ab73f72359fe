/** One profile in the terminal: its tasks, its latencies, its errors, and how far the generator itself can be trusted. */
import { type LatencyIntervals, latencyIntervals } from "../analysis/latency-intervals.ts";
import type { ErrorCount, GeneratorStats, LatencySummary, ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInterval,
  formatMs,
  formatPerSec,
  formatRatio,
} from "../base/format-number.ts";
import { CLOSED_LOOP_NOTE } from "./closed-loop-note.ts";
import { TABLE_INTERVALS } from "./percentile-notes.ts";
import { printableLine } from "./printable.ts";
import { HEALTH_MARK, paintOfHealth, type Style } from "./style.ts";
import { type Column, layoutTable, type Row, wrapItems, wrapText } from "./text-table.ts";

/** The section's lines, none wider than `width`. */
export function profileSection(profile: ProfileStats, style: Style, width: number): string[] {
  return [
    titleLine(profile, style, width),
    ...tasksTable(profile, style, width),
    "",
    ...latencyTable(profile, style, width),
    ...errorsTable(profile, style, width),
    "",
    ...factLines(profile, style, width),
  ];
}

function titleLine(profile: ProfileStats, style: Style, width: number): string {
  const load = loadText(profile);
  const unfinished = profile.isFinished ? "" : " · cut short";
  const name = printableLine(profile.name);
  const rest = `  ${load} · ${formatDuration(profile.durationMs)}${unfinished}`;
  const rule = "─".repeat(Math.max(0, width - name.length - rest.length - 4));
  return `${style.accent("──")} ${style.bold(name)}${style.dim(rest)} ${style.accent(rule)}`.trimEnd();
}

/** `up to 100 users`, `40 req/s poisson`. */
export function loadText(profile: ProfileStats): string {
  if (profile.users !== undefined) return `up to ${formatCount(profile.users)} users`;
  if (profile.ratePerSec === undefined) return profile.planned.kind === "open" ? "open loop" : "closed loop";
  return `${formatPerSec(profile.ratePerSec, "req")} ${profile.planned.arrivals ?? "poisson"}`;
}

const TASK_COLUMNS: readonly Column[] = [
  { title: "Task", minWidth: 12, maxWidth: 44 },
  { title: "requests", align: "right" },
  { title: "failed", align: "right", dropOrder: 5 },
  { title: "failed %", align: "right" },
  { title: "completed", align: "right", dropOrder: 2 },
  { title: "p50", align: "right", dropOrder: 3 },
  { title: "p90", align: "right", dropOrder: 6 },
  { title: "p95", align: "right" },
  { title: "p99", align: "right", dropOrder: 1 },
  { title: "p99.9", align: "right", dropOrder: 7 },
  { title: "max", align: "right", dropOrder: 4 },
  { title: "mean body", align: "right", dropOrder: 8 },
];

function tasksTable(profile: ProfileStats, style: Style, width: number): string[] {
  const rows: Row[] = [];
  for (const task of profile.tasks) {
    const isTotal = task.name === "Aggregated";
    if (isTotal && profile.tasks.length === 2) continue; // one task is its own total
    if (isTotal) rows.push("rule");
    rows.push(taskRow(task, isTotal, style));
  }
  return layoutTable(TASK_COLUMNS, rows, { width, titlePaint: style.dim, rulePaint: style.dim });
}

function taskRow(task: TaskStats, isTotal: boolean, style: Style): Row {
  const times = task.responseMs;
  const texts = [
    task.name,
    formatCount(task.requests),
    formatCount(task.failures),
    formatRatio(task.errorRatio),
    formatPerSec(task.completedPerSec),
    ...[times?.p50, times?.p90, times?.p95, times?.p99, times?.p999, times?.max].map(formatMs),
    times === undefined ? formatBytes(undefined) : formatBytes(task.meanBodyBytes),
  ];
  return texts.map((text, index) => {
    if ((index === 2 || index === 3) && task.failures > 0) return { text, paint: style.bad };
    return isTotal ? { text, paint: style.bold } : text;
  });
}

const LATENCY_COLUMNS: readonly Column[] = [
  { title: "Time" },
  { title: "min", align: "right", dropOrder: 1 },
  { title: "mean", align: "right", dropOrder: 5 },
  { title: "p50", align: "right" },
  { title: "p75", align: "right", dropOrder: 4 },
  { title: "p90", align: "right", dropOrder: 3 },
  { title: "p95", align: "right" },
  { title: "p99", align: "right" },
  { title: "p99.9", align: "right", dropOrder: 2 },
  { title: "max", align: "right" },
  { title: "", dropOrder: 6 },
];

/** All tasks together: what a caller felt beside what the target took; the difference is our lateness. */
function latencyTable(profile: ProfileStats, style: Style, width: number): string[] {
  const total = profile.tasks.at(-1);
  const row = (title: string, times: LatencySummary | undefined, from: string): Row => [
    title,
    ...[
      times?.min,
      times?.mean,
      times?.p50,
      times?.p75,
      times?.p90,
      times?.p95,
      times?.p99,
      times?.p999,
      times?.max,
    ].map(formatMs),
    { text: from, paint: style.dim },
  ];
  const rows = [
    row("response", total?.responseMs, "from the scheduled start"),
    row("service", total?.serviceMs, "from the first byte sent"),
  ];
  return layoutTable(LATENCY_COLUMNS, rows, { width, titlePaint: style.dim });
}

const ERROR_COLUMNS: readonly Column[] = [
  { title: "Errors", align: "right" },
  { title: "share", align: "right", dropOrder: 1 },
  { title: "kind" },
  { title: "task", minWidth: 10, maxWidth: 30 },
  { title: "message", minWidth: 16 },
];
const MOST_ERRORS = 10;

function errorsTable(profile: ProfileStats, style: Style, width: number): string[] {
  const total = profile.tasks.at(-1)?.requests ?? 0;
  const all = profile.tasks
    .filter((task) => task.name !== "Aggregated")
    .flatMap((task) => task.errors.map((error): readonly [string, ErrorCount] => [task.name, error]))
    .sort(([, a], [, b]) => b.count - a.count);
  if (all.length === 0) return [];
  const rows = all
    .slice(0, MOST_ERRORS)
    .map(([task, error]) => [
      { text: formatCount(error.count), paint: style.bad },
      formatRatio(error.count / total),
      error.kind,
      task,
      error.message,
    ]);
  const rest = all.length - MOST_ERRORS;
  const restLine = rest > 0 ? [style.dim(`and ${rest} more kinds; <profile>_failures.csv lists all`)] : [];
  return ["", ...layoutTable(ERROR_COLUMNS, rows, { width, titlePaint: style.dim }), ...restLine];
}

function factLines(profile: ProfileStats, style: Style, width: number): string[] {
  const { arrivals, generator, warmup } = profile;
  const dropped = Object.entries(generator.dropped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(", ");
  const books = [
    `${formatCount(arrivals.planned)} planned`,
    `${formatCount(arrivals.sent)} sent`,
    `${formatCount(arrivals.completed)} completed`,
    `${formatCount(arrivals.failed)} failed`,
    `${formatCount(arrivals.inFlightAtEnd)} in flight at end`,
    `${formatCount(arrivals.dropped)} dropped${dropped === "" ? "" : ` (${dropped})`}`,
  ];
  const total = profile.tasks.at(-1);
  const intervals = total === undefined ? undefined : latencyIntervals(profile, total);
  const judged =
    warmup.cutMs > 0 ? `from ${formatDuration(warmup.cutMs)} on; tables: the whole phase` : "the whole phase";
  return [
    ...(profile.planned.kind === "closed"
      ? factLine("Load", wrapText(CLOSED_LOOP_NOTE, width - FACT_INDENT), style)
      : []),
    ...factLine("Arrivals", wrapItems(books, width - FACT_INDENT), style),
    ...(intervals === undefined ? [] : factLine("Intervals", intervalLines(intervals, width), style)),
    ...factLine("Judged", wrapText(`${judged} · ${warmup.why}`, width - FACT_INDENT), style),
    ...generatorLines(generator, style, width),
  ];
}

/** `p95 412 ms (390–435 ms) · … · of the judged part · right about 9 times in 10`. */
function intervalLines(intervals: LatencyIntervals, width: number): string[] {
  const known = (["p50", "p95", "p99"] as const).flatMap((name) => {
    const found = intervals[name];
    return found === undefined
      ? []
      : [`${name} ${formatMs(found.value)} (${formatInterval(found.low, found.high, "ms")})`];
  });
  const sure = `right about ${Math.round(10 * intervals.confidence)} times in 10`;
  return wrapItems([...known, "of the judged part", TABLE_INTERVALS, sure], width - FACT_INDENT);
}

/** The generator's health, its figures, and a sentence for each thing that was short. */
export function generatorLines(generator: GeneratorStats, style: Style, width: number): string[] {
  const mark = `${HEALTH_MARK[generator.health]} ${generator.health}`;
  const figures = [
    mark,
    `send lag p99 ${formatMs(generator.sendLagMs.p99)}`,
    `loop delay p99 ${formatMs(generator.eventLoopDelayMs.p99)}`,
    `CPU ${formatRatio(generator.cpuRatio)} of a core`,
    `memory ${formatBytes(generator.rssBytes)}`,
  ];
  const [first = "", ...more] = wrapItems(figures, width - FACT_INDENT);
  const painted = paintOfHealth(style, generator.health)(mark) + first.slice(mark.length);
  const reasons = generator.reasons.flatMap((reason) => wrapText(reason, width - FACT_INDENT));
  return factLine("Generator", [painted, ...more, ...reasons], style);
}

const FACT_INDENT = 11;

function factLine(title: string, lines: readonly string[], style: Style): string[] {
  return lines.map((line, index) =>
    index === 0 ? style.bold(title) + " ".repeat(FACT_INDENT - title.length) + line : " ".repeat(FACT_INDENT) + line,
  );
}
