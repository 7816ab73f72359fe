import type { JsonValue } from "../base/json.ts";
import { checkGenerator, type GeneratorScope, MAX_COUNT, MAX_REPEAT_CHARS } from "./generator-scope.ts";
import { nearest } from "./nearest.ts";
import { isJsonMapping, type Path, show } from "./problems.ts";
import { escapeReferences } from "./references.ts";
import type { Generator, JsonTemplate } from "./spec.ts";
import { parseTimestamp, rangeGenerator, readText } from "./text.ts";

/** The key that makes an object a directive → the other keys it may have. */
const DIRECTIVES: ReadonlyMap<string, readonly string[]> = new Map([
  ["pick", ["count", "field"]],
  ["integer", []],
  ["number", []],
  ["uuid", []],
  ["timestamp", []],
  ["repeat", ["length"]],
  ["counter", []],
  ["captured", []],
  ["literal", []],
]);

type Mapping = { readonly [key: string]: JsonValue };

const FORMS: Readonly<Record<string, string>> = {
  pick: "{pick: table}, with count: 3 or [1, 2] and field: name if need be",
  integer: "{integer: [1, 100]}",
  number: "{number: [0, 1]}",
  uuid: "{uuid: true}",
  timestamp: "{timestamp: iso}, unix or unixMs",
  repeat: "{repeat: text, length: 1000}, or a range [500, 1500]",
  counter: "{counter: true}, or the first number",
  captured: "{captured: name}",
};

/**
 * Reads a JSON body: an object whose keys are those of one directive is drawn anew for each request, `{{…}}` in its
 * strings too; `{literal: …}` stands for its value as it is.
 */
export function readTemplate(value: JsonValue, path: Path, scope: GeneratorScope): JsonTemplate {
  if (typeof value === "string") return textTemplate(value, path, scope);
  if (value === null || typeof value !== "object") return { kind: "literal", value };
  if (!isJsonMapping(value)) return listTemplate(value, path, scope);
  const head = directiveOf(value, path, scope);
  if (head === undefined) return objectTemplate(value, path, scope);
  if (head === "literal") return { kind: "literal", value: value["literal"] ?? null };
  const generator = readDirective(head, value);
  if (generator === undefined) {
    const hint = `A literal object is written {literal: ${show(value)}}.`;
    scope.problems.add(path, `${show(value[head])} is wrong for ${head}; expected ${FORMS[head]}`, { hint });
    return { kind: "literal", value: null };
  }
  checkGenerator(generator, path, "json", scope);
  return { kind: "generate", generator };
}

/** A template that yields exactly this value: what looks like a directive, an insertion or a reference is escaped. */
export function escapeTemplate(value: JsonValue): JsonValue {
  if (typeof value === "string")
    return value.includes("{{") ? { literal: escapeReferences(value) } : escapeReferences(value);
  if (value === null || typeof value !== "object") return value;
  if (!isJsonMapping(value)) return value.map(escapeTemplate);
  if (Object.keys(value).some((key) => DIRECTIVES.has(key))) return { literal: escapeStrings(value) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeTemplate(item)]));
}

function escapeStrings(value: JsonValue): JsonValue {
  if (typeof value === "string") return escapeReferences(value);
  if (value === null || typeof value !== "object") return value;
  if (!isJsonMapping(value)) return value.map(escapeStrings);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeStrings(item)]));
}

function textTemplate(value: string, path: Path, scope: GeneratorScope): JsonTemplate {
  const text = readText(value, path, scope);
  const [only = ""] = text;
  return text.length <= 1 && typeof only === "string" ? { kind: "literal", value: only } : { kind: "text", text };
}

function listTemplate(items: readonly JsonValue[], path: Path, scope: GeneratorScope): JsonTemplate {
  const templates = items.map((item, index) => readTemplate(item, [...path, index], scope));
  const literals = templates.flatMap((template) => (template.kind === "literal" ? [template.value] : []));
  return literals.length === items.length ? { kind: "literal", value: literals } : { kind: "array", items: templates };
}

function objectTemplate(value: Mapping, path: Path, scope: GeneratorScope): JsonTemplate {
  const entries = Object.entries(value).map(([key, item]) => [key, readTemplate(item, [...path, key], scope)] as const);
  const literals = entries.flatMap(([key, template]) =>
    template.kind === "literal" ? [[key, template.value] as const] : [],
  );
  if (literals.length < entries.length) return { kind: "object", entries };
  return { kind: "literal", value: Object.fromEntries(literals) };
}

/** The directive that an object is, told apart from a plain object that happens to hold such a key. */
function directiveOf(value: Mapping, path: Path, { problems, tables }: GeneratorScope): string | undefined {
  const keys = Object.keys(value);
  const heads = keys.filter((key) => DIRECTIVES.has(key));
  const [head] = heads;
  if (head === undefined || heads.length > 1) return undefined;
  const options = DIRECTIVES.get(head) ?? [];
  const extra = keys.find((key) => key !== head && !options.includes(key));
  if (extra === undefined) return head;
  const near = nearest(extra, options);
  const isPick = head === "pick" && typeof value["pick"] === "string" && tables.has(value["pick"]);
  if (near === undefined && !isPick) return undefined;
  const rest = near === undefined ? `; expected ${FORMS[head]}` : `; nearest: ${JSON.stringify(near)}`;
  problems.add([...path, extra], `unknown key ${show(extra)} beside ${head}${rest}`, { end: "key" });
  return undefined;
}

function readDirective(head: string, value: Mapping): Generator | undefined {
  const argument = value[head];
  switch (head) {
    case "pick":
      return readPick(value);
    case "integer":
    case "number":
      return isList(argument) && argument.length === 2 ? rangeGenerator(head, argument[0], argument[1]) : undefined;
    case "uuid":
      return argument === true ? { kind: "uuid" } : undefined;
    case "timestamp":
      return parseTimestamp(argument);
    case "repeat": {
      const length = countRange(value["length"], MAX_REPEAT_CHARS);
      const isText = typeof argument === "string" && argument !== "";
      return isText && length !== undefined ? { kind: "repeat", text: argument, length } : undefined;
    }
    case "counter":
      if (argument === true) return { kind: "counter", start: 0 };
      return typeof argument === "number" && Number.isSafeInteger(argument)
        ? { kind: "counter", start: argument }
        : undefined;
    case "captured":
      return typeof argument === "string" ? { kind: "captured", name: argument } : undefined;
    default:
      return undefined;
  }
}

function readPick({ pick, field, count }: Mapping): Generator | undefined {
  if (typeof pick !== "string" || (field !== undefined && typeof field !== "string")) return undefined;
  const range = count === undefined ? undefined : countRange(count, MAX_COUNT);
  if (count !== undefined && range === undefined) return undefined;
  return { kind: "pick", from: pick, field, count: range };
}

/** `3` → [3, 3], `[1, 2]` → [1, 2]; whole numbers of 0 or more, the smaller first. */
function countRange(value: JsonValue | undefined, max: number): readonly [number, number] | undefined {
  const [low, high, ...more] = isList(value) ? value : [value, value];
  if (typeof low !== "number" || typeof high !== "number" || more.length > 0) return undefined;
  const isRange = Number.isSafeInteger(low) && Number.isSafeInteger(high) && 0 <= low && low <= high && high <= max;
  return isRange ? [low, high] : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
