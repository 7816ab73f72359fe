/** Columns of text that fit a width: padded, truncated with `…`, least important columns left out first. */
import { displayWidth, truncateToWidth } from "./display-width.ts";
import { printableLine } from "./printable.ts";
import type { Paint } from "./style.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** May shrink to this many cells; without it the column keeps its natural width. */
  readonly minWidth?: number;
  readonly maxWidth?: number;
  /** Where there is no room, the column with the greatest goes first; 0 or none: never. */
  readonly dropOrder?: number;
}

export interface PaintedCell {
  readonly text: string;
  readonly paint?: Paint;
}
export type Cell = string | PaintedCell;
/** `"rule"` draws a line across. */
export type Row = readonly Cell[] | "rule";

export interface TableOptions {
  readonly width: number;
  /** For the titles; without it there are none. */
  readonly titlePaint?: Paint | undefined;
  readonly rulePaint?: Paint | undefined;
}

const GAP = "  ";
/** Blanks, but not the one between a number and its unit, nor those beside a sign: `p95 < 500 ms`, `± 10 %`. */
const WORD_END =
  /(?<!(?<=^| )[<>=≤≥±]+) +(?! |[<>=≤≥]+ )(?!(?<=\d +)(?:%|µs|ms|s|m|h|B|kB|MB|GB|req\/s)(?![\p{L}\p{N}]))/u;

/** The table's lines, none wider than `options.width` unless a single column cannot shrink; cells are made printable and cut where overlong. */
export function layoutTable(columns: readonly Column[], rows: readonly Row[], options: TableOptions): string[] {
  const cleaned = rows.map((row) => (row === "rule" ? row : row.map(cleanCell)));
  const natural = columns.map((column, index) =>
    naturalWidth(column, index, cleaned, options.titlePaint !== undefined),
  );
  const kept = keptColumns(columns, natural, options.width);
  const widths = fittedWidths(columns, natural, kept, options.width);
  const lines: string[] = [];
  const line = (cells: readonly PaintedCell[]): string =>
    kept
      .map((index, place) => {
        const cell = cells[index] ?? { text: "" };
        const cut = truncateToWidth(cell.text, widths[place]!);
        const isLast = place === kept.length - 1;
        const align = columns[index]?.align ?? "left";
        const padding = " ".repeat(widths[place]! - displayWidth(cut));
        const painted = cut === "" || cell.paint === undefined ? cut : cell.paint(cut);
        return align === "right" ? padding + painted : painted + (isLast ? "" : padding);
      })
      .join(GAP)
      .trimEnd();
  if (options.titlePaint !== undefined)
    lines.push(line(columns.map((column) => ({ text: column.title, paint: options.titlePaint! }))));
  const total = widths.reduce((sum, cells) => sum + cells, 0) + GAP.length * Math.max(0, kept.length - 1);
  for (const row of cleaned)
    lines.push(row === "rule" ? (options.rulePaint ?? identity)("─".repeat(total)) : line(row));
  return lines;
}

/**
 * `text` made printable, cut where overlong, and broken at blanks into lines of at most `width` cells; what belongs
 * together (a flag, a number and its unit, a threshold) stays on a line where one is wide enough.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  const whole = printableLine(text).split(WORD_END);
  for (const word of whole.flatMap((part) => (displayWidth(part) > width ? part.split(/ +/) : [part]))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = truncateToWidth(word, width);
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** `items` joined by ` · ` into lines of at most `width` cells, broken only between items. */
export function wrapItems(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items.map(printableLine)) {
    const last = lines.at(-1);
    const longer = `${last} · ${item}`;
    if (last !== undefined && displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(truncateToWidth(item, width));
  }
  return lines;
}

function cleanCell(cell: Cell): PaintedCell {
  return typeof cell === "string" ? { text: printableLine(cell) } : { ...cell, text: printableLine(cell.text) };
}

function naturalWidth(
  column: Column,
  index: number,
  rows: readonly (readonly PaintedCell[] | "rule")[],
  hasTitle: boolean,
): number {
  let cells = hasTitle ? displayWidth(column.title) : 0;
  for (const row of rows) if (row !== "rule") cells = Math.max(cells, displayWidth(row[index]?.text ?? ""));
  return Math.min(cells, column.maxWidth ?? cells);
}

function keptColumns(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  let kept = columns.map((_, index) => index).filter((index) => natural[index]! > 0);
  const least = (index: number): number => Math.min(natural[index]!, columns[index]?.minWidth ?? natural[index]!);
  const isTooWide = (): boolean => kept.reduce((sum, index) => sum + least(index) + GAP.length, -GAP.length) > width;
  while (isTooWide()) {
    const first = kept.reduce(
      (a, b) => ((columns[b]?.dropOrder ?? 0) > (columns[a]?.dropOrder ?? 0) ? b : a),
      kept[0]!,
    );
    if ((columns[first]?.dropOrder ?? 0) === 0) break;
    kept = kept.filter((index) => index !== first);
  }
  return kept;
}

/** Widest shrinkable column gives way first, one cell at a time. */
function fittedWidths(
  columns: readonly Column[],
  natural: readonly number[],
  kept: readonly number[],
  width: number,
): number[] {
  const widths = kept.map((index) => natural[index]!);
  let excess = widths.reduce((sum, cells) => sum + cells + GAP.length, -GAP.length) - width;
  while (excess > 0) {
    let widest = -1;
    widths.forEach((cells, place) => {
      const least = columns[kept[place]!]?.minWidth ?? Number.POSITIVE_INFINITY;
      if (cells > least && (widest < 0 || cells > widths[widest]!)) widest = place;
    });
    if (widest < 0) break;
    widths[widest]!--;
    excess--;
  }
  return widths;
}

function identity(text: string): string {
  return text;
}
