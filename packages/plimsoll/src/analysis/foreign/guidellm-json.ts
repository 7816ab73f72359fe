/** guidellm's `benchmarks.json`: a run for each benchmark (load level) in it. */
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult, ForeignTask } from "../foreign-result.ts";
import { AGGREGATED, benchmarkResult, foreignTask, knownQuantiles, perSecOver } from "./foreign-task.ts";
import { arrayOf, fieldAt, numberOf, objectOf, textOf } from "./json-fields.ts";

const STREAM_METRICS = [
  ["ttft", "time_to_first_token_ms"],
  ["itl", "inter_token_latency_ms"],
] as const;

export function parseGuidellmJson(name: string, value: JsonValue): ForeignResult[] {
  const benchmarks = arrayOf(fieldAt(value, "benchmarks")) ?? [];
  return benchmarks.map((benchmark, index) => {
    const strategy = textOf(fieldAt(benchmark, "config", "strategy", "type_"));
    const label = strategy === undefined ? `benchmark ${index + 1}` : `${index + 1} ${strategy}`;
    return levelResult(benchmarks.length === 1 ? name : `${name} (${label})`, benchmark);
  });
}

function levelResult(name: string, benchmark: JsonValue): ForeignResult {
  const metrics = fieldAt(benchmark, "metrics");
  const durationSec = numberOf(fieldAt(benchmark, "duration"));
  const total = (status: string): number | undefined => numberOf(fieldAt(metrics, "request_totals", status));
  const [successful, failures, incomplete] = [total("successful"), total("errored"), total("incomplete")];
  const requests = successful === undefined ? undefined : successful + (failures ?? 0);
  const perSec = perSecOver(durationSec);
  return benchmarkResult("guidellm-json", name, durationSec, {
    tasks: [
      ...STREAM_METRICS.flatMap(([task, key]) => streamTask(task, fieldAt(metrics, key), successful)),
      foreignTask(AGGREGATED, {
        ...figuresOf(fieldAt(metrics, "request_latency"), 1000),
        requests,
        failures,
        requestsPerSec: perSec(requests),
        failuresPerSec: perSec(failures),
      }),
    ],
    notes: [
      "guidellm's latencies are those of successful requests.",
      ...(incomplete === undefined || incomplete === 0
        ? []
        : [
            `${incomplete} requests were unfinished at the end (metrics.request_totals.incomplete) and are not counted.`,
          ]),
    ],
  });
}

function streamTask(task: string, distribution: JsonValue | undefined, completed: number | undefined): ForeignTask[] {
  const figures = figuresOf(distribution, 1);
  return figures.quantilesMs.length === 0 ? [] : [foreignTask(task, { ...figures, requests: completed, failures: 0 })];
}

/** `msPerUnit`: request_latency is in seconds, the token times in ms. */
function figuresOf(
  distribution: JsonValue | undefined,
  msPerUnit: number,
): Pick<ForeignTask, "quantilesMs" | "meanMs" | "minMs" | "maxMs"> {
  const successful = fieldAt(distribution, "successful");
  const ms = (value: JsonValue | undefined): number | undefined => {
    const known = numberOf(value);
    return known === undefined ? undefined : known * msPerUnit;
  };
  if (numberOf(fieldAt(successful, "count")) === 0)
    return { quantilesMs: [], meanMs: undefined, minMs: undefined, maxMs: undefined };
  const quantiles = Object.entries(objectOf(fieldAt(successful, "percentiles")) ?? {}).flatMap(([key, value]) =>
    // p001 is the 0.1th percentile and p999 the 99.9th: the digits stand behind the point
    /^p\d+$/.test(key) ? [{ ratio: Number(`0.${key.slice(1)}`), ms: ms(value) }] : [],
  );
  return {
    quantilesMs: knownQuantiles(quantiles),
    meanMs: ms(fieldAt(successful, "mean")),
    minMs: ms(fieldAt(successful, "min")),
    maxMs: ms(fieldAt(successful, "max")),
  };
}
