import type { JsonValue } from "../../base/json.ts";
import type { METHOD_KEYS } from "../../spec/method-keys.ts";
import { at, atPath, isMapping } from "../../spec/problems.ts";
import { escapeTemplate } from "../../spec/template.ts";
import type { SpecInput } from "../../spec/written-spec.ts";
import { exampleOf, resolveRef } from "./schema-example.ts";
import { literalText } from "./secret-header.ts";

/** One operation of an OpenAPI document. */
export interface Operation {
  readonly method: (typeof METHOD_KEYS)[number];
  readonly path: string;
  /** The path item, whose parameters all its operations share. */
  readonly item: unknown;
  readonly operation: unknown;
}

type WrittenTask = SpecInput["tasks"][string];

/** The task of an operation: required parameters filled, a JSON or form body made from examples or the schema. */
export function operationTask(document: unknown, operation: Operation, notes: string[]): WrittenTask {
  const parameters = parametersOf(document, operation);
  const path = operation.path
    .split(/(\{[^{}]+\})/)
    .map((part) => {
      if (!/^\{[^{}]+\}$/.test(part)) return literalText(part);
      const parameter = parameters.find((one) => at(one, "in") === "path" && at(one, "name") === part.slice(1, -1));
      return textOf(parameterExample(document, parameter));
    })
    .join("");
  const query = required(document, parameters, "query");
  const headers = required(document, parameters, "header");
  return {
    ...(operation.method === "delete" ? { weight: 0 } : {}),
    [operation.method]: path,
    ...(Object.keys(query).length > 0 ? { query } : {}),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...bodyOf(document, operation, notes),
  };
}

/** The operation's own parameters go before those of its path. */
function parametersOf(document: unknown, { item, operation }: Operation): readonly unknown[] {
  const lists = [at(operation, "parameters"), at(item, "parameters")];
  return lists.flatMap((list) => (Array.isArray(list) ? list : [])).map((parameter) => resolveRef(document, parameter));
}

function required(
  document: unknown,
  parameters: readonly unknown[],
  place: "query" | "header",
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const parameter of parameters) {
    const name = at(parameter, "name");
    if (typeof name !== "string" || at(parameter, "in") !== place || at(parameter, "required") !== true) continue;
    if (place === "header" && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) continue;
    if (!Object.hasOwn(found, name)) found[name] = textOf(parameterExample(document, parameter));
  }
  return found;
}

function parameterExample(document: unknown, parameter: unknown): JsonValue {
  const example = at(parameter, "example");
  if (typeof example === "string" || typeof example === "number" || typeof example === "boolean")
    return escapeTemplate(example);
  return exampleOf(document, at(parameter, "schema"));
}

/** A drawn or literal value as the text of a path, query or header. */
function textOf(value: JsonValue): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "1";
  if (Array.isArray(value)) return textOf(value[0] ?? null);
  if (!isMapping(value)) return String(value);
  const integer = value["integer"] ?? value["number"];
  if (Array.isArray(integer)) return `{{${"integer" in value ? "integer" : "number"} ${integer.join(" ")}}}`;
  if (value["uuid"] === true) return "{{uuid}}";
  if (value["timestamp"] === "iso") return "{{timestamp iso}}";
  const literal = value["literal"];
  return typeof literal === "string" ? literalText(literal) : "1";
}

function bodyOf(document: unknown, { operation }: Operation, notes: string[]): WrittenTask {
  const content = at(resolveRef(document, at(operation, "requestBody")), "content");
  if (!isMapping(content)) return {};
  const type = Object.keys(content).find((name) => /^application\/(?:[\w.-]+\+)?json/.test(name));
  if (type !== undefined) return { json: mediaExample(document, content[type]) };
  const form = content["application/x-www-form-urlencoded"];
  if (form !== undefined) {
    const example = mediaExample(document, form);
    return {
      form: Object.fromEntries(
        Object.entries(isMapping(example) ? example : {}).map(([name, value]) => [name, textOf(asJson(value))]),
      ),
    };
  }
  const other = Object.keys(content)[0] ?? "none";
  notes.push(`A body of type ${other} is left for you to fill in.`);
  return {};
}

function mediaExample(document: unknown, media: unknown): JsonValue {
  const example = at(media, "example") ?? atPath(Object.values(mappingAt(media, "examples"))[0], ["value"]);
  return example === undefined ? exampleOf(document, at(media, "schema")) : escapeTemplate(asJson(example));
}

function mappingAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = at(value, key);
  return isMapping(found) ? found : {};
}

/** Through text, because the document is untyped; it was read from JSON or YAML, so nothing is lost. */
function asJson(value: unknown): JsonValue {
  const json: JsonValue = JSON.parse(JSON.stringify(value ?? null));
  return json;
}
