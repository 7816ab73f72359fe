/**
 * What changed from one JSON document to the next, small enough to send every second; the page applies it. Pure, so
 * that server and page share it.
 */
import type { JsonValue } from "../base/json.ts";

/**
 * One change: `{"=": v}` puts v there; `{"o": {key: change}, "x": [keys]}` changes and removes keys of an object;
 * `{"a": [length, {index: change}, [items]]}` cuts an array to a length, changes items of what is left, and appends.
 */
export type JsonPatch =
  | { readonly "=": JsonValue }
  | { readonly o: Readonly<Record<string, JsonPatch>>; readonly x?: readonly string[] }
  | { readonly a: readonly [number, Readonly<Record<string, JsonPatch>>, readonly JsonValue[]] };

type JsonObject = { readonly [key: string]: JsonValue };

/** The change from `before` to `after`; undefined when they are equal. Law: `applyPatch(before, it)` equals `after`. */
export function patchOf(before: JsonValue, after: JsonValue): JsonPatch | undefined {
  if (Array.isArray(before) && Array.isArray(after)) return arrayPatch(before, after);
  if (isObject(before) && isObject(after)) return objectPatch(before, after);
  return before === after ? undefined : { "=": after };
}

/** `value` with the change applied; parts that did not change are shared with it, and it is not changed itself. */
export function applyPatch(value: JsonValue, patch: JsonPatch): JsonValue {
  if ("=" in patch) return patch["="];
  if ("o" in patch) return isObject(value) ? patchedObject(value, patch.o, patch.x ?? []) : value;
  const [length, edits, added] = patch.a;
  const items: JsonValue[] = Array.isArray(value) ? value.slice(0, length) : [];
  for (const [index, edit] of Object.entries(edits)) items[Number(index)] = applyPatch(items[Number(index)]!, edit);
  return [...items, ...added];
}

function objectPatch(before: JsonObject, after: JsonObject): JsonPatch | undefined {
  const changes: [string, JsonPatch][] = [];
  for (const [key, value] of Object.entries(after)) {
    const change = Object.hasOwn(before, key) ? patchOf(before[key]!, value) : { "=": value };
    if (change !== undefined) changes.push([key, change]);
  }
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  if (changes.length === 0 && removed.length === 0) return undefined;
  // fromEntries defines keys, so that one named __proto__ stays a key.
  return { o: Object.fromEntries(changes), ...(removed.length === 0 ? {} : { x: removed }) };
}

/** Item by item from the front, unless most of them changed: then the whole is shorter. */
function arrayPatch(before: readonly JsonValue[], after: readonly JsonValue[]): JsonPatch | undefined {
  const shared = Math.min(before.length, after.length);
  const edits: [string, JsonPatch][] = [];
  for (let index = 0; index < shared; index++) {
    const change = patchOf(before[index]!, after[index]!);
    if (change !== undefined) edits.push([String(index), change]);
  }
  if (edits.length === 0 && before.length === after.length) return undefined;
  const isScalar = typeof after[0] !== "object";
  if (isScalar && edits.length > shared / 3) return { "=": [...after] };
  return { a: [shared, Object.fromEntries(edits), after.slice(shared)] };
}

function patchedObject(
  value: JsonObject,
  changes: Readonly<Record<string, JsonPatch>>,
  removed: readonly string[],
): JsonObject {
  const entries = new Map(Object.entries(value));
  for (const key of removed) entries.delete(key);
  for (const [key, change] of Object.entries(changes)) entries.set(key, applyPatch(entries.get(key) ?? null, change));
  return Object.fromEntries(entries);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
