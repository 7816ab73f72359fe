/**
 * What a run came to: the result of folding its journal, live or years later. Pure data, JSON-safe.
 * Verdicts are judged from it, every report is rendered from it; both need nothing else.
 * Times ms, instants ms on the run clock unless said otherwise, ratios 0–1.
 */
import type { ErrorKind } from "../base/outcome.ts";
import type {
  EventRecord,
  HeaderRecord,
  ObservedRecord,
  PlannedPhase,
  PlanRecord,
  SteerRecord,
  StepRecord,
} from "../records/record.ts";
import type { Buckets } from "../records/second.ts";
import type { BookBalance } from "./littles-law.ts";
import type { OwnDelays } from "./own-delays.ts";
import type { SaturationClass } from "./saturation-class.ts";
import type { SlotBlock } from "./slot-blocks.ts";
import type { SlotStats } from "./slot-stats.ts";
import type { SpikeRecovery } from "./spike-recovery.ts";

export interface RunStats {
  readonly header: HeaderRecord;
  readonly plan: PlanRecord;
  /** ISO wall time of the run clock's zero; undefined when load never began. */
  readonly startedAt: string | undefined;
  readonly end: RunEnd;
  /** One a started phase, in order. */
  readonly profiles: readonly ProfileStats[];
  readonly events: readonly EventRecord[];
  /** Phases that were decided on as the run went, in order; empty for a plain run. */
  readonly steps: readonly StepRecord[];
  /** Changes of the load that somebody made; the plan's phases are already as steered. */
  readonly steers: readonly SteerRecord[];
  /** What the target told of itself. */
  readonly observations: readonly ObservedRecord[];
  /** Books that do not balance; empty when all do. */
  readonly imbalances: readonly string[];
}

export type RunEnd =
  | { readonly kind: "complete"; readonly atMs: number }
  | { readonly kind: "aborted"; readonly atMs: number; readonly why: string }
  /** It came to its end, but the journal lost records on the way. */
  | { readonly kind: "damaged"; readonly atMs: number }
  /** By a signal, or without a `fin` record (`signal` undefined): killed or still running. */
  | { readonly kind: "interrupted"; readonly atMs: number; readonly signal: string | undefined };

export interface ProfileStats {
  readonly name: string;
  readonly planned: PlannedPhase;
  /** Wall time, ISO. */
  readonly startedAt: string;
  readonly startedAtMs: number;
  /** From its start to the end of sending (interrupted: to the last second known). */
  readonly durationMs: number;
  /** From the end of sending to the last answer; undefined while unknown. */
  readonly drainMs: number | undefined;
  readonly isFinished: boolean;
  /** Greatest number of users alive, closed loop. */
  readonly users: number | undefined;
  /** Mean planned rate of the time that ran, open loop. */
  readonly ratePerSec: number | undefined;
  readonly arrivals: ArrivalTotals;
  /** By name in the order of the plan; the last is named "Aggregated". */
  readonly tasks: readonly TaskStats[];
  readonly series: readonly SecondPoint[];
  readonly generator: GeneratorStats;
  /** When the generator itself was late; absent when it never was. */
  readonly ownDelays?: OwnDelays;
  readonly warmup: Warmup;
  /** Of p95 over the level part after the warm-up; absent when it is too short (about 2 min) or has too few requests. */
  readonly drift?: ProfileDrift;
  /** Of the level part; absent when it holds fewer than ten windows of 2 s and of four response times. */
  readonly steady?: ProfileSteady;
  /** Absent when the plan holds no spike upon a level base. */
  readonly spike?: ProfileSpike;
  /** Absent when its users did not all come at once, to stay for a minute at most. */
  readonly userSpike?: UserSpike;
  /** Little's law over the level part: in flight against throughput × times; absent for runs without these sums. */
  readonly books?: BookBalance;
}

/** Ratios are of p95: last ÷ first − 1. */
export interface ProfileDrift {
  readonly verdict: "drift" | "stable" | "inconclusive";
  readonly totalRatio: number;
  readonly perMinRatio: number;
  /** 95 % interval of `totalRatio`. */
  readonly low: number;
  readonly high: number;
  /** Set for a drift: even, as a leak is, or sudden. */
  readonly shape?: "creep" | "step";
  /** On the phase clock, as are the others. */
  readonly stepAtMs?: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly windowMs: number;
}

/** Whether requests come faster than they are answered. */
export interface ProfileSteady {
  /** `undecided`: neither surely growing nor surely flat, as a queue that wanders. */
  readonly verdict: "unstable" | "steady" | "undecided";
  /** Rise of the requests in flight over the part looked at, with its 95 % interval. */
  readonly growth: number;
  readonly low: number;
  readonly high: number;
  readonly meanInFlight: number;
  readonly offeredPerSec: number;
  /** Completed or failed. */
  readonly endedPerSec: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly windowMs: number;
}

