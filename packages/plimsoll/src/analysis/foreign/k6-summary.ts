/** A k6 summary: HTTP requests, in all and by tag, and k6's own thresholds. */

import { PlimsollError } from "../../base/errors.ts";
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult, ForeignTask, ForeignThreshold } from "../foreign-result.ts";
import { AGGREGATED, foreignTask, knownQuantiles } from "./foreign-task.ts";
import { numberOf } from "./json-fields.ts";
import { type K6Metric, type K6Summary, k6HasSamples, k6Rate, k6SummaryOf } from "./k6-metrics.ts";

const DURATION = "http_req_duration";
/** Only requests that k6 expected to succeed: gating on it would hide the failures. */
const EXPECTED_ONLY = "{expected_response:true}";

/** @throws RESULT_UNREADABLE when the value is no k6 summary */
export function parseK6Summary(name: string, value: JsonValue): ForeignResult {
  const summary = k6SummaryOf(value);
  if (summary === undefined) throw new PlimsollError("RESULT_UNREADABLE", `${name} is no k6 summary.`);
  const tags = [...summary.metrics.keys()]
    .filter((metric) => metric.startsWith(`${DURATION}{`) && metric !== DURATION + EXPECTED_ONLY)
    .map((metric) => metric.slice(DURATION.length));
  const notes: string[] = [];
  if (summary.shape === "C") notes.push("This shape of k6's summary holds no thresholds and few percentiles.");
  if (!hasSamples(summary, DURATION)) notes.push("k6 made no HTTP request: there is no data to judge.");
  return {
    source: "k6-summary",
    name,
    startedAt: undefined,
    durationMs: summary.durationMs,
    tasks: [...tags.map((tag) => taskOf(summary, tag)), taskOf(summary, "")],
    thresholds: [...summary.metrics].flatMap(([metricName, metric]) => thresholdsOf(metricName, metric)),
    rounding: "none",
    notes,
  };
}

function hasSamples({ metrics }: K6Summary, name: string): boolean {
  const metric = metrics.get(name);
  return metric !== undefined && k6HasSamples(metric);
}

/** `tag` such as `{name:embed}`; empty for all requests. */
function taskOf(summary: K6Summary, tag: string): ForeignTask {
  const { metrics, durationMs } = summary;
  const duration = hasSamples(summary, DURATION + tag) ? metrics.get(DURATION + tag)?.values : undefined;
  const failed = metrics.get(`http_req_failed${tag}`);
  const counter = metrics.get(`http_reqs${tag}`);
  const rate = failed === undefined ? undefined : k6Rate(failed);
  const requests = numberOf(counter?.values["count"]) ?? rate?.total ?? (duration === undefined ? 0 : undefined);
  const perSec = (count: number | undefined): number | undefined =>
    count === undefined || durationMs === undefined || durationMs <= 0 ? undefined : (count * 1000) / durationMs;
  return foreignTask(tag === "" ? AGGREGATED : tagName(tag), {
    requests,
    failures: requests === 0 ? 0 : rate?.matches,
    requestsPerSec: numberOf(counter?.values["rate"]) ?? perSec(requests),
    failuresPerSec: perSec(rate?.matches),
    quantilesMs: knownQuantiles(
      Object.entries(duration ?? {}).flatMap(([key, ms]) => {
        const ratio = ratioOf(key);
        return ratio === undefined ? [] : [{ ratio, ms: numberOf(ms) }];
      }),
    ),
    meanMs: numberOf(duration?.["avg"]),
    minMs: numberOf(duration?.["min"]),
    maxMs: numberOf(duration?.["max"]),
  });
}

/** `{name:embed}` → `embed`; other tags keep their key. */
function tagName(tag: string): string {
  const inside = tag.slice(1, -1);
  return inside.startsWith("name:") && !inside.includes(",") ? inside.slice("name:".length) : inside;
}

/** `med` → 0.5, `p(95)` and `p95` → 0.95; by moving the point in the text, since 99.9 / 100 is not 0.999. */
function ratioOf(key: string): number | undefined {
  if (key === "med") return 0.5;
  const percent = /^p\(?(\d+(?:\.\d+)?)\)?$/.exec(key)?.[1];
  return percent === undefined ? undefined : Number(`${percent}e-2`);
}

function thresholdsOf(name: string, metric: K6Metric): ForeignThreshold[] {
  const hasData = k6HasSamples(metric);
  return metric.thresholds.map(({ expr, isMet }) => ({ expr: `${name} ${expr}`, isMet: hasData ? isMet : undefined }));
}
