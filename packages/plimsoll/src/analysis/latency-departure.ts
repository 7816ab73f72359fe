/** When p95 left the level at which it began; what saturates is looked for before it. */
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { SecondPoint } from "./run-stats.ts";

/** Instants on the phase clock. */
export interface LatencyDeparture {
  /** p95 of the part in which it was level. */
  readonly baseMs: number;
  /** End of that part. */
  readonly baseUntilMs: number;
  /** From here on p95 was at least twice its base for 5 s and more. */
  readonly leftAtMs: number;
}

/** One second of a phase, `atMs` its start. */
export type LatencySecond = Pick<SecondPoint, "atMs" | "completed" | "failed" | "response">;

const LEFT_FACTOR = 2;
const SUSTAINED_S = 5;
/** p95 of a window with fewer requests says nothing. */
const MIN_WINDOW_REQUESTS = 40;
const WINDOWS_S = [3, 5, 10, 20];
/** The first part of the phase, which must be level to be a base. */
const BASE_RATIO = 0.15;
const MIN_BASE_S = 10;
/** A base is level when p95 of its second half is below this many times that of its first. */
const LEVEL_FACTOR = 1.5;

/** Undefined when p95 never left its base for long, or had none that was level. */
export function latencyDeparture(points: readonly LatencySecond[]): LatencyDeparture | undefined {
  const baseSeconds = Math.max(MIN_BASE_S, Math.round(points.length * BASE_RATIO));
  const windowSeconds = windowFor(points.slice(0, baseSeconds));
  if (windowSeconds === undefined || points.length < baseSeconds + SUSTAINED_S) return undefined;
  const p95s = points.map((_, index) => windowP95(points, index, windowSeconds));
  const inBase = p95s.slice(windowSeconds - 1, baseSeconds).filter((p95) => p95 !== undefined);
  const baseMs = levelOf(inBase);
  if (baseMs === undefined) return undefined;
  // A slow second is in as many windows as they are long.
  const count = SUSTAINED_S + windowSeconds - 1;
  const index = leavingIndex(p95s, { from: baseSeconds, count, limitMs: LEFT_FACTOR * baseMs });
  if (index === undefined) return undefined;
  return { baseMs, baseUntilMs: baseSeconds * 1000, leftAtMs: points[index]!.atMs + 1000 };
}

/** The shortest window in which the base has requests enough for a p95. */
function windowFor(base: readonly LatencySecond[]): number | undefined {
  const ended = base.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  const perSec = base.length === 0 ? 0 : ended / base.length;
  return WINDOWS_S.find((seconds) => perSec * seconds >= MIN_WINDOW_REQUESTS && seconds <= base.length);
}

/** p95 (ms) of the requests that ended in the window's last second and those before it; undefined without any. */
function windowP95(points: readonly LatencySecond[], last: number, seconds: number): number | undefined {
  const window = points.slice(Math.max(0, last - seconds + 1), last + 1);
  const us = quantileUs(window.map(({ response }) => response).reduce(mergeBuckets, []), 0.95);
  return us === undefined ? undefined : us / 1000;
}

/** Of the first of `count` windows in a row above the limit; one without an answer is no way back. */
function leavingIndex(
  p95s: readonly (number | undefined)[],
  { from, count, limitMs }: { readonly from: number; readonly count: number; readonly limitMs: number },
): number | undefined {
  const isAbove = (p95: number | undefined) => p95 === undefined || p95 >= limitMs;
  for (let index = from; index + count <= p95s.length; index++) {
    if (p95s[index] !== undefined && p95s.slice(index, index + count).every(isAbove)) return index;
  }
  return undefined;
}

/** Their median; undefined where they rise, or jump by as much as would count as leaving. */
function levelOf(p95s: readonly number[]): number | undefined {
  const half = Math.floor(p95s.length / 2);
  if (half === 0 || median(p95s.slice(half)) > LEVEL_FACTOR * median(p95s.slice(0, half))) return undefined;
  const level = median(p95s);
  return p95s.every((p95) => p95 < LEFT_FACTOR * level) ? level : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
