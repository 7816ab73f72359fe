/** Tables as text to paste elsewhere, where nothing of a stranger's text may act. */
import { csvRow, csvText } from "../../plimsoll/src/report/csv-text.ts";
import { escapeMarkdown } from "../../plimsoll/src/report/markdown.ts";

/** Rows of cells, the headings first. Numbers are written in full. */
export type Grid = readonly (readonly (string | number | undefined)[])[];

export function gridCsv(grid: Grid): string {
  return grid.map((row) => csvRow(row.map(csvCell))).join("");
}

/** A GitHub-flavoured table; a column whose every cell is a number or a quantity is set right. */
export function gridMarkdown(grid: Grid): string {
  const [head = [], ...rows] = grid;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const text = (cell: Grid[number][number]): string =>
    isNumeric(cell) ? String(cell ?? "") : escapeMarkdown(String(cell));
  const rule = head.map((_, column) => (rows.every((row) => isNumeric(row[column])) ? "---:" : "---"));
  return [head.map(text), rule, ...rows.map((row) => row.map(text))].map(line).join("");
}

/** What a table on the page shows, without columns that are only drawn. */
export function shownGrid(table: HTMLTableElement): Grid {
  const rows = [...table.rows].filter((row) => !row.classList.contains("group"));
  const cells = rows.map((row) => [...row.cells].map(cellText));
  const isSaid = (column: number): boolean => cells.slice(1).some((row) => row[column] !== "");
  return cells.map((row) => row.filter((_, column) => isSaid(column)));
}

/** What stands on a line of its own below a value follows it in brackets: `36.5 (35.5–37.5)`. */
function cellText(cell: HTMLTableCellElement): string {
  return textOf(cell).replace(/\s+/g, " ").trim();
}

function textOf(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? "";
  const text = [...node.childNodes].map(textOf).join("");
  return node.classList.contains("aside") && text !== "" ? ` (${text.trim()})` : text;
}

function csvCell(cell: Grid[number][number]): string {
  if (cell === undefined) return "";
  return typeof cell === "number" ? String(cell) : csvText(cell);
}

function isNumeric(cell: Grid[number][number]): boolean {
  return (
    typeof cell === "number" ||
    cell === undefined ||
    /^(?:[<>] )?[\d−.,\s–]+ ?(?:%|[a-zµ]*s|[kMGT]?B|\/s)?(?: \([\d−.\s–]+\))?$/.test(cell)
  );
}
