/** Requests of an imagined target that stops now and then, and what a phase would tell of them. */
import { Random } from "../base/random.ts";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { ownDelays } from "./own-delays.ts";
import type { StopEvidence } from "./server-stops.ts";
import type { ShortStopEvidence } from "./short-stops.ts";

export interface Answered {
  readonly dueMs: number;
  readonly endMs: number;
  readonly isTimeout?: boolean;
}

/** First come, first served; nothing leaves in [atMs, atMs + forMs) of every period. */
export interface Station {
  readonly seed: number;
  readonly perSec: number;
  readonly durationMs: number;
  /** 8 unless said; without end: nobody ever waits for another. */
  readonly servers?: number;
  /** Exponential, 100 ms on average, unless said. */
  readonly serviceMs?: (random: Random, dueMs: number) => number;
  readonly stop?: Stop;
  /** Work stops as well: who has come is served after it. */
  readonly isFrozen?: boolean;
  /** Who comes beside the even stream: so many at an instant. */
  readonly crowd?: { readonly atMs: number; readonly count: number };
}

export interface Stop {
  readonly atMs: number;
  readonly forMs: number;
  readonly everyMs: number;
}

const exponential = (random: Random): number => random.nextExponential(100);

function releasedMs(atMs: number, stop: Stop | undefined): number {
  if (stop === undefined) return atMs;
  const into = atMs % stop.everyMs;
  return into >= stop.atMs && into < stop.atMs + stop.forMs ? atMs - into + stop.atMs + stop.forMs : atMs;
}

/** Poisson arrivals. */
export function openLoop(station: Station): readonly Answered[] {
  const random = new Random(station.seed);
  const { servers = 8 } = station;
  // Where nobody ever waits there is nothing to look up.
  const free = new Array<number>(Number.isFinite(servers) ? servers : 0).fill(0);
  return duesOf(station, random).map((dueMs) => {
    const server = free.length === 0 ? undefined : free.indexOf(Math.min(...free));
    const endMs = endOf(station, random, server === undefined ? dueMs : Math.max(dueMs, free[server]!));
    if (server !== undefined) free[server] = endMs;
    return { dueMs, endMs };
  });
}

function duesOf({ perSec, durationMs, crowd }: Station, random: Random): readonly number[] {
  const dues: number[] = [];
  const nextMs = () => (dues.at(-1) ?? 0) + random.nextExponential(1000 / perSec);
  for (let dueMs = nextMs(); dueMs < durationMs; dueMs = nextMs()) dues.push(dueMs);
  if (crowd !== undefined) dues.push(...new Array<number>(crowd.count).fill(crowd.atMs));
  return dues.sort((a, b) => a - b);
}

function endOf({ serviceMs = exponential, stop, isFrozen = false }: Station, random: Random, readyMs: number): number {
  if (!isFrozen) return releasedMs(readyMs + serviceMs(random, readyMs), stop);
  const startMs = releasedMs(readyMs, stop);
  const endMs = startMs + serviceMs(random, startMs);
  return releasedMs(endMs, stop) > endMs ? endMs + stop!.forMs : endMs;
}

/** Users who ask again as soon as they are answered, or after a time. */
export function closedLoop(
  users: number,
  station: Station,
  thinkMs: (random: Random) => number = () => 0,
): readonly Answered[] {
  const random = new Random(station.seed);
  const answered: Answered[] = [];
  for (let user = 0; user < users; user++)
    for (let dueMs = 0; dueMs < station.durationMs; ) {
      const endMs = endOf(station, random, dueMs);
      answered.push({ dueMs, endMs });
      dueMs = endMs + thinkMs(random);
    }
  return answered;
}

interface Evidence extends Omit<StopEvidence, "series">, ShortStopEvidence {
  readonly series: readonly (StopEvidence["series"][number] & { readonly came: number })[];
}

/** As the journal would tell of them, with a generator that is never late unless said. */
export function evidenceOf(requests: readonly Answered[], { loopDelayMaxMs = 1, sendLagP99Ms = 1 } = {}): Evidence {
  const seconds = Math.floor(Math.max(...requests.map(({ endMs }) => endMs)) / 1000) + 1;
  const counts = Array.from({ length: seconds }, () => ({ due: 0, ended: 0, timedOut: 0 }));
  const bySlot = new Map<number, Map<number, number>>();
  for (const { dueMs, endMs, isTimeout = false } of requests) {
    counts[Math.floor(dueMs / 1000)]!.due++;
    counts[Math.floor(endMs / 1000)]!.ended++;
    if (isTimeout) counts[Math.floor(endMs / 1000)]!.timedOut++;
    const slot = bySlot.get(Math.floor(dueMs / 500)) ?? new Map<number, number>();
    bySlot.set(Math.floor(dueMs / 500), slot);
    const index = bucketIndexOfUs((endMs - dueMs) * 1000);
    slot.set(index, (slot.get(index) ?? 0) + 1);
  }
  let inFlight = 0;
  const series = counts.map(({ due, ended, timedOut }, sec) => {
    inFlight += due - ended;
    const errors = timedOut > 0 ? { timeout: timedOut } : {};
    return { atMs: sec * 1000, completed: ended - timedOut, failed: timedOut, inFlight, errors, came: due };
  });
  const sorted = requests.map(({ dueMs, endMs }) => endMs - dueMs).sort((a, b) => a - b);
  const slots = slotsOf(bySlot);
  const medianMs = sorted[Math.floor(sorted.length / 2)]!;
  const ours = series.map(({ atMs }) => ({ atMs, loopDelayMaxMs, sendLagP99Ms }));
  return { series, slots, medianMs, ownDelays: ownDelays({ stalls: [], seconds: ours, slots, medianMs }) };
}

function slotsOf(bySlot: ReadonlyMap<number, ReadonlyMap<number, number>>) {
  return [...bySlot]
    .sort(([a], [b]) => a - b)
    .map(([due, slot]) => {
      const response: Buckets = [...slot].sort(([a], [b]) => a - b);
      return { due, response, failedResponse: [] };
    });
}
