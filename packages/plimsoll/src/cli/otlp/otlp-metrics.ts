/**
 * A run's metrics as an OTLP export request (opentelemetry-proto 1.x, `ExportMetricsServiceRequest`), in the shape of
 * its JSON encoding. Names are those of `--format prometheus`, every value a gauge: a summary's quantiles carry the
 * label `quantile`, as a scraper would see them.
 */
import { type MetricFamily, metricFamilies } from "../../report/prometheus.ts";
import type { ReportModel } from "../../report/report-model.ts";
import { VERSION } from "../version.ts";

export interface OtlpRequest {
  readonly resourceMetrics: readonly [
    {
      readonly resource: { readonly attributes: readonly OtlpAttribute[] };
      readonly scopeMetrics: readonly [
        { readonly scope: { readonly name: string; readonly version: string }; readonly metrics: readonly OtlpGauge[] },
      ];
    },
  ];
}

export interface OtlpGauge {
  readonly name: string;
  readonly description: string;
  /** UCUM; empty where the name says it all. */
  readonly unit: string;
  readonly gauge: { readonly dataPoints: readonly OtlpPoint[] };
}

export interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  /** Decimal text: 64 bits do not fit a number. */
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble: number;
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

/** When the values hold, and since when they are counted; wall clock. */
export interface OtlpSpan {
  readonly startUnixMs: number;
  readonly unixMs: number;
}

/** Values that are none (not finite) are left out, and so are metrics without any. */
export function otlpRequest(model: ReportModel, span: OtlpSpan): OtlpRequest {
  const { run } = model.stats.header;
  const resource = {
    attributes: [attribute("service.name", "plimsoll"), attribute("service.instance.id", run)],
  };
  const metrics = metricFamilies(model).flatMap((family) => gaugesOf(family, span));
  return {
    resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: "plimsoll", version: VERSION }, metrics }] }],
  };
}

/** One a suffix: `_sum` and `_count` are metrics of their own. */
function gaugesOf({ name, help, samples }: MetricFamily, span: OtlpSpan): readonly OtlpGauge[] {
  const times = { startTimeUnixNano: nanosOf(span.startUnixMs), timeUnixNano: nanosOf(span.unixMs) };
  const bySuffix = new Map<string, OtlpPoint[]>();
  for (const { suffix = "", labels, value } of samples) {
    if (value === undefined || !Number.isFinite(value)) continue;
    const points = bySuffix.get(suffix) ?? [];
    bySuffix.set(suffix, points);
    points.push({ attributes: labels.map(([key, text]) => attribute(key, text)), ...times, asDouble: value });
  }
  return [...bySuffix].map(([suffix, dataPoints]) => ({
    name: name + suffix,
    description: help,
    unit: name.endsWith("_seconds") && suffix !== "_count" ? "s" : "",
    gauge: { dataPoints },
  }));
}

function attribute(key: string, stringValue: string): OtlpAttribute {
  return { key, value: { stringValue } };
}

function nanosOf(unixMs: number): string {
  return `${BigInt(Math.round(unixMs * 1000)) * 1000n}`;
}
