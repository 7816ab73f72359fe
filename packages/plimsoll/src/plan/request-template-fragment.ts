import type { JsonValue } from "../base/json.ts";
import { isJsonMapping } from "../spec/problems.ts";
import { type Lookup, parseReferences, referenceValue, resolveWith } from "../spec/references.ts";
import type { DataTable, JsonTemplate, Text } from "../spec/spec.ts";
import { type Draw, type DrawScope, drawJson, drawText, type RenderContext } from "./request-template-draw.ts";
import { type Encoding, jsonText } from "./request-template-encoding.ts";

/** Text that never changes, or a draw. */
export type Fragment = string | Draw;

/** What a request's texts are made from. */
export interface FragmentScope {
  readonly data: Readonly<Record<string, DataTable>>;
  /** Value of an environment variable. */
  readonly resolve: Lookup;
}

/** A text's parts, encoded: what the author wrote by `literal`, what is drawn or resolved by `value`. */
export function textFragments(
  text: Text,
  { literal, value }: { readonly literal: Encoding; readonly value: Encoding },
  scope: FragmentScope,
): readonly Fragment[] {
  return text.map((part) =>
    typeof part === "string"
      ? encodeLiteral(part, { literal, value }, scope.resolve)
      : drawText(part, value, drawScope(scope)),
  );
}

function encodeLiteral(
  text: string,
  { literal, value }: { readonly literal: Encoding; readonly value: Encoding },
  resolve: Lookup,
): string {
  return parseReferences(text)
    .map((part) => {
      if (typeof part === "string") return literal(part);
      return value("malformed" in part ? part.malformed : (referenceValue(part, resolve) ?? ""));
    })
    .join("");
}

/** A JSON template as JSON text. */
export function jsonFragments(template: JsonTemplate, scope: FragmentScope): readonly Fragment[] {
  switch (template.kind) {
    case "literal":
      return [JSON.stringify(resolveStrings(template.value, scope.resolve))];
    case "text":
      return ['"', ...textFragments(template.text, { literal: jsonText, value: jsonText }, scope), '"'];
    case "generate":
      return [drawJson(template.generator, drawScope(scope))];
    case "array":
      return ["[", ...template.items.flatMap((item, index) => [comma(index), ...jsonFragments(item, scope)]), "]"];
    case "object":
      return [
        "{",
        ...template.entries.flatMap(([key, item], index) => [
          `${comma(index)}${JSON.stringify(key)}:`,
          ...jsonFragments(item, scope),
        ]),
        "}",
      ];
  }
}

/** One text, or one draw of all of them: neighbouring texts are joined once and for all. */
export function joinFragments(fragments: readonly Fragment[]): Fragment {
  const joined: Fragment[] = [];
  for (const fragment of fragments) {
    const last = joined.at(-1);
    if (typeof fragment === "string" && typeof last === "string") joined[joined.length - 1] = last + fragment;
    else joined.push(fragment);
  }
  const [first, second] = joined;
  if (first === undefined) return "";
  if (second === undefined) return first;
  return (context: RenderContext) => {
    let text = "";
    for (const fragment of joined) text += typeof fragment === "string" ? fragment : fragment(context);
    return text;
  };
}

function comma(index: number): string {
  return index === 0 ? "" : ",";
}

function drawScope({ data, resolve }: FragmentScope): DrawScope {
  return { data, resolve: (text) => resolveWith(text, resolve) };
}

function resolveStrings(value: JsonValue, resolve: Lookup): JsonValue {
  if (typeof value === "string") return resolveWith(value, resolve);
  if (value === null || typeof value !== "object") return value;
  if (!isJsonMapping(value)) return value.map((item) => resolveStrings(item, resolve));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveStrings(item, resolve)]));
}
