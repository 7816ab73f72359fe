/** The terminal while a run is going: a screen redrawn in place, or a line now and then where there is no terminal. */

import { formatCount, formatDuration, formatMs, formatPerSec, formatRatio, NO_VALUE } from "../base/format-number.ts";
import { displayWidth, padToWidth, truncateToWidth } from "./display-width.ts";
import { HISTORY_SEC, type LiveModel, type LiveProfile, WINDOW_SEC } from "./live-model.ts";
import { printableLine } from "./printable.ts";
import { progressBar, sparkline } from "./sparkline.ts";
import { createStyle, type Paint, type Style } from "./style.ts";
import { layoutWidth } from "./terminal-layout.ts";
import { generatorLines } from "./terminal-profile.ts";
import { MARK } from "./terminal-summary.ts";
import { type Column, layoutTable } from "./text-table.ts";

export interface ScreenOptions {
  readonly width: number;
  readonly height: number;
  readonly colour: boolean;
}

/** The screen's lines: at most `height`, none wider than `width` (least 60); the most important come first. */
export function renderLiveScreen(live: LiveModel, { width: wanted, height, colour }: ScreenOptions): string[] {
  const style = createStyle(colour);
  const width = layoutWidth(wanted);
  const { profile } = live;
  const head = headLine(live, style, width);
  if (profile === undefined) return [head, "", waitingLine(live, width)].slice(0, height);
  const lines = [
    head,
    "",
    ...progressLines(profile, style, width),
    "",
    ...figureLines(profile, style, width),
    "",
    ...historyLines(profile, style, width),
    "",
    ...generatorLines(profile.generator, style, width),
  ];
  const tasks = taskLines(profile, style, width);
  const foot = footLine(live, style, width);
  const room = height - lines.length - 2;
  if (room > 2) lines.push("", ...tasks.slice(0, room - 1));
  if (lines.length + 2 <= height) lines.push("", foot);
  return lines.slice(0, height);
}

/** One line, such as `⦵ ramp_up 45 s / 2 m · 55 users · 38.2 req/s · p50 12.3 ms · …`, for logs. */
export function renderProgressLine(live: LiveModel): string {
  const { profile } = live;
  if (profile === undefined) return `${MARK} ${printableLine(live.name)} · waiting for the target`;
  const times = profile.recentMs;
  const draining = `draining, at most ${formatDuration(profile.drainMs)}`;
  const state = { running: "", draining: ` · ${draining}`, finished: " · finished" }[profile.state];
  return [
    `${MARK} ${printableLine(profile.name)} ${formatDuration(roundToSecond(profile.elapsedMs))} / ${formatDuration(profile.plannedMs)}${state}`,
    loadOf(profile),
    formatPerSec(profile.requestsPerSec, "req"),
    `p50 ${formatMs(times?.p50)}`,
    `p95 ${formatMs(times?.p95)}`,
    `p99 ${formatMs(times?.p99)}`,
    `failed ${failedOf(profile)}`,
    `in flight ${formatCount(profile.inFlight)}`,
    ...(profile.dropped > 0 ? [`dropped ${formatCount(profile.dropped)}`] : []),
    ...(profile.generator.health === "ok" ? [] : [`generator ${profile.generator.health}`]),
  ].join(" · ");
}

function headLine({ name, target, seed }: LiveModel, style: Style, width: number): string {
  const right = `seed ${seed}`;
  const left = truncateToWidth(`Plimsoll  ${printableLine(name)} → ${printableLine(target)}`, width - right.length - 4);
  return `${style.accent(MARK)} ${padToWidth(left, width - right.length - 2)}${style.dim(right)}`;
}

function waitingLine({ upcoming }: LiveModel, width: number): string {
  return truncateToWidth(`  waiting for the target … ${upcoming.map(printableLine).join(", ")}`, width);
}

function progressLines(profile: LiveProfile, style: Style, width: number): string[] {
  const name = truncateToWidth(printableLine(profile.name), 24);
  const place = profile.profileCount > 1 ? `  ${profile.number} of ${profile.profileCount}` : "";
  const left = {
    running: `${formatDuration(roundToSecond(profile.remainingMs))} left`,
    draining: `up to ${formatDuration(profile.drainMs)} for the last answers`,
    finished: "done",
  }[profile.state];
  const time = `${formatDuration(roundToSecond(profile.elapsedMs))} of ${formatDuration(profile.plannedMs)} · ${left}`;
  const gap = " ".repeat(Math.max(2, width - displayWidth(name) - place.length - displayWidth(time)));
  return [
    `${style.bold(name)}${style.dim(place)}${gap}${time}`,
    style.accent(progressBar(profile.progressRatio, width)),
  ];
}

