/** From when on a phase may be judged: after caches and pools have filled (statistics.md §3 in the design). */
import type { PlannedPhase } from "../records/record.ts";
import { SLOT_MS } from "../records/second.ts";
import { BucketSum } from "./bucket-sum.ts";
import { instantFigure } from "./figure.ts";
import { type MserCut, mser } from "./mser.ts";
import { firstLevel, isSpike } from "./planned-shape.ts";
import type { SecondPoint, Warmup } from "./run-stats.ts";
import type { SlotStats } from "./slot-stats.ts";

export interface WarmupEvidence {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  /** Median response time over the phase. */
  readonly medianMs: number;
  /** Of all tasks together. */
  readonly slots: readonly SlotStats[];
  readonly series: readonly Pick<SecondPoint, "atMs" | "inFlight">[];
}

/** Shorter phases, and level stretches, hold too little to find a cut in. */
const LEAST_PHASE_MS = 30_000;
const LEAST_CUT_MS = 5000;
/** Fewer windows cannot tell a settled series from an unsettled one. */
const LEAST_WINDOWS = 20;
/** Requests a window should hold for its median to mean something. */
const REQUESTS_PER_WINDOW = 5;
const WINDOW_MS = 1000;

/**
 * The cut: the latest of the floor (5 s, 3 median latencies, a tenth of the phase) and where two series settle, ln of
 * window medians by scheduled start and in flight per second; at most half of the phase. Both series are looked at
 * only where the plan is level. Windows are 1 s, doubled while they hold fewer than 5 requests on average.
 */
export function findWarmup(evidence: WarmupEvidence): Warmup {
  const { planned, durationMs } = evidence;
  if (planned.warmupMs !== undefined) {
    const why = planned.warmupMs === 0 ? "Judged from the first request, as asked." : "The cut that was asked for.";
    return { cutMs: Math.min(planned.warmupMs, durationMs), method: "given", isNeverWarm: false, why };
  }
  if (durationMs < LEAST_PHASE_MS) return uncut("Phases under 30 s are not cut.");
  if (isSpike(planned)) return uncut("A spike is judged from its first request.");
  const level = firstLevel(planned, durationMs);
  if (level[1] - level[0] < LEAST_PHASE_MS) return uncut("The planned load is level for less than 30 s.");
  return settledCut(evidence, level);
}

/** What is cut of a phase at least, of one whose load is level for long enough to be looked at. */
export function leastCutMs({ warmupMs }: Pick<PlannedPhase, "warmupMs">, durationMs: number): number {
  return warmupMs === undefined ? Math.max(LEAST_CUT_MS, 0.1 * durationMs) : Math.min(warmupMs, durationMs);
}

function uncut(why: string): Warmup {
  return { cutMs: 0, method: "none", isNeverWarm: false, why };
}

function settledCut(evidence: WarmupEvidence, level: readonly [number, number]): Warmup {
  const { durationMs, medianMs, series } = evidence;
  const floorMs = Math.max(LEAST_CUT_MS, 3 * medianMs, 0.1 * durationMs);
  const windows = windowMedians(evidence.slots, level);
  const gauges = series.filter(({ atMs }) => atMs >= level[0] && atMs + 1000 <= level[1]);
  const latency = settle(windows.map(({ medianMs: ms }) => Math.log(ms)));
  const inFlight = settle(gauges.map((point) => point.inFlight));
  const latencyMs = latency === undefined || latency.cutBatches === 0 ? 0 : (windows[latency.cutBatches]?.atMs ?? 0);
  const inFlightMs = inFlight === undefined || inFlight.cutBatches === 0 ? 0 : (gauges[inFlight.cutBatches]?.atMs ?? 0);
  const cutMs = Math.min(0.5 * durationMs, Math.max(floorMs, latencyMs, inFlightMs));
  const unsettled = [
    ...(latency?.isAtCap ? ["response times"] : []),
    ...(inFlight?.isAtCap ? ["requests in flight"] : []),
  ];
  return { cutMs, method: "mser", isNeverWarm: unsettled.length > 0, why: reasonOf(cutMs, floorMs, unsettled) };
}

/** Of a phase in which requests surely came faster than they were answered: that is the cause, and more time no advice. */
export function unsettledByLoad(warmup: Warmup): Warmup {
  if (!warmup.isNeverWarm) return warmup;
  return {
    ...warmup,
    why: warmup.why.replace(MORE_TIME, ": more requests came than were answered."),
  };
}

const MORE_TIME = "; run it twice as long.";

function reasonOf(cutMs: number, floorMs: number, unsettled: readonly string[]): string {
  if (unsettled.length > 0) {
    const what = unsettled.join(" and ");
    return `${what.charAt(0).toUpperCase()}${what.slice(1)} had not settled by half of the phase${MORE_TIME}`;
  }
  if (cutMs > floorMs) return `Response times and requests in flight had settled by ${instantFigure(cutMs)}.`;
  return `Settled from the start; the first ${instantFigure(cutMs)} are cut all the same.`;
}

function settle(values: readonly number[]): MserCut | undefined {
  return values.length < LEAST_WINDOWS ? undefined : mser(values, 1);
}

interface WindowMedian {
  readonly atMs: number;
  readonly medianMs: number;
}

/** Only whole windows within the level stretch that hold requests. */
function windowMedians(slots: readonly SlotStats[], level: readonly [number, number]): readonly WindowMedian[] {
  const within = slots.filter(({ due }) => due * SLOT_MS >= level[0] && (due + 1) * SLOT_MS <= level[1]);
  const count = within.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  let windowMs = WINDOW_MS;
  const isSparse = (): boolean => (count * windowMs) / (level[1] - level[0]) < REQUESTS_PER_WINDOW;
  while (isSparse() && (level[1] - level[0]) / (2 * windowMs) >= LEAST_WINDOWS) windowMs *= 2;
  return mediansBy(within, (due) => Math.floor((due * SLOT_MS - level[0]) / windowMs)).map(({ window, medianMs }) => ({
    atMs: level[0] + window * windowMs,
    medianMs,
  }));
}

/** The slots are in rising order, so each window's come together. */
function mediansBy(
  slots: readonly SlotStats[],
  windowOf: (due: number) => number,
): readonly { readonly window: number; readonly medianMs: number }[] {
  const medians: { readonly window: number; readonly medianMs: number }[] = [];
  const sum = new BucketSum();
  for (const [at, { due, response, failedResponse }] of slots.entries()) {
    const window = windowOf(due);
    sum.add(response);
    sum.add(failedResponse);
    const next = slots[at + 1];
    if (next !== undefined && windowOf(next.due) === window) continue;
    const medianUs = sum.valueAtRankUs(Math.ceil(sum.count / 2));
    if (sum.count > 0 && medianUs !== undefined) medians.push({ window, medianMs: medianUs / 1000 });
    sum.clear();
  }
  return medians;
}
