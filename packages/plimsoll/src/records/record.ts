/** The kinds of record a journal holds (`run.plj`, format plj/1; docs/journal.md). */
import type { JsonValue } from "../base/json.ts";
import type { SecondRecord } from "./second.ts";

export const JOURNAL_FORMAT = "plj/1";

/** First of every file. Wall-clock instants are ISO text; `mono` is the monotonic clock's ns as text. */
export interface HeaderRecord {
  readonly k: "hdr";
  readonly fmt: typeof JOURNAL_FORMAT;
  /** Run id: `[a-z0-9-]{8,40}`. */
  readonly run: string;
  readonly version: string;
  readonly node: string;
  readonly planSha256: string;
  readonly bootId: string;
  readonly wall: string;
  readonly mono: string;
  /** Set in a rotated file: what came last in the file before. */
  readonly previous?: { readonly n: number; readonly crc: string };
}

/** The resolved plan: all that a report needs to know of what was asked. Secrets are references only. */
export interface PlanRecord {
  readonly k: "plan";
  readonly name: string;
  readonly target: string;
  readonly seed: number;
  readonly threads: number;
  /** The command to run it again, secrets as references. */
  readonly command: string;
  /** The command to run it again as it went, when its load was changed by hand. */
  readonly replayCommand?: string;
  readonly environment: Environment;
  /** In the order of the mix. */
  readonly tasks: readonly PlannedTask[];
  readonly phases: readonly PlannedPhase[];
  /** Latency limits (ms) that every cell counts exactly, rising. */
  readonly limitsMs: readonly number[];
  readonly thresholds: readonly PlannedThreshold[];
  /** The whole spec, data rows replaced by their number and hash. */
  readonly spec: JsonValue;
  /** Only of `find`: its phases are not planned but decided on, one `step` record each. */
  readonly search?: PlannedSearch;
}

/** What `find` was asked: the promises and how it goes about the search (`analysis/capacity/capacity-options.ts`). */
export interface PlannedSearch {
  readonly by: "rate" | "users";
  readonly slos: readonly PlannedSlo[];
  /** Left out: derived from the probes that the search then begins with. */
  readonly startLoad?: number;
  /** Mean pause of a user between answer and next request. */
  readonly thinkMs: number;
  /** No ceiling when left out. */
  readonly maxLoad?: number;
  readonly targetLoad?: number;
  readonly budgetMs: number;
  readonly toleranceRatio: number;
  readonly minNearSteps: number;
  readonly stepMs: number;
  readonly rampStepMs: number;
  readonly rampFactor: number;
  readonly minRequests: number;
  readonly maxWaitForRequestsMs: number;
  readonly limitsPerStep: number;
  /** Whether what the target does beyond its capacity is looked at after the search. */
  readonly isOverloadTested: boolean;
  /** Most requests that may be in flight at a time. */
  readonly maxConnections: number;
  /** Users of the table that follows; left out: the usual ones up to twice the capacity. */
  readonly levels?: readonly number[];
  /** Thresholds of the spec that no load can be searched for, as written, and why. */
  readonly leftOut?: readonly LeftOutThreshold[];
}

export interface LeftOutThreshold {
  readonly expr: string;
  readonly why: string;
}

/** A promise of the search: `p95 < 500ms` on one task or, without one, on all. */
export interface PlannedSlo {
  readonly expr: string;
  readonly task?: string;
  readonly allowedRatio: number;
  readonly limitMs?: number;
}

/** A phase that the plan did not hold, decided on as the run went; told before it begins. */
export interface StepRecord {
  readonly k: "step";
  readonly phase: number;
  /**
   * `probe`: a first look, to know where to begin; `search`: a step of the search; `overload`: how the target fails and
   * comes back; `level`: a row of the table; `pair`: one of a comparison that takes turns with another target.
   */
  readonly purpose: StepPurpose;
  /** Users, or arrivals per second. */
  readonly load: number;
  readonly planned: PlannedPhase;
  /** Only of a step of the search. */
  readonly search?: PlannedSearchStep;
}

/** `again`: the base of the overload, once more after it. */
export type StepPurpose = "probe" | "search" | "overload" | "again" | "level" | "pair";

export interface PlannedSearchStep {
  readonly phase: "ramp" | "search";
  /** The step is hopeless once more requests than this wait. */
  readonly abortAboveCount?: number;
  /** Aimed close enough at the estimate of its moment to count towards the stop rule. */
  readonly isNear: boolean;
}

