/** `comparison.json`: two results held against each other, in full precision, for machines. */
import type { ComparedProfile, Comparison, MetricChange } from "../verdict/comparison-answer.ts";
import { cutText } from "./printable.ts";

/** Fields may be added, none is renamed. */
const COMPARISON_SCHEMA_ID = "plimsoll.comparison/1";

/** The document as text, indented by two blanks, with a line break at its end; null where nothing is known. */
export function renderComparisonJson(comparison: Comparison): string {
  const { profiles, capacity, base, next, ...answer } = comparison;
  const document = {
    schema: COMPARISON_SCHEMA_ID,
    verdict: answer.verdict,
    exitCode: answer.exitCode,
    because: answer.because,
    advice: answer.advice,
    maxRegressionRatio: answer.maxRegressionRatio,
    isPointsOnly: answer.isPointsOnly,
    base,
    next,
    profiles: profiles.map(profileEntry),
    capacity,
    notes: answer.notes,
  };
  const shown = (_: string, value: unknown) => (typeof value === "string" ? cutText(value) : (value ?? null));
  return `${JSON.stringify(document, shown, 2)}\n`;
}

/** The histograms and the seconds stay in the journals. */
function profileEntry({ distributions: _, seconds: __, metrics, ...profile }: ComparedProfile) {
  return { ...profile, metrics: metrics.map(metricEntry) };
}

function metricEntry(metric: MetricChange) {
  const { change, ...rest } = metric;
  return {
    ...rest,
    unit: metric.metric === "errors" ? "ratio" : "ms",
    change: change === undefined ? null : { ...change, low: change.low ?? null, high: change.high ?? null },
  };
}
