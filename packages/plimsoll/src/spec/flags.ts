import { PlimsollError, type Problem } from "../base/errors.ts";
import type { JsonValue } from "../base/json.ts";
import { parseSpec } from "./parse-spec.ts";
import { REFUSED_KEYS } from "./plain-value.ts";
import { show } from "./problems.ts";
import type { SpecContext } from "./source.ts";
import type { Spec } from "./spec.ts";

/** `plimsoll run --url …` as typed: texts, as the command line hands them over. */
export interface UrlFlags {
  readonly url: string;
  readonly method?: string;
  /** `name: value` each. */
  readonly header?: readonly string[];
  /** JSON, any text, or `@file`. */
  readonly body?: string;
  readonly users?: string;
  readonly spawnRate?: string;
  readonly rate?: string;
  readonly duration?: string;
  readonly arrivals?: string;
  readonly think?: string;
  readonly timeout?: string;
  readonly drain?: string;
  readonly threshold?: readonly string[];
}

const FILE = "the command line";
const HINT = "`plimsoll run --help` lists what goes with --url.";

/**
 * The spec of a run by flags: profile `run` with one task named `METHOD /path`.
 *
 * @throws SPEC_INVALID, all its problems at once, under the names of the flags
 */
export function specFromFlags(flags: UrlFlags, context: SpecContext): Spec {
  const problems = ownProblems(flags);
  const { value, taskName } = specValue(flags);
  try {
    const spec = parseSpec({ kind: "value", file: FILE, value, labels: labelsOf(taskName) }, context);
    if (problems.length === 0) return spec;
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== "SPEC_INVALID") throw error;
    problems.push(...error.problems);
  }
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new PlimsollError("SPEC_INVALID", `${count} in ${FILE}`, { problems, hint: HINT });
}

/** What the parser of specs would not see, or not tell in the words of flags. */
function ownProblems({ url, header = [], users, rate }: UrlFlags): Problem[] {
  const problems: Problem[] = [];
  if (splitUrl(url) === undefined) {
    const hint = "Write it with its scheme, such as http://127.0.0.1:8000/embed.";
    problems.push({ message: `--url: ${show(url)} is not a URL`, hint });
  }
  if (users === undefined && rate === undefined) {
    const hint = "Such as --users 20 (each waits for its answer) or --rate 50/s (arrivals that wait for nobody).";
    problems.push({ message: "no load: neither --users nor --rate is given", hint });
  }
  if (users !== undefined && rate !== undefined) {
    const hint = "Give --users for a closed loop or --rate for an open one.";
    problems.push({ message: "--users and --rate: both are given", hint });
  }
  for (const odd of header.filter((text) => !text.includes(":"))) {
    problems.push({ message: `--header: ${show(odd)} has no colon`, hint: 'Write it as "name: value".' });
  }
  return problems;
}

/** As a spec would be written; stand-ins for what `ownProblems` tells of, so that the rest is checked too. */
function specValue(flags: UrlFlags) {
  const url = splitUrl(flags.url) ?? { target: "http://127.0.0.1", path: "/" };
  const method = (flags.method ?? (flags.body === undefined ? "GET" : "POST")).toUpperCase();
  const taskName = `${method} ${url.path.split("?")[0]}`;
  const task = { method, path: url.path, headers: headersOf(flags.header ?? []), ...bodyOf(flags.body) };
  const { rate, ...withoutRate } = flags;
  const load = flags.users === undefined ? flags : withoutRate;
  const value = defined({
    target: url.target,
    tasks: { [taskName]: defined(task) },
    profiles: { run: profileOf(rate === undefined ? { users: "1", ...load } : load) },
    timeout: flags.timeout,
    drain: flags.drain,
    thresholds: flags.threshold,
  });
  return { value, taskName };
}

function profileOf(flags: UrlFlags): Readonly<Record<string, unknown>> {
  return defined({
    users: flags.users,
    spawn: perSecond(flags.spawnRate),
    rate: perSecond(flags.rate),
    arrivals: flags.arrivals,
    think: flags.think,
    for: flags.duration,
  });
}

/** On the command line a bare number is a rate per second. */
export function perSecond<T extends string | undefined>(text: T): T | string {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? `${text}/s` : text;
}

function splitUrl(url: string): { readonly target: string; readonly path: string } | undefined {
  const match = /^(https?:\/\/(?:(?:\$\{[^}]*\}|[^/?#@$])*@)?[^/?#]+)([^#]*)/i.exec(url);
  if (match?.[1] === undefined) return undefined;
  const path = match[2] ?? "";
  return { target: match[1], path: path.startsWith("/") ? path : `/${path}` };
}

function headersOf(headers: readonly string[]): Readonly<Record<string, string>> | undefined {
  const named = headers.filter((header) => header.includes(":"));
  if (named.length === 0) return undefined;
  return Object.fromEntries(
    named.map((header) => {
      const colon = header.indexOf(":");
      return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
    }),
  );
}

function bodyOf(body: string | undefined): { json?: JsonValue; text?: string; file?: string } {
  if (body === undefined) return {};
  if (body.startsWith("@")) return { file: body.slice(1) };
  const json = exactJson(body);
  return json === undefined ? { text: body } : { json };
}

/** The value of a JSON list or mapping that a spec can hold and that comes out again as it went in, blanks apart. */
export function exactJson(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: JsonValue = JSON.parse(text, (key, inner) => {
      if (REFUSED_KEYS.has(key)) throw new SyntaxError(`specs refuse the key ${key}`);
      return inner;
    });
    return JSON.stringify(value) === withoutBlanks(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

function withoutBlanks(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) => quoted ?? "");
}

function defined(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function labelsOf(taskName: string): Readonly<Record<string, string>> {
  const task = `tasks["${taskName}"]`;
  return {
    target: "--url",
    [`${task}.path`]: "--url",
    [`${task}.method`]: "--method",
    [`${task}.headers`]: "--header",
    [`${task}.json`]: "--body",
    [`${task}.text`]: "--body",
    [`${task}.file`]: "--body",
    "profiles.run": "the load",
    "profiles.run.users": "--users",
    "profiles.run.spawn": "--spawn-rate",
    "profiles.run.rate": "--rate",
    "profiles.run.arrivals": "--arrivals",
    "profiles.run.think": "--think",
    "profiles.run.for": "--duration",
    timeout: "--timeout",
    drain: "--drain",
    thresholds: "--threshold",
  };
}
