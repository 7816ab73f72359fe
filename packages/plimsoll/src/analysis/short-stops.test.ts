import { describe, expect, test } from "vitest";
import type { Random } from "../base/random.ts";
import { type Answered, closedLoop, evidenceOf, openLoop, type Station } from "./imagined-station.fixture.ts";
import { findShortStops, type ShortStop } from "./short-stops.ts";

const PHASE = { seed: 0, durationMs: 30_000, servers: Number.POSITIVE_INFINITY } as const;
/** About 20 ms, as an endpoint with room to spare. */
const SWIFT = (random: Random): number => 20 * Math.exp(0.3 * random.nextNormal());
const HEAVY = (random: Random): number => 6.3 * Math.exp(1.5 * random.nextNormal());
const SHORT = (random: Random): number => random.nextExponential(10);
const EVEN = (): number => 10;

function found(station: Station): readonly ShortStop[] {
  return findShortStops(evidenceOf(openLoop(station)));
}

/** In how many of so many runs there is just one stop, whose end is right to within `errorMs`. */
function rightOf(runs: number, station: Omit<Station, "seed">, { forMs = 0, errorMs = 250 }): number {
  const right = Array.from({ length: runs }, (_, seed) => {
    const stop = { atMs: 12_000 + ((37 * seed) % 1000), forMs, everyMs: 60_000 };
    const [only, ...others] = found({ ...station, seed, stop });
    return only !== undefined && others.length === 0 && Math.abs(only.toMs - stop.atMs - forMs) < errorMs;
  });
  return right.filter(Boolean).length;
}

/** Runs of so many in which a stop is seen. */
function alarmsOf(runs: number, requestsOf: (seed: number) => readonly Answered[]): number {
  const alarms = Array.from({ length: runs }, (_, seed) => findShortStops(evidenceOf(requestsOf(seed))));
  return alarms.filter(({ length }) => length > 0).length;
}

describe("a stop that leaves no second silent", () => {
  test.each([
    ["300 ms, 100/s, frozen", { perSec: 100, forMs: 300, isFrozen: true }],
    ["400 ms, 100/s, answers held back", { perSec: 100, forMs: 400, isFrozen: false }],
    ["500 ms, 56/s, frozen", { perSec: 56, forMs: 500, isFrozen: true }],
    ["800 ms, 56/s, frozen", { perSec: 56, forMs: 800, isFrozen: true }],
    ["1 s, 40/s, frozen", { perSec: 40, forMs: 1000, isFrozen: true }],
  ])("%s: is found in at least 95 of 100", (_, { perSec, forMs, isFrozen }) => {
    expect(rightOf(100, { ...PHASE, perSec, serviceMs: SWIFT, isFrozen }, { forMs })).toBeGreaterThanOrEqual(95);
  });

  test("is told with its times and how many waited", () => {
    const stop = { atMs: 12_300, forMs: 400, everyMs: 60_000 };
    const [only] = found({ ...PHASE, perSec: 100, serviceMs: SWIFT, stop });
    expect(Math.abs(only!.fromMs - 12_300)).toBeLessThan(200);
    expect(Math.abs(only!.toMs - 12_700)).toBeLessThan(200);
    // 40 came meanwhile; who came at its very end hardly waited.
    expect(only!.waited).toBeGreaterThan(20);
    expect(only!.waited).toBeLessThanOrEqual(45);
  });

  test("on four busy servers is found in most runs, with what had to be worked off", () => {
    const station = { ...PHASE, perSec: 60, servers: 4, serviceMs: () => 20, isFrozen: true };
    expect(rightOf(20, station, { forMs: 800, errorMs: 400 })).toBeGreaterThanOrEqual(15);
  });

  test("again and again is told each time", () => {
    const stop = { atMs: 5000, forMs: 400, everyMs: 10_000 };
    const stops = found({ ...PHASE, perSec: 100, serviceMs: SWIFT, stop });
    expect(stops.map(({ fromMs }) => Math.round(fromMs / 1000))).toEqual([5, 15, 25]);
  });

  test("while users think between their requests is found in most runs", () => {
    const stop = { atMs: 12_300, forMs: 600, everyMs: 60_000 };
    const think = (random: Random): number => 500 + 1500 * random.nextRatio();
    const stops = Array.from({ length: 20 }, (_, seed) =>
      findShortStops(evidenceOf(closedLoop(60, { ...PHASE, seed, perSec: 0, serviceMs: SWIFT, stop }, think))),
    );
    expect(stops.filter(({ length }) => length === 1).length).toBeGreaterThanOrEqual(18);
  });
});

