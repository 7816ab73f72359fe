/**
 * Was the generator fit to judge by? Its limits must never become the target's failure (statistics.md §13 in the
 * design: limits reasoned, decision table checked by the fixture `checks.json`).
 */
import type { DropReason } from "../base/outcome.ts";
import { countOfFigure, instantFigure, msFigure, ratioFigure } from "./figure.ts";
import type { Stall, StallFigures } from "./stalls.ts";

export interface GeneratorFigures extends Omit<StallFigures, "longest"> {
  readonly sendLagP99Ms: number;
  readonly loopDelayP99Ms: number;
  readonly utilisationRatio: number;
  readonly longestStall: Stall | undefined;
  /** Where Linux tells: share of the time that the worst-off load thread waited for a core, and that the hypervisor took. */
  readonly cpuWaitRatio?: number;
  readonly stealRatio?: number;
  /** Arrivals due and really sent; what is missing is `dropped` or lost. */
  readonly planned: number;
  readonly sent: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Handshakes that we caused by closing a connection ourselves ÷ requests sent. */
  readonly rehandshakeRatio: number;
  /** X: the smallest latency limit. */
  readonly limitMs: number;
  /** Closed loop without think time: it may use a whole core, so utilisation alone never makes it invalid. */
  readonly isClosedWithoutThink: boolean;
}

export interface GeneratorFitness {
  readonly health: "ok" | "degraded" | "invalid";
  /** A sentence each: what was short and what to do. */
  readonly reasons: readonly string[];
}

/** Used when no latency limit is given. */
export const DEFAULT_LIMIT_MS = 500;

const MAX_REHANDSHAKE_RATIO = 0.01;
const MAX_ARRIVAL_MISS_RATIO = 0.001;
/** From here on a standstill spoils the requests around it, however long the phase. */
const STALL_LIMIT_MS = 500;
/** Blocks again and again, beyond what a shared machine's hiccups come to. */
const MAX_BLOCKED_RATIO = 0.02;
const FEWEST_BLOCKED_SECONDS = 3;
/** From here on the system's own figures tell why. */
const TELLING_WAIT_RATIO = 0.05;
const TELLING_STEAL_RATIO = 0.02;
const OK_UTILISATION_RATIO = 0.7;
const DEGRADED_UTILISATION_RATIO = 0.85;
/** Below this no limit asks for less lag: timers and the scheduler alone cost as much. */
const LEAST_LAG_LIMIT_MS = 2;

/** `ok`: the figures are the target's; `degraded`: latencies hold lag of ours; `invalid`: they say nothing of the target. */
export function generatorHealth(figures: GeneratorFigures): GeneratorFitness {
  const grave = [...unsentReasons(figures), ...stallReasons(figures)];
  const shortages = shortageReasons(figures);
  if (grave.length + shortages.length === 0) return { health: "ok", reasons: [] };
  const reasons = [...grave, ...shortages, ...causes(figures)];
  return { health: grave.length === 0 && isUsable(figures) ? "degraded" : "invalid", reasons };
}

/** Send lag, p99, from which on latencies say nothing of the target; `limitMs` is the latency limit they are held against. */
export function usableLagMs(limitMs: number): number {
  return Math.max(LEAST_LAG_LIMIT_MS, 0.05 * limitMs);
}

function isUsable({ sendLagP99Ms, utilisationRatio, limitMs, isClosedWithoutThink }: GeneratorFigures): boolean {
  return (
    sendLagP99Ms <= usableLagMs(limitMs) && (isClosedWithoutThink || utilisationRatio < DEGRADED_UTILISATION_RATIO)
  );
}

const DROP_ADVICE = {
  "connection-cap": "all connections were in use; raise maxConnections or lower the rate",
  EMFILE: "the limit of open files was reached; raise it with `ulimit -n`",
  EADDRNOTAVAIL: "the local ports were used up; let connections be kept alive, or spread the load over more machines",
} as const satisfies Record<DropReason, string>;

