/** Reading other tools' JSON, of which nothing is certain: a field is what it should be, or undefined. */
import type { JsonValue } from "../../base/json.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !isArray(value) ? value : undefined;
}

export function arrayOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return isArray(value) ? value : undefined;
}

/** A finite number; undefined for all else. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The field at the end of `path`, where every step is an own key of an object. */
export function fieldAt(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    const object = objectOf(current);
    if (object === undefined || !Object.hasOwn(object, key)) return undefined;
    current = object[key];
  }
  return current;
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
