import { readTable, readTextFile } from "./data-table.ts";
import { readObserve } from "./observe.ts";
import { at, atPath, isMapping, type Problems, show } from "./problems.ts";
import { readProfile } from "./profile.ts";
import { readHeaders, readPath } from "./request-fields.ts";
import type { SpecContext } from "./source.ts";
import type { DataTable, Profile, Ready, Spec, Task, Text, Threshold, Timeouts, TlsOptions } from "./spec.ts";
import { hostOf, readTarget } from "./target.ts";
import { readTask } from "./task.ts";
import { bindThreshold, isThreshold, parseThreshold, type ThresholdNames } from "./threshold.ts";
import { ANY_RESPONSE } from "./written-expect.ts";
import type { WrittenSpec } from "./written-spec.ts";

const DEFAULTS = {
  timeoutMs: 60_000,
  connectMs: 10_000,
  drainMs: 30_000,
  readyTimeoutMs: 60_000,
  readyIntervalMs: 500,
  maxConnections: 10_000,
  maxBodyBytes: 64 * 1024 * 1024,
} as const;

interface BuildScope {
  readonly problems: Problems;
  readonly context: SpecContext;
}

/** The spec from its written form, names looked up; `value` is the written form unread, for names of parts that are wrong. */
export function buildSpec(written: WrittenSpec, value: unknown, scope: BuildScope): Spec {
  const tables = readTables(written, value, scope);
  const headers = readSpecHeaders(written, tables, scope);
  const tasks = readTasks(written, { tables, drawnHeaders: headers.drawn, ...scope });
  const profiles = readProfiles(written, tasks, scope);
  const target = readTarget(written.target, ["target"], scope.problems);
  const names = { tasks: requestNames(tasks, value), profiles: keysOf(at(value, "profiles")) };
  return {
    name: written.name ?? hostOf(target),
    target,
    headers: headers.plain,
    ready: readReady(written, tables, scope),
    data: Object.fromEntries(
      [...tables].flatMap(([name, table]) => (table === undefined ? [] : [[name, table] as const])),
    ),
    tasks,
    profiles,
    thresholds: readThresholds(written, names, scope.problems),
    timeouts: readTimeouts(written, scope.problems),
    tls: readTls(written, scope),
    allowTargets: written.allowTargets ?? [],
    ...(written.observe === undefined ? {} : { observe: readObserve(written.observe, target, scope.problems) }),
    followRedirects: written.redirects ?? "never",
    maxConnections: written.maxConnections ?? DEFAULTS.maxConnections,
    maxBodyBytes: written.maxBody ?? DEFAULTS.maxBodyBytes,
  };
}

type Tables = ReadonlyMap<string, DataTable | undefined>;

function readTables(written: WrittenSpec, value: unknown, scope: BuildScope): Tables {
  const tables = new Map<string, DataTable | undefined>(keysOf(at(value, "data")).map((name) => [name, undefined]));
  for (const [name, table] of Object.entries(written.data ?? {})) {
    tables.set(name, readTable(table, ["data", name], scope));
  }
  return tables;
}

/** Headers of every request; those with insertions are drawn by each request for itself. */
function readSpecHeaders(written: WrittenSpec, tables: Tables, { problems }: BuildScope) {
  const plain: Record<string, string> = {};
  const drawn: Record<string, Text> = {};
  const headers = readHeaders(written.headers ?? {}, ["headers"], { problems, tables, captured: new Set() });
  for (const [name, text] of Object.entries(headers)) {
    if (text.every((part) => typeof part === "string")) plain[name] = text.join("");
    else drawn[name] = text;
  }
  return { plain, drawn };
}

function readTasks(
  written: WrittenSpec,
  scope: BuildScope & { tables: Tables; drawnHeaders: Record<string, Text> },
): readonly Task[] {
  const tasks = Object.entries(written.tasks).map(([key, task]) => readTask(key, task, ["tasks", key], scope));
  const { problems } = scope;
  if (tasks.length === 0 && problems.count === 0) problems.add(["tasks"], "no tasks; expected at least one");
  if (tasks.length > 0 && tasks.every((task) => task.weight === 0)) {
    problems.add(["tasks"], "every weight is 0; expected at least one above 0");
  }
  return tasks;
}

