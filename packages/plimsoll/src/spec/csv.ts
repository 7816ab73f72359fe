/** One record of a CSV text and the line on which it begins (from 1). */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * RFC 4180: commas, CRLF or LF, quotes doubled within quotes; a byte-order mark and blank lines are skipped.
 * Undefined line numbers never occur; a quote that nothing closes makes `unclosedLine` say where it opened.
 */
export function parseCsv(text: string): { readonly records: readonly CsvRecord[]; readonly unclosedLine?: number } {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let startLine = 1;
  let index = text.startsWith("\uFEFF") ? 1 : 0;
  while (index < text.length) {
    const cell = text[index] === '"' ? quotedCell(text, index) : plainCell(text, index);
    if (cell === undefined) return { records, unclosedLine: line };
    cells.push(cell.text);
    line += cell.lineBreaks;
    index = cell.end;
    if (text[index] === ",") {
      index++;
      if (index === text.length) cells.push("");
      else continue;
    }
    if (cells.length > 1 || cells[0] !== "") records.push({ line: startLine, cells });
    cells = [];
    if (text[index] === "\r") index++;
    if (text[index] === "\n") index++;
    line++;
    startLine = line;
  }
  return { records };
}

interface Cell {
  readonly text: string;
  /** Index of what follows: a comma, a line's end, or the text's. */
  readonly end: number;
  readonly lineBreaks: number;
}

const PLAIN = /[^,\r\n]*/y;
const QUOTED = /"([^"]*(?:""[^"]*)*)"/y;

function plainCell(text: string, start: number): Cell {
  PLAIN.lastIndex = start;
  const cell = PLAIN.exec(text)?.[0] ?? "";
  return { text: cell, end: start + cell.length, lineBreaks: 0 };
}

function quotedCell(text: string, start: number): Cell | undefined {
  QUOTED.lastIndex = start;
  const match = QUOTED.exec(text);
  if (match === null) return undefined;
  const inner = match[1] ?? "";
  // Characters between a closing quote and the comma are kept, as most readers do.
  const tail = plainCell(text, start + match[0].length);
  return { text: inner.replaceAll('""', '"') + tail.text, end: tail.end, lineBreaks: inner.split("\n").length - 1 };
}
