/**
 * The three shapes of a k6 summary as one. A: the argument of `handleSummary`. B: `--summary-export`, values flat,
 * thresholds inverted (true means failed: grafana/k6#5316). C: `--new-machine-readable-summary`, no thresholds.
 */
import type { JsonValue } from "../../base/json.ts";
import { arrayOf, fieldAt, type JsonObject, numberOf, objectOf, textOf } from "./json-fields.ts";

export interface K6Metric {
  readonly type: "counter" | "gauge" | "rate" | "trend";
  readonly values: JsonObject;
  readonly thresholds: readonly { readonly expr: string; readonly isMet: boolean }[];
}

export interface K6Summary {
  readonly shape: "A" | "B" | "C";
  readonly durationMs: number | undefined;
  /** By `name` or `name{tag:value}`. */
  readonly metrics: ReadonlyMap<string, K6Metric>;
}

/** undefined when the value is no k6 summary. */
export function k6SummaryOf(value: JsonValue): K6Summary | undefined {
  const results = fieldAt(value, "results", "metrics");
  if (fieldAt(value, "version") !== undefined && results !== undefined) return shapeC(value, results);
  const metrics = objectOf(fieldAt(value, "metrics"));
  if (metrics === undefined || fieldAt(value, "root_group") === undefined) return undefined;
  const isShapeA = Object.values(metrics).some((metric) => textOf(fieldAt(metric, "type")) !== undefined);
  return isShapeA ? shapeA(value, metrics) : shapeB(metrics);
}

function shapeA(value: JsonValue, metrics: JsonObject): K6Summary {
  return {
    shape: "A",
    durationMs: numberOf(fieldAt(value, "state", "testRunDurationMs")),
    metrics: new Map(
      Object.entries(metrics).map(([name, metric]) => {
        const values = objectOf(fieldAt(metric, "values")) ?? {};
        const thresholds = Object.entries(objectOf(fieldAt(metric, "thresholds")) ?? {}).map(([expr, state]) => ({
          expr,
          isMet: fieldAt(state, "ok") === true,
        }));
        return [name, { type: typeOf(fieldAt(metric, "type"), values), values, thresholds }];
      }),
    ),
  };
}

function shapeB(metrics: JsonObject): K6Summary {
  return {
    shape: "B",
    durationMs: undefined,
    metrics: new Map(
      Object.entries(metrics).map(([name, metric]) => {
        const values = objectOf(metric) ?? {};
        const thresholds = Object.entries(objectOf(fieldAt(metric, "thresholds")) ?? {}).map(([expr, hasFailed]) => ({
          expr,
          isMet: hasFailed === false,
        }));
        return [name, { type: typeOf(undefined, values), values, thresholds }];
      }),
    ),
  };
}

function shapeC(value: JsonValue, results: JsonValue): K6Summary {
  const durationSec = numberOf(fieldAt(value, "config", "duration"));
  return {
    shape: "C",
    durationMs: durationSec === undefined ? undefined : durationSec * 1000,
    metrics: new Map(
      (arrayOf(results) ?? []).map((metric) => {
        const values = objectOf(fieldAt(metric, "values")) ?? {};
        const name = textOf(fieldAt(metric, "name")) ?? "";
        return [name, { type: typeOf(fieldAt(metric, "type"), values), values, thresholds: [] }];
      }),
    ),
  };
}

function typeOf(told: JsonValue | undefined, values: JsonObject): K6Metric["type"] {
  if (told === "counter" || told === "gauge" || told === "rate" || told === "trend") return told;
  if ("passes" in values || "matches" in values) return "rate";
  if ("count" in values) return "counter";
  return "avg" in values || "med" in values || Object.keys(values).some((key) => key.startsWith("p("))
    ? "trend"
    : "gauge";
}

/** How many samples of a rate metric were true, and how many there were. */
export function k6Rate({ values }: K6Metric): { readonly matches: number; readonly total: number } | undefined {
  const [matches, total] = [numberOf(values["matches"]), numberOf(values["total"])];
  if (matches !== undefined && total !== undefined) return { matches, total };
  const [passes, fails] = [numberOf(values["passes"]), numberOf(values["fails"])];
  return passes === undefined || fails === undefined ? undefined : { matches: passes, total: passes + fails };
}

/** Whether the metric ever had a sample. k6 writes 0 for all figures of one that had none, and calls its thresholds ok. */
export function k6HasSamples(metric: K6Metric): boolean {
  if (metric.type === "rate") return (k6Rate(metric)?.total ?? 0) > 0;
  if (metric.type === "counter") return (numberOf(metric.values["count"]) ?? 0) > 0;
  return Object.values(metric.values).some((value) => (numberOf(value) ?? 0) !== 0);
}
