import { isJsonMapping, type Path, type Problems, show } from "./problems.ts";
import type { DataTable, Generator } from "./spec.ts";

/** What the insertions and directives of a request may name. */
export interface GeneratorScope {
  readonly problems: Problems;
  /** Undefined for a table whose own faults are told already. */
  readonly tables: ReadonlyMap<string, DataTable | undefined>;
  /** Captured by earlier steps of the flow. */
  readonly captured: ReadonlySet<string>;
}

/** Words of the insertion language, which no capture may take for its name. */
export const RESERVED_WORDS: readonly string[] = [
  "pick",
  "integer",
  "number",
  "uuid",
  "timestamp",
  "repeat",
  "counter",
  "captured",
  "literal",
];

/** Longest list or text that one draw may make. */
export const MAX_COUNT = 100_000;
export const MAX_REPEAT_CHARS = 16 * 1024 * 1024;

/** Tells when a generator names what is not there, or what cannot stand in a text. */
export function checkGenerator(generator: Generator, path: Path, use: "text" | "json", scope: GeneratorScope): void {
  if (generator.kind === "captured" && !scope.captured.has(generator.name)) {
    scope.problems.addUnknown(path, "value captured by an earlier step", generator.name, [...scope.captured]);
  }
  if (generator.kind === "pick") checkPick(generator, path, use, scope);
}

function checkPick(
  { from, field }: Extract<Generator, { kind: "pick" }>,
  path: Path,
  use: "text" | "json",
  { tables, problems }: GeneratorScope,
): void {
  if (!tables.has(from)) {
    problems.addUnknown(path, "data table", from, tables.keys());
    return;
  }
  const rows = tables.get(from)?.rows ?? [];
  if (field !== undefined) {
    const missingIndex = rows.findIndex((row) => !isJsonMapping(row) || !Object.hasOwn(row, field));
    if (missingIndex >= 0) {
      problems.add(path, `row ${missingIndex + 1} of ${show(from)} has no field ${show(field)}`);
      return;
    }
  }
  if (use === "json") return;
  const values = field === undefined ? rows : rows.map((row) => (isJsonMapping(row) ? row[field] : undefined));
  if (values.some((value) => typeof value === "object" && value !== null)) {
    const hint = field === undefined ? `Name a field, such as {{pick ${from}.id}}.` : undefined;
    problems.add(
      path,
      `rows of ${show(from)} are lists or mappings, which no text can hold`,
      hint === undefined ? {} : { hint },
    );
  }
}
