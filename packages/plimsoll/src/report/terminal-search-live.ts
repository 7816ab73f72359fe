/** A search in the terminal while it goes on: the answer so far, the step that runs, the steps before it. */
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { formatCount, formatDuration, formatMs, formatPerSec, formatRatio } from "../base/format-number.ts";
import { truncateToWidth } from "./display-width.ts";
import { liveModelOf } from "./live-model.ts";
import { printable } from "./printable.ts";
import { progressBar } from "./sparkline.ts";
import { createStyle, type Style } from "./style.ts";
import type { ScreenOptions } from "./terminal-live.ts";
import { estimateText, levelsSection, stepsSection } from "./terminal-search.ts";
import { MARK } from "./terminal-summary.ts";

export interface SearchView {
  readonly stats: RunStats;
  readonly report: CapacityReport;
  /** On the run clock. */
  readonly nowMs: number;
}

const HEAD_LINES = 9;
const BAR_WIDTH = 24;

/** The screen's lines: at most `height`, none wider than `width` (least 60). */
export function renderSearchScreen(view: SearchView, { width: wanted, height, colour }: ScreenOptions): string[] {
  const style = createStyle(colour);
  const width = Math.max(60, wanted);
  const { report } = view;
  const levels = levelsSection(report, style, width);
  const rows = Math.max(3, height - HEAD_LINES - (levels.length > 0 ? levels.length + 1 : 0) - 2);
  const steps = stepsSection(report, style, { width, rows });
  return [...headLines(view, style, width), "", ...stepLines(view, style, width), "", ...steps, "", ...levels].slice(
    0,
    height,
  );
}

function headLines({ stats, report }: SearchView, style: Style, width: number): string[] {
  const slos = report.asked.slos.map(({ expr }) => expr).join(" and ");
  const what = report.asked.by === "rate" ? "How many requests a second" : "How many users";
  return [
    `${style.accent(MARK)} ${truncateToWidth(`${what} ${printable(stats.plan.target)} holds within ${printable(slos)}`, width - 2)}`,
    `  ${style.bold(answerSoFar(report))}${timeLeft(report)}`,
  ];
}

function answerSoFar(report: CapacityReport): string {
  if (report.result?.kind === "not-found") return "no limit found";
  const text = estimateText(report);
  return report.result === undefined ? `so far: ${text}` : `found: ${text}`;
}

function timeLeft({ remainingMs, result }: CapacityReport): string {
  if (result !== undefined || remainingMs === undefined) return "";
  return ` · about ${formatDuration(Math.max(10_000, Math.round(remainingMs / 10_000) * 10_000))} left`;
}

function stepLines({ stats, nowMs }: SearchView, style: Style, width: number): string[] {
  const { profile } = liveModelOf(stats, nowMs);
  if (profile === undefined) return ["  about to begin"];
  const bar = progressBar(profile.progressRatio, BAR_WIDTH);
  const state =
    profile.state === "running"
      ? formatDuration(Math.round(profile.elapsedMs / 1000) * 1000)
      : "waiting for the last answers";
  const recent = profile.recentMs;
  const figures = [
    formatPerSec(profile.requestsPerSec, "req"),
    `p50 ${formatMs(recent?.p50)}`,
    `p95 ${formatMs(recent?.p95)}`,
    `failed ${formatRatio(profile.errorRatio)}`,
    `in flight ${formatCount(profile.inFlight)}`,
  ];
  return [
    `  ${style.bold(truncateToWidth(printable(profile.name), 24))}  ${bar}  ${state} / ${formatDuration(profile.plannedMs)}`,
    truncateToWidth(`  ${figures.join(" · ")}`, width),
  ];
}

/** One line for a phase that has ended, for logs. */
export function renderSearchLine(profile: ProfileStats, report: CapacityReport): string {
  const all = profile.tasks.at(-1);
  const step = report.steps.find(({ name }) => name === profile.name);
  const isUnfit = report.unfit.some(({ name }) => name === profile.name);
  const answer = isUnfit
    ? "does not count: the generator was not fit"
    : step === undefined
      ? ""
      : step.isAborted
        ? "✗ ended early"
        : step.isHeld
          ? "✓ holds"
          : "✗ over";
  const figures = [
    `${MARK} ${printable(profile.name)}`,
    formatPerSec(all?.completedPerSec, "req"),
    `p50 ${formatMs(all?.responseMs?.p50)}`,
    `p95 ${formatMs(all?.responseMs?.p95)}`,
    `p99 ${formatMs(all?.responseMs?.p99)}`,
    `failed ${formatRatio(all?.errorRatio)}`,
    ...(answer === "" ? [] : [answer]),
    ...(step === undefined || report.estimate?.isBroken !== true
      ? []
      : [`limit ${loadText(report.asked.by, report.estimate.load)} so far`]),
  ];
  return figures.join(" · ");
}
