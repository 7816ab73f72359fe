/** A search in the terminal while it goes on: the answer so far, the step that runs, what comes next, the steps before. */
import type { CapacityOptions } from "../analysis/capacity/capacity-options.ts";
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { forecastSearch } from "../analysis/capacity/expected-width.ts";
import type { SearchAhead } from "../analysis/capacity/search-ahead.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countOfFigure } from "../analysis/figure.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { formatCount, formatDuration, formatMs, formatPerSec, formatRatio } from "../base/format-number.ts";
import { illConditionedText } from "../verdict/search-findings.ts";
import { displayWidth, truncateToWidth } from "./display-width.ts";
import { liveModelOf } from "./live-model.ts";
import { printableLine } from "./printable.ts";
import { progressBar } from "./sparkline.ts";
import { createStyle, type Style } from "./style.ts";
import type { ScreenOptions } from "./terminal-live.ts";
import { estimateText, levelsSection, loadLine, stepsSection } from "./terminal-search.ts";
import { MARK } from "./terminal-summary.ts";
import { wrapText } from "./text-table.ts";

export interface SearchView {
  readonly stats: RunStats;
  readonly report: CapacityReport;
  /** On the run clock. */
  readonly nowMs: number;
}

const BAR_CELLS = 20;
const NAME_CELLS = 24;
const LEAST_STEP_ROWS = 3;
/** Of the steps: their title, the titles of their columns. */
const STEP_HEAD_LINES = 2;

/** The screen's lines: at most `height`, none wider than `width` (least 60). */
export function renderSearchScreen(view: SearchView, { width: wanted, height, colour }: ScreenOptions): string[] {
  const style = createStyle(colour);
  const width = Math.max(60, wanted);
  const head = [...headLines(view, style, width), "", ...stepLines(view, style, width)];
  const levels = levelsSection(view.report, style, width);
  const tail = levels.length > 0 ? ["", ...levels] : [];
  const rows = Math.max(LEAST_STEP_ROWS, height - head.length - tail.length - STEP_HEAD_LINES - 1);
  const steps = stepsSection(view.report, style, { width, rows });
  return [...head, ...(steps.length > 0 ? ["", ...steps] : []), ...tail].slice(0, height);
}

function headLines({ stats, report }: SearchView, style: Style, width: number): string[] {
  const { asked } = report;
  const slos = asked.slos.map(({ expr }) => expr).join(" and ");
  const target = printableLine(stats.plan.target);
  const question =
    asked.targetLoad === undefined
      ? `How many ${asked.by === "rate" ? "requests a second" : "users"} ${target} holds within ${printableLine(slos)}`
      : `Does ${target} hold ${loadText(asked.by, asked.targetLoad)} within ${printableLine(slos)}?`;
  const line = loadLine(report, Math.min(40, width - 30));
  return [
    `${style.accent(MARK)} ${truncateToWidth(question, width - 2)}`,
    `  ${style.bold(truncateToWidth(answerSoFar(report), width - 2))}`,
    ...(line === undefined ? [] : [truncateToWidth(`  ${line}`, width)]),
    ...report.illConditioned.flatMap((expr) =>
      wrapText(`◐ ${illConditionedText(expr)}`, width - 2).map((text) => style.doubtful(`  ${text}`)),
    ),
    ...wrapText(timeText(report), width - 2).map((text) => style.dim(`  ${text}`)),
  ];
}

function answerSoFar(report: CapacityReport): string {
  const { result, isGivenUp, queuesAtLoad } = report;
  if (isGivenUp) return "given up: the generator is not fit";
  if (queuesAtLoad !== undefined) return "no limit to find: requests queue, but none fails";
  if (result?.kind === "not-found") return "no limit found";
  return `${result === undefined ? "so far" : "found"}: ${estimateText(report)}`;
}

/** What to expect before anything is known, then how long it still takes; and what comes after the search. */
function timeText(report: CapacityReport): string {
  const { result, remainingMs, estimate, ahead, options } = report;
  const then = aheadText(ahead);
  if (report.isGivenUp) return "";
  if (result !== undefined) return then === "" ? "" : `Still to come: ${then}.`;
  if (remainingMs === undefined || estimate?.isBroken !== true)
    return options === undefined ? "" : forecastText(options);
  return `About ${roundedDuration(remainingMs)} left${then === "" ? "" : `; then ${then}`}.`;
}

