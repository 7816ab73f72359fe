import type { JsonValue } from "../../base/json.ts";
import { at, atPath, isMapping, type Path } from "../../spec/problems.ts";
import { escapeTemplate } from "../../spec/template.ts";

const MAX_DEPTH = 8;
const MAX_REFERENCES = 32;

/** Follows local `$ref`s (`#/components/schemas/Text`) as far as they lead; anything else stays as it is. */
export function resolveRef(document: unknown, value: unknown): unknown {
  let resolved = value;
  for (let hop = 0; hop < MAX_REFERENCES; hop++) {
    const reference = at(resolved, "$ref");
    if (typeof reference !== "string" || !reference.startsWith("#/")) return resolved;
    const path: Path = reference
      .slice(2)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    resolved = atPath(document, path);
  }
  return undefined;
}

/** A value that a JSON Schema admits, ready to stand in a spec: examples as they are, the rest made up or drawn. */
export function exampleOf(document: unknown, schema: unknown, depth = 0): JsonValue {
  const resolved = resolveRef(document, schema);
  if (!isMapping(resolved) || depth > MAX_DEPTH) return null;
  const given = givenExample(resolved);
  if (given !== undefined) return escapeTemplate(given);
  const part = firstOf(resolved["oneOf"]) ?? firstOf(resolved["anyOf"]);
  if (part !== undefined) return exampleOf(document, part, depth + 1);
  const all = resolved["allOf"];
  if (Array.isArray(all)) return mergedExample(document, [...all, { ...resolved, allOf: undefined }], depth);
  switch (typeOf(resolved)) {
    case "object":
      return objectExample(document, resolved, depth);
    case "array": {
      const least = resolved["minItems"];
      const count = typeof least === "number" && least >= 1 ? Math.min(Math.floor(least), 16) : 1;
      return Array.from({ length: count }, () => exampleOf(document, resolved["items"], depth + 1));
    }
    case "integer":
      return { integer: rangeOf(resolved, 1, 100).map(Math.ceil) };
    case "number":
      return { number: rangeOf(resolved, 0, 1) };
    case "boolean":
      return true;
    case "string":
      return stringExample(resolved);
    default:
      return null;
  }
}

function givenExample(schema: Readonly<Record<string, unknown>>): JsonValue | undefined {
  const candidates = [
    schema["example"],
    firstOf(schema["examples"]),
    schema["default"],
    schema["const"],
    firstOf(schema["enum"]),
  ];
  return candidates.find(isJson);
}

function objectExample(document: unknown, schema: Readonly<Record<string, unknown>>, depth: number): JsonValue {
  const properties = schema["properties"];
  if (!isMapping(properties)) return {};
  const required = schema["required"];
  const isWanted = (name: string) => !Array.isArray(required) || required.includes(name);
  const entries = Object.entries(properties).filter(([name]) => isWanted(name));
  return Object.fromEntries(entries.map(([name, property]) => [name, exampleOf(document, property, depth + 1)]));
}

function mergedExample(document: unknown, parts: readonly unknown[], depth: number): JsonValue {
  const examples = parts.map((part) => exampleOf(document, part, depth + 1));
  const objects = examples.flatMap((example) => (isMapping(example) ? [example] : []));
  return objects.length === 0 ? (examples.find((example) => example !== null) ?? null) : Object.assign({}, ...objects);
}

function stringExample(schema: Readonly<Record<string, unknown>>): JsonValue {
  switch (schema["format"]) {
    case "uuid":
      return { uuid: true };
    case "date-time":
      return { timestamp: "iso" };
    case "date":
      return "2026-01-01";
    case "email":
      return "someone@example.com";
    case "uri":
      return "https://example.com";
    default: {
      const least = schema["minLength"];
      const text = "example text";
      return typeof least === "number" && least > text.length
        ? { repeat: `${text} `, length: Math.min(least, 10_000) }
        : text;
    }
  }
}

function rangeOf(schema: Readonly<Record<string, unknown>>, low: number, high: number): number[] {
  const least = schema["minimum"];
  const most = schema["maximum"];
  const from = typeof least === "number" ? least : typeof most === "number" ? Math.min(low, most) : low;
  return [from, typeof most === "number" && most >= from ? most : Math.max(high, from)];
}

function typeOf(schema: Readonly<Record<string, unknown>>): unknown {
  const type = schema["type"];
  if (Array.isArray(type)) return type.find((one) => one !== "null");
  if (type !== undefined) return type;
  if (isMapping(schema["properties"])) return "object";
  return schema["items"] === undefined ? undefined : "array";
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function isJson(value: unknown): value is JsonValue {
  return value !== undefined && typeof value !== "function";
}
