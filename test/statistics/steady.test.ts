/** A step that drowns is told from one that wanders: by its exact levels, and by what a run's journal knows of them. */
import { describe, expect, test } from "vitest";
import { profileSteady } from "../../packages/plimsoll/src/analysis/profile-steady.ts";
import { steadyState } from "../../packages/plimsoll/src/analysis/steady-state.ts";
import { closedTarget } from "./kit/closed-target.ts";
import { bucketsOf, levelPhase, secondsOf, slotsOf } from "./kit/phase-evidence.ts";
import { exponential } from "./kit/virtual-target.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell } from "./lane.ts";
import { meanInFlight, SERVICE_CAPACITY, steadyVisits, type Visit } from "./queues.ts";

const SEEDS = seedsOf(100);

/** The rule alone, fed with the mean requests in flight of windows of 2 s. */
function ruleSays(load: number, durationS: number, warmS: number): number {
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
  tell(`unstable by the rule, load ${load}, ${durationS} s, ${SEEDS.length} seeds`, { unstable });
  return unstable;
}

describe("the rule", () => {
  test.each([30, 120])("load .9 for %s s is unstable in at most 1 of 100", (durationS) => {
    expectAtMost(ruleSays(0.9, durationS, 60), SEEDS.length, 1);
  });

  test("load 1.1 for 30 s is unstable in at least 85 of 100", () => {
    expectAtLeast(ruleSays(1.1, 30, 0), SEEDS.length, 85);
  });
});

interface Run {
  readonly rate: number;
  readonly seconds: number;
  readonly visits: readonly Visit[];
}

function verdictOf({ rate, seconds, visits }: Run): string {
  const found = profileSteady({
    planned: levelPhase(rate, seconds),
    durationMs: 1000 * seconds,
    warmup: { cutMs: 0, method: "none" },
    slots: slotsOf(visits, seconds),
    series: secondsOf(visits, seconds),
    serviceBuckets: bucketsOf(visits),
  });
  return found?.verdict ?? "too short";
}

function runsSay(what: string, runOf: (seed: number) => Run) {
  const verdicts = SEEDS.map((seed) => verdictOf(runOf(seed)));
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  const counts = { unstable: count("unstable"), steady: count("steady"), tooShort: count("too short") };
  tell(`unstable, ${what}, ${SEEDS.length} seeds`, counts);
  return counts;
}

/** M/M/8 of 100 ms; a run begins with nobody in the queue. */
const queue = (load: number, seconds: number) => (seed: number) => {
  const rate = load * SERVICE_CAPACITY;
  return { rate, seconds, visits: steadyVisits(rate, seconds, { seed, warmS: 0 }) };
};

describe("by the seconds of a run", () => {
  test.each([
    [0.5, 30],
    [0.7, 120],
    [0.9, 30],
    [0.9, 120],
    [0.9, 300],
    [0.95, 60],
  ])("load %s for %s s is unstable in at most 1 of 100", (load, seconds) => {
    expectAtMost(runsSay(`load ${load}, ${seconds} s`, queue(load, seconds)).unstable, SEEDS.length, 1);
  });

  test("an overload is: 1.1 of what is served for 30 s in at least 85 of 100, 1.3 and 2 always", () => {
    expectAtLeast(runsSay("load 1.1, 30 s", queue(1.1, 30)).unstable, SEEDS.length, 85);
    for (const load of [1.3, 2]) {
      expect(runsSay(`load ${load}, 60 s`, queue(load, 60)).unstable).toBe(SEEDS.length);
    }
  });

  test("half load for five minutes is steady in at least 82 of 100", () => {
    expectAtLeast(runsSay("load .5, 300 s", queue(0.5, 300)).steady, SEEDS.length, 82);
  });

  test("one server of 10 ms and sixteen of 4 s, both at .9, are not", () => {
    const quick = runsSay("M/M/1 of 10 ms, load .9, 60 s", (seed) => {
      const visits = steadyVisits(90, 60, { seed, warmS: 0, servers: 1, serviceMeanAt: () => 0.01 });
      return { rate: 90, seconds: 60, visits };
    });
    const slow = runsSay("M/M/16 of 4 s, load .9, 300 s", (seed) => {
      const visits = steadyVisits(3.6, 300, { seed, warmS: 0, servers: 16, serviceMeanAt: () => 4 });
      return { rate: 3.6, seconds: 300, visits };
    });
    expectAtMost(quick.unstable, SEEDS.length, 1);
    expectAtMost(slow.unstable, SEEDS.length, 1);
  });

  test("looked at again and again, as a page does, load .9 is never called so in at least 97 of 100", () => {
    const looks = Array.from({ length: 26 }, (_, at) => 20 + 4 * at);
    const ever = SEEDS.filter((seed) => {
      const run = queue(0.9, 120)(seed);
      return looks.some((seconds) => verdictOf({ ...run, seconds }) === "unstable");
    }).length;
    tell(`unstable at any of ${looks.length} looks, load .9, ${SEEDS.length} seeds`, { ever });
    expectAtMost(ever, SEEDS.length, 3);
  });

  test("a cold start whose queue has gone before the end is not", () => {
    const cold = runsSay("four times as slow at first (τ 5 s), load .7, 60 s", (seed) => {
      const serviceMeanAt = (t: number): number => 0.1 * (1 + 3 * Math.exp(-t / 5));
      return { rate: 56, seconds: 60, visits: steadyVisits(56, 60, { seed, warmS: 0, serviceMeanAt }) };
    });
    expectAtMost(cold.unstable, SEEDS.length, 1);
  });

  test("users who think and wait are not", () => {
    const users = runsSay("users, 97 on 8 × 100 ms, 120 s", (seed) => {
      const step = closedTarget({ servers: 8, service: exponential(0.1), think: 1 }, seed).step(97, 120, 1e9);
      const visits = step.arrivals.map((dueAt, at): Visit => {
        return { dueAt, startAt: dueAt, endAt: dueAt + step.latencies[at]!, kind: "good" };
      });
      return { rate: 78, seconds: 120, visits };
    });
    expectAtMost(users.unstable, SEEDS.length, 1);
  });
});
