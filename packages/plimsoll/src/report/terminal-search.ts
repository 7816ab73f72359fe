/** A search for the capacity in the terminal: while it goes on, and when it has ended. */
import type { CapacityReport, Figures, LevelRow, StepRow, UnfitStep } from "../analysis/capacity/capacity-report.ts";
import { badRatio } from "../analysis/capacity/capacity-step.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countOfFigure } from "../analysis/figure.ts";
import type { Scalability } from "../analysis/scalability-verdict.ts";
import { formatCount, formatDuration, formatMs, formatRatio, significant } from "../base/format-number.ts";
import { isIntervalTold } from "../verdict/capacity-sentence.ts";
import { judgeLevel } from "../verdict/judge-search.ts";
import { loadLine } from "./load-axis.ts";
import { paintOfVerdict, type Style, VERDICT_MARK } from "./style.ts";
import { type Cell, layoutTable, wrapText } from "./text-table.ts";

/** Where there is no room, the least telling go first. */
const FIGURE_COLUMNS = [
  { title: "req/s", align: "right" as const },
  { title: "p50", align: "right" as const, dropOrder: 1 },
  { title: "p95", align: "right" as const },
  { title: "p99", align: "right" as const, dropOrder: 2 },
];

/** The table that people come with: a row a number of users; empty without levels. */
export function levelsSection(report: CapacityReport, style: Style, width: number): string[] {
  if (report.levels.length === 0) return [];
  const rows = report.levels.map((row) => levelCells(row, report, style));
  const columns = [
    { title: "" },
    { title: "users", align: "right" as const },
    ...FIGURE_COLUMNS,
    { title: "failed", align: "right" as const },
  ];
  return [style.bold("Users"), ...layoutTable(columns, rows, { width, titlePaint: style.dim })];
}

function levelCells(row: LevelRow, report: CapacityReport, style: Style): Cell[] {
  const paint = paintOfVerdict(style, judgeLevel(row, report));
  return [
    { text: `  ${levelMark(row, report)}`, paint },
    formatCount(row.users),
    ...figureTexts(row),
    formatRatio(row.errorRatio),
  ];
}

/** `✓ pass`; a level that the generator spoilt is not counted. */
export function levelMark(row: LevelRow, report: CapacityReport): string {
  const verdict = judgeLevel(row, report);
  return `${VERDICT_MARK[verdict]} ${row.isFit ? verdict : "not counted"}`;
}

/** Requests a second and three quantiles. */
export function figureTexts(row: Pick<Figures, "completedPerSec" | "p50" | "p95" | "p99">): readonly string[] {
  return [significant(row.completedPerSec), formatMs(row.p50), formatMs(row.p95), formatMs(row.p99)];
}

/** The steps of the search in their order, also those that do not count; the last ones where the room is short. */
export function stepsSection(report: CapacityReport, style: Style, room: { width: number; rows: number }): string[] {
  const all = [
    ...report.steps.map((row) => ({ atMs: row.startedAtMs, cells: () => stepCells(row, report, style) })),
    ...report.unfit.map((row) => ({ atMs: row.startedAtMs, cells: () => unfitCells(row, report, style) })),
  ].sort((a, b) => a.atMs - b.atMs);
  const shown = all.slice(-Math.max(1, room.rows));
  if (shown.length === 0) return [];
  const hidden = all.length - shown.length;
  const columns = [
    { title: "" },
    { title: report.asked.by === "rate" ? "offered" : "users", align: "right" as const },
    ...FIGURE_COLUMNS,
    { title: "bad", align: "right" as const },
    { title: "allowed", align: "right" as const, dropOrder: 3 },
  ];
  const title = hidden > 0 ? `Steps (the last ${shown.length} of ${all.length})` : "Steps";
  return [
    style.bold(title),
    ...layoutTable(
      columns,
      shown.map(({ cells }) => cells()),
      { width: room.width, titlePaint: style.dim },
    ),
  ];
}

function unfitCells(row: UnfitStep, { asked }: CapacityReport, style: Style): Cell[] {
  const figures = [loadText(asked.by, row.load), ...figureTexts(row)];
  return [
    { text: "  ◐ not counted", paint: style.doubtful },
    ...figures.map((text) => ({ text, paint: style.dim })),
    { text: "–", paint: style.dim },
    "",
  ];
}