/** `what lies beyond it (about 3 m), 6 rows by number of users (about 2 m)`; empty when nothing comes. */
export function aheadText({ overloadMs, levelCount, levelsMs }: SearchAhead): string {
  return [
    ...(overloadMs > 0 ? [`what lies beyond it (about ${roundedDuration(overloadMs)})`] : []),
    ...(levelCount > 0
      ? [`${countOfFigure(levelCount, "row")} by number of users (about ${roundedDuration(levelsMs)})`]
      : []),
  ].join(", ");
}

/** Said first when an interrupted search goes on: of how much it knows, and how far that leads. */
export function goingOnText(report: CapacityReport, stepCount: number): string {
  const sofar = report.result === undefined && report.steps.length > 0 ? `; so far: ${estimateText(report)}` : "";
  return `Going on after ${countOfFigure(stepCount, "whole step")} of the interrupted search${sofar}.`;
}

/** Said before the search begins: at once where that was told, else when the probes have found out. */
export function forecastText(options: CapacityOptions): string {
  const guess = options.targetLoad ?? Math.min(options.maxLoad, options.startLoad * 3);
  const { durationMs, halfWidth } = forecastSearch(guess, options);
  const from = loadText(options.by, options.startLoad);
  const width = Math.min(999, Math.max(1, Math.round(100 * halfWidth)));
  return `Beginning at ${from}. If the limit lies about ${loadText(options.by, guess)}, expect some ${roundedDuration(durationMs)} and an interval of about ± ${width} %.`;
}

/** To ten seconds. */
export function roundedDuration(ms: number): string {
  return formatDuration(Math.max(10_000, Math.round(ms / 10_000) * 10_000));
}

function stepLines({ stats, nowMs }: SearchView, style: Style, width: number): string[] {
  const { profile } = liveModelOf(stats, nowMs);
  if (profile === undefined) return ["  about to begin"];
  const name = truncateToWidth(printableLine(profile.name), NAME_CELLS);
  const bar = progressBar(profile.progressRatio, BAR_CELLS);
  const state =
    profile.state === "running"
      ? `${formatDuration(Math.round(profile.elapsedMs / 1000) * 1000)} / ${formatDuration(Math.round(profile.plannedMs / 100) * 100)}`
      : "waiting for the last answers";
  const recent = profile.recentMs;
  const figures = [
    formatPerSec(profile.requestsPerSec, "req"),
    `p50 ${formatMs(recent?.p50)}`,
    `p95 ${formatMs(recent?.p95)}`,
    `failed ${formatRatio(profile.errorRatio)}`,
    `in flight ${formatCount(profile.inFlight)}`,
  ];
  const rest = truncateToWidth(`  ${bar}  ${state}`, width - 2 - displayWidth(name));
  return [`  ${style.bold(name)}${rest}`, truncateToWidth(`  ${figures.join(" · ")}`, width)];
}

/** One line for a phase that has ended, for logs. */
export function renderSearchLine(profile: ProfileStats, report: CapacityReport): string {
  const step = report.steps.find(({ name }) => name === profile.name);
  const level = report.levels.find(({ name }) => name === profile.name);
  const all = profile.tasks.at(-1);
  // Of a step and a row of the table what counts, as in the summary.
  const { completedPerSec, p50, p95, p99, errorRatio } = step ?? level ?? { ...all, ...all?.responseMs };
  const answer = lineAnswer(profile, report);
  const figures = [
    `${MARK} ${printableLine(profile.name)}`,
    formatPerSec(completedPerSec, "req"),
    `p50 ${formatMs(p50)}`,
    `p95 ${formatMs(p95)}`,
    `p99 ${formatMs(p99)}`,
    `failed ${formatRatio(errorRatio)}`,
    ...(answer === "" ? [] : [answer]),
    ...(step === undefined || report.estimate?.isBroken !== true
      ? []
      : [`limit ${loadText(report.asked.by, report.estimate.load)} so far`]),
  ];
  return figures.join(" · ");
}

function lineAnswer({ name }: ProfileStats, { steps, unfit }: CapacityReport): string {
  if (unfit.some((row) => row.name === name)) return "◐ not counted: the generator was not fit";
  const step = steps.find((row) => row.name === name);
  if (step === undefined) return "";
  if (step.isAborted) return "✗ ended early";
  return step.isHeld ? "✓ holds" : "✗ over";
}
