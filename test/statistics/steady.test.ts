/** A step that drowns is told from one that wanders. */
import { test } from "vitest";
import { steadyState } from "../../packages/plimsoll/src/analysis/steady-state.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell } from "./lane.ts";
import { meanInFlight, SERVICE_CAPACITY, steadyVisits } from "./queues.ts";

const SEEDS = seedsOf(100);

function unstableCount(load: number, durationS: number, warmS: number): number {
  let unstable = 0;
  for (const seed of SEEDS) {
    const visits = steadyVisits(load * SERVICE_CAPACITY, durationS, { seed, warmS });
    const completed = visits.filter(({ endAt }) => endAt < durationS).length;
    const { verdict } = steadyState({
      inFlight: meanInFlight(visits, 0, 2, durationS / 2),
      offered: visits.length,
      completed,
      durationMs: durationS * 1000,
    });
    if (verdict === "unstable") unstable++;
  }
  tell(`unstable, load ${load}, ${durationS} s, ${SEEDS.length} seeds`, { unstable });
  return unstable;
}

test.each([30, 120])("load .9 for %s s is unstable in at most 1 of 100", (durationS) => {
  expectAtMost(unstableCount(0.9, durationS, 60), SEEDS.length, 1);
});

test("load 1.1 for 30 s is unstable in at least 85 of 100", () => {
  expectAtLeast(unstableCount(1.1, 30, 0), SEEDS.length, 85);
});