/** Somebody changed the load, or held it, while the run went on; the phase's plan from `atMs` on is `planned`. */
export interface SteerRecord {
  readonly k: "steer";
  readonly phase: number;
  /** On the run clock. */
  readonly atMs: number;
  /** `page`, or who else asked. */
  readonly who: string;
  readonly what: SteerOrder;
  /** The phase as it is planned now. */
  readonly planned: PlannedPhase;
  /** The same exactly, what was and what is to come: enough to run it again. */
  readonly stages?: readonly PlannedStage[];
}

/** A straight part of a phase, as the spec's profiles have them: users, or arrivals per second. */
export type PlannedStage =
  | { readonly users: number; readonly spawnPerSec?: number | undefined; readonly durationMs: number }
  | { readonly fromPerSec: number; readonly toPerSec: number; readonly durationMs: number };

/** `paused` keeps the plan's clock running but sends nothing; `resumed` goes on with the load before it. */
export type SteerOrder =
  | { readonly users: number }
  | { readonly ratePerSec: number }
  | { readonly paused: true }
  | { readonly resumed: true };

/** What the target told of itself, read beside the load, on our clock. */
export interface ObservedRecord {
  readonly k: "obs";
  /** On the run clock, when it was asked. */
  readonly atMs: number;
  /** By name as configured; null where it was not to be had. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Request names with what Locust calls their type; `share` is the ratio of the mix (0–1). */
export interface PlannedTask {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly share: number;
}

export interface PlannedThreshold {
  readonly expr: string;
  readonly strict: "interval" | "point";
  readonly abort: boolean;
}

export interface PlannedPhase {
  readonly name: string;
  readonly kind: "closed" | "open";
  readonly plannedMs: number;
  readonly drainMs: number;
  /** Greatest number of users, closed loop. */
  readonly users?: number;
  /** Mean planned rate, open loop. */
  readonly ratePerSec?: number;
  readonly arrivals?: "poisson" | "constant";
  /** True when users wait for their answer without think time. */
  readonly hasNoThink?: boolean;
  /** Parts where the load is meant to change, ms on the phase clock. */
  readonly rampsMs: readonly (readonly [number, number])[];
  readonly warmupMs?: number;
  /** Planned load at the corners: `[ms on the phase clock, users or arrivals per second]`. */
  readonly shape: readonly (readonly [number, number])[];
  /** Planned arrivals (open loop, exact for the seed). */
  readonly plannedArrivals?: number;
}

export interface Environment {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly plimsoll: string;
  readonly ci?: string;
}

/** The run clock's zero. */
export interface StartRecord {
  readonly k: "t0";
  readonly wall: string;
  readonly mono: string;
}

/** `start`: load begins; `end`: no more is sent; `drained`: the last answer is in or given up. */
export interface PhaseRecord {
  readonly k: "phase";
  readonly phase: number;
  readonly at: "start" | "end" | "drained";
  /** On the run clock. */
  readonly atMs: number;
  readonly wall: string;
}

export type DataRecord = {
  readonly k: "d";
  readonly q: number | null;
  readonly vec: Readonly<Record<string, readonly [number, number]>>;
} & SecondRecord;

/** Something worth telling: a warning, an error sample, a stop. */
export interface EventRecord {
  readonly k: "ev";
  /** A code of `records/event-codes.ts`. */
  readonly code: string;
  readonly level: "info" | "warning" | "error";
  readonly atMs: number;
  readonly phase?: number;
  readonly task?: string;
  /** One sentence, safe to print. */
  readonly message: string;
  readonly data?: JsonValue;
}

export interface CheckpointRecord {
  readonly k: "ckpt";
  readonly phase: number;
  readonly totals: RunTotals;
}

/** Summed over tasks, phases and seconds. */
export interface RunTotals {
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlightAtEnd: number;
}

export interface FinishRecord {
  readonly k: "fin";
  readonly reason: "complete" | "interrupted" | "aborted" | "orphaned";
  readonly atMs: number;
  readonly wall: string;
  /** `SIGINT` or `SIGTERM` when interrupted by one, `page` when stopped there. */
  readonly signal?: string;
  readonly totals: RunTotals;
}

export interface VerdictRecord {
  readonly k: "verdict";
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly exitCode: number;
  readonly checks: JsonValue;
}

export type JournalRecord =
  | HeaderRecord
  | PlanRecord
  | StartRecord
  | PhaseRecord
  | DataRecord
  | EventRecord
  | StepRecord
  | SteerRecord
  | ObservedRecord
  | CheckpointRecord
  | FinishRecord
  | VerdictRecord;

/** A record as it stands in the file: numbered from 0 without gaps. */
export type NumberedRecord = JournalRecord & { readonly n: number };
