import { describe, expect, test } from "vitest";
import type { Random } from "../base/random.ts";
import { closedLoop, evidenceOf, openLoop } from "./imagined-station.fixture.ts";
import { ownDelays } from "./own-delays.ts";
import { findServerStops } from "./server-stops.ts";

const SLOW = (random: Random): number => random.nextExponential(1000);
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
      findServerStops(evidenceOf(openLoop({ seed, perSec: 5.6, serviceMs: SLOW, durationMs: 60_000 }))),
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

  test("a silence of ours, which says nothing of a stop elsewhere", () => {
    const stop = { atMs: 8000, forMs: 2000, everyMs: 10_000 };
    const requests = openLoop({ seed: 3, perSec: 56, durationMs: 30_000, stop });
    expect(findServerStops(evidenceOf(requests, { loopDelayMaxMs: 900 }))).toEqual([]);
    const evidence = evidenceOf(requests);
    const { slots, medianMs } = evidence;
    const startsWith = (atMs: number, durationMs: number) => {
      const delays = ownDelays({ stalls: [{ atMs, durationMs }], seconds: [], slots, medianMs });
      return findServerStops({ ...evidence, ownDelays: delays }).map(({ fromMs }) => Math.round(fromMs / 1000));
    };
    expect(startsWith(18_050, 1900)).toEqual([8, 28]);
    // Between the stops, and too short to leave two seconds silent.
    expect(startsWith(13_000, 1900)).toEqual([8, 18, 28]);
    expect(startsWith(18_500, 120)).toEqual([8, 18, 28]);
  });

  test("a pause of the load", () => {
    const requests = openLoop({ seed: 3, perSec: 56, durationMs: 30_000 }).filter(
      ({ dueMs }) => dueMs < 12_000 || dueMs > 15_000,
    );
    expect(findServerStops(evidenceOf(requests))).toEqual([]);
  });
});
