/** The two tables of a search as CSV, for spreadsheets: full precision, times ms, ratios 0–1. */
import type { CapacityReport, Figures } from "../analysis/capacity/capacity-report.ts";
import { judgeLevel } from "../verdict/judge-search.ts";
import { csvRow, csvText } from "./csv-text.ts";

const FIGURES = ["requests", "completed_per_sec", "p50_ms", "p95_ms", "p99_ms", "error_ratio"] as const;

/** `find_steps.csv`: one row a step of the search; a pair of columns for each promise. */
export function renderStepsCsv(report: CapacityReport): string {
  const { slos } = report.asked;
  const head = [
    ...["step", "phase", "load", "held", "ended_early", "elapsed_ms", "drain_ms"],
    ...FIGURES,
    ...slos.flatMap(({ expr }) => [`counted: ${expr}`, `bad: ${expr}`]),
  ];
  const rows = report.steps.map((row) => [
    ...[row.name, row.phase, String(row.load), String(row.isHeld), String(row.isAborted)],
    ...[row.elapsedMs, row.drainMs].map(String),
    ...figureCells(row),
    ...row.counts.flatMap(({ count, badCount }) => [String(count), String(badCount)]),
  ]);
  return [head, ...rows].map((cells) => csvRow(cells.map(csvText))).join("");
}

/** `find_levels.csv`: one row a number of users. */
export function renderLevelsCsv(report: CapacityReport): string {
  const rows = report.levels.map((row) => [String(row.users), ...figureCells(row), judgeLevel(row, report)]);
  return [["users", ...FIGURES, "verdict"], ...rows].map((cells) => csvRow(cells.map(csvText))).join("");
}

function figureCells(row: Figures): string[] {
  return [row.requests, row.completedPerSec, row.p50, row.p95, row.p99, row.errorRatio].map((value) =>
    value === undefined ? "" : String(value),
  );
}
