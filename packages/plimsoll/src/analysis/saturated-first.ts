/**
 * Which of the metrics that the target tells of itself gave way first, when response times left their base. Only what
 * is clear is told: a metric that was full or a queue that grew, which it had not been while p95 was at its base, and
 * no later than p95 left it. Coming first is not being the cause.
 */
import { spanMs } from "../base/span.ts";
import { type LatencySecond, latencyDeparture } from "./latency-departure.ts";
import { type ObservedFacts, type ObservedSeries, observedRun } from "./observed-series.ts";

/** Instants on the phase clock, earliest metric first. */
export interface SaturatedFirst {
  readonly baseMs: number;
  readonly leftAtMs: number;
  /** At least one. */
  readonly metrics: readonly SaturatedMetric[];
  /** How far apart two instants must be to be told apart: the interval of the scrapes, at least 1 s. */
  readonly resolutionMs: number;
}

/** `full`: at 95 % of `limit` and more; `grew`: a queue above `limit`, all it had held at the base. */
export interface SaturatedMetric {
  readonly name: string;
  readonly kind: "full" | "grew";
  readonly limit: number;
  readonly atMs: number;
}

/** The phase as far as it is needed; `startedAtMs` on the run clock. */
export interface ObservedPhase {
  readonly startedAtMs: number;
  readonly series: readonly LatencySecond[];
}

const FULL_RATIO = 0.95;
/** While p95 was at its base it must have been clearly below. */
const NOT_FULL_RATIO = 0.85;
/** Scrapes in a row that must agree. */
const SUSTAINED_COUNT = 3;
const MIN_BASE_COUNT = 5;
/** Most scrapes of the base that may have given nothing. */
const MAX_GAP_RATIO = 0.5;
/** Names of shares; whether of 1 or of 100 the values tell. */
const SHARE = /(?:^|[_:])(?:ratio|percent|pct|perc|util|utilization|utilisation|usage)(?:$|_)/i;
/** Names of requests that wait. */
const QUEUE = /(?:^|[_:])(?:queued?|queue_\w+|waiting|pending|backlog)(?:$|_)/i;

/** Undefined when p95 kept its base, or nothing observed clearly gave way before it left. */
export function saturatedFirst(profile: ObservedPhase, run: ObservedFacts): SaturatedFirst | undefined {
  if (run.observations.length === 0) return undefined;
  const departure = latencyDeparture(profile.series);
  if (departure === undefined) return undefined;
  const observed = observedRun(run);
  const atMs = observed.atMs.map((at) => spanMs(profile.startedAtMs, at));
  const span = { atMs, baseUntilMs: departure.baseUntilMs, leftAtMs: departure.leftAtMs };
  const resolutionMs = Math.max(1000, medianGapMs(atMs));
  const metrics = observed.series
    .flatMap((series) => saturation(series, { ...span, resolutionMs }) ?? [])
    .sort((a, b) => a.atMs - b.atMs);
  if (metrics.length === 0) return undefined;
  return { baseMs: departure.baseMs, leftAtMs: departure.leftAtMs, metrics, resolutionMs };
}

interface Span {
  readonly atMs: readonly number[];
  readonly baseUntilMs: number;
  readonly leftAtMs: number;
  readonly resolutionMs: number;
}

interface Point {
  readonly atMs: number;
  readonly value: number;
}

function saturation(series: ObservedSeries, span: Span): SaturatedMetric | undefined {
  const inPhase = span.atMs.flatMap((at, index) =>
    at >= 0 ? [{ atMs: at, value: series.values[index] ?? null }] : [],
  );
  const base = inPhase.filter(({ atMs }) => atMs < span.baseUntilMs);
  const known = inPhase.filter((point): point is Point => point.value !== null);
  const knownBase = known.filter(({ atMs }) => atMs < span.baseUntilMs).map(({ value }) => value);
  if (knownBase.length < MIN_BASE_COUNT || knownBase.length < MAX_GAP_RATIO * base.length) return undefined;
  const later = known.filter(({ atMs }) => atMs >= span.baseUntilMs);
  const found = fullness(series, known, knownBase, later) ?? growth(series, knownBase, later);
  if (found === undefined || found.atMs > span.leftAtMs + span.resolutionMs) return undefined;
  return { name: series.name, ...found };
}

type Found = Omit<SaturatedMetric, "name">;

function fullness(
  series: ObservedSeries,
  known: readonly Point[],
  base: readonly number[],
  later: readonly Point[],
): Found | undefined {
  const limit = series.full ?? shareLimit(series, known);
  if (limit === undefined || base.some((value) => value > NOT_FULL_RATIO * limit)) return undefined;
  const atMs = firstSustained(later, ({ value }) => value >= FULL_RATIO * limit);
  return atMs === undefined ? undefined : { kind: "full", limit, atMs };
}

/** 1 or 100, as its values tell; undefined where they do not. */
function shareLimit({ name, metric, kind }: ObservedSeries, known: readonly Point[]): number | undefined {
  if (kind === "rate" || !(SHARE.test(name) || SHARE.test(metric))) return undefined;
  const values = known.map(({ value }) => value);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  // Whole percents of an idle device are 0 and 1 as well.
  const hasFraction = values.some((value) => value > 0 && value < 1);
  if (most <= 1) return hasFraction ? 1 : undefined;
  return most <= 100 ? 100 : undefined;
}

function growth(
  { name, metric, kind }: ObservedSeries,
  base: readonly number[],
  later: readonly Point[],
): Found | undefined {
  if (kind === "rate" || !(QUEUE.test(name) || QUEUE.test(metric))) return undefined;
  const most = base.reduce((a, b) => Math.max(a, b), 0);
  // Twice what it ever held, and at least one waiting request more.
  const limit = Math.max(2 * most, most + 1);
  const atMs = firstSustained(later, ({ value }) => value > limit);
  return atMs === undefined ? undefined : { kind: "grew", limit: most, atMs };
}

/** When the first of several in a row was seen; they must last to the end of the row, not of the phase. */
function firstSustained(points: readonly Point[], holds: (point: Point) => boolean): number | undefined {
  const index = points.findIndex((_, first) => {
    const row = points.slice(first, first + SUSTAINED_COUNT);
    return row.length === SUSTAINED_COUNT && row.every(holds);
  });
  return points[index]?.atMs;
}

function medianGapMs(atMs: readonly number[]): number {
  const gaps = atMs.slice(1).map((at, index) => at - atMs[index]!);
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
}
