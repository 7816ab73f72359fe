import { type JsonPathSteps, parseJsonPath } from "../spec/json-path.ts";

/** Reads the value at a place of a parsed JSON text; undefined where there is none. */
export type JsonPathReader = (json: unknown) => unknown;

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
export function readJsonPath(json: unknown, path: string): unknown {
  return compileJsonPath(path)(json);
}

function walk(json: unknown, steps: JsonPathSteps): unknown {
  let value: unknown = json;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = childOf(value, step);
  }
  return value;
}

function childOf(value: object, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === "number" ? value[step] : undefined;
  return Object.getOwnPropertyDescriptor(value, step)?.value;
}
