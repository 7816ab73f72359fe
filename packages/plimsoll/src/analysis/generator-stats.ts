import type { DropReason, ErrorKind } from "../base/outcome.ts";
import { quantileUs } from "../records/latency-histogram.ts";
import type { PlannedPhase } from "../records/record.ts";
import type { Buckets, GeneratorSecond } from "../records/second.ts";
import { DEFAULT_LIMIT_MS, generatorHealth } from "./generator-health.ts";
import { quantileOf } from "./order-statistics.ts";
import type { ArrivalTotals, ErrorCount, GeneratorStats } from "./run-stats.ts";
import { type Stall, stallFigures } from "./stalls.ts";

/** What one phase's seconds tell of the generator. */
export interface GeneratorEvidence {
  readonly planned: PlannedPhase;
  readonly arrivals: ArrivalTotals;
  /** Of all tasks together. */
  readonly errors: readonly ErrorCount[];
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Send lag (µs) of every request sent. */
  readonly lag: Buckets;
  /** The seconds in which load was offered. */
  readonly seconds: readonly GeneratorSecond[];
  /** Standstills that the run itself noticed. */
  readonly stalls: readonly Stall[];
  /** Latency limits of the plan, rising. */
  readonly limitsMs: readonly number[];
  /** While load is still offered an arrival may be due and not yet sent. */
  readonly isFinished: boolean;
}

/**
 * Levels that come once a second stand for a phase by what nine in ten seconds do not exceed: one hiccup of a shared
 * machine does not mark a run, a stall every five seconds does. What hiccups cost the requests shows in the send lag.
 */
const LEVEL_RATIO = 0.9;

/** Ends of a request after which its connection cannot be used again: the target's doing, although we close it. */
const SPOILING_KINDS: ReadonlySet<ErrorKind> = new Set(["timeout", "too-large", "protocol"]);

/** The generator's figures over a phase, and whether it was fit. */
export function generatorStats(evidence: GeneratorEvidence): GeneratorStats {
  const { lag, seconds, arrivals, planned } = evidence;
  const lagMs = (ratio: number): number => (quantileUs(lag, ratio) ?? 0) / 1000;
  const loopDelayP99Ms = level(seconds.map((second) => second.loopDelayP99Ms));
  const utilisationRatio = level(seconds.map((second) => second.utilisationRatio));
  const { longest, ...blocked } = stallFigures(evidence.stalls, seconds);
  const toldBySystem = systemFigures(seconds);
  const fitness = generatorHealth({
    sendLagP99Ms: lagMs(0.99),
    loopDelayP99Ms,
    utilisationRatio,
    longestStall: longest,
    ...blocked,
    ...toldBySystem,
    planned: evidence.isFinished ? arrivals.planned : arrivals.sent + arrivals.dropped,
    sent: arrivals.sent,
    dropped: evidence.dropped,
    rehandshakeRatio: rehandshakeRatio(evidence),
    limitMs: evidence.limitsMs[0] ?? DEFAULT_LIMIT_MS,
    isClosedWithoutThink: planned.kind === "closed" && planned.hasNoThink === true,
  });
  return {
    ...fitness,
    sendLagMs: { p50: lagMs(0.5), p99: lagMs(0.99), max: lagMs(1) },
    eventLoopDelayMs: { p99: loopDelayP99Ms, max: greatest(seconds.map((second) => second.loopDelayMaxMs)) },
    cpuRatio: mean(seconds.map((second) => second.cpuRatio)),
    utilisationRatio,
    longestStallMs: longest?.durationMs ?? 0,
    ...toldBySystem,
    rssBytes: greatest(seconds.map((second) => second.rssBytes)),
    dropped: evidence.dropped,
  };
}

function level(values: readonly number[]): number {
  return quantileOf(values, LEVEL_RATIO) ?? 0;
}

/** Handshakes for which only we can be blamed ÷ requests sent. */
function rehandshakeRatio({ seconds, errors, arrivals }: GeneratorEvidence): number {
  const closedByUs = seconds.reduce((sum, second) => sum + second.reopenedByUsCount, 0);
  const spoiled = errors.reduce((sum, { kind, count }) => sum + (SPOILING_KINDS.has(kind) ? count : 0), 0);
  return arrivals.sent > 0 ? Math.max(0, closedByUs - spoiled) / arrivals.sent : 0;
}

/** Means over the seconds that tell them; nothing where none does. */
function systemFigures(
  seconds: readonly GeneratorSecond[],
): Pick<GeneratorStats, "cpuRatioByThread" | "threadCpuRatio" | "cpuWaitRatio" | "stealRatio"> {
  const threads = threadMeans(seconds);
  const busiest = seconds.flatMap(({ threadCpuRatios }) => threadCpuRatios?.[0] ?? []);
  const waits = seconds.flatMap(({ cpuWaitRatio }) => cpuWaitRatio ?? []);
  const steals = seconds.flatMap(({ stealRatio }) => stealRatio ?? []);
  return {
    ...(threads.size > 0 ? { cpuRatioByThread: Object.fromEntries(threads) } : {}),
    ...(busiest.length > 0 ? { threadCpuRatio: mean(busiest) } : {}),
    ...(waits.length > 0 ? { cpuWaitRatio: mean(waits) } : {}),
    ...(steals.length > 0 ? { stealRatio: mean(steals) } : {}),
  };
}

function threadMeans(seconds: readonly GeneratorSecond[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { total: number; count: number }>();
  for (const { cpuRatioByThread = {} } of seconds)
    for (const [name, ratio] of Object.entries(cpuRatioByThread)) {
      const { total, count } = sums.get(name) ?? { total: 0, count: 0 };
      sums.set(name, { total: total + ratio, count: count + 1 });
    }
  return new Map([...sums].map(([name, { total, count }]) => [name, total / count]));
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
