/**
 * The slow end of a task's response times, as far as it is the target's: of requests that succeeded, for failures at once
 * would make any success look slow, and without the slots in which a delay of ours explains it.
 */
import { BucketSum } from "./bucket-sum.ts";
import { minimumCount } from "./order-statistics.ts";
import { type OwnDelays, withoutOwnDelays } from "./own-delays.ts";
import type { TaskStats } from "./run-stats.ts";
import type { SlotStats } from "./slot-stats.ts";

export interface ResponseTail {
  readonly p50: number;
  readonly p99: number;
  /** What it was told from. */
  readonly slots: readonly SlotStats[];
  /** Failed requests were left out; slots were, for a delay of ours. */
  readonly isOfSuccesses: boolean;
  readonly isApart: boolean;
}

/** Undefined where too few requests are left for a p99. */
export function responseTail(
  { slots, failures, requests, responseMs }: Pick<TaskStats, "slots" | "failures" | "requests" | "responseMs">,
  delays: OwnDelays,
): ResponseTail | undefined {
  if (responseMs === undefined || requests - failures < minimumCount(0.99)) return undefined;
  const isOfSuccesses = failures > 0;
  let tail: Pick<ResponseTail, "p50" | "p99"> | undefined = isOfSuccesses ? tailOf(slots) : responseMs;
  let own = slots;
  // Without the worst delays a lesser one may explain what is left.
  while (tail !== undefined) {
    const left = withoutOwnDelays(own, delays, tail.p99);
    if (left.length === own.length) {
      const { p50, p99 } = tail;
      return { p50, p99, slots: own, isOfSuccesses, isApart: own.length < slots.length };
    }
    own = left;
    tail = tailOf(own);
  }
  return undefined;
}

function tailOf(slots: readonly SlotStats[]): Pick<ResponseTail, "p50" | "p99"> | undefined {
  const sum = new BucketSum();
  for (const { response } of slots) sum.add(response);
  if (sum.count < minimumCount(0.99)) return undefined;
  const ms = (ratio: number): number => (sum.valueAtRankUs(Math.ceil(ratio * sum.count - 1e-9)) ?? 0) / 1000;
  return { p50: ms(0.5), p99: ms(0.99) };
}
