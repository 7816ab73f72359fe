/** aiperf's results: the summary `profile_export_aiperf.json` and the records `profile_export.jsonl`. */
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult, ForeignTask } from "../foreign-result.ts";
import {
  AGGREGATED,
  benchmarkResult,
  figuresOfTimes,
  foreignTask,
  knownQuantiles,
  perSecOver,
} from "./foreign-task.ts";
import { fieldAt, numberOf, objectOf, textOf } from "./json-fields.ts";

const STREAM_METRICS = [
  ["ttft", "time_to_first_token"],
  ["itl", "inter_token_latency"],
] as const;
const MS_PER: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  sec: 1000,
  seconds: 1000,
};
const NOTE = "aiperf counts a latency from its own send, of requests that succeeded.";

export function parseAiperfSummary(name: string, value: JsonValue): ForeignResult {
  const average = (tag: string): number | undefined => numberOf(fieldAt(value, tag, "avg"));
  const completed = average("request_count");
  const failures = average("error_request_count");
  const durationSec = average("benchmark_duration");
  const requests = completed === undefined ? undefined : completed + (failures ?? 0);
  const perSec = perSecOver(durationSec);
  return benchmarkResult("aiperf-json", name, durationSec, {
    tasks: [
      ...STREAM_METRICS.flatMap(([task, tag]) => {
        const figures = figuresOf(fieldAt(value, tag));
        return figures.quantilesMs.length === 0
          ? []
          : [foreignTask(task, { ...figures, requests: completed, failures: 0 })];
      }),
      foreignTask(AGGREGATED, {
        ...figuresOf(fieldAt(value, "request_latency")),
        requests,
        failures,
        requestsPerSec: perSec(requests),
        failuresPerSec: perSec(failures),
      }),
    ],
    notes: [NOTE, ...(fieldAt(value, "was_cancelled") === true ? ["The aiperf run was cancelled."] : [])],
  });
}

function figuresOf(metric: JsonValue | undefined): Pick<ForeignTask, "quantilesMs" | "meanMs" | "minMs" | "maxMs"> {
  const msPerUnit = MS_PER[textOf(fieldAt(metric, "unit")) ?? "ms"];
  const ms = (value: JsonValue | undefined): number | undefined => {
    const known = numberOf(value);
    return known === undefined || msPerUnit === undefined ? undefined : known * msPerUnit;
  };
  const quantiles = Object.entries(objectOf(metric) ?? {}).flatMap(([key, value]) =>
    /^p\d+$/.test(key) ? [{ ratio: Number(`${key.slice(1)}e-2`), ms: ms(value) }] : [],
  );
  return {
    quantilesMs: knownQuantiles(quantiles),
    meanMs: ms(fieldAt(metric, "avg")),
    minMs: ms(fieldAt(metric, "min")),
    maxMs: ms(fieldAt(metric, "max")),
  };
}

/** Lines of the warm-up are left out. */
export function parseAiperfRecords(name: string, records: readonly JsonValue[]): ForeignResult {
  const profiling = records.filter((record) => fieldAt(record, "metadata", "benchmark_phase") === "profiling");
  const failed = profiling.filter((record) => fieldAt(record, "error") !== undefined);
  const edges = profiling.flatMap((record) => {
    const start = numberOf(fieldAt(record, "metadata", "request_start_ns"));
    const end = numberOf(fieldAt(record, "metadata", "request_end_ns"));
    return start === undefined || end === undefined ? [] : [{ start, end }];
  });
  const spanMs =
    edges.reduce((last, edge) => Math.max(last, edge.end), 0) / 1e6 -
    edges.reduce((first, edge) => Math.min(first, edge.start), Number.POSITIVE_INFINITY) / 1e6;
  const durationSec = spanMs > 0 ? spanMs / 1000 : undefined;
  const perSec = perSecOver(durationSec);
  const skipped = records.length - profiling.length;
  return benchmarkResult("aiperf-json", name, durationSec, {
    tasks: [
      ...STREAM_METRICS.flatMap(([task, tag]) => {
        const timesMs = timesOf(profiling, tag);
        if (timesMs.length === 0) return [];
        return [foreignTask(task, { ...figuresOfTimes(timesMs), requests: timesMs.length, failures: 0 })];
      }),
      foreignTask(AGGREGATED, {
        ...figuresOfTimes(timesOf(profiling, "request_latency")),
        requests: profiling.length,
        failures: failed.length,
        requestsPerSec: perSec(profiling.length),
        failuresPerSec: perSec(failed.length),
      }),
    ],
    notes: [NOTE, ...(skipped > 0 ? [`${skipped} records of the warm-up are left out.`] : [])],
  });
}

function timesOf(records: readonly JsonValue[], tag: string): number[] {
  return records.flatMap((record) => {
    const metric = fieldAt(record, "metrics", tag);
    const value = numberOf(fieldAt(metric, "value"));
    const msPerUnit = MS_PER[textOf(fieldAt(metric, "unit")) ?? "ms"];
    return value === undefined || msPerUnit === undefined ? [] : [value * msPerUnit];
  });
}
