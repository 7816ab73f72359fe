/** What `vllm bench serve --save-result` writes; `--append-result` puts several such objects into one file. */
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
import { arrayOf, fieldAt, numberOf, objectOf, textOf } from "./json-fields.ts";

/** Its streaming metrics, given as rows of their own, so that `"ttft" p99 < 200ms` can be asked. */
const STREAM_METRICS = ["ttft", "tpot", "itl"] as const;

export function parseVllmJson(name: string, value: JsonValue): ForeignResult {
  const durationSec = numberOf(fieldAt(value, "duration"));
  const completed = numberOf(fieldAt(value, "completed"));
  const failures = numberOf(fieldAt(value, "failed"));
  const perSec = perSecOver(durationSec);
  const requests = completed === undefined ? undefined : completed + (failures ?? 0);
  const counts = { requests, failures, requestsPerSec: perSec(requests), failuresPerSec: perSec(failures) };
  const total = { ...latencyOf(value), ...counts };
  const label = textOf(fieldAt(value, "label")) ?? textOf(fieldAt(value, "model_id"));
  return benchmarkResult("vllm-json", label === undefined ? name : `${name} (${label})`, durationSec, {
    tasks: [
      ...STREAM_METRICS.flatMap((metric) => streamTask(value, metric, completed)),
      foreignTask(AGGREGATED, total),
    ],
    notes: [
      "vLLM's latencies hold completed requests only, each counted from its own send.",
      ...(failures === undefined ? ["The file does not tell how many requests failed."] : []),
    ],
  });
}

/** End-to-end figures: as given, else from the single latencies (s); a failed request keeps a slot of 0 there. */
function latencyOf(value: JsonValue): Partial<ForeignTask> {
  const given = figuresOf(value, "e2el");
  if (given.quantilesMs.length > 0) return given;
  const timesMs = (arrayOf(fieldAt(value, "latencies")) ?? []).flatMap((sec) => {
    const ms = numberOf(sec);
    return ms === undefined || ms <= 0 ? [] : [ms * 1000];
  });
  return figuresOfTimes(timesMs);
}

function streamTask(value: JsonValue, metric: string, completed: number | undefined): ForeignTask[] {
  const figures = figuresOf(value, metric);
  if (figures.quantilesMs.length === 0) return [];
  return [foreignTask(metric, { ...figures, requests: completed, failures: 0 })];
}

function figuresOf(value: JsonValue, metric: string): Pick<ForeignTask, "quantilesMs" | "meanMs"> {
  const quantiles = Object.entries(objectOf(value) ?? {}).flatMap(([key, ms]) => {
    if (key === `median_${metric}_ms`) return [{ ratio: 0.5, ms: numberOf(ms) }];
    const percent = /^p(\d+(?:\.\d+)?)_(.+)_ms$/.exec(key);
    return percent?.[2] === metric && percent[1] !== "50"
      ? [{ ratio: Number(`${percent[1]}e-2`), ms: numberOf(ms) }]
      : [];
  });
  return { quantilesMs: knownQuantiles(quantiles), meanMs: numberOf(fieldAt(value, `mean_${metric}_ms`)) };
}
