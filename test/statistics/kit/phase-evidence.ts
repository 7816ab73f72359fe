/** What a journal would know of requests that a simulated server met, without the way through a journal. */
import type { SlotStats } from "../../../packages/plimsoll/src/analysis/run-stats.ts";
import { bucketIndexOfUs, LatencyHistogram } from "../../../packages/plimsoll/src/records/latency-histogram.ts";
import type { PlannedPhase } from "../../../packages/plimsoll/src/records/record.ts";
import { type Buckets, SLOT_MS } from "../../../packages/plimsoll/src/records/second.ts";
import type { Visit } from "../queues.ts";

/** An open loop at one rate. */
export function levelPhase(ratePerSec: number, seconds: number): PlannedPhase {
  const plannedMs = 1000 * seconds;
  return {
    name: "level",
    kind: "open",
    plannedMs,
    drainMs: 0,
    rampsMs: [],
    ratePerSec,
    arrivals: "poisson",
    shape: [
      [0, ratePerSec],
      [plannedMs, ratePerSec],
    ],
  };
}

/** Response times by the slot in which a request was due; only those due within the phase. */
export function slotsOf(visits: readonly Visit[], seconds: number): readonly SlotStats[] {
  const counts = Array.from({ length: (seconds * 1000) / SLOT_MS }, () => new Map<number, number>());
  for (const { dueAt, endAt } of visits) {
    const slot = counts[Math.floor((dueAt * 1000) / SLOT_MS)];
    const index = bucketIndexOfUs((endAt - dueAt) * 1e6);
    slot?.set(index, (slot.get(index) ?? 0) + 1);
  }
  return counts.map((slot, due) => ({
    due,
    completed: [...slot.values()].reduce((sum, count) => sum + count, 0),
    failed: 0,
    response: [...slot].sort(([a], [b]) => a - b),
    failedResponse: [],
    censored: [],
    over: [],
  }));
}

/** All response times in one histogram. */
export function bucketsOf(visits: readonly Visit[]): Buckets {
  const histogram = new LatencyHistogram();
  for (const { dueAt, endAt } of visits) histogram.recordUs((endAt - dueAt) * 1e6);
  return histogram.drain();
}

/** One second of a phase. */
export interface KnownSecond {
  readonly atMs: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  /** At its end. */
  readonly inFlight: number;
  /** Of the requests that ended in it; they were sent when they were due. */
  readonly serviceSumMs: number;
  readonly responseSumMs: number;
}

/** By the second; visits may have begun before the phase, and end after it. */
export function secondsOf(visits: readonly Visit[], seconds: number): readonly KnownSecond[] {
  const table = Array.from({ length: seconds }, () => ({ sent: 0, completed: 0, serviceSumMs: 0 }));
  let inFlight = 0;
  for (const { dueAt, endAt } of visits) {
    const due = table[Math.floor(dueAt)];
    const end = table[Math.floor(endAt)];
    if (dueAt < 0 && endAt >= 0) inFlight++;
    if (due !== undefined) due.sent++;
    if (end === undefined) continue;
    end.completed++;
    end.serviceSumMs += 1000 * (endAt - dueAt);
  }
  return table.map((second, sec) => {
    inFlight += second.sent - second.completed;
    return { atMs: 1000 * sec, ...second, responseSumMs: second.serviceSumMs, failed: 0, inFlight };
  });
}
