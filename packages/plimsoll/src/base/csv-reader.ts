/**
 * The rows of a CSV text: comma, `"` doubled inside quotes, line breaks allowed there; rows end in LF, CRLF or
 * CRCRLF (what Python writes on Windows). A byte order mark and empty lines are left out.
 */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  const endRow = (): void => {
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    row.push(cell);
    at = end;
    if (text[at] === ",") {
      at++;
      if (at === text.length) row.push("");
      continue;
    }
    while (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    endRow();
  }
  if (row.length > 0) endRow();
  return rows;
}

function plainCell(text: string, start: number): readonly [string, number] {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end++;
  return [text.slice(start, end), end];
}

/** A quote that never closes takes the rest of the text. */
function quotedCell(text: string, start: number): readonly [string, number] {
  let cell = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [cell + text.slice(at), text.length];
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const [rest, end] = plainCell(text, quote + 1);
      return [cell + rest, end];
    }
    cell += '"';
    at = quote + 2;
  }
}
