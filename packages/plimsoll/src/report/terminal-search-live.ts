/** A search in the terminal while it goes on: the answer so far, the step that runs, what comes next, the steps before. */
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countOfFigure } from "../analysis/figure.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { formatCount, formatDuration, formatMs, formatPerSec, formatRatio } from "../base/format-number.ts";
import { illConditionedText } from "../verdict/search-findings.ts";
import { displayWidth, truncateToWidth } from "./display-width.ts";
import { liveModelOf } from "./live-model.ts";
import { loadLine } from "./load-axis.ts";
import { printableLine } from "./printable.ts";
import { searchCurve } from "./search-curve.ts";
import { outlookText } from "./search-outlook.ts";
import { progressBar } from "./sparkline.ts";
import { createStyle, type Style } from "./style.ts";
import { layoutWidth } from "./terminal-layout.ts";
import type { ScreenOptions } from "./terminal-live.ts";
import { estimateText, levelsSection, stepsSection } from "./terminal-search.ts";
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
/** Of the steps: the line before them, their title, the titles of their columns. */
const STEP_HEAD_LINES = 3;
/** The taller one where it leaves room for as many steps. */
const CURVE_ROWS = { least: 5, most: 9 } as const;

/** The screen's lines: at most `height`, none wider than `width` (least 60). */
export function renderSearchScreen(view: SearchView, { width: wanted, height, colour }: ScreenOptions): string[] {
  const style = createStyle(colour);
  const width = layoutWidth(wanted);
  const answer = answerLines(view, style, width);
  const line = lineOf(view.report, width);
  const below = [...noteLines(view, style, width), "", ...stepLines(view, style, width)];
  const levels = levelsSection(view.report, style, width);
  const tail = levels.length > 0 ? ["", ...levels] : [];
  const room = height - answer.length - line.length - below.length - tail.length - STEP_HEAD_LINES;
  const curve = curveLines(view.report, style, { width, room: room - LEAST_STEP_ROWS });
  const rows = Math.max(LEAST_STEP_ROWS, room - curve.length);
  const steps = stepsSection(view.report, style, { width, rows });
  const head = [...answer, ...curve, ...line, ...below];
  return [...head, ...(steps.length > 0 ? ["", ...steps] : []), ...tail].slice(0, height);
}

function answerLines({ stats, report }: SearchView, style: Style, width: number): string[] {
  const { asked } = report;
  const slos = asked.slos.map(({ expr }) => expr).join(" and ");
  const target = printableLine(stats.plan.target);
  const question =
    asked.targetLoad === undefined
      ? `How many ${asked.by === "rate" ? "requests a second" : "users"} ${target} holds within ${printableLine(slos)}`
      : `Does ${target} hold ${loadText(asked.by, asked.targetLoad)} within ${printableLine(slos)}?`;
  return [
    `${style.accent(MARK)} ${truncateToWidth(question, width - 2)}`,
    `  ${style.bold(truncateToWidth(answerSoFar(report), width - 2))}`,
  ];
}

function lineCells(width: number): number {
  return Math.min(40, width - 30);
}

function lineOf(report: CapacityReport, width: number): string[] {
  const line = loadLine(report, lineCells(width));
  return line === undefined ? [] : [truncateToWidth(`  ${line}`, width)];
}

/** While the search goes on, on the axis that the load line below it is. */
function curveLines(report: CapacityReport, style: Style, { width, room }: { width: number; room: number }): string[] {
  const { least, most } = CURVE_ROWS;
  if (report.result !== undefined || room < least) return [];
  const rows = room >= 2 * most ? most : least;
  return searchCurve(report, { cells: lineCells(width), rows }).map((line) =>
    truncateToWidth(`  ${line}`, width)
      .replaceAll(/✓+/g, style.good)
      .replaceAll(/✗+/g, style.bad)
      .replaceAll(/┄+/g, style.dim),
  );
}

function noteLines({ report }: SearchView, style: Style, width: number): string[] {
  return [
    ...report.illConditioned.flatMap((expr) =>
      wrapText(`◐ ${illConditionedText(expr)}`, width - 2).map((text) => style.doubtful(`  ${text}`)),
    ),
    ...wrapText(outlookText(report), width - 2).map((text) => style.dim(`  ${text}`)),
  ];
}

function answerSoFar(report: CapacityReport): string {
  const { result, isGivenUp, queuesAtLoad, early } = report;
  if (early !== undefined) return early.kind === "slow-alone" ? "too slow for a single user" : "no request succeeds";
  if (isGivenUp) return "given up: the generator is not fit";
  if (queuesAtLoad !== undefined) return "no limit to find: requests queue, but none fails";
  const settled = result?.target?.verdict;
  if (settled === "held" || settled === "not-held")
    return `${settled === "held" ? "holds" : "does not hold"} ${loadText(report.asked.by, report.asked.targetLoad ?? 0)}`;
  if (result?.kind === "not-found") return "no limit found";
  return `${result === undefined ? "so far" : "found"}: ${estimateText(report)}`;
}

/** Said first when an interrupted search goes on: of how much it knows, and how far that leads. */
export function goingOnText(report: CapacityReport): string {
  const stepCount = report.steps.length + report.unfit.length;
  const sofar = report.result === undefined && report.steps.length > 0 ? `; so far: ${estimateText(report)}` : "";
  return `Going on after ${stepCount === 0 ? "the probes" : countOfFigure(stepCount, "whole step")} of the interrupted search${sofar}.`;
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
