/** Drift of one phase: p95 by window over the part where the planned load is level, after the warm-up. */
import type { PlannedPhase } from "../records/record.ts";
import { firstLevel, isSpike } from "./planned-shape.ts";
import type { ProfileDrift, Warmup } from "./run-stats.ts";
import type { SlotStats } from "./slot-stats.ts";
import { findDrift, LEAST_DRIFT_RATIO, LEAST_DRIFT_WINDOWS, leastRiseWithout } from "./trend/drift.ts";
import { type WindowGrid, windowQuantilesMs } from "./window-quantiles.ts";

export interface DriftEvidence {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  readonly warmup: Pick<Warmup, "cutMs" | "method">;
  /** Of all tasks, or of one, by due slot. */
  readonly slots: readonly SlotStats[];
}

const LEAST_CUT_MS = 5000;
const LEAST_WINDOW_MS = 10_000;
/** Of level load after the warm-up; a shorter one is never judged. */
export const LEAST_DRIFT_MS = LEAST_DRIFT_WINDOWS * LEAST_WINDOW_MS;
const LEAST_WINDOW_REQUESTS = 100;
/** More say nothing more, and cost their square. */
const MOST_WINDOWS = 180;

/**
 * Windows last 10 s, doubled while one of them holds fewer than 100 requests or there are more than 180.
 * @param leastRatio the rise that is to be told (0–1)
 * @returns undefined when the level part holds fewer than twelve such windows
 */
export function profileDrift(evidence: DriftEvidence, leastRatio = LEAST_DRIFT_RATIO): ProfileDrift | undefined {
  const windows = driftWindows(evidence);
  return windows === undefined ? undefined : driftOf(windows, leastRatio);
}

/** The lower end of the rise where `lagMs` of each response time may be our own lateness. @returns as `profileDrift` */
export function leastDriftRatio(evidence: DriftEvidence, lagMs: number, leastRatio?: number): number | undefined {
  const windows = driftWindows(evidence);
  const found = windows === undefined ? undefined : findDrift(windows.p95Ms, leastRatio);
  return windows === undefined || found === undefined ? undefined : leastRiseWithout(windows.p95Ms, lagMs, found);
}

interface DriftWindows {
  readonly p95Ms: readonly number[];
  readonly grid: WindowGrid;
}

function driftWindows(evidence: DriftEvidence): DriftWindows | undefined {
  const { planned, durationMs, slots } = evidence;
  if (isSpike(planned)) return undefined;
  const level = firstLevel(planned, durationMs);
  const fromMs = Math.max(level[0], startMs(evidence));
  for (let windowMs = LEAST_WINDOW_MS; ; windowMs *= 2) {
    const count = Math.floor((level[1] - fromMs) / windowMs + 1e-9);
    if (count < LEAST_DRIFT_WINDOWS) return undefined;
    if (count > MOST_WINDOWS) continue;
    const grid = { fromMs, windowMs, count };
    const p95Ms = windowQuantilesMs(slots, grid, { ratio: 0.95, leastCount: LEAST_WINDOW_REQUESTS });
    if (p95Ms !== undefined) return { p95Ms, grid };
  }
}

/**
 * A leak never settles, so the search for where a phase settles would cut half of it away, and a step all before it: only
 * a tenth is cut, as of a phase that is warm from the start. A target that warms up grows faster, which is no drift.
 */
function startMs({ warmup, durationMs }: DriftEvidence): number {
  if (warmup.method !== "mser") return warmup.cutMs;
  return Math.min(warmup.cutMs, Math.max(LEAST_CUT_MS, 0.1 * durationMs));
}

/** How much a minute, with its interval: of a creep the slope, of a step its height spread over the time looked at. */
export function driftPace({ perMinRatio, low, high, fromMs, toMs }: ProfileDrift) {
  const minutes = (toMs - fromMs) / 60_000;
  return { perMinRatio, perMinLow: low / minutes, perMinHigh: high / minutes };
}

function driftOf({ p95Ms, grid }: DriftWindows, leastRatio: number): ProfileDrift | undefined {
  const found = findDrift(p95Ms, leastRatio);
  if (found === undefined) return undefined;
  const { fromMs, windowMs, count } = grid;
  const spanMs = windowMs * count;
  const { ratio, low, high } = found.total;
  return {
    verdict: found.verdict,
    totalRatio: ratio,
    perMinRatio: (ratio * 60_000) / spanMs,
    low,
    high,
    fromMs,
    toMs: fromMs + spanMs,
    windowMs,
    ...(found.shape === undefined ? {} : { shape: found.shape }),
    ...(found.stepAt === undefined ? {} : { stepAtMs: fromMs + found.stepAt * windowMs }),
  };
}
