import { countOf } from "../records/latency-histogram.ts";
import type { Cell } from "../records/second.ts";
import { internBuckets, mergeInterned, NO_BUCKETS } from "./interned-buckets.ts";
import { BLOCK_SLOTS, endedOf, type SlotBlock } from "./slot-blocks.ts";
import type { SlotStats } from "./slot-stats.ts";

/** A task's requests by the slot in which they were due; a slot goes on filling while its requests end. */
export class SlotSeries {
  readonly #blocks = new Map<number, GrowingBlock>();

  addCell(cell: Cell): void {
    this.#add({
      due: cell.due,
      completed: countOf(cell.response),
      failed: countOf(cell.failed),
      response: internBuckets(cell.response),
      failedResponse: internBuckets(cell.failed),
      censored: internBuckets(cell.censored),
      over: cell.over,
    });
  }

  add(other: SlotSeries): void {
    for (const block of other.#blocks.values()) for (const slot of block.slots) this.#add(slot);
  }

  /** By due slot, rising. What it returns never changes. */
  blocks(): readonly SlotBlock[] {
    const rising = [...this.#blocks].sort(([a], [b]) => a - b);
    return rising.map(([, block]) => block.sum());
  }

  #add(more: SlotStats): void {
    const index = Math.floor(more.due / BLOCK_SLOTS);
    const block = this.#blocks.get(index) ?? new GrowingBlock();
    this.#blocks.set(index, block);
    block.add(more);
  }
}

/** The slots of one block so far, and their sum for as long as none changes. */
class GrowingBlock {
  /** By due slot, rising. */
  #slots: readonly SlotStats[] = [];
  #sum: SlotBlock | undefined;

  get slots(): readonly SlotStats[] {
    return this.#slots;
  }

  add(more: SlotStats): void {
    this.#sum = undefined;
    const isThere = this.#slots.some(({ due }) => due === more.due);
    this.#slots = isThere
      ? this.#slots.map((slot) => (slot.due === more.due ? mergeSlots(slot, more) : slot))
      : [...this.#slots, more].sort((a, b) => a.due - b.due);
  }

  sum(): SlotBlock {
    this.#sum ??= sumOf(this.#slots);
    return this.#sum;
  }
}

function sumOf(slots: readonly SlotStats[]): SlotBlock {
  return {
    firstDue: slots[0]?.due ?? 0,
    lastDue: slots.at(-1)?.due ?? 0,
    slots,
    ended: slots.reduce((sum, slot) => mergeInterned(sum, endedOf(slot)), NO_BUCKETS),
  };
}

function mergeSlots(left: SlotStats, right: SlotStats): SlotStats {
  const length = Math.max(left.over.length, right.over.length);
  return {
    due: left.due,
    completed: left.completed + right.completed,
    failed: left.failed + right.failed,
    response: mergeInterned(left.response, right.response),
    failedResponse: mergeInterned(left.failedResponse, right.failedResponse),
    censored: mergeInterned(left.censored, right.censored),
    over: Array.from({ length }, (_, index) => (left.over[index] ?? 0) + (right.over[index] ?? 0)),
  };
}