export interface ProfileSpike {
  /** The planned spike, on the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Users, or arrivals per second. */
  readonly base: number;
  readonly peak: number;
  readonly peakInFlight: number;
  readonly shedRatio: number;
  /** Undefined in a closed loop, or when its seconds do not settle it. */
  readonly class: SaturationClass | undefined;
  /** What a queue needs to drain at the throughput seen; undefined when it did not queue. */
  readonly fluidDrainMs: number | undefined;
  readonly recovery: SpikeRecovery;
  /** How far off the time to recovery may be. */
  readonly recoveryErrorMs: number;
}

/** A spike without a base before it: users who all come at once. They wait, so nothing tells a queue from a slow answer. */
export interface UserSpike {
  readonly users: number;
  /** At the end of any second. */
  readonly peakInFlight: number;
  /** Of those that succeeded; undefined when none did. */
  readonly answerMedianMs: number | undefined;
  /** Of the ended requests: sent away (429, 503, refused, reset), timed out, and failed otherwise. */
  readonly shedRatio: number;
  readonly timeoutRatio: number;
  readonly errorRatio: number;
  /** What happened to them most of all; undefined when too few ended to tell. */
  readonly answer: "waits" | "sheds" | "times-out" | "errs" | undefined;
}

export interface ArrivalTotals {
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly inFlightAtEnd: number;
  readonly dropped: number;
}

export interface TaskStats {
  readonly name: string;
  /** HTTP method; empty for "Aggregated". */
  readonly method: string;
  readonly arrivals: ArrivalTotals;
  /** completed + failed. */
  readonly requests: number;
  readonly failures: number;
  /** Rates are of what ended within the phase, none of what its drain brought (`throughput.ts`). */
  readonly completedPerSec: number;
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  /** failed ÷ requests; undefined without requests. */
  readonly errorRatio: number | undefined;
  readonly meanBodyBytes: number;
  /** From the scheduled start, every ended request; undefined without any. */
  readonly responseMs: LatencySummary | undefined;
  /** From the first byte sent. */
  readonly serviceMs: LatencySummary | undefined;
  readonly errors: readonly ErrorCount[];
  /** The same histograms merged, µs: ended requests from the schedule and from the send. */
  readonly responseBuckets: Buckets;
  readonly serviceBuckets: Buckets;
  /** What windowed judgements need, by due slot, rising. */
  readonly slots: readonly SlotStats[];
  /** The same ten by ten with their sums, where they were summed. */
  readonly blocks?: readonly SlotBlock[];
}

export interface LatencySummary {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface ErrorCount {
  readonly kind: ErrorKind;
  readonly count: number;
  readonly message: string;
  /** First and last second seen, ms on the run clock (starts of those seconds). */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** One second of the charts; `atMs` on the phase clock. */
export interface SecondPoint {
  readonly atMs: number;
  readonly users: number;
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  /** Of the failed: sent away by a target that protects itself (429, 503, refused, reset). */
  readonly shed?: number;
  readonly inFlight: number;
  /** Of requests that ended in this second, from the schedule; undefined when none did. */
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
  /** Of the same requests, exact (stats_history.csv): sum and least response time; body bytes received. */
  readonly responseSumMs?: number;
  readonly responseMinMs?: number;
  /** Of the same requests, from the first byte sent. */
  readonly serviceSumMs?: number;
  readonly bodyBytes?: number;
  /** Histogram of the same requests (µs), for the heatmap. */
  readonly response: Buckets;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  readonly byTask: Readonly<Record<string, TaskSecondPoint>>;
  readonly sendLagP99Ms: number | undefined;
  readonly loopDelayP99Ms: number;
  readonly cpuRatio: number;
  readonly utilisationRatio: number;
}

export interface TaskSecondPoint {
  readonly completed: number;
  readonly failed: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

export interface GeneratorStats {
  readonly health: "ok" | "degraded" | "invalid";
  /** A sentence each: what was short and what to do; empty when ok. */
  readonly reasons: readonly string[];
  readonly sendLagMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly eventLoopDelayMs: { readonly p99: number; readonly max: number };
  readonly cpuRatio: number;
  readonly utilisationRatio: number;
  /** Longest standstill of a load thread, or of the whole generator; 0 when none was blocked for 100 ms. */
  readonly longestStallMs?: number;
  /** Where Linux tells, means over the phase: each thread's part of a core, by name. */
  readonly cpuRatioByThread?: Readonly<Record<string, number>>;
  /** Likewise: the busiest load thread's part of a core, the worst-off one's wait for one, and what the hypervisor took. */
  readonly threadCpuRatio?: number;
  readonly cpuWaitRatio?: number;
  readonly stealRatio?: number;
  readonly rssBytes: number;
  readonly dropped: Readonly<Record<string, number>>;
}

export interface Warmup {
  /** Judgement begins here, on the phase clock; 0 when nothing is cut. */
  readonly cutMs: number;
  readonly method: "none" | "given" | "mser";
  readonly isNeverWarm: boolean;
  readonly why: string;
}
