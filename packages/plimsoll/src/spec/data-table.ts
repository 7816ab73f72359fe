import type { SourcePlace } from "../base/errors.ts";
import type { JsonValue } from "../base/json.ts";
import { parseCsv } from "./csv.ts";
import { MAX_DEPTH } from "./plain-value.ts";
import { type Path, type Problems, show } from "./problems.ts";
import type { SpecContext } from "./source.ts";
import type { DataTable } from "./spec.ts";
import type { WrittenTable } from "./written-spec.ts";

const FORMATS = {
  txt: readLines,
  jsonl: readJsonLines,
  ndjson: readJsonLines,
  json: readJsonList,
  csv: readCsv,
} as const;

/** More bad lines than these are not told one by one. */
const MAX_BAD_LINES = 5;

interface DataFile {
  readonly text: string;
  add(line: number, text: string): void;
}

/** The rows of a table, from the spec itself or from a file; undefined once its faults are told. */
export function readTable(
  written: WrittenTable,
  path: Path,
  { problems, context }: { readonly problems: Problems; readonly context: SpecContext },
): DataTable | undefined {
  const { file, inline } = Array.isArray(written) ? { file: undefined, inline: written } : written;
  if ((file === undefined) === (inline === undefined)) {
    problems.add(path, "expected either a file or inline rows");
    return undefined;
  }
  const rows = inline ?? (file === undefined ? undefined : readFileRows(file, path, { problems, context }));
  if (rows?.length === 0)
    problems.add(path, `no rows in ${file === undefined ? "the list" : show(file)}; expected at least one`);
  return rows === undefined || rows.length === 0 ? undefined : { rows, source: file ?? "inline" };
}

/** The text of a file that a spec names; undefined once the fault is told. */
export function readTextFile(
  file: string,
  path: Path,
  { problems, context }: { readonly problems: Problems; readonly context: SpecContext },
): string | undefined {
  const contents = context.readFile(file);
  if (contents.kind === "problem") {
    problems.add(path, `${show(file)} ${contents.message}`);
    return undefined;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(contents.bytes);
  } catch {
    problems.add(path, `${show(file)} is not UTF-8 text`);
    return undefined;
  }
}

function readFileRows(
  file: string,
  path: Path,
  scope: { readonly problems: Problems; readonly context: SpecContext },
): readonly JsonValue[] | undefined {
  const extension = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  if (!isFormat(extension)) {
    scope.problems.add(path, `${show(file)} is of no known kind; expected a .txt, .jsonl, .json or .csv file`);
    return undefined;
  }
  const text = readTextFile(file, path, scope);
  if (text === undefined) return undefined;
  let badCount = 0;
  const add = (line: number, message: string) => {
    badCount++;
    const place: SourcePlace = { file, line, column: 1 };
    if (badCount <= MAX_BAD_LINES) scope.problems.add(path, `line ${line} of ${show(file)} ${message}`, { place });
  };
  const rows = FORMATS[extension]({ text, add });
  return badCount > 0 ? undefined : rows;
}

function isFormat(extension: string): extension is keyof typeof FORMATS {
  return Object.hasOwn(FORMATS, extension);
}

function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/);
}

/** One row a line; blank lines are skipped. */
function readLines({ text }: DataFile): readonly string[] {
  return linesOf(text).filter((line) => line.trim() !== "");
}

function readJsonLines({ text, add }: DataFile): readonly JsonValue[] {
  const rows: JsonValue[] = [];
  for (const [index, line] of linesOf(text).entries()) {
    if (line.trim() === "") continue;
    const row = parseJson(line);
    if (row === undefined) add(index + 1, `is not JSON: ${show(line)}`);
    else rows.push(row);
  }
  return rows;
}

function readJsonList({ text, add }: DataFile): readonly JsonValue[] {
  const list = parseJson(text);
  if (Array.isArray(list)) return list;
  add(1, "is not a JSON list of rows");
  return [];
}

function readCsv({ text, add }: DataFile): readonly JsonValue[] {
  const { records, unclosedLine } = parseCsv(text);
  if (unclosedLine !== undefined) add(unclosedLine, "opens a quote that nothing closes");
  const [header, ...rest] = records;
  if (header === undefined) return [];
  const names = header.cells.map((cell) => cell.trim());
  if (new Set(names).size < names.length || names.includes("")) add(1, "names two columns alike, or one not at all");
  return rest.map(({ line, cells }) => {
    if (cells.length !== names.length)
      add(line, `has ${cells.length} cells; expected ${names.length} as in the header`);
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}

/** Undefined for what is not JSON, or nested deeper than a spec may be. */
function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isWithinDepth(value, MAX_DEPTH) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isWithinDepth(value: JsonValue, depth: number): boolean {
  if (value === null || typeof value !== "object") return true;
  return depth > 0 && Object.values(value).every((item) => isWithinDepth(item, depth - 1));
}
