/** Early stops: seldom where the promise is kept, soon where it cannot be. q = 5 %, X = 500 ms, 2-s windows, 300 s. */
import { describe, expect, test } from "vitest";
import {
  type EarlyStopPlan,
  startEarlyStop,
  stepEarlyStop,
  waitingLimitOf,
} from "../../packages/plimsoll/src/analysis/early-stop.ts";
import { PromiseWatch } from "../../packages/plimsoll/src/analysis/promise-watch.ts";
import { sampleSeconds } from "../../packages/plimsoll/src/analysis/sample-seconds.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell, widen } from "./lane.ts";
import { quantile, rateForBadShare, SERVICE_CAPACITY, steadyVisits } from "./queues.ts";

const SEEDS = seedsOf(100);
const WINDOW_S = 2;
const DURATION_S = 300;

/** Seconds until the run is ended; undefined when it never is. */
function stopAt(rate: number, warmS: number, seed: number): number | undefined {
  const visits = steadyVisits(rate, DURATION_S, { seed, warmS });
  const plan: EarlyStopPlan = { allowedRatio: 0.05, promiseCount: 1, waitingLimit: waitingLimitOf(rate, 500) };
  let state = startEarlyStop(plan);
  let first = 0;
  for (let window = 0; window < DURATION_S / WINDOW_S; window++) {
    const end = (window + 1) * WINDOW_S;
    let count = 0;
    let bad = 0;
    let last = first;
    for (; last < visits.length && visits[last]!.dueAt < end; last++) {
      count++;
      if (visits[last]!.endAt - visits[last]!.dueAt > 0.5) bad++;
    }
    let waiting = 0;
    for (let at = last - 1; at >= 0 && visits[at]!.startAt > end; at--) waiting++;
    first = last;
    state = stepEarlyStop(state, { count, bad, waiting }, plan);
    // A window's last requests are known to be late half a second after it.
    if (state.verdict !== "go-on") return end + 0.5;
  }
  return undefined;
}

function stops(what: string, rate: number, warmS: number): readonly number[] {
  const times = SEEDS.flatMap((seed) => stopAt(rate, warmS, seed) ?? []);
  const figures = times.length === 0 ? {} : { median: quantile(times, 0.5), p90: quantile(times, 0.9) };
  tell(`early stop, ${what}, ${SEEDS.length} seeds`, { stopped: times.length, ...figures });
  return times;
}

describe("a promise kept", () => {
  test.each([
    [0.035, 2],
    [0.045, 9],
  ])("with %s of the requests bad, at most %s of 100 are stopped", (share, most) => {
    expectAtMost(stops(`${share} bad`, rateForBadShare(share), 60).length, SEEDS.length, most);
  });
});

describe("overload", () => {
  test("at 1.05 times the capacity of the servers all are stopped, half of them within 24 s", () => {
    const times = stops("1.05× overload", 1.05 * SERVICE_CAPACITY, 0);
    expect(times.length).toBe(SEEDS.length);
    expect(quantile(times, 0.5)).toBeLessThanOrEqual(24);
    expect(quantile(times, 0.9)).toBeLessThanOrEqual(widen(28));
  });

  test("at 1.25 times all are stopped", () => {
    expect(stops("1.25× overload", 1.25 * SERVICE_CAPACITY, 0).length).toBe(SEEDS.length);
  });

  test("a fifth of the requests bad is stopped nearly always", () => {
    expectAtLeast(stops("0.2 bad", rateForBadShare(0.2), 60).length, SEEDS.length, 85);
  });
});

/** The same by the seconds that a run records: what waits is only seen as in flight, what is late before it ends. */
function watchStopsAt(rate: number, warmS: number, seed: number): number | undefined {
  const visits = steadyVisits(rate, DURATION_S, { seed, warmS });
  const profile = { name: "queue", ratePerSec: rate, durationMs: DURATION_S * 1000 };
  const requests = visits.map(({ dueAt, endAt }) => ({
    task: "ask",
    dueMs: dueAt * 1000,
    sentMs: dueAt * 1000,
    endMs: endAt * 1000,
    failure: undefined,
    bodyBytes: 0,
  }));
  const shape = [[0, rate] as const, [profile.durationMs, rate] as const];
  const planned = {
    name: "queue",
    kind: "open",
    plannedMs: profile.durationMs,
    drainMs: 0,
    rampsMs: [],
    shape,
  } as const;
  const watch = new PromiseWatch({
    promise: { task: undefined, allowedRatio: 0.05, limit: { index: 0, ms: 500 } },
    planned: { ...planned, warmupMs: 0 },
    promiseCount: 1,
  });
  for (const second of sampleSeconds({ profile, phase: 0, requests, limitsMs: [500] })) {
    const broken = watch.add(second);
    if (broken !== undefined) return broken.toMs / 1000;
  }
  return undefined;
}

describe("by the seconds of a run", () => {
  function watchStops(what: string, rate: number, warmS: number): readonly number[] {
    const times = SEEDS.flatMap((seed) => watchStopsAt(rate, warmS, seed) ?? []);
    const figures = times.length === 0 ? {} : { median: quantile(times, 0.5), p90: quantile(times, 0.9) };
    tell(`early stop by seconds, ${what}, ${SEEDS.length} seeds`, { stopped: times.length, ...figures });
    return times;
  }

  test.each([
    [0.035, 2],
    [0.045, 9],
  ])("with %s of the requests bad, at most %s of 100 are stopped", (share, most) => {
    expectAtMost(watchStops(`${share} bad`, rateForBadShare(share), 60).length, SEEDS.length, most);
  });

  test("at 1.05 times the capacity of the servers all are stopped, half of them within 24 s", () => {
    const times = watchStops("1.05× overload", 1.05 * SERVICE_CAPACITY, 0);
    expect(times.length).toBe(SEEDS.length);
    expect(quantile(times, 0.5)).toBeLessThanOrEqual(24);
  });
});
