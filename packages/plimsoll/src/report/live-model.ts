/** What a screen shows of a run that is still going: the fold so far, seen from one instant of the run clock. */
import type { GeneratorStats, ProfileStats, RunStats, SecondPoint, TaskStats } from "../analysis/run-stats.ts";
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { PlannedPhase } from "../records/record.ts";
import type { Buckets } from "../records/second.ts";

export interface LiveModel {
  readonly name: string;
  readonly target: string;
  readonly seed: number;
  readonly nowMs: number;
  /** Undefined until the first profile starts. */
  readonly profile: LiveProfile | undefined;
  /** Names of the profiles that have not started. */
  readonly upcoming: readonly string[];
}

export interface LiveProfile {
  readonly name: string;
  /** 1 for the first. */
  readonly number: number;
  readonly profileCount: number;
  readonly state: "running" | "draining" | "finished";
  readonly elapsedMs: number;
  readonly plannedMs: number;
  /** What requests in flight at the end may still take. */
  readonly drainMs: number;
  readonly remainingMs: number;
  /** 0–1. */
  readonly progressRatio: number;
  readonly kind: "closed" | "open";
  /** Users alive (closed loop) or arrivals planned per second (open loop), now. */
  readonly load: number;
  /** Ended requests per second over the last `WINDOW_SEC` seconds. */
  readonly requestsPerSec: number;
  /** Of the requests that ended in that window, from the scheduled start; undefined without any. */
  readonly recentMs: RecentLatency | undefined;
  readonly requests: number;
  readonly failures: number;
  readonly errorRatio: number | undefined;
  readonly inFlight: number;
  readonly dropped: number;
  /** A value a second, the newest last, at most `HISTORY_SEC`. */
  readonly p95History: readonly (number | undefined)[];
  readonly requestsHistory: readonly number[];
  readonly tasks: readonly TaskStats[];
  readonly generator: GeneratorStats;
}

export interface RecentLatency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export const WINDOW_SEC = 10;
export const HISTORY_SEC = 60;

/** The view of `stats` at `nowMs` on the run clock. */
export function liveModelOf(stats: RunStats, nowMs: number): LiveModel {
  const { plan, profiles } = stats;
  const current = profiles.at(-1);
  return {
    name: plan.name,
    target: plan.target,
    seed: plan.seed,
    nowMs,
    profile: current === undefined ? undefined : liveProfile(current, profiles.length, plan.phases.length, nowMs),
    upcoming: plan.phases.slice(profiles.length).map((phase) => phase.name),
  };
}

function liveProfile(profile: ProfileStats, number: number, profileCount: number, nowMs: number): LiveProfile {
  const { planned, series, arrivals } = profile;
  const sinceStartMs = Math.max(0, nowMs - profile.startedAtMs);
  const elapsedMs = Math.min(planned.plannedMs, sinceStartMs);
  const recent = series.slice(-WINDOW_SEC);
  const history = series.slice(-HISTORY_SEC);
  const last = series.at(-1);
  const aggregated = profile.tasks.at(-1);
  return {
    name: profile.name,
    number,
    profileCount,
    state: profile.isFinished ? "finished" : sinceStartMs >= planned.plannedMs ? "draining" : "running",
    elapsedMs,
    plannedMs: planned.plannedMs,
    drainMs: planned.drainMs,
    remainingMs: planned.plannedMs - elapsedMs,
    progressRatio: planned.plannedMs === 0 ? 1 : elapsedMs / planned.plannedMs,
    kind: planned.kind,
    load: planned.kind === "closed" ? (last?.users ?? 0) : plannedLoadAt(planned, elapsedMs),
    requestsPerSec: recent.length === 0 ? 0 : recent.reduce((sum, point) => sum + endedIn(point), 0) / recent.length,
    recentMs: recentLatency(recent),
    requests: aggregated?.requests ?? 0,
    failures: aggregated?.failures ?? 0,
    errorRatio: aggregated?.errorRatio,
    inFlight: last?.inFlight ?? 0,
    dropped: arrivals.dropped,
    p95History: history.map((point) => point.p95),
    requestsHistory: history.map(endedIn),
    tasks: profile.tasks,
    generator: profile.generator,
  };
}

function endedIn(point: SecondPoint): number {
  return point.completed + point.failed;
}

function recentLatency(points: readonly SecondPoint[]): RecentLatency | undefined {
  const merged = points.reduce<Buckets>((all, point) => mergeBuckets(all, point.response), []);
  const at = (ratio: number): number => (quantileUs(merged, ratio) ?? 0) / 1000;
  if (merged.length === 0) return undefined;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: Math.max(0, ...points.map((point) => point.max ?? 0)) };
}

/** Planned load at `atMs`, on the straight line between the shape's corners. */
function plannedLoadAt({ shape, ratePerSec }: PlannedPhase, atMs: number): number {
  const next = shape.findIndex(([cornerMs]) => cornerMs > atMs);
  const after = next < 0 ? undefined : shape[next];
  const before = next < 0 ? shape.at(-1) : shape[next - 1];
  if (before === undefined) return after?.[1] ?? ratePerSec ?? 0;
  if (after === undefined) return before[1];
  return before[1] + ((after[1] - before[1]) * (atMs - before[0])) / (after[0] - before[0]);
}
