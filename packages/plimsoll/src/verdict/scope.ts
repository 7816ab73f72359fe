/** The part of one profile and task that a threshold is judged on. */
import { BATCH_COUNT, type Batch, batchIndex } from "../analysis/batch-means.ts";
import { SLOT_MS } from "../analysis/histogram.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import type { SlotStats } from "../analysis/slot-stats.ts";

export interface Scope {
  readonly profile: ProfileStats;
  readonly task: TaskStats;
  /** On the phase clock: requests due from here … */
  readonly fromMs: number;
  /** … to before here. */
  readonly toMs: number;
  /** Those of `task` within. */
  readonly slots: readonly SlotStats[];
  /** Latency limits (ms) whose exceedings the slots count exactly. */
  readonly limitsMs: readonly number[];
}

/** The scope of requests due from `fromMs` (rounded up to a slot) to before `toMs`. */
export function narrow(scope: Scope, fromMs: number, toMs: number): Scope {
  const first = Math.max(0, Math.ceil(fromMs / SLOT_MS - 1e-9));
  const slots = scope.task.slots.filter(({ due }) => due >= first && due * SLOT_MS < toMs);
  return { ...scope, fromMs: first * SLOT_MS, toMs, slots };
}

/** The scope cut into some twenty equal stretches, at least two slots each; with fewer slots, fewer stretches. */
export interface Stretches {
  readonly count: number;
  /** In which one a slot lies. */
  readonly indexOf: (slot: SlotStats) => number;
}

export function stretchesOf({ fromMs, toMs }: Scope): Stretches {
  const count = Math.max(1, Math.min(BATCH_COUNT, Math.floor((toMs - fromMs) / (2 * SLOT_MS))));
  return { count, indexOf: ({ due }) => batchIndex(due * SLOT_MS, [fromMs, toMs], count) };
}

/** Sums over the scope's stretches. */
export function batchesOf(scope: Scope, sumOf: (slot: SlotStats) => Batch): readonly Batch[] {
  const { count, indexOf } = stretchesOf(scope);
  const batches = Array.from({ length: count }, () => ({ sum: 0, count: 0 }));
  for (const slot of scope.slots) {
    const batch = batches[indexOf(slot)];
    const more = sumOf(slot);
    if (batch === undefined) continue;
    batch.sum += more.sum;
    batch.count += more.count;
  }
  return batches;
}
