import { PlimsollError, type Problem, type SourcePlace } from "../base/errors.ts";
import type { JsonValue } from "../base/json.ts";
import { nearest } from "./nearest.ts";

/** Keys and indices from the top of a spec to a place in it, such as `["tasks", "embed", "weight"]`. */
export type Path = readonly (string | number)[];

/** What a problem is told of: the value at a path, or the key that leads to it. */
export type PathEnd = "value" | "key";

/** How one source names its places. */
export interface SourceMap {
  /** Undefined where the source has no lines (a value handed over by TypeScript or flags). */
  place(path: Path, end: PathEnd): SourcePlace | undefined;
  /** How the author knows the place: `profiles.spike.for`, or `--duration`. */
  label(path: Path): string;
}

export interface ProblemMore {
  readonly hint?: string;
  readonly end?: PathEnd;
  /** Overrides the place in the spec, such as a line of a data file. */
  readonly place?: SourcePlace;
}

/** Gathers every fault of a spec, so that its author mends them in one go. */
export class Problems {
  readonly #map: SourceMap;
  readonly #found = new Map<string, Problem>();
  readonly #paths: Path[] = [];
  #settledCount = 0;

  constructor(map: SourceMap) {
    this.#map = map;
  }

  get count(): number {
    return this.#found.size;
  }

  /**
   * Ends a stage of reading: what later stages find at a place already told of, or above it, follows from that and is
   * left out.
   */
  settle(): void {
    this.#settledCount = this.#paths.length;
  }

  /** `text` begins with the offending value and says what was expected: `30 has no unit; expected …`. */
  add(path: Path, text: string, more: ProblemMore = {}): void {
    if (this.#isSettled(path)) return;
    const place = more.place ?? this.#map.place(path, more.end ?? "value");
    const message = path.length === 0 ? text : `${this.#map.label(path)}: ${text}`;
    const problem: Problem = {
      message,
      ...(place === undefined ? {} : { place }),
      ...(more.hint === undefined ? {} : { hint: more.hint }),
    };
    this.#found.set(message, problem);
    this.#paths.push(path);
  }

  /** A name that nothing bears: says which is nearest, or which there are. */
  addUnknown(path: Path, what: string, name: string, known: Iterable<string>): void {
    const names = [...known];
    const near = nearest(name, names);
    const rest = near === undefined ? oneOf(names) : `; nearest: ${JSON.stringify(near)}`;
    this.add(path, `no ${what} is named ${show(name)}${rest}`);
  }

  #isSettled(path: Path): boolean {
    return this.#paths.slice(0, this.#settledCount).some((told) => path.every((part, depth) => told[depth] === part));
  }

  /** In the order of the file. */
  sorted(): readonly Problem[] {
    const offset = ({ place }: Problem) => (place === undefined ? 0 : place.line * 1e6 + place.column);
    return [...this.#found.values()].sort((left, right) => offset(left) - offset(right));
  }

  /** @throws SPEC_INVALID when anything was found */
  throwIfAny(file: string): void {
    if (this.count > 0) throw specInvalid(file, this.sorted());
  }
}

/** The one error of this folder. */
export function specInvalid(file: string, problems: readonly Problem[]): PlimsollError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new PlimsollError("SPEC_INVALID", `${count} in ${file}`, { problems });
}

/** `profiles.spike.for`, `thresholds[2]`, `tasks["/embed [single]"].post`. */
export function pathText(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${show(part)}]`;
  }
  return text;
}

/** A value as it may stand in a message: JSON on one line, at most 60 characters, no control characters. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (Array.isArray(value) && value.length > 8) return `a list of ${value.length}`;
  const text = typeof value === "object" && value !== null && !Array.isArray(value) ? showKeys(value) : asJson(value);
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "?");
  return clean.length > 60 ? `${clean.slice(0, 57)}…` : clean;
}

/** `; there are: "a", "b"`, at most eight of them. */
function oneOf(names: readonly string[]): string {
  if (names.length === 0) return "; there are none";
  const few = names.slice(0, 8).map(show).join(", ");
  return `; there ${names.length === 1 ? "is only" : "are:"} ${few}${names.length > 8 ? ", …" : ""}`;
}

function showKeys(value: object): string {
  return `{ ${Object.keys(value)
    .slice(0, 6)
    .map((key) => `${key}: …`)
    .join(", ")} }`;
}

function asJson(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return JSON.stringify(value) ?? String(value);
}

/** Reads a key of a value that may be anything. */
export function at(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}

/** The value at a path, or undefined. */
export function atPath(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(at, value);
}

/** True for an object that is not a list: what a YAML mapping becomes. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Narrows a JSON value to a mapping. */
export function isJsonMapping(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
