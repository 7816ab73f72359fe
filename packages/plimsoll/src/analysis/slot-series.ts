import { countOf } from "../records/latency-histogram.ts";
import type { Cell } from "../records/second.ts";
import { internBuckets, mergeInterned } from "./interned-buckets.ts";
import type { SlotStats } from "./run-stats.ts";

/** A task's requests by the slot in which they were due; a slot goes on filling while its requests end. */
export class SlotSeries {
  readonly #slots = new Map<number, SlotStats>();

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
    for (const slot of other.#slots.values()) this.#add(slot);
  }

  /** By due slot, rising. What it returns never changes. */
  list(): readonly SlotStats[] {
    return [...this.#slots.values()].sort((a, b) => a.due - b.due);
  }

  #add(more: SlotStats): void {
    const held = this.#slots.get(more.due);
    this.#slots.set(more.due, held === undefined ? more : mergeSlots(held, more));
  }
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
