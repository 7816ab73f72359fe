import { describe, expect, test } from "vitest";
import { fcfsTarget } from "./kit/fcfs-target.ts";
import { closedLoop, dm1Capacity, mmkLoss, mmkTail } from "./kit/queueing-theory.ts";
import { CLOSED_CASES, FAST_CASES, type SearchCase, SLOW_CASE } from "./kit/search-cases.ts";
import { exponential, type VirtualTarget } from "./kit/virtual-target.ts";
import { seedsOf } from "./lane.ts";

const PARTS = seedsOf(120, 15).length;

/** Share of bad requests in a long run cut into parts, with the standard error that the parts' spread gives. */
function longRun(target: VirtualTarget, load: number, limitS: number, partS: number) {
  target.step(load, partS, Number.POSITIVE_INFINITY);
  const shares = Array.from({ length: PARTS }, () => {
    const { latencies, errors } = target.step(load, partS, Number.POSITIVE_INFINITY);
    return latencies.filter((latency, i) => errors[i]! || latency > limitS).length / latencies.length;
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / PARTS;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (PARTS - 1);
  return { mean, se: Math.sqrt(variance / PARTS) };
}

const SEED = 20_261;

describe("the kit's servers behave as theory says", () => {
  test.each([
    { name: "M/M/1", servers: 1, mu: 100, rate: 80, limitS: 0.1 },
    { name: "M/M/8", servers: 8, mu: 10, rate: 66, limitS: 0.4 },
    { name: "M/M/16, slow", servers: 16, mu: 0.25, rate: 3.4, limitS: 14 },
  ])("$name: share beyond a limit", ({ servers, mu, rate, limitS }) => {
    const target = fcfsTarget({ servers, service: exponential(1 / mu) }, SEED);
    const { mean, se } = longRun(target, rate, limitS, 40_000 / rate);
    expect(Math.abs(mean - mmkTail(servers, mu, rate, limitS))).toBeLessThan(3.5 * se);
    expect(se / mean).toBeLessThan(0.1);
  });

  test("M/M/8 with 12 places to wait: share refused", () => {
    const target = fcfsTarget({ servers: 8, service: exponential(0.1), waitPlaces: 12 }, SEED);
    const { mean, se } = longRun(target, 66.4, Number.POSITIVE_INFINITY, 500);
    expect(Math.abs(mean - mmkLoss(8, 10, 12, 66.4))).toBeLessThan(3.5 * se);
  });

  test("D/M/1: evenly spaced arrivals meet the limit at a higher rate", () => {
    const target = fcfsTarget({ servers: 1, service: exponential(0.01), arrivals: "constant" }, SEED);
    const { mean, se } = longRun(target, dm1Capacity(100, 0.2, 0.05), 0.2, 500);
    expect(Math.abs(mean - 0.05)).toBeLessThan(3.5 * se);
  });

  test("closed loop: share beyond the limit, and throughput", () => {
    const shape = { servers: 8, service: 0.1, think: 1 };
    const [first] = CLOSED_CASES;
    const { mean, se } = longRun(first!.target(SEED), 97, 0.5, 1000);
    // Users spawn over the first tenth of a part, when the server is less busy: a little under the stationary share.
    const { share } = closedLoop(shape, 97, 0.5);
    expect(mean).toBeLessThan(share + 3.5 * se);
    expect(mean).toBeGreaterThan(0.9 * share - 3.5 * se);
  });

  test.each(FAST_CASES.filter(({ asked }) => asked.slos[0]!.limitMs !== undefined))(
    "$name: at the stated truth the allowed share is bad",
    ({ truth, asked, target }: SearchCase) => {
      const { mean, se } = longRun(target(SEED), truth, asked.slos[0]!.limitMs! / 1000, 1500);
      expect(Math.abs(mean - 0.05)).toBeLessThan(3.5 * se + 0.001);
    },
  );
});

describe("the driver's interface", () => {
  test.each([...FAST_CASES, ...CLOSED_CASES, SLOW_CASE])("$name: one seed, one run; reset empties the queue", (row) => {
    const load = row.asked.by === "users" ? 120 : 1.2 * row.truth;
    const [first, again, other] = [row.target(7), row.target(7), row.target(8)];
    const record = first.step(load, 60, 1e9);
    expect(again.step(load, 60, 1e9)).toEqual(record);
    expect(other.step(load, 60, 1e9)).not.toEqual(record);
    expect(first.drain()).toBeGreaterThan(0);
    expect(first.drain()).toBe(0);
    again.reset();
    expect(again.drain()).toBe(0);
  });

  test("a hopeless step is aborted, and its queue is still there in the next", () => {
    const target = fcfsTarget({ servers: 1, service: exponential(0.01) }, SEED);
    const aborted = target.step(200, 60, 150);
    expect(aborted.isAborted).toBe(true);
    expect(aborted.elapsed).toBeLessThan(5);
    expect(target.step(1, 5, 150).latencies[0]).toBeGreaterThan(0.1);
  });
});
