import type { ObservedMetric } from "../../spec/spec.ts";
import { readSamples, type Sample } from "./prometheus-text.ts";

/** What was observed, by the names of the spec; null where the text tells nothing of it. */
export function observedValues(text: string, metrics: readonly ObservedMetric[]): Record<string, number | null> {
  const samples = readSamples(text, new Set(metrics.map(({ metric }) => metric)));
  return Object.fromEntries(metrics.map((metric) => [metric.name, valueFor(metric, samples)]));
}

/** The same when there was no answer to read. */
export function nothingObserved(metrics: readonly ObservedMetric[]): Record<string, number | null> {
  return Object.fromEntries(metrics.map(({ name }) => [name, null]));
}

function valueFor({ metric, labels, take }: ObservedMetric, samples: readonly Sample[]): number | null {
  const demanded = Object.entries(labels);
  const values = samples
    .filter((sample) => sample.metric === metric && demanded.every(([name, text]) => sample.labels.get(name) === text))
    .map(({ value }) => value);
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (take) {
    case "sum":
      return finite(sum);
    case "mean":
      return finite(sum / values.length);
    case "min":
      return values.reduce((least, value) => Math.min(least, value));
    case "max":
      return values.reduce((most, value) => Math.max(most, value));
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