function unsentReasons({ planned, sent, dropped, rehandshakeRatio }: GeneratorFigures): readonly string[] {
  const reasons: string[] = [];
  let known = 0;
  for (const reason of DROP_REASONS_IN_ORDER) {
    const count = dropped[reason] ?? 0;
    known += count;
    if (count > 0) reasons.push(`${countOfFigure(count, "arrival")} never sent: ${DROP_ADVICE[reason]}.`);
  }
  const lost = planned - sent - known;
  if (lost > Math.max(0, planned * MAX_ARRIVAL_MISS_RATIO)) {
    reasons.push(`${countOfFigure(lost, "arrival")} of ${planned} never sent, for no known reason.`);
  }
  if (rehandshakeRatio > MAX_REHANDSHAKE_RATIO) {
    const share = `${ratioFigure(rehandshakeRatio)} of the requests (limit ${ratioFigure(MAX_REHANDSHAKE_RATIO)})`;
    reasons.push(`The generator closed and reopened connections for ${share}; their handshakes are not the target's.`);
  }
  return reasons;
}

const DROP_REASONS_IN_ORDER = ["connection-cap", "EMFILE", "EADDRNOTAVAIL"] as const satisfies readonly DropReason[];

function stallReasons({ longestStall, blockedSecondCount, blockedRatio }: GeneratorFigures): readonly string[] {
  const reasons: string[] = [];
  if (longestStall !== undefined && longestStall.durationMs >= STALL_LIMIT_MS) {
    const { atMs, durationMs } = longestStall;
    const still = `The generator stood still for ${msFigure(durationMs)} at ${instantFigure(atMs)} (limit ${msFigure(STALL_LIMIT_MS)})`;
    reasons.push(`${still}: it was stopped, suspended or kept from every core; run again where it is left running.`);
  }
  if (blockedSecondCount >= FEWEST_BLOCKED_SECONDS && blockedRatio > MAX_BLOCKED_RATIO) {
    const share = `${ratioFigure(blockedRatio)} of the time (limit ${ratioFigure(MAX_BLOCKED_RATIO)})`;
    const longest = longestStall === undefined ? "" : `, up to ${msFigure(longestStall.durationMs)} at a stretch`;
    reasons.push(`A load thread was blocked for ${share}${longest}; give the generator a core of its own.`);
  }
  return reasons;
}

/** What the system says of a shortage that is already known: never one by itself, as a waiting thread may still be on time. */
function causes({ cpuWaitRatio = 0, stealRatio = 0 }: GeneratorFigures): readonly string[] {
  const told: string[] = [];
  if (cpuWaitRatio >= TELLING_WAIT_RATIO)
    told.push(`A load thread waited for a free core ${ratioFigure(cpuWaitRatio)} of the time: others use them.`);
  if (stealRatio >= TELLING_STEAL_RATIO)
    told.push(`The hypervisor gave ${ratioFigure(stealRatio)} of this machine's CPU to others (steal).`);
  return told;
}

function shortageReasons(figures: GeneratorFigures): readonly string[] {
  const { sendLagP99Ms, loopDelayP99Ms, utilisationRatio, planned, sent, limitMs } = figures;
  const reasons: string[] = [];
  const lagLimitMs = Math.max(LEAST_LAG_LIMIT_MS, 0.01 * limitMs);
  if (sendLagP99Ms > lagLimitMs) {
    const late = `Requests left ${msFigure(sendLagP99Ms)} late at p99 (limit ${msFigure(lagLimitMs)})`;
    reasons.push(`${late}; give the generator more CPU, more threads or a lower rate.`);
  }
  const loopLimitMs = Math.max(20, 0.05 * limitMs);
  if (loopDelayP99Ms > loopLimitMs) {
    const stall = `The generator's event loop stalled ${msFigure(loopDelayP99Ms)} at p99 (limit ${msFigure(loopLimitMs)})`;
    reasons.push(`${stall}; leave it a core of its own.`);
  }
  if (utilisationRatio >= OK_UTILISATION_RATIO) {
    const busy = `A load thread was ${ratioFigure(utilisationRatio)} busy (limit ${ratioFigure(OK_UTILISATION_RATIO)})`;
    reasons.push(`${busy}; use more threads, or another machine than the target's.`);
  }
  if (Math.abs(sent - planned) > planned * MAX_ARRIVAL_MISS_RATIO && sent > planned) {
    reasons.push(`${countOfFigure(sent - planned, "request")} sent beyond the ${planned} planned.`);
  }
  return reasons;
}