describe("no short stop is", () => {
  test("a steady target, a heavy tail or a queue at 70 %: not one of 400", () => {
    expect(alarmsOf(100, (seed) => openLoop({ ...PHASE, seed, perSec: 100, serviceMs: SWIFT }))).toBe(0);
    expect(alarmsOf(100, (seed) => openLoop({ ...PHASE, seed, perSec: 100, serviceMs: HEAVY }))).toBe(0);
    expect(alarmsOf(100, (seed) => openLoop({ ...PHASE, seed, perSec: 56, servers: 8 }))).toBe(0);
    expect(alarmsOf(100, (seed) => openLoop({ ...PHASE, seed, perSec: 140, servers: 4, serviceMs: HEAVY }))).toBe(0);
  });

  test("the waves of a single server's queue: not one of 400", () => {
    const single = (perSec: number, serviceMs: Station["serviceMs"] = SHORT) =>
      alarmsOf(100, (seed) => openLoop({ ...PHASE, seed, perSec, servers: 1, serviceMs }));
    expect(single(70)).toBe(0);
    expect(single(90)).toBe(0);
    expect(single(95)).toBe(0);
    expect(single(90, EVEN)).toBe(0);
  });

  test.each<[string, (random: Random) => number]>([
    ["by half a second", () => 500],
    ["evenly by up to 600 ms", (random) => 600 * random.nextRatio()],
    ["by 300 ms on average", (random) => random.nextExponential(300)],
    ["six in ten of them by 800 ms", (random) => (random.nextRatio() < 0.6 ? 800 : 0)],
  ])("a while in which each request takes longer by itself, %s", (_, moreMs) => {
    const serviceMs: Station["serviceMs"] = (random, dueMs) =>
      SWIFT(random) + (dueMs > 12_100 && dueMs < 12_800 ? moreMs(random) : 0);
    expect(alarmsOf(50, (seed) => openLoop({ ...PHASE, seed, perSec: 100, serviceMs }))).toBe(0);
  });

  test("a crowd that comes at once and waits for itself", () => {
    const crowd = (count: number, servers: number) => (seed: number) =>
      openLoop({ ...PHASE, seed, perSec: 40, servers, serviceMs: () => 15, crowd: { atMs: 12_100, count } });
    expect(alarmsOf(50, crowd(40, 1))).toBe(0);
    expect(alarmsOf(50, crowd(40, 2))).toBe(0);
    expect(alarmsOf(50, crowd(100, 4))).toBe(0);
  });

  test("a fifth of the replicas standing still: the others went on", () => {
    const stop = { atMs: 12_100, forMs: 400, everyMs: 60_000 };
    const requests = (seed: number): readonly Answered[] => [
      ...openLoop({ ...PHASE, seed, perSec: 160, serviceMs: SWIFT }),
      ...openLoop({ ...PHASE, seed: seed + 1000, perSec: 40, serviceMs: SWIFT, stop }),
    ];
    expect(alarmsOf(50, requests)).toBe(0);
  });

  test("users in step", () => {
    const step = (seed: number) =>
      closedLoop(50, { ...PHASE, seed, perSec: 0, serviceMs: (random) => 600 * random.nextRatio() }, () => 5000);
    expect(alarmsOf(50, step)).toBe(0);
  });

  test("a time in which we were late ourselves", () => {
    const stop = { atMs: 12_300, forMs: 500, everyMs: 60_000 };
    const requests = openLoop({ ...PHASE, perSec: 100, serviceMs: SWIFT, stop });
    expect(findShortStops(evidenceOf(requests))).toHaveLength(1);
    expect(findShortStops(evidenceOf(requests, { sendLagP99Ms: 300 }))).toEqual([]);
    expect(findShortStops(evidenceOf(requests, { loopDelayMaxMs: 300 }))).toEqual([]);
  });
});
