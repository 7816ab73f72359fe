/** What `locust --json` prints and `--json-file` writes: an entry a task, with its histogram; total and percentiles are ours. */
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult, ForeignTask } from "../foreign-result.ts";
import { AGGREGATED, foreignTask } from "./foreign-task.ts";
import { arrayOf, fieldAt, numberOf, objectOf, textOf } from "./json-fields.ts";
import { LOCUST_PERCENTILES, type LocustBuckets, locustPercentileMs } from "./locust-percentile.ts";

interface Entry {
  readonly name: string;
  readonly method: string;
  readonly requests: number;
  readonly failures: number;
  readonly timedRequests: number;
  readonly totalMs: number;
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
  readonly buckets: LocustBuckets;
  readonly startSec: number | undefined;
  readonly lastSec: number | undefined;
}

export function parseLocustJson(name: string, value: JsonValue): ForeignResult {
  const entries = (arrayOf(value) ?? []).map(entryOf);
  const durationSec = spanOf(entries);
  const all = [...entries, totalOf(entries)];
  return {
    source: "locust-json",
    name,
    startedAt: undefined,
    durationMs: durationSec === undefined ? undefined : durationSec * 1000,
    tasks: all.map((entry) => taskOf(entry, durationSec)),
    thresholds: [],
    rounding: "locust-buckets",
    notes: ["Percentiles are computed by Locust's rule from its rounded histogram; the file holds none."],
  };
}

function entryOf(value: JsonValue): Entry {
  const number = (key: string): number | undefined => numberOf(fieldAt(value, key));
  const requests = number("num_requests") ?? 0;
  const buckets = Object.entries(objectOf(fieldAt(value, "response_times")) ?? {})
    .map(([ms, count]): readonly [number, number] => [Number(ms), numberOf(count) ?? 0])
    .sort(([a], [b]) => a - b);
  return {
    name: textOf(fieldAt(value, "name")) ?? "",
    method: textOf(fieldAt(value, "method")) ?? "",
    requests,
    failures: number("num_failures") ?? 0,
    timedRequests: requests - (number("num_none_requests") ?? 0),
    totalMs: number("total_response_time") ?? 0,
    minMs: number("min_response_time"),
    maxMs: number("max_response_time"),
    buckets,
    startSec: number("start_time"),
    lastSec: number("last_request_timestamp"),
  };
}

function totalOf(entries: readonly Entry[]): Entry {
  const counts = new Map<number, number>();
  for (const entry of entries) for (const [ms, count] of entry.buckets) counts.set(ms, (counts.get(ms) ?? 0) + count);
  const sum = (of: (entry: Entry) => number): number => entries.reduce((total, entry) => total + of(entry), 0);
  const timed = entries.filter((entry) => entry.timedRequests > 0);
  const known = (of: (entry: Entry) => number | undefined): number[] => timed.map(of).filter((ms) => ms !== undefined);
  return {
    name: AGGREGATED,
    method: "",
    requests: sum((entry) => entry.requests),
    failures: sum((entry) => entry.failures),
    timedRequests: sum((entry) => entry.timedRequests),
    totalMs: sum((entry) => entry.totalMs),
    minMs: timed.length === 0 ? undefined : Math.min(...known((entry) => entry.minMs)),
    maxMs: timed.length === 0 ? undefined : Math.max(...known((entry) => entry.maxMs)),
    buckets: [...counts].sort(([a], [b]) => a - b),
    startSec: undefined,
    lastSec: undefined,
  };
}

/** Locust divides every row by the same time: from the start to the last answer of all. */
function spanOf(entries: readonly Entry[]): number | undefined {
  const starts = entries.map((entry) => entry.startSec).filter((sec) => sec !== undefined);
  const lasts = entries.map((entry) => entry.lastSec).filter((sec) => sec !== undefined);
  if (starts.length === 0 || lasts.length === 0) return undefined;
  const span = Math.max(...lasts) - Math.min(...starts);
  return span > 0 ? span : undefined;
}

function taskOf(entry: Entry, durationSec: number | undefined): ForeignTask {
  const hasTimes = entry.timedRequests > 0 && entry.buckets.length > 0;
  return foreignTask(entry.name, {
    method: entry.method,
    requests: entry.requests,
    failures: entry.failures,
    requestsPerSec: durationSec === undefined ? undefined : entry.requests / durationSec,
    failuresPerSec: durationSec === undefined ? undefined : entry.failures / durationSec,
    quantilesMs: hasTimes
      ? LOCUST_PERCENTILES.map(([, ratio]) => ({ ratio, ms: locustPercentileMs(entry.buckets, ratio) }))
      : [],
    meanMs: hasTimes ? entry.totalMs / entry.timedRequests : undefined,
    minMs: hasTimes ? entry.minMs : undefined,
    maxMs: hasTimes ? entry.maxMs : undefined,
  });
}
