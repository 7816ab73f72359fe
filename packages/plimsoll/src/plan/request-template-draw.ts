import type { JsonValue } from "../base/json.ts";
import type { Random } from "../base/random.ts";
import { isoOfEpochMs } from "../base/wall-time.ts";
import type { DataTable, Generator } from "../spec/spec.ts";
import type { Encoding } from "./request-template-encoding.ts";

/** Everything a request may depend on, so that the same coordinates give the same bytes. */
export interface RenderContext {
  /** This request's own stream. */
  readonly random: Random;
  /** By earlier steps of the flow. */
  readonly captured: ReadonlyMap<string, JsonValue>;
  /** Number of the request in its phase, over all workers. */
  readonly sequence: number;
  wallNowMs(): number;
}

/** Draws the text of one place anew for each request. */
export type Draw = (context: RenderContext) => string;

/** What generators may draw from. */
export interface DrawScope {
  readonly data: Readonly<Record<string, DataTable>>;
  /** Values of `${…}` in the text of a `repeat`. */
  readonly resolve: (text: string) => string;
}

/** Rows made ready once, whichever and however many requests pick from them. */
const READY_ROWS = new WeakMap<readonly JsonValue[], Map<Writer["key"], Map<string | undefined, readonly string[]>>>();

/** A generator within a text: rows and captured values as their text, encoded for the place. */
export function drawText(generator: Generator, encoding: Encoding, scope: DrawScope): Draw {
  const write = (value: JsonValue) => encoding(typeof value === "string" ? value : JSON.stringify(value));
  return drawWith(generator, { write, key: encoding }, scope);
}

/** A generator as a JSON value of its own: rows as they are, numbers as numbers. */
export function drawJson(generator: Generator, scope: DrawScope): Draw {
  return drawWith(generator, { write: (value) => JSON.stringify(value), key: "json" }, scope);
}

interface Writer {
  readonly write: (value: JsonValue) => string;
  /** Tells ways of writing apart, for rows made ready. */
  readonly key: Encoding | "json";
}

function drawWith(generator: Generator, writer: Writer, scope: DrawScope): Draw {
  const { write } = writer;
  switch (generator.kind) {
    case "pick":
      return drawPick(generator, writer, scope);
    case "integer": {
      const { low, high } = generator;
      return ({ random }) => String(random.nextInteger(low, high));
    }
    case "number": {
      const { low, high } = generator;
      return ({ random }) => write(low + random.nextRatio() * (high - low));
    }
    case "uuid":
      return ({ random }) => write(uuid(random));
    case "timestamp":
      return drawTimestamp(generator.format, write);
    case "repeat":
      return drawRepeat(generator, write, scope);
    case "counter": {
      const { start } = generator;
      return ({ sequence }) => String(start + sequence);
    }
    case "captured": {
      const { name } = generator;
      return ({ captured }) => write(captured.get(name) ?? "");
    }
  }
}

function drawPick(
  { from, field, count }: Extract<Generator, { kind: "pick" }>,
  writer: Writer,
  { data }: DrawScope,
): Draw {
  const rows = readyRows(data[from]?.rows ?? [], field, writer);
  const lastIndex = rows.length - 1;
  if (count === undefined) return ({ random }) => rows[random.nextInteger(0, lastIndex)] ?? "";
  const [low, high] = count;
  return ({ random }) => {
    const drawnCount = low === high ? low : random.nextInteger(low, high);
    if (drawnCount === 0) return "[]";
    let list = `[${rows[random.nextInteger(0, lastIndex)]}`;
    for (let i = 1; i < drawnCount; i++) list += `,${rows[random.nextInteger(0, lastIndex)]}`;
    return `${list}]`;
  };
}

function readyRows(rows: readonly JsonValue[], field: string | undefined, { write, key }: Writer): readonly string[] {
  const byKey = READY_ROWS.get(rows) ?? new Map<Writer["key"], Map<string | undefined, readonly string[]>>();
  READY_ROWS.set(rows, byKey);
  const byField = byKey.get(key) ?? new Map<string | undefined, readonly string[]>();
  byKey.set(key, byField);
  const cached = byField.get(field);
  if (cached !== undefined) return cached;
  const ready = rows.map((row) => write(field === undefined ? row : fieldOf(row, field)));
  byField.set(field, ready);
  return ready;
}

function fieldOf(row: JsonValue, field: string): JsonValue {
  if (typeof row !== "object" || row === null || !Object.hasOwn(row, field)) return null;
  return new Map<string, JsonValue>(Object.entries(row)).get(field) ?? null;
}

function drawTimestamp(format: "iso" | "unix" | "unixMs", write: Writer["write"]): Draw {
  switch (format) {
    case "iso":
      return ({ wallNowMs }) => write(isoOfEpochMs(wallNowMs()));
    case "unix":
      return ({ wallNowMs }) => String(Math.floor(wallNowMs() / 1000));
    case "unixMs":
      return ({ wallNowMs }) => String(Math.floor(wallNowMs()));
  }
}

function drawRepeat(
  { text, length }: Extract<Generator, { kind: "repeat" }>,
  write: Writer["write"],
  { resolve }: DrawScope,
): Draw {
  const [low, high] = length;
  const unit = resolve(text);
  const longest = unit === "" ? "" : unit.repeat(Math.ceil(high / unit.length));
  if (low === high) {
    const fixed = write(cut(longest, high));
    return () => fixed;
  }
  return ({ random }) => write(cut(longest, random.nextInteger(low, high)));
}

/** The first `length` characters (UTF-16 units), less one rather than half a surrogate pair. */
function cut(text: string, length: number): string {
  const lastCode = length > 0 ? text.charCodeAt(length - 1) : 0;
  return text.slice(0, lastCode >= 0xd800 && lastCode <= 0xdbff ? length - 1 : length);
}

/** A version 4 UUID (RFC 9562 §5.4) of 122 seeded random bits. */
function uuid(random: Random): string {
  const first = hex8(random.nextUint32());
  const second = hex8(((random.nextUint32() & 0xffff0fff) | 0x4000) >>> 0);
  const third = hex8(((random.nextUint32() & 0x3fffffff) | 0x80000000) >>> 0);
  const fourth = hex8(random.nextUint32());
  return `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, "0");
}
