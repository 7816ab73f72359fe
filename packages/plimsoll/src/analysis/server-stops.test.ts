import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { findServerStops, type StopEvidence } from "./server-stops.ts";

interface Answered {
  readonly dueMs: number;
  readonly endMs: number;
  readonly isTimeout?: boolean;
}

/** First come, first served by eight, 100 ms on average; nothing leaves in [stopMs, stopMs + forMs) of every period. */
interface Station {
  readonly seed: number;
  readonly perSec: number;
  readonly durationMs: number;
  readonly meanMs?: number;
  readonly stop?: { readonly atMs: number; readonly forMs: number; readonly everyMs: number };
}

function releasedMs(atMs: number, stop: Station["stop"]): number {
  if (stop === undefined) return atMs;
  const into = atMs % stop.everyMs;
  return into >= stop.atMs && into < stop.atMs + stop.forMs ? atMs - into + stop.atMs + stop.forMs : atMs;
}

function openLoop({ seed, perSec, durationMs, meanMs = 100, stop }: Station): readonly Answered[] {
  const random = new Random(seed);
  const free = new Array<number>(8).fill(0);
  const answered: Answered[] = [];
  for (let dueMs = random.nextExponential(1000 / perSec); dueMs < durationMs; ) {
    const server = free.indexOf(Math.min(...free));
    const endMs = releasedMs(Math.max(dueMs, free[server]!) + random.nextExponential(meanMs), stop);
    free[server] = endMs;
    answered.push({ dueMs, endMs });
    dueMs += random.nextExponential(1000 / perSec);
  }
  return answered;
}

function closedLoop(users: number, station: Station): readonly Answered[] {
  const random = new Random(station.seed);
  const answered: Answered[] = [];
  for (let user = 0; user < users; user++)
    for (let dueMs = 0; dueMs < station.durationMs; ) {
      const endMs = releasedMs(dueMs + random.nextExponential(station.meanMs ?? 100), station.stop);
      answered.push({ dueMs, endMs });
      dueMs = endMs;
    }
  return answered;
}

function evidenceOf(requests: readonly Answered[], loopDelayP99Ms = 1): StopEvidence {
  const seconds = Math.ceil(Math.max(...requests.map(({ endMs }) => endMs)) / 1000);
  const sorted = requests.map(({ dueMs, endMs }) => endMs - dueMs).sort((a, b) => a - b);
  const series = Array.from({ length: seconds }, (_, sec) => {
    const ended = requests.filter(({ endMs }) => Math.floor(endMs / 1000) === sec);
    const timedOut = ended.filter(({ isTimeout }) => isTimeout).length;
    const inFlight = requests.filter(
      ({ dueMs, endMs }) => dueMs < (sec + 1) * 1000 && endMs >= (sec + 1) * 1000,
    ).length;
    const errors = timedOut > 0 ? { timeout: timedOut } : {};
    return { atMs: sec * 1000, completed: ended.length - timedOut, failed: timedOut, inFlight, loopDelayP99Ms, errors };
  });
  const bySlot = new Map<number, number[]>();
  for (const { dueMs, endMs } of requests) {
    const due = Math.floor(dueMs / 500);
    bySlot.set(due, [...(bySlot.get(due) ?? []), bucketIndexOfUs((endMs - dueMs) * 1000)]);
  }
  const slots = [...bySlot]
    .sort(([a], [b]) => a - b)
    .map(([due, indices]) => {
      const response: Buckets = [...new Set(indices)].sort((a, b) => a - b).map((index) => [index, 1]);
      return { due, response, failedResponse: [] };
    });
  return { series, slots, medianMs: sorted[Math.floor(sorted.length / 2)]! };
}

const STOP = { atMs: 12_000, forMs: 2000, everyMs: 60_000 };

