/** What a journal would know of requests that a simulated server met, without the way through a journal. */
import type { SpikeSeries } from "../../../packages/plimsoll/src/analysis/profile-spike.ts";
import type { SlotStats } from "../../../packages/plimsoll/src/analysis/slot-stats.ts";
import type { ErrorKind } from "../../../packages/plimsoll/src/base/outcome.ts";
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

/** A level base with a spike upon it, from `fromS` to `toS`; the base is warm from `warmS` on. */
export interface SpikeLoad {
  readonly base: number;
  readonly peak: number;
  readonly warmS: number;
  readonly fromS: number;
  readonly toS: number;
  readonly endS: number;
}

/** What a run knows of how the target took a spike, and nothing besides. */
export function spikeEvidence(
  visits: readonly Visit[],
  { base, peak, warmS, fromS, toS, endS }: SpikeLoad,
): SpikeSeries {
  const corners = [0, fromS, toS, endS].map((s) => 1000 * s);
  const shape = [base, peak, base].flatMap((load, part) => [
    [corners[part]!, load] as const,
    [corners[part + 1]!, load] as const,
  ]);
  return {
    planned: { ...levelPhase(base, endS), shape },
    durationMs: 1000 * endS,
    warmup: { cutMs: 1000 * warmS, method: "given" },
    slots: slotsOf(visits, endS),
    series: secondsOf(visits, endS),
  };
}

/** Response times by the slot in which a request was due; only those due within the phase. */
export function slotsOf(visits: readonly Visit[], seconds: number): readonly SlotStats[] {
  const slots = Array.from({ length: (seconds * 1000) / SLOT_MS }, () => ({
    good: new Map<number, number>(),
    failed: new Map<number, number>(),
  }));
  for (const { dueAt, endAt, kind } of visits) {
    const slot = slots[Math.floor((dueAt * 1000) / SLOT_MS)];
    const index = bucketIndexOfUs((endAt - dueAt) * 1e6);
    const counts = kind === "good" ? slot?.good : slot?.failed;
    counts?.set(index, (counts.get(index) ?? 0) + 1);
  }
  return slots.map(({ good, failed }, due) => ({
    due,
    completed: sumOf(good),
    failed: sumOf(failed),
    response: sorted(good),
    failedResponse: sorted(failed),
    censored: [],
    over: [],
  }));
}

function sumOf(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function sorted(counts: ReadonlyMap<number, number>): Buckets {
  return [...counts].sort(([a], [b]) => a - b);
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
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly shed: number;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  /** At its end. */
  readonly inFlight: number;
  /** Of the requests that ended in it; they were sent when they were due. */
  readonly serviceSumMs: number;
  readonly responseSumMs: number;
}

/** By the second; visits may have begun before the phase, and end after it. */
export function secondsOf(visits: readonly Visit[], seconds: number): readonly KnownSecond[] {
  const table = Array.from({ length: seconds }, () => ({
    ...{ sent: 0, completed: 0, shed: 0, timedOut: 0, serviceSumMs: 0 },
  }));
  let inFlight = 0;
  for (const { dueAt, endAt, kind } of visits) {
    const due = table[Math.floor(dueAt)];
    const end = table[Math.floor(endAt)];
    if (dueAt < 0 && endAt >= 0) inFlight++;
    if (due !== undefined) due.sent++;
    if (end === undefined) continue;
    if (kind === "good") end.completed++;
    else if (kind === "shed") end.shed++;
    else end.timedOut++;
    end.serviceSumMs += 1000 * (endAt - dueAt);
  }
  return table.map(({ sent, completed, shed, timedOut, serviceSumMs }, sec) => {
    const failed = shed + timedOut;
    inFlight += sent - completed - failed;
    return {
      ...{ atMs: 1000 * sec, planned: sent, sent, completed, failed, shed, inFlight },
      ...{ serviceSumMs, responseSumMs: serviceSumMs },
      errors: { "http-5xx": shed, timeout: timedOut },
    };
  });
}