function figureLines(profile: LiveProfile, style: Style, width: number): string[] {
  const valueWidth = width < 76 ? 11 : 14;
  const times = profile.recentMs;
  const failedPaint: Paint = profile.failures > 0 ? style.bad : style.bold;
  const droppedPaint: Paint = profile.dropped > 0 ? style.doubtful : style.bold;
  const grid: readonly (readonly (readonly [string, string, Paint])[])[] = [
    [
      [profile.kind === "closed" ? "users" : "planned", loadFigure(profile), style.bold],
      ["p50", formatMs(times?.p50), style.bold],
      ["requests", formatCount(profile.requests), style.bold],
    ],
    [
      ["throughput", formatPerSec(profile.requestsPerSec, "req"), style.bold],
      ["p95", formatMs(times?.p95), style.bold],
      ["failed", failedOf(profile), failedPaint],
    ],
    [
      ["in flight", formatCount(profile.inFlight), style.bold],
      ["p99", formatMs(times?.p99), style.bold],
      ["dropped", formatCount(profile.dropped), droppedPaint],
    ],
  ];
  const titleWidths = [12, 5, 10];
  return grid.map((row) =>
    row
      .map(([title, value, paint], column) => {
        const filled = " ".repeat(Math.max(1, valueWidth - displayWidth(value)));
        return style.dim(title.padEnd(titleWidths[column]!)) + paint(value) + (column === 2 ? "" : filled);
      })
      .join(""),
  );
}

function historyLines(profile: LiveProfile, style: Style, width: number): string[] {
  const greatestP95 = Math.max(0, ...profile.p95History.map((ms) => ms ?? 0));
  const greatestRate = Math.max(0, ...profile.requestsHistory);
  const tops = [`≤ ${formatMs(greatestP95)}`, `≤ ${formatPerSec(greatestRate, "req")}`];
  const cells = Math.min(HISTORY_SEC, width - 8 - Math.max(...tops.map(displayWidth)) - 2);
  const row = (title: string, values: readonly (number | undefined)[], top: string): string =>
    `${style.dim(title.padEnd(8))}${style.accent(sparkline(values, cells))}  ${style.dim(top)}`;
  return [
    row("p95", profile.p95History, greatestP95 > 0 ? tops[0]! : NO_VALUE),
    row("req/s", profile.requestsHistory, tops[1]!),
    style.dim(`${" ".repeat(8)}${padToWidth(`${cells} s ago`, cells - 3)}now`),
  ];
}

const TASK_COLUMNS: readonly Column[] = [
  { title: "Task", minWidth: 12, maxWidth: 40 },
  { title: "requests", align: "right" },
  { title: "failed %", align: "right" },
  { title: "rps", align: "right", dropOrder: 2 },
  { title: "p50", align: "right", dropOrder: 3 },
  { title: "p95", align: "right" },
  { title: "p99", align: "right", dropOrder: 1 },
];

function taskLines({ tasks }: LiveProfile, style: Style, width: number): string[] {
  const rows = tasks
    .filter((task) => task.name !== "Aggregated")
    .map((task) => [
      task.name,
      formatCount(task.requests),
      { text: formatRatio(task.errorRatio), ...(task.failures > 0 ? { paint: style.bad } : {}) },
      formatPerSec(task.completedPerSec),
      ...[task.responseMs?.p50, task.responseMs?.p95, task.responseMs?.p99].map(formatMs),
    ]);
  return layoutTable(TASK_COLUMNS, rows, { width, titlePaint: style.dim });
}

function footLine({ upcoming }: LiveModel, style: Style, width: number): string {
  const next = upcoming.length === 0 ? "" : ` · next: ${upcoming.map(printableLine).join(", ")}`;
  const text = `p50 to p99: last ${WINDOW_SEC} s · Ctrl-C stops, results are kept${next}`;
  return style.dim(truncateToWidth(text, width));
}

function loadFigure(profile: LiveProfile): string {
  return profile.kind === "closed" ? formatCount(profile.load) : formatPerSec(profile.load, "req");
}

function loadOf(profile: LiveProfile): string {
  return profile.kind === "closed"
    ? `${formatCount(profile.load)} users`
    : `planned ${formatPerSec(profile.load, "req")}`;
}

function failedOf(profile: LiveProfile): string {
  return profile.failures === 0 ? "0" : `${formatCount(profile.failures)} (${formatRatio(profile.errorRatio)})`;
}

function roundToSecond(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
