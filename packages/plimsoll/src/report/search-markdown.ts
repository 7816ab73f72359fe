import type { CapacityReport, Figures } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { formatCount, formatRatio } from "../base/format-number.ts";
import { figureTexts, levelMark, scalabilityText, stepMark } from "./terminal-search.ts";

const HEAD = ["req/s", "p50", "p95", "p99", "failed"] as const;

/** The tables of a search: users first, which is what people come for. */
export function searchBlocks(report: CapacityReport): readonly string[] {
  const levels = report.levels.map((row) => [levelMark(row, report), formatCount(row.users), ...figureCells(row)]);
  const steps = report.steps.map((row) => [stepMark(row), loadText(report.asked.by, row.load), ...figureCells(row)]);
  return [
    ...(levels.length === 0 ? [] : [`### Users\n\n${table(["verdict", "users", ...HEAD], levels)}`]),
    scalabilityText(report) ?? "",
    `### Steps of the search\n\n${table(["", "load", ...HEAD], steps)}`,
  ];
}

function figureCells(row: Figures): string[] {
  return [...figureTexts(row), formatRatio(row.errorRatio)];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map((_, at) => (at === 0 ? ":--" : "--:"))), ...rows.map(line)].join("\n");
}