function stepCells(row: StepRow, report: CapacityReport, style: Style): Cell[] {
  const worst = worstPromise(row, report);
  const isBad = worst.badRatio > worst.allowedRatio;
  return [
    { text: `  ${stepMark(row)}`, paint: row.isHeld ? style.good : style.bad },
    loadText(report.asked.by, row.load),
    ...figureTexts(row),
    { text: formatRatio(worst.badRatio), paint: isBad ? style.bad : style.dim },
    { text: formatRatio(worst.allowedRatio), paint: style.dim },
  ];
}

/** How a step went. */
export function stepMark({ isAborted, isHeld }: Pick<StepRow, "isAborted" | "isHeld">): string {
  return isAborted ? "✗ ended early" : isHeld ? "✓ holds" : "✗ over";
}

/** The promise nearest to breaking, or furthest beyond. */
function worstPromise(row: Pick<StepRow, "counts">, { asked }: CapacityReport) {
  const shares = asked.slos.map(({ allowedRatio }, slo) => {
    return { badRatio: badRatio(row.counts[slo]!), allowedRatio };
  });
  return shares.reduce((worst, one) =>
    one.badRatio / one.allowedRatio > worst.badRatio / worst.allowedRatio ? one : worst,
  );
}

/** One line on how the estimate stands, such as `72.2/s, between 65.0/s and 80.1/s`. */
export function estimateText({ estimate, asked }: CapacityReport): string {
  if (estimate === undefined) return "nothing has broken yet";
  if (!estimate.isBroken) return `more than ${loadText(asked.by, Math.max(estimate.low, 0))}`;
  if (!isIntervalTold(estimate)) return `${loadText(asked.by, estimate.load)}, how exactly cannot be told yet`;
  return `${loadText(asked.by, estimate.load)}, between ${loadText(asked.by, estimate.low)} and ${loadText(asked.by, estimate.high)}`;
}

/** What was found of throughput against users, where its fit earns a sentence. */
export function scalabilityText({ scalability }: CapacityReport): string | undefined {
  const peak = scalability?.peakLoad;
  switch (scalability?.verdict) {
    case "retrograde":
      return peak === undefined
        ? undefined
        : `Throughput peaks at ${significant(peak.low)} to ${significant(peak.high)} users and falls beyond.`;
    case "saturates":
      return `Throughput has reached its ceiling${bendText(scalability.knee)}.`;
    case "peak-not-resolved":
      return "Throughput falls with more users; where it peaks cannot be told.";
    case "no-ceiling-seen":
      return "Throughput still grew at the greatest number of users.";
    default:
      return undefined;
  }
}

function bendText(knee: Scalability["knee"]): string {
  if (knee === undefined) return "";
  const { load, low, high } = knee;
  return `; the bend is at about ${significant(load)} users (${significant(low)} to ${significant(high)})`;
}

const LINE_CELLS = 40;
const MOST_ROWS = 40;

/** All of it, for the summary at the end. */
export function searchSections(report: CapacityReport, style: Style, width: number): string[][] {
  const scalability = scalabilityText(report);
  const searchMs = report.steps.reduce((sum, { elapsedMs, drainMs }) => sum + elapsedMs + drainMs, 0);
  const process = report.asked.by === "rate" ? "Poisson arrivals" : "users who wait for their answer";
  const line = report.result?.kind === "found" ? loadLine(report, LINE_CELLS) : undefined;
  const lost = report.unfit.length === 0 ? "" : `, ${report.unfit.length} more not counted`;
  const facts = `${countOfFigure(report.steps.length, "step")}${lost}, ${formatDuration(Math.round(searchMs / 1000) * 1000)}, ${process}.`;
  return [
    line === undefined ? [] : [`  ${line}`],
    [
      ...levelsSection(report, style, width),
      ...(scalability === undefined ? [] : wrapText(scalability, width - 2).map((text) => `  ${text}`)),
    ],
    [
      ...stepsSection(report, style, { width, rows: MOST_ROWS }),
      ...(report.steps.length + report.unfit.length === 0 ? [] : [style.dim(`  ${facts}`)]),
    ],
  ];
}
