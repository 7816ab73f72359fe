/** When p95 left the level at which it began, for good; what saturates is looked for before it. */
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { SecondPoint } from "./run-stats.ts";

/** Instants on the phase clock. */
export interface LatencyDeparture {
  /** p95 of the part in which it was level. */
  readonly baseMs: number;
  /** End of that part. */
  readonly baseUntilMs: number;
  /** From here on p95 was at least twice its base, and stayed so. */
  readonly leftAtMs: number;
}

const LEFT_FACTOR = 2;
/** p95 of a window with fewer requests says nothing. */
const MIN_WINDOW_REQUESTS = 40;
const WINDOWS_S = [3, 5, 10, 20];
/** The first part of the phase, which must be level to be a base. */
const BASE_RATIO = 0.15;
const MIN_BASE_S = 10;
/** Within its base p95 stays below this many times the least p95 seen there. */
const LEVEL_FACTOR = 1.6;

/** Undefined when p95 never left its base, came back from it, or had none that was level. */
export function latencyDeparture(points: readonly SecondPoint[]): LatencyDeparture | undefined {
  const baseSeconds = Math.max(MIN_BASE_S, Math.round(points.length * BASE_RATIO));
  const windowSeconds = windowFor(points.slice(0, baseSeconds));
  if (windowSeconds === undefined || points.length < baseSeconds + 2 * windowSeconds) return undefined;
  const p95s = points.map((_, index) => windowP95(points, index, windowSeconds));
  const inBase = p95s.slice(windowSeconds - 1, baseSeconds).filter((p95) => p95 !== undefined);
  const least = Math.min(...inBase);
  if (inBase.length === 0 || Math.max(...inBase) > LEVEL_FACTOR * least) return undefined;
  const baseMs = median(inBase);
  const index = leavingIndex(p95s, baseSeconds, LEFT_FACTOR * baseMs);
  if (index === undefined || p95s.length - index < windowSeconds) return undefined;
  return { baseMs, baseUntilMs: baseSeconds * 1000, leftAtMs: points[index]!.atMs + 1000 };
}

/** The shortest window in which the base has requests enough for a p95. */
function windowFor(base: readonly SecondPoint[]): number | undefined {
  const ended = base.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  const perSec = base.length === 0 ? 0 : ended / base.length;
  return WINDOWS_S.find((seconds) => perSec * seconds >= MIN_WINDOW_REQUESTS && seconds <= base.length);
}

/** p95 (ms) of the requests that ended in the window's last second and those before it; undefined without any. */
function windowP95(points: readonly SecondPoint[], last: number, seconds: number): number | undefined {
  const window = points.slice(Math.max(0, last - seconds + 1), last + 1);
  const us = quantileUs(window.map(({ response }) => response).reduce(mergeBuckets, []), 0.95);
  return us === undefined ? undefined : us / 1000;
}

/** Of the first second from which on p95 never came back below the limit; a second without an answer is no way back. */
function leavingIndex(p95s: readonly (number | undefined)[], from: number, limitMs: number): number | undefined {
  const lastBelow = p95s.findLastIndex((p95) => p95 !== undefined && p95 < limitMs);
  const index = Math.max(lastBelow + 1, from);
  return index < p95s.length && lastBelow >= from - 1 ? index : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
