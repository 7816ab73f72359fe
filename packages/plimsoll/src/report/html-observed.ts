import { type ObservedFacts, observedRun } from "../analysis/observed-series.ts";
import { roundForChart } from "./html-round.ts";

/** What the target told of itself, on the run clock; one list of values a name, null where it was not to be had. */
export interface ObservationData {
  readonly names: readonly string[];
  /** Whether the values are a counter's increase per second. */
  readonly isRate: readonly boolean[];
  /** When it was asked (thinned: start of the bin). */
  readonly atMs: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** An hour at one scrape a second in steps of 2 s. */
const MAX_POINTS = 2000;

/** Undefined when nothing was observed; thinned to at most 2,000 instants, of each the mean. */
export function observationDataOf(run: ObservedFacts): ObservationData | undefined {
  const { atMs, series } = observedRun(run);
  if (series.length === 0) return undefined;
  const size = Math.ceil(atMs.length / MAX_POINTS);
  const starts = Array.from({ length: Math.ceil(atMs.length / size) }, (_, index) => index * size);
  return {
    names: series.map(({ name }) => name),
    isRate: series.map(({ kind }) => kind === "rate"),
    atMs: starts.map((start) => Math.round(atMs[start]!)),
    values: series.map(({ values }) => starts.map((start) => meanOf(values.slice(start, start + size)))),
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : roundForChart(known.reduce((sum, value) => sum + value, 0) / known.length);
}
