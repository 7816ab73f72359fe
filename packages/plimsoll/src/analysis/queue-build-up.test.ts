import { describe, expect, test } from "vitest";
import type { Random } from "../base/random.ts";
import { type Answered, evidenceOf, openLoop, type Station } from "./imagined-station.fixture.ts";
import { findQueueBuildUp } from "./queue-build-up.ts";

const SWIFT = (random: Random): number => 20 * Math.exp(0.3 * random.nextNormal());

function builtBy(requests: readonly Answered[]) {
  return findQueueBuildUp(evidenceOf(requests).series);
}

function builtIn(station: Omit<Station, "seed">, seed: number) {
  return builtBy(openLoop({ seed, ...station }));
}

/** Of a ramp from nothing to 70/s in 50 s, then level for 5 s, to a server that takes 25 ms for each. */
function overloadedRamp(seed: number): readonly Answered[] {
  let freeMs = 0;
  return openLoop({ seed, perSec: 70, durationMs: 55_000, serviceMs: () => 25 })
    .filter(({ dueMs }, at) => ((at * 0.618_034) % 1) * 50_000 < dueMs)
    .map(({ dueMs }) => {
      freeMs = Math.max(freeMs, dueMs) + 25;
      return { dueMs, endMs: freeMs };
    });
}

describe("a queue that grows", () => {
  test("while more comes than a server can do is told with both rates and its wait", () => {
    for (let seed = 0; seed < 20; seed++) {
      const built = builtBy(overloadedRamp(seed));
      expect(built?.isOverload).toBe(true);
      // More comes than is served from 28.6 s on; a tenth of the pile is there some seconds later.
      expect(built!.fromMs).toBeGreaterThan(27_000);
      expect(built!.fromMs).toBeLessThan(42_000);
      expect(Math.abs(built!.toMs - 55_000)).toBeLessThan(1500);
      expect(Math.abs(built!.endedPerSec - 40)).toBeLessThan(0.5);
      // Scatters by 2.3/s.
      expect(Math.abs(built!.offeredPerSec - 66)).toBeLessThan(10);
      // 30/s more than 40/s can do, as a triangle of 21 s and a rectangle of 5.
      expect(Math.abs(built!.inFlight - 470)).toBeLessThan(80);
      expect(Math.abs(built!.waitMs - (built!.inFlight / 40) * 1000)).toBeLessThan(1000);
    }
  });

  test.each<[string, Omit<Station, "seed">]>([
    [
      "of 2 s",
      { perSec: 56, durationMs: 60_000, serviceMs: SWIFT, stop: { atMs: 30_000, forMs: 2000, everyMs: 90_000 } },
    ],
    [
      "of 8 s",
      { perSec: 56, durationMs: 60_000, serviceMs: SWIFT, stop: { atMs: 30_000, forMs: 8000, everyMs: 90_000 } },
    ],
    ["of 3 s again and again", { perSec: 56, durationMs: 60_000, stop: { atMs: 5000, forMs: 3000, everyMs: 9000 } }],
    [
      "of 4 s of a target that takes its time",
      {
        perSec: 100,
        durationMs: 60_000,
        servers: 200,
        serviceMs: () => 400,
        stop: { atMs: 40_000, forMs: 4000, everyMs: 90_000 },
      },
    ],
  ])("is no stop %s", (_, station) => {
    for (let seed = 0; seed < 20; seed++) expect(builtIn(station, seed)).toBeUndefined();
  });

  test("explains no slow request among swift ones: who waits long are few", () => {
    for (let seed = 0; seed < 20; seed++) {
      const serviceMs = (random: Random): number => (random.nextRatio() < 0.02 ? 800 : 20);
      const built = builtIn({ perSec: 40, durationMs: 60_000, servers: Number.POSITIVE_INFINITY, serviceMs }, seed);
      expect(built?.waitMs ?? 0).toBeLessThan(400);
    }
  });

  test("that never did is none", () => {
    expect(findQueueBuildUp([])).toBeUndefined();
    expect(builtBy([{ dueMs: 10, endMs: 30 }])).toBeUndefined();
  });
});
