/**
 * Where `${NAME}` stays a reference (headers, query, body strings, user info: places a secret belongs) and where it
 * is replaced while parsing (everything else). Either way it must have a value.
 */

import { METHOD_KEYS } from "./method-keys.ts";
import { isMapping, type Path, type Problems } from "./problems.ts";
import { type Lookup, parseReferences, referenceValue } from "./references.ts";

const KEEPING_KEYS: ReadonlySet<string> = new Set(["headers", "query", "json", "text", "form"]);
const PATH_KEYS: ReadonlySet<string> = new Set([...METHOD_KEYS, "path"]);

type Treatment = "replace" | "keep" | "path" | "target" | "url";

interface Scope {
  readonly lookup: Lookup;
  readonly problems: Problems;
}

/** A copy of the written value with references replaced where none may stay. */
export function substitute(value: unknown, scope: Scope, path: Path = []): unknown {
  if (typeof value === "string") return value.includes("${") ? substituteText(value, path, scope) : value;
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, scope, [...path, index]));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, scope, [...path, key])]));
}

/** `http://user:${PASSWORD}@host/base` → scheme, user info (as written) and the rest. */
export function splitTarget(
  target: string,
): { readonly scheme: string; readonly userInfo: string; readonly rest: string } | undefined {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)((?:\$\{[^}]*\}|[^/?#@$])*)@(.*)$/is.exec(target);
  return match === null ? undefined : { scheme: match[1] ?? "", userInfo: match[2] ?? "", rest: match[3] ?? "" };
}

function substituteText(text: string, path: Path, scope: Scope): string {
  switch (treatmentOf(path)) {
    case "keep":
      check(text, path, scope);
      return text;
    case "replace":
      return replace(text, path, scope);
    case "path": {
      const queryIndex = queryIndexOf(text);
      const query = text.slice(queryIndex);
      check(query, path, scope);
      return replace(text.slice(0, queryIndex), path, scope) + query;
    }
    case "target":
      return substituteTarget(text, path, scope);
    case "url": {
      const queryIndex = queryIndexOf(text);
      const query = text.slice(queryIndex);
      check(query, path, scope);
      return substituteTarget(text.slice(0, queryIndex), path, scope) + query;
    }
  }
}

function substituteTarget(text: string, path: Path, scope: Scope): string {
  const split = splitTarget(text);
  if (split !== undefined) {
    check(split.userInfo, path, scope);
    return `${split.scheme}${split.userInfo}@${replace(split.rest, path, scope)}`;
  }
  const target = replace(text, path, scope);
  if (splitTarget(target) === undefined) return target;
  scope.problems.add(path, "the variable holds user info, which would stand in reports as plain text", {
    hint: "Write http://${USER}:${PASSWORD}@host, so that both stay references.",
  });
  return "http://refused";
}

function treatmentOf(path: Path): Treatment {
  const [first, , third] = path;
  if (first === "target") return "target";
  if (first === "headers") return "keep";
  if (first === "observe" && path[1] === "prometheus") return "url";
  if (first === "observe" && path[1] === "headers") return "keep";
  if (first === "ready" && path[1] === "get") return "path";
  if (first !== "tasks") return "replace";
  const key = third === "steps" ? path[4] : third;
  if (typeof key !== "string") return "replace";
  if (KEEPING_KEYS.has(key)) return "keep";
  return PATH_KEYS.has(key) ? "path" : "replace";
}

/** Index of the question mark that begins the query (one within `${…}` does not), or the text's end. */
function queryIndexOf(text: string): number {
  const before = /^(?:\$\{[^}]*\}|[^?])*/.exec(text);
  return before === null ? text.length : before[0].length;
}

function replace(text: string, path: Path, { lookup, problems }: Scope): string {
  return parseReferences(text)
    .map((part) => {
      if (typeof part === "string") return part;
      if ("malformed" in part) return malformed(part.malformed, path, problems);
      const value = referenceValue(part, lookup);
      if (value === undefined) addUnset(part.name, path, problems);
      return value ?? "";
    })
    .join("");
}

function check(text: string, path: Path, { lookup, problems }: Scope): void {
  for (const part of parseReferences(text)) {
    if (typeof part === "string") continue;
    if ("malformed" in part) malformed(part.malformed, path, problems);
    else if (referenceValue(part, lookup) === undefined) addUnset(part.name, path, problems);
  }
}

function malformed(text: string, path: Path, problems: Problems): string {
  problems.add(path, `${text} is not a reference; expected \${NAME} or \${NAME:-default}`, {
    hint: "A literal ${ is written $${.",
  });
  return "";
}

function addUnset(name: string, path: Path, problems: Problems): void {
  problems.add(path, `the environment variable ${name} is not set`, {
    hint: `Export ${name}, or give it a default: \${${name}:-default}.`,
  });
}
