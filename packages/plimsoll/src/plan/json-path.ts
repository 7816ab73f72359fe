import type { JsonValue } from "../base/json.ts";
import { type JsonPathSteps, parseJsonPath } from "../spec/json-path.ts";

/** Reads the value at a place of a parsed JSON text; undefined where there is none. */
export type JsonPathReader = (json: JsonValue | undefined) => JsonValue | undefined;

const CACHE = new Map<string, JsonPathReader>();

/** The reader of `$.a.b[0]` or `a.b`; a text that is no path reads nothing (parsing refuses those). */
export function compileJsonPath(path: string): JsonPathReader {
  const cached = CACHE.get(path);
  if (cached !== undefined) return cached;
  const steps = parseJsonPath(path);
  const reader: JsonPathReader = steps === undefined ? () => undefined : (json) => walk(json, steps);
  CACHE.set(path, reader);
  return reader;
}

/** The value at a path; paths come from specs, so each is compiled once and kept. */
export function readJsonPath(json: JsonValue | undefined, path: string): JsonValue | undefined {
  return compileJsonPath(path)(json);
}

function walk(json: JsonValue | undefined, steps: JsonPathSteps): JsonValue | undefined {
  let value = json;
  for (const step of steps) value = childOf(value, step);
  return value;
}

function childOf(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (isList(value)) return typeof step === "number" ? value[step] : undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return value[step];
}

/** `Array.isArray` does not tell read-only arrays apart. */
function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
