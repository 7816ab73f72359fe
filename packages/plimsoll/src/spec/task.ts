import { readBody } from "./body.ts";
import { type GeneratorScope, RESERVED_WORDS } from "./generator-scope.ts";
import { parseJsonPath } from "./json-path.ts";
import { METHOD_KEYS } from "./method-keys.ts";
import { type Path, type Problems, show } from "./problems.ts";
import { readHeaders, readPath, readTexts } from "./request-fields.ts";
import type { SpecContext } from "./source.ts";
import type { Capture, DataTable, Step, Task, Text } from "./spec.ts";
import { ANY_RESPONSE } from "./written-expect.ts";
import type { WrittenStep, WrittenTask } from "./written-task.ts";

/** What tasks may refer to. */
export interface TaskScope {
  readonly problems: Problems;
  readonly context: SpecContext;
  readonly tables: ReadonlyMap<string, DataTable | undefined>;
  /** Headers of the whole spec that hold insertions: each request draws its own. */
  readonly drawnHeaders: Readonly<Record<string, Text>>;
}

interface StepScope extends TaskScope, GeneratorScope {}

const REQUEST_KEYS = [
  ...METHOD_KEYS,
  "method",
  "path",
  "query",
  "headers",
  "json",
  "text",
  "form",
  "file",
  "expect",
  "capture",
] as const;

/** One task of the mix. */
export function readTask(key: string, written: WrittenTask, path: Path, scope: TaskScope): Task {
  const name = written.name ?? key;
  const common = { name, weight: written.weight ?? 1, tags: written.tags ?? [], think: written.think };
  if (written.steps === undefined)
    return { ...common, steps: [readStep(name, written, path, withCaptured(scope, []))] };
  const misplaced = REQUEST_KEYS.find((requestKey) => written[requestKey] !== undefined);
  if (misplaced !== undefined) {
    scope.problems.add([...path, misplaced], `${misplaced} stands beside steps; expected it within one of them`, {
      end: "key",
    });
  }
  return { ...common, steps: readSteps(name, written.steps, [...path, "steps"], scope) };
}

function readSteps(taskName: string, written: readonly WrittenStep[], path: Path, scope: TaskScope): readonly Step[] {
  const captured: string[] = [];
  return written.map((step, index) => {
    const name = written.length === 1 ? (step.name ?? taskName) : `${taskName}.${step.name ?? index + 1}`;
    const read = readStep(name, step, [...path, index], withCaptured(scope, captured));
    captured.push(...Object.keys(step.capture ?? {}));
    return read;
  });
}

function withCaptured(scope: TaskScope, captured: readonly string[]): StepScope {
  return { ...scope, captured: new Set(captured) };
}

function readStep(name: string, written: WrittenStep, path: Path, scope: StepScope): Step {
  const { method, text, key } = methodOf(written, path, scope.problems);
  const headers = readHeaders(written.headers ?? {}, [...path, "headers"], scope);
  return {
    name,
    method,
    path: text === undefined ? [] : readPath(text, [...path, key], scope),
    query: Object.fromEntries(readTexts(written.query ?? {}, [...path, "query"], scope)),
    headers: { ...scope.drawnHeaders, ...headers },
    body: readBody(written, path, scope),
    expect: written.expect ?? ANY_RESPONSE,
    capture: readCaptures(written.capture ?? {}, [...path, "capture"], scope.problems),
  };
}

interface MethodAndPath {
  readonly method: string;
  readonly text: string | undefined;
  /** Under which the path stands. */
  readonly key: string;
}

function methodOf(written: WrittenStep, path: Path, problems: Problems): MethodAndPath {
  const given = METHOD_KEYS.filter((key) => written[key] !== undefined);
  const [first, second] = given;
  const none: MethodAndPath = { method: "GET", text: undefined, key: "path" };
  if (first !== undefined) {
    const other = second ?? (["method", "path"] as const).find((key) => written[key] !== undefined);
    if (other !== undefined) {
      problems.add([...path, other], `${other} stands beside ${first}; expected one method with its path`, {
        end: "key",
      });
    }
    return { method: first.toUpperCase(), text: written[first], key: first };
  }
  if (written.path === undefined) {
    problems.add(path, "no request; expected a method with its path, such as get: /health");
    return none;
  }
  return { method: (written.method ?? "GET").toUpperCase(), text: written.path, key: "path" };
}

function readCaptures(
  written: NonNullable<WrittenStep["capture"]>,
  path: Path,
  problems: Problems,
): Readonly<Record<string, Capture>> {
  const captures: Record<string, Capture> = {};
  for (const [name, capture] of Object.entries(written)) {
    const place = [...path, name];
    if (!/^[A-Za-z_][\w-]*$/.test(name) || RESERVED_WORDS.includes(name)) {
      problems.add(place, `${show(name)} cannot name a captured value; expected a word such as id`, { end: "key" });
    }
    if (typeof capture === "object" && "header" in capture) {
      captures[name] = { from: "header", name: capture.header.toLowerCase() };
      continue;
    }
    const jsonPath = typeof capture === "string" ? capture : capture.json;
    if (parseJsonPath(jsonPath) === undefined) {
      problems.add(place, `${show(jsonPath)} is not a JSON path; expected one such as $.id, or {header: x-id}`);
    }
    captures[name] = { from: "json", path: jsonPath };
  }
  return captures;
}
