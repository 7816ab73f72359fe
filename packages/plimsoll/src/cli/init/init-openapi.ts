import { PlimsollError } from "../../base/errors.ts";
import { METHOD_KEYS } from "../../spec/method-keys.ts";
import { at, isMapping } from "../../spec/problems.ts";
import type { SpecInput } from "../../spec/written-spec.ts";
import { readYaml } from "../../spec/yaml-source.ts";
import { type Operation, operationTask } from "./openapi-operation.ts";
import { securityOf } from "./openapi-security.ts";
import { exportNote } from "./secret-header.ts";
import { freeName, type InitResult, STARTING_LOAD, writeSpec } from "./written.ts";

const LIMITS = { maxChars: 16 * 1024 * 1024, maxNodes: 2_000_000, maxAliases: 1000 } as const;
const MAX_TASKS = 100;
const HINT = "Give the URL or file of an OpenAPI 3 document, such as http://127.0.0.1:8000/openapi.json.";

/** Where a document that names no server is taken to be served from. */
const HERE = "http://127.0.0.1:8000";

type WrittenTask = SpecInput["tasks"][string];

/**
 * A spec with one task for each operation of an OpenAPI 3 document (JSON or YAML text), bodies made from its examples
 * and schemas. Operations that delete get weight 0. `baseUrl` is where the document came from.
 *
 * @throws USAGE when it is no such document
 */
export function initFromOpenapi(text: string, baseUrl = HERE): InitResult {
  const { value: document } = readYaml(text, "the OpenAPI document", LIMITS);
  const version = at(document, "openapi");
  if (typeof version !== "string" || !version.startsWith("3.")) {
    throw new PlimsollError("USAGE", "the document is not OpenAPI 3", { hint: HINT });
  }
  const operations = operationsOf(document);
  if (operations.length === 0) throw new PlimsollError("USAGE", "the document has no operations", { hint: HINT });
  const tasks: Record<string, WrittenTask> = {};
  const names = new Set<string>();
  const notes: string[] = [];
  for (const operation of operations.slice(0, MAX_TASKS)) {
    const name = freeName(`${operation.method.toUpperCase()} ${operation.path}`.slice(0, 200), names);
    names.add(name);
    tasks[name] = operationTask(document, operation, notes);
  }
  keepOneWeight(tasks, notes);
  if (operations.length > MAX_TASKS)
    notes.push(`Only the first ${MAX_TASKS} of ${operations.length} operations were taken.`);
  const { headers, variables } = securityOf(document);
  const spec: SpecInput = {
    target: targetOf(document, baseUrl),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    tasks,
    ...STARTING_LOAD,
  };
  return {
    yaml: writeSpec(spec, "From an OpenAPI document. Adjust bodies, weights, load and promise, then: plimsoll run"),
    files: {},
    notes: [...exportNote(variables), ...notes],
  };
}

function operationsOf(document: unknown): readonly Operation[] {
  const paths = at(document, "paths");
  if (!isMapping(paths)) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    METHOD_KEYS.flatMap((method) => {
      const operation = at(item, method);
      const isPlain = path.startsWith("/") && !/[#\p{Cc}]/u.test(path);
      return isMapping(operation) && isPlain ? [{ method, path, item, operation }] : [];
    }),
  );
}

/** A document of deletions only would send nothing. */
function keepOneWeight(tasks: Record<string, WrittenTask>, notes: string[]): void {
  const [first] = Object.entries(tasks);
  if (first === undefined || Object.values(tasks).some((task) => task.weight !== 0)) {
    if (Object.values(tasks).some((task) => task.weight === 0))
      notes.push("Operations that delete have weight 0: nothing is deleted unless you raise it.");
    return;
  }
  tasks[first[0]] = { ...first[1], weight: 1 };
  notes.push("Every operation deletes: the first one has weight 1. Look before you run.");
}

/** The document's first server, taken relative to where the document came from. */
function targetOf(document: unknown, baseUrl: string): string {
  const server = at(at(document, "servers"), 0);
  const written = at(server, "url");
  const variables = at(server, "variables");
  const url =
    typeof written !== "string"
      ? ""
      : written.replace(/\{(\w+)\}/g, (_, name: string) => String(at(at(variables, name), "default") ?? ""));
  const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : new URL(baseUrl);
  const path = url === "" ? "" : target.pathname.replace(/\/+$/, "");
  return `${target.origin}${path}`;
}
