/** Writing CSV as Python's `csv` module does: comma, CRLF, quotes only where needed. */
import { printableLine } from "./printable.ts";

/** One row with its line end; cells must be final text. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

/** A name or message as a cell: one printable line, not overlong, and never a formula to a spreadsheet (CWE-1236): then led by `'`. */
export function csvText(text: string): string {
  const shown = printableLine(text);
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(shown) ? `'${shown}` : shown;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
