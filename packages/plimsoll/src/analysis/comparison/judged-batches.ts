/** The stretches of a phase that a comparison goes by: the same on both sides. */
import { mergeBuckets } from "../../records/latency-histogram.ts";
import { type Buckets, SLOT_MS } from "../../records/second.ts";
import { BATCH_COUNT, type Batch, batchIndex } from "../batch-means.ts";
import { NO_BUCKETS } from "../interned-buckets.ts";
import type { TaskStats } from "../run-stats.ts";
import type { ComparedRun } from "./compared-run.ts";

/** On the phase clock: requests due from `fromMs` to before `toMs`, in `batchCount` equal stretches. */
export interface JudgedWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly batchCount: number;
}

/** With fewer stretches their spread says too little. */
const LEAST_STRETCHES = 10;

/**
 * What all of them have: from the latest warm-up cut to the earliest end; some twenty stretches of one slot at least.
 * @returns undefined when that is less than ten slots
 */
export function sharedWindow(runs: readonly ComparedRun[]): JudgedWindow | undefined {
  const cutMs = runs.reduce((last, { profile }) => Math.max(last, profile.warmup.cutMs), 0);
  const endMs = runs.reduce((first, { profile }) => Math.min(first, profile.durationMs), Number.POSITIVE_INFINITY);
  return windowBetween(cutMs, endMs);
}

/** The whole slots of a stretch of a phase. @returns undefined when they are less than ten */
export function windowBetween(fromMs: number, endMs: number): JudgedWindow | undefined {
  const firstSlot = Math.ceil(fromMs / SLOT_MS - 1e-9);
  // A phase ends some ms off its plan: its last slot counts all the same.
  const endSlot = Math.round(endMs / SLOT_MS);
  const batchCount = Math.min(BATCH_COUNT, endSlot - firstSlot);
  if (!(batchCount >= LEAST_STRETCHES)) return undefined;
  return { fromMs: firstSlot * SLOT_MS, toMs: endSlot * SLOT_MS, batchCount };
}

/** One task's requests by stretch. */
export interface JudgedBatches {
  /** Response times (µs): failed ones too, and those never answered by their age. */
  readonly latency: readonly Buckets[];
  /** Failed of ended. */
  readonly errors: readonly Batch[];
}

/** By when they were due. */
export function judgedBatches(task: TaskStats | undefined, { fromMs, toMs, batchCount }: JudgedWindow): JudgedBatches {
  const latency = new Array<Buckets>(batchCount).fill(NO_BUCKETS);
  const errors = Array.from({ length: batchCount }, () => ({ sum: 0, count: 0 }));
  for (const slot of task?.slots ?? []) {
    const atMs = slot.due * SLOT_MS;
    if (atMs < fromMs || atMs >= toMs) continue;
    const at = batchIndex(atMs, [fromMs, toMs], batchCount);
    latency[at] = [slot.response, slot.failedResponse, slot.censored].reduce(mergeBuckets, latency[at]!);
    errors[at]!.sum += slot.failed;
    errors[at]!.count += slot.completed + slot.failed;
  }
  return { latency, errors };
}
