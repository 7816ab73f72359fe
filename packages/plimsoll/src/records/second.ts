/**
 * One second of one phase, as a worker counts it and, merged over workers, as the journal's `d` record holds it.
 * Everything that any analysis knows of the requests is in here; merging is adding.
 */
import type { DropReason, ErrorKind } from "../base/outcome.ts";

/** Histogram in its wire form: `[[bucket index, count], …]`, rising index, counts > 0 (statistics: `latency-histogram.ts`). */
export type Buckets = readonly (readonly [number, number])[];

/** Due times are grouped in slots this long, on the phase clock. */
export const SLOT_MS = 500;

export interface SecondRecord {
  /** Index of the profile in the plan. */
  readonly phase: number;
  /** Covers [sec, sec + 1) seconds after the phase began; drain seconds go on counting. */
  readonly sec: number;
  /** Virtual users alive at the end of the second (open loop: 0). */
  readonly users: number;
  /** By request name (a task, or `task.step` of a flow); only those with something to tell. */
  readonly tasks: Readonly<Record<string, TaskSecond>>;
  /** Send lag (µs) of the requests sent in this second. */
  readonly lag: Buckets;
  readonly gen: GeneratorSecond;
}

/** Law: planned = sent + dropped and sent = completed + failed + in flight, summed over the phase. */
export interface TaskSecond {
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  /** Sent and not ended at the end of this second (a level, not a flow). */
  readonly inFlight: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Failures by kind and message; messages beyond the first 50 of a task are counted under `"(other)"`. */
  readonly errors: Readonly<Partial<Record<ErrorKind, Readonly<Record<string, number>>>>>;
  /** Response body bytes received with requests that ended in this second. */
  readonly bodyBytes: number;
  /** Of all requests ended in this second, failed ones too; ms, exact. */
  readonly responseMs: Extent;
  /** The same from the first byte sent. */
  readonly serviceMs: Extent;
  readonly service: Buckets;
  /** Requests ended in this second (and, at the phase's end, censored ones), by the slot in which they were due. */
  readonly cells: readonly Cell[];
}

/** Sum, least and greatest of `completed + failed` values; zeros when there are none. */
export interface Extent {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Requests of one task that were due in one slot. `due` is the slot's index: due time ÷ SLOT_MS, rounded down. */
export interface Cell {
  readonly due: number;
  /** Response times (µs) of completed ones. */
  readonly response: Buckets;
  /** Response times (µs) of failed ones. */
  readonly failed: Buckets;
  /** Ages (µs) of those still in flight when the phase ended. */
  readonly censored: Buckets;
  /** By index in the plan's `limitsMs`: failed, or slower than the limit, or censored beyond it. Exact. */
  readonly over: readonly number[];
}

/** What the generator tells of itself for one second. Merged over workers: sums of counts, worst of levels. */
export interface GeneratorSecond {
  /** Event-loop delay of the worst load thread. */
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** Event-loop utilisation of the busiest load thread, 0–1. */
  readonly utilisationRatio: number;
  /** CPU time of the whole process ÷ wall time; 1 is one core. */
  readonly cpuRatio: number;
  /** The same of each thread by name: `main` (journal and screen), `load-0` and so on; absent where the system does not tell. */
  readonly cpuRatioByThread?: Readonly<Record<string, number>>;
  /** Of the load threads alone, busiest first; absent likewise. */
  readonly threadCpuRatios?: readonly number[];
  /** Share of the second in which the worst-off load thread was ready to run and had no core; absent likewise. */
  readonly cpuWaitRatio?: number;
  /** Share of the machine's CPU time that its hypervisor gave to others; absent likewise. */
  readonly stealRatio?: number;
  readonly rssBytes: number;
  readonly gcPauseMs: number;
  readonly gcMaxPauseMs: number;
  /** Open at the end of the second. */
  readonly socketCount: number;
  /** In this second: connections opened; of these, after we had closed the one before; stale ones retried. */
  readonly openedCount: number;
  readonly reopenedByUsCount: number;
  readonly staleRetryCount: number;
}

/** A generator of which nothing is known or that did nothing. */
export const IDLE_GENERATOR: GeneratorSecond = {
  loopDelayP99Ms: 0,
  loopDelayMaxMs: 0,
  utilisationRatio: 0,
  cpuRatio: 0,
  rssBytes: 0,
  gcPauseMs: 0,
  gcMaxPauseMs: 0,
  socketCount: 0,
  openedCount: 0,
  reopenedByUsCount: 0,
  staleRetryCount: 0,
};
