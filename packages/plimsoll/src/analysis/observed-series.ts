/** What the target told of itself as lines over time: levels as they are, counters as their rate. */
import type { JsonValue } from "../base/json.ts";
import { EVENT_CODES } from "../records/event-codes.ts";
import type { EventRecord, ObservedRecord, PlanRecord } from "../records/record.ts";

/** One observed metric over the run; the instants are shared by all, ms on the run clock. */
export interface ObservedSeries {
  readonly name: string;
  /** As the target calls it. */
  readonly metric: string;
  /** `rate`: increase per second of a counter. */
  readonly kind: "level" | "rate";
  /** Null where it was not to be had, and where a counter began anew. */
  readonly values: readonly (number | null)[];
  /** The value at which it is full, as the spec says. */
  readonly full: number | undefined;
}

/** The instants and the series of a run, in the order of the spec; both empty when nothing was observed. */
export interface ObservedRun {
  readonly atMs: readonly number[];
  readonly series: readonly ObservedSeries[];
}

/** What of a run is needed to know them. */
export interface ObservedFacts {
  readonly observations: readonly ObservedRecord[];
  readonly plan: Pick<PlanRecord, "spec">;
}

/** Prometheus' names for what only ever rises. */
const COUNTER = /_(?:total|count|sum)$/;

/** A counter is told by its name, or by that of the metric it stands for: it ends in `_total`, `_count` or `_sum`. */
export function observedRun({ observations, plan }: ObservedFacts): ObservedRun {
  const metrics = plannedMetrics(plan.spec);
  const names = new Set([...metrics.keys(), ...observations.flatMap(({ values }) => Object.keys(values))]);
  if (observations.length === 0) return { atMs: [], series: [] };
  return {
    atMs: observations.map(({ atMs }) => atMs),
    series: [...names].map((name) => {
      const { metric, full } = metrics.get(name) ?? { metric: name, full: undefined };
      const isCounter = COUNTER.test(name) || COUNTER.test(metric);
      const values = observations.map((record) => ownValue(record, name));
      return {
        name,
        metric,
        kind: isCounter ? "rate" : "level",
        values: isCounter ? rates(observations, values) : values,
        full,
      };
    }),
  };
}

/** Why a scrape gave nothing, the first time that one did. */
export function observationFault(events: readonly EventRecord[]): string | undefined {
  return events.find(({ code }) => code === EVENT_CODES.observationFailed)?.message;
}

function ownValue({ values }: ObservedRecord, name: string): number | null {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

/** Increase per second since the value before; none across a gap or a restart, which sets counters back. */
function rates(observations: readonly ObservedRecord[], values: readonly (number | null)[]): (number | null)[] {
  return values.map((value, index) => {
    const before = index === 0 ? null : values[index - 1]!;
    if (value === null || before === null || value < before) return null;
    const spanMs = observations[index]!.atMs - observations[index - 1]!.atMs;
    return spanMs > 0 ? ((value - before) * 1000) / spanMs : null;
  });
}

interface PlannedMetric {
  readonly metric: string;
  readonly full: number | undefined;
}

/** As the journalled spec has them, by name; what does not look like one is left out. */
function plannedMetrics(spec: JsonValue): ReadonlyMap<string, PlannedMetric> {
  const metrics = member(member(spec, "observe"), "metrics");
  if (!Array.isArray(metrics)) return new Map();
  return new Map(
    metrics.flatMap((entry: JsonValue): [string, PlannedMetric][] => {
      const name = member(entry, "name");
      const metric = member(entry, "metric");
      const full = member(entry, "full");
      if (typeof name !== "string" || typeof metric !== "string") return [];
      return [[name, { metric, full: typeof full === "number" && full > 0 ? full : undefined }]];
    }),
  );
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
