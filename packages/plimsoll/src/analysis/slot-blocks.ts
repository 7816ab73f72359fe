/**
 * A task's slots ten by ten, each ten with its sum. An hour of 20 tasks holds 144,000 slots, and the page of a run that
 * goes on needs their sums every second: a ten that did not change is summed once.
 */
import { mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import type { SlotStats } from "./slot-stats.ts";

/** How many slots of time a block covers. */
export const BLOCK_SLOTS = 10;

/** Neighbouring slots, never none, and all their ended requests, failed ones too. */
export interface SlotBlock {
  readonly firstDue: number;
  readonly lastDue: number;
  readonly slots: readonly SlotStats[];
  readonly ended: Buckets;
}

/** Of a task: its slots, and the same in blocks where somebody summed them. */
export interface BlockedSlots {
  readonly slots: readonly SlotStats[];
  readonly blocks?: readonly SlotBlock[];
}

/** All slots of the blocks, in their order. */
export function slotsIn(blocks: readonly SlotBlock[]): readonly SlotStats[] {
  const all: SlotStats[] = [];
  for (const { slots } of blocks) for (const slot of slots) all.push(slot);
  return all;
}

/**
 * Tells `use` of all ended requests by the part of time that their slot falls into; a block within one part comes as its
 * sum. A later slot is in the same part or a later one.
 */
export function eachEnded(
  { slots, blocks }: BlockedSlots,
  partOf: (due: number) => number,
  use: (part: number, ended: Buckets) => void,
): void {
  if (blocks === undefined) eachSlot(slots, partOf, use);
  for (const { firstDue, lastDue, slots: own, ended } of blocks ?? []) {
    const part = partOf(firstDue);
    if (partOf(lastDue) === part) use(part, ended);
    else eachSlot(own, partOf, use);
  }
}

function eachSlot(
  slots: readonly SlotStats[],
  partOf: (due: number) => number,
  use: (part: number, ended: Buckets) => void,
): void {
  for (const slot of slots) use(partOf(slot.due), endedOf(slot));
}

/** Completed and failed requests of a slot as one histogram. */
export function endedOf({ response, failedResponse }: SlotStats): Buckets {
  return mergeBuckets(response, failedResponse);
}
