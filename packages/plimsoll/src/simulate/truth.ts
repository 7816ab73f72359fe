import type { DurationTruth } from "./durations.ts";

/** Law: received = all answered + all failed + abandoned + inProgress. */
export interface TruthCounts {
  /** Requests read to their last octet. */
  readonly received: number;
  /** By status, written whole: `{"200": 990, "503": 10}`. */
  readonly answered: Readonly<Record<string, number>>;
  /** On purpose, by fault; `dropped`: found the queue full. */
  readonly failed: Readonly<Record<string, number>>;
  /** The client had closed before its answer was due, or within it. */
  readonly abandoned: number;
  readonly inProgress: number;
}

/** What one path saw and did; durations in ms. */
export interface PathTruth extends TruthCounts {
  /** From the request's last octet read to the answer's last octet handed to the system, of all answered. */
  readonly serviceMs?: DurationTruth;
  /** How much later than planned answers were written: the simulator's own error. */
  readonly lateMs?: DurationTruth;
  /** Between one request's last octet and the next one's; `first` are the first 10,000, in order. */
  readonly interArrivalMs?: DurationTruth & { readonly first: readonly number[] };
  /** Of streams: from the request's last octet to the first token, and between tokens. */
  readonly ttftMs?: DurationTruth;
  readonly gapMs?: DurationTruth;
}

/** The whole of `/truth`, since the start or the last reset. */
export interface Truth {
  readonly schema: "plimsoll.truth/1";
  readonly seed: number;
  /** Since the start. */
  readonly uptimeMs: number;
  /** Since the start or the last reset. */
  readonly countedMs: number;
  /** CPU that this process used in `countedMs`. */
  readonly cpuMs: number;
  readonly paths: Readonly<Record<string, PathTruth>>;
  readonly total: PathTruth;
  /** Never counted as load. */
  readonly apart: {
    readonly connections: number;
    readonly health: number;
    readonly models: number;
    readonly truth: number;
    /** Answered 400, 413 or 431 without being read to the end. */
    readonly malformed: number;
  };
}
