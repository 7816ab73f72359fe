import { z } from "zod";
import type { JsonValue } from "../base/json.ts";
import { parseJsonPath } from "./json-path.ts";
import type { Expect, Shape, StatusRange } from "./spec.ts";
import { scalarText, share, span } from "./written-quantity.ts";

const STATUS = "a status such as 200, 2xx or 200-204";
const SHAPE = "a shape such as string, integer, array(384), array(1..) or string(1..80)";
const PATH = "a JSON path such as $.data[0].id or data.id";
const HEADER = "the exact value, or {contains: json}";

/** What makes a response right when nothing is said: any status below 400. */
export const ANY_RESPONSE: Expect = {
  status: undefined,
  headers: {},
  json: [],
  shape: [],
  maxMs: undefined,
  checkRatio: 1,
};

const statusSchema = z
  .union([z.number({ error: STATUS }), z.string({ error: STATUS })], { error: STATUS })
  .transform((written, context) => {
    const range = parseStatus(String(written));
    if (range !== undefined) return range;
    context.addIssue({ code: "custom", message: STATUS });
    return z.NEVER;
  });

const shapeSchema = z.string({ error: SHAPE }).transform((written, context) => {
  const shape = parseShape(written);
  if (shape !== undefined) return shape;
  context.addIssue({ code: "custom", message: SHAPE });
  return z.NEVER;
});

const headerSchema = z.union(
  [
    scalarText.transform((equals) => ({ equals })),
    z.union([z.strictObject({ equals: scalarText }), z.strictObject({ contains: scalarText })], { error: HEADER }),
  ],
  { error: HEADER },
);

const pathKey = z.string().refine((path) => parseJsonPath(path) !== undefined, { error: PATH });

/** What makes a response right, as written under `expect`. */
export const expectSchema = z
  .strictObject({
    status: z
      .union([statusSchema, z.array(statusSchema).min(1, STATUS)], { error: `${STATUS}, or a list of them` })
      .optional()
      .meta({ description: "200, 2xx, or a list; any below 400 when not given" }),
    headers: z.record(z.string(), headerSchema).optional(),
    json: z
      .record(pathKey, z.custom<JsonValue>())
      .optional()
      .meta({ description: "JSON path → the exact value wanted there" }),
    shape: z
      .record(pathKey, shapeSchema)
      .optional()
      .meta({ description: "JSON path → type and length wanted there, such as array(384)" }),
    latency: span.optional(),
    check: share
      .optional()
      .meta({ description: "Share of responses whose body is checked, such as 1/20; all when not given" }),
  })
  .transform(
    (written): Expect => ({
      status: written.status === undefined || Array.isArray(written.status) ? written.status : [written.status],
      headers: lowerCased(written.headers ?? {}),
      json: Object.entries(written.json ?? {}).map(([path, equals]) => ({ path, equals })),
      shape: Object.entries(written.shape ?? {}).map(([path, shape]) => ({ path, shape })),
      maxMs: written.latency,
      checkRatio: written.check ?? 1,
    }),
  )
  .meta({ description: "What makes a response right" });

function lowerCased<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
}

function parseStatus(text: string): StatusRange | undefined {
  const family = /^([1-5])xx$/i.exec(text.trim());
  if (family !== null) {
    const low = Number(family[1]) * 100;
    return { low, high: low + 99 };
  }
  const match = /^([1-5]\d\d)(?:\s*(?:-|\.\.)\s*([1-5]\d\d))?$/.exec(text.trim());
  if (match === null) return undefined;
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : Number(match[2]);
  return low <= high ? { low, high } : undefined;
}

function parseShape(text: string): Shape | undefined {
  const match =
    /^(string|number|integer|boolean|array|object|null|any)(?:\s*\(\s*(\d{1,9})?\s*(\.\.|-)?\s*(\d{1,9})?\s*\))?$/.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const [, name, low, dash, high] = match;
  const type = shapeType(name);
  if (!text.includes("(")) return { type, length: undefined };
  if (type !== "array" && type !== "string") return undefined;
  if (low === undefined && high === undefined) return undefined;
  if (dash === undefined && high !== undefined) return undefined;
  const from = Number(low ?? 0);
  const to = dash === undefined ? from : Number(high ?? Number.MAX_SAFE_INTEGER);
  return from <= to ? { type, length: [from, to] } : undefined;
}

function shapeType(name: string | undefined): Shape["type"] {
  switch (name) {
    case "string":
    case "number":
    case "integer":
    case "boolean":
    case "array":
    case "object":
    case "null":
      return name;
    default:
      return undefined;
  }
}
