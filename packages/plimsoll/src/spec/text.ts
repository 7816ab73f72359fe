import { checkGenerator, type GeneratorScope, RESERVED_WORDS } from "./generator-scope.ts";
import { nearest } from "./nearest.ts";
import { type Path, show } from "./problems.ts";
import type { Generator, Text } from "./spec.ts";

/** A text in its parts, or why it is none. */
export type ParsedText =
  | { readonly kind: "text"; readonly text: Text }
  | { readonly kind: "problem"; readonly message: string };

const QUOTED = /\{\{\s*("(?:[^"\\]|\\.)*")\s*\}\}/y;
const HINT = 'A literal {{ is written {{"{{"}}.';

/**
 * Takes `{{…}}` apart: `{{pick sentences}}`, `{{pick users.email}}`, `{{integer 1 100}}`, `{{number 0 1}}`, `{{uuid}}`,
 * `{{timestamp iso}}`, `{{counter}}`, `{{name}}` of an earlier capture, and `{{"literal text"}}`.
 */
export function parseText(text: string): ParsedText {
  const parts: (string | Generator)[] = [];
  let literal = "";
  let index = 0;
  while (index < text.length) {
    const open = text.indexOf("{{", index);
    literal += text.slice(index, open < 0 ? text.length : open);
    if (open < 0) break;
    QUOTED.lastIndex = open;
    const quoted = QUOTED.exec(text);
    if (quoted !== null) {
      literal += unquoted(quoted[1] ?? '""');
      index = open + quoted[0].length;
      continue;
    }
    const close = text.indexOf("}}", open);
    if (close < 0) return { kind: "problem", message: `${show(text.slice(open))} is not closed by }}` };
    const inner = text.slice(open + 2, close).trim();
    const generator = parseInsertion(inner);
    if (typeof generator === "string") return { kind: "problem", message: `{{${inner}}}: ${generator}` };
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push(generator);
    index = close + 2;
  }
  if (literal !== "") parts.push(literal);
  return { kind: "text", text: parts };
}

/** The same for a text of a spec: tells its faults, and gives what can be read of it. */
export function readText(text: string, path: Path, scope: GeneratorScope): Text {
  const parsed = parseText(text);
  if (parsed.kind === "problem") {
    scope.problems.add(path, parsed.message, { hint: HINT });
    return [];
  }
  for (const part of parsed.text) if (typeof part !== "string") checkGenerator(part, path, "text", scope);
  return parsed.text;
}

/** Literal text that `parseText` gives back as one part. */
export function escapeInsertions(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}

function parseInsertion(inner: string): Generator | string {
  const [word = "", ...rest] = inner.split(/[\s,]+/);
  const argument = inner.slice(word.length).trim();
  switch (word) {
    case "pick":
      return parsePick(argument);
    case "integer":
    case "number":
      return parseRange(word, rest);
    case "uuid":
      return rest.length === 0 ? { kind: "uuid" } : "uuid takes no argument";
    case "timestamp":
      return (
        parseTimestamp(argument === "" ? "iso" : argument) ?? `${show(argument)} is wrong; expected iso, unix or unixMs`
      );
    case "counter":
      if (argument === "") return { kind: "counter", start: 0 };
      return /^\d{1,15}$/.test(argument)
        ? { kind: "counter", start: Number(argument) }
        : `${show(argument)} is wrong; expected the first number, such as counter 1`;
    default:
      return parseCaptured(word, rest);
  }
}

function parseCaptured(word: string, rest: readonly string[]): Generator | string {
  const isName = /^[A-Za-z_][\w-]*$/.test(word);
  if (isName && rest.length === 0 && !RESERVED_WORDS.includes(word)) return { kind: "captured", name: word };
  const near = nearest(word, RESERVED_WORDS);
  const known = "expected pick, integer, number, uuid, timestamp, counter or a captured name";
  return `${show(word)} is no insertion; ${near === undefined || near === word ? known : `nearest: ${JSON.stringify(near)}`}`;
}

function parsePick(argument: string): Generator | string {
  const match = /^([A-Za-z_][\w-]*)(?:\.(.+))?$/.exec(argument);
  if (match?.[1] === undefined) return "expected a table, such as pick sentences or pick users.email";
  return { kind: "pick", from: match[1], field: match[2], count: undefined };
}

function parseRange(kind: "integer" | "number", rest: readonly string[]): Generator | string {
  const [low, high] = rest.map(Number);
  return rangeGenerator(kind, low, high) ?? `expected two numbers, the smaller first, such as ${kind} 1 100`;
}

/** Undefined unless both are numbers (whole ones for `integer`), the smaller first. */
export function rangeGenerator(kind: "integer" | "number", low: unknown, high: unknown): Generator | undefined {
  if (typeof low !== "number" || typeof high !== "number" || !(low <= high)) return undefined;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const isWhole = Number.isSafeInteger(low) && Number.isSafeInteger(high) && Number.isSafeInteger(high - low);
  return kind === "number" || isWhole ? { kind, low, high } : undefined;
}

/** Undefined for any other word. */
export function parseTimestamp(format: unknown): Generator | undefined {
  return format === "iso" || format === "unix" || format === "unixMs" ? { kind: "timestamp", format } : undefined;
}

function unquoted(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return String(value);
  } catch {
    return json.slice(1, -1);
  }
}
