import type { JsonValue } from "../base/json.ts";
import { parseSpec } from "./parse-spec.ts";
import { REFUSED_KEYS } from "./plain-value.ts";
import { show, specInvalid } from "./problems.ts";
import type { SpecContext } from "./source.ts";
import type { Spec } from "./spec.ts";

/** `plimsoll run --url …` as typed: texts, as the command line hands them over. */
export interface RunFlags {
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
  readonly warmup?: string;
  readonly timeout?: string;
  readonly drain?: string;
  readonly threshold?: readonly string[];
  readonly allowTargets?: readonly string[];
  /** Do not verify the certificate. */
  readonly insecure?: boolean;
}

const FILE = "the command line";

/**
 * The spec of a run by flags: profile `run` with one task named `METHOD /path`.
 *
 * @throws SPEC_INVALID, its problems under the names of the flags
 */
export function specFromFlags(flags: RunFlags, context: SpecContext): Spec {
  const url = splitUrl(flags.url);
  if (url === undefined) {
    const hint = "Write it with its scheme, such as http://127.0.0.1:8000/embed.";
    throw specInvalid(FILE, [{ message: `--url: ${show(flags.url)} is not a URL`, hint }]);
  }
  const headers = headersOf(flags.header ?? []);
  const method = (flags.method ?? (flags.body === undefined ? "GET" : "POST")).toUpperCase();
  const name = `${method} ${url.path.split("?")[0]}`;
  const task = { method, path: url.path, headers, ...bodyOf(flags.body) };
  const value = defined({
    target: url.target,
    tasks: { [name]: defined(task) },
    profiles: { run: profileOf(flags) },
    timeout: flags.timeout,
    drain: flags.drain,
    thresholds: flags.threshold,
    allowTargets: flags.allowTargets,
    tls: flags.insecure === true ? { verify: false } : undefined,
  });
  return parseSpec({ kind: "value", file: FILE, value, labels: labelsOf(name) }, context);
}

function profileOf(flags: RunFlags): Readonly<Record<string, unknown>> {
  return defined({
    users: flags.users,
    spawn: perSecond(flags.spawnRate),
    rate: perSecond(flags.rate),
    arrivals: flags.arrivals,
    think: flags.think,
    warmup: flags.warmup,
    for: flags.duration,
  });
}

/** On the command line a bare number is a rate per second. */
function perSecond(text: string | undefined): string | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? `${text}/s` : text;
}

function splitUrl(url: string): { readonly target: string; readonly path: string } | undefined {
  const match = /^(https?:\/\/(?:(?:\$\{[^}]*\}|[^/?#@$])*@)?[^/?#]+)([^#]*)/i.exec(url);
  if (match?.[1] === undefined) return undefined;
  const path = match[2] ?? "";
  return { target: match[1], path: path.startsWith("/") ? path : `/${path}` };
}

function headersOf(headers: readonly string[]): Readonly<Record<string, string>> | undefined {
  const odd = headers.filter((header) => !header.includes(":"));
  if (odd.length > 0) {
    const hint = 'Write it as "name: value".';
    throw specInvalid(
      FILE,
      odd.map((header) => ({ message: `--header: ${show(header)} has no colon`, hint })),
    );
  }
  if (headers.length === 0) return undefined;
  return Object.fromEntries(
    headers.map((header) => {
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
    "profiles.run.warmup": "--warmup",
    "profiles.run.for": "--duration",
    timeout: "--timeout",
    drain: "--drain",
    thresholds: "--threshold",
    allowTargets: "--allow-target",
  };
}