describe("a target that stops", () => {
  test("in open loop is told with its times, and with who waited", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const stops = findServerStops(evidenceOf(openLoop({ seed, perSec: 56, durationMs: 30_000, stop: STOP })));
      expect(stops).toHaveLength(1);
      expect(Math.abs(stops[0]!.fromMs - 12_000)).toBeLessThan(500);
      expect(Math.abs(stops[0]!.toMs - 14_000)).toBeLessThan(600);
      expect(stops[0]!.inFlight).toBeGreaterThan(80);
    }
  });

  test("in the middle of a second is told to the half second", () => {
    const stop = { ...STOP, atMs: 12_600, forMs: 2300 };
    const [found, ...others] = findServerStops(evidenceOf(openLoop({ seed: 3, perSec: 56, durationMs: 30_000, stop })));
    expect(others).toEqual([]);
    expect(Math.abs(found!.fromMs - 12_600)).toBeLessThan(400);
    expect(Math.abs(found!.toMs - 14_900)).toBeLessThan(600);
  });

  test("while all users wait for it is told as well", () => {
    const requests = closedLoop(40, { seed: 5, perSec: 0, durationMs: 30_000, stop: STOP });
    const [stop, ...others] = findServerStops(evidenceOf(requests));
    expect(others).toEqual([]);
    expect(stop).toEqual({ fromMs: 12_000, toMs: 14_000, inFlight: 40 });
  });

  test("in the middle of a second while all users wait is told to the fifth of a second", () => {
    const stop = { ...STOP, atMs: 12_400 };
    const [found] = findServerStops(evidenceOf(closedLoop(40, { seed: 5, perSec: 0, durationMs: 30_000, stop })));
    expect(Math.abs(found!.fromMs - 12_400)).toBeLessThan(200);
    expect(Math.abs(found!.toMs - 14_400)).toBeLessThan(200);
  });

  test("again and again is told each time", () => {
    const stop = { atMs: 8000, forMs: 2000, everyMs: 10_000 };
    const stops = findServerStops(evidenceOf(openLoop({ seed: 7, perSec: 40, durationMs: 60_000, stop })));
    expect(stops.map(({ fromMs }) => Math.round(fromMs / 1000))).toEqual([8, 18, 28, 38, 48, 58]);
  });
});

describe("no stop is", () => {
  test("a steady queue: not one of 200 at 70 % load", () => {
    const alarms = Array.from({ length: 200 }, (_, seed) =>
      findServerStops(evidenceOf(openLoop({ seed, perSec: 56, durationMs: 20_000 }))),
    );
    expect(alarms.flat()).toEqual([]);
  });

  test("a slow one: not one of 200 of a tenth of the pace", () => {
    const alarms = Array.from({ length: 200 }, (_, seed) =>
      findServerStops(evidenceOf(openLoop({ seed, perSec: 5.6, meanMs: 1000, durationMs: 60_000 }))),
    );
    expect(alarms.flat()).toEqual([]);
  });

  test("users in step with a target that always takes 4 s", () => {
    const requests = Array.from({ length: 10 }, (_, turn) =>
      Array.from({ length: 30 }, () => ({ dueMs: turn * 4000, endMs: turn * 4000 + 4000 })),
    );
    expect(findServerStops(evidenceOf(requests.flat()))).toEqual([]);
  });

  test("a target that hangs until we give up: those are timeouts", () => {
    const requests = openLoop({ seed: 9, perSec: 50, durationMs: 30_000 }).map((request) =>
      request.dueMs > 12_000 && request.dueMs < 17_000
        ? { ...request, endMs: request.dueMs + 5000, isTimeout: true }
        : request.endMs > 12_000 && request.dueMs <= 12_000
          ? { ...request, endMs: 12_000 }
          : request,
    );
    expect(findServerStops(evidenceOf(requests))).toEqual([]);
  });

  test("a target that grows five seconds slower and stays so", () => {
    const requests = openLoop({ seed: 9, perSec: 50, durationMs: 40_000 })
      .filter(({ dueMs, endMs }) => dueMs > 12_000 || endMs <= 12_000)
      .map((request) => (request.dueMs > 12_000 ? { ...request, endMs: request.endMs + 5000 } : request))
      .filter(({ dueMs }) => dueMs < 20_000);
    expect(findServerStops(evidenceOf(requests))).toEqual([]);
  });

  test("told of so few requests that chance may have left a gap", () => {
    const requests = openLoop({ seed: 4, perSec: 7, durationMs: 30_000, stop: STOP });
    expect(findServerStops(evidenceOf(requests))).toEqual([]);
  });

  test("a silence of ours", () => {
    const requests = openLoop({ seed: 3, perSec: 56, durationMs: 30_000, stop: STOP });
    expect(findServerStops(evidenceOf(requests, 900))).toEqual([]);
  });

  test("a pause of the load", () => {
    const requests = openLoop({ seed: 3, perSec: 56, durationMs: 30_000 }).filter(
      ({ dueMs }) => dueMs < 12_000 || dueMs > 15_000,
    );
    expect(findServerStops(evidenceOf(requests))).toEqual([]);
  });
});