function readProfiles(written: WrittenSpec, tasks: readonly Task[], { problems }: BuildScope): readonly Profile[] {
  const entries = Object.entries(written.profiles);
  if (entries.length === 0 && problems.count === 0) problems.add(["profiles"], "no profiles; expected at least one");
  const defaultThink = written.users?.think ?? { kind: "none" };
  const seen = new Map<string, string>();
  return entries.flatMap(([name, profile]) => {
    const path = ["profiles", name];
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined)
      problems.add(path, `${show(name)} and ${show(twin)} would name the same files`, { end: "key" });
    seen.set(name.toLowerCase(), name);
    return readProfile(name, profile, path, { problems, defaultThink, tasks }) ?? [];
  });
}

/** Names under which requests are counted; of a task that could not be read, its key. */
function requestNames(tasks: readonly Task[], value: unknown): readonly string[] {
  const read = tasks.flatMap((task) => task.steps.map((step) => step.name));
  const keys = keysOf(at(value, "tasks")).filter((key) => tasks.length === 0 || isUnread(value, key, tasks));
  return [...new Set([...read, ...keys])];
}

function isUnread(value: unknown, key: string, tasks: readonly Task[]): boolean {
  const name = atPath(value, ["tasks", key, "name"]);
  return !tasks.some((task) => task.name === key || task.name === name);
}

function readThresholds(written: WrittenSpec, names: ThresholdNames, problems: Problems): readonly Threshold[] {
  return (written.thresholds ?? []).flatMap((entry, index) => {
    const path = ["thresholds", index];
    const more = typeof entry === "string" ? { expr: entry } : entry;
    const parsed = parseThreshold(more.expr);
    const bound = isThreshold(parsed) ? bindThreshold(parsed, names) : parsed;
    if (!isThreshold(bound)) {
      problems.add(path, bound.message);
      return [];
    }
    if (more.for !== undefined && bound.windowMs !== undefined) {
      problems.add([...path, "for"], "a window stands in the expression already; expected it once", { end: "key" });
    }
    if (more.abort === true && !canAbort(bound)) {
      problems.add([...path, "abort"], `${show(bound.expr)} is judged at the end only; ${ABORTS}`, { end: "key" });
    }
    const windowMs = bound.windowMs ?? more.for;
    return [{ ...bound, windowMs, strict: more.strict ?? "interval", abort: more.abort ?? false }];
  });
}

const ABORTS = "abort works with promises such as p95 < 500ms and errors < 1%";

/** Only a share of bad requests that must not grow shows before the end that it is lost. */
function canAbort({ metric, op }: Threshold): boolean {
  return (metric.kind === "quantile" || metric.kind === "errors") && (op === "<" || op === "<=");
}

function readReady(written: WrittenSpec, tables: Tables, { problems }: BuildScope): Ready | undefined {
  const { ready } = written;
  if (ready === undefined) return undefined;
  const text = readPath(ready.get, ["ready", "get"], { problems, tables, captured: new Set() });
  if (text.some((part) => typeof part !== "string")) {
    problems.add(["ready", "get"], `${show(ready.get)} holds an insertion; expected a fixed path such as /health`);
  }
  return {
    path: text.join(""),
    expect: ready.expect ?? ANY_RESPONSE,
    intervalMs: ready.interval ?? DEFAULTS.readyIntervalMs,
    timeoutMs: ready.timeout ?? DEFAULTS.readyTimeoutMs,
  };
}

function readTimeouts(written: WrittenSpec, problems: Problems): Timeouts {
  const { timeouts = {} } = written;
  if (written.timeout !== undefined && timeouts.total !== undefined) {
    problems.add(["timeouts", "total"], "timeout says the same already; expected one of them", { end: "key" });
  }
  const totalMs = written.timeout ?? timeouts.total ?? DEFAULTS.timeoutMs;
  return {
    connectMs: timeouts.connect ?? Math.min(DEFAULTS.connectMs, totalMs),
    firstByteMs: timeouts.firstByte ?? totalMs,
    totalMs,
    drainMs: written.drain ?? DEFAULTS.drainMs,
  };
}

function readTls(written: WrittenSpec, scope: BuildScope): TlsOptions {
  const { ca, verify, serverName } = written.tls ?? {};
  const caPem = ca === undefined ? undefined : readTextFile(ca, ["tls", "ca"], scope);
  if (caPem !== undefined && !caPem.includes("-----BEGIN CERTIFICATE-----")) {
    scope.problems.add(["tls", "ca"], `${show(ca)} holds no PEM certificate`);
  }
  return { caPem, isVerified: verify ?? true, serverName };
}

function keysOf(value: unknown): readonly string[] {
  return isMapping(value) ? Object.keys(value) : [];
}
