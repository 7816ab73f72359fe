import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { LatencyHistogram } from "../records/latency-histogram.ts";
import type { ObservedRecord } from "../records/record.ts";
import { type LatencySecond, latencyDeparture } from "./latency-departure.ts";
import { saturatedFirst } from "./saturated-first.ts";

const STARTED_AT_MS = 5000;

/** A phase whose requests, `perSec` of them, take what `msAt` says of the second in which they end. */
function phase(seconds: number, msAt: (sec: number) => number, perSec = 50): readonly LatencySecond[] {
  return Array.from({ length: seconds }, (_, sec) => {
    const histogram = new LatencyHistogram();
    for (let i = 0; i < perSec; i++) histogram.recordUs(msAt(sec) * 1000 * (0.9 + (0.2 * i) / perSec));
    return { atMs: sec * 1000, completed: perSec, failed: 0, response: histogram.drain() };
  });
}

function observe(seconds: number, valuesAt: (sec: number) => ObservedRecord["values"]): readonly ObservedRecord[] {
  return Array.from({ length: seconds }, (_, sec) => ({
    k: "obs",
    atMs: STARTED_AT_MS + sec * 1000 + 300,
    values: valuesAt(sec),
  }));
}

/** p95 is 50 ms until the 60th second, then grows by 20 ms a second. */
const LEAVING = phase(120, (sec) => 50 + 20 * Math.max(0, sec - 60));
const LEFT_AT_MS = 63_000;
const PLAN = { spec: null };

function first(
  valuesAt: (sec: number) => ObservedRecord["values"],
  series = LEAVING,
  plan: { spec: object } | null = null,
) {
  const spec = plan === null ? PLAN : { spec: JSON.parse(JSON.stringify(plan.spec)) };
  return saturatedFirst({ startedAtMs: STARTED_AT_MS, series }, { observations: observe(120, valuesAt), plan: spec });
}

describe("when p95 leaves its base", () => {
  test("is told to the second", () => {
    const left = latencyDeparture(LEAVING);
    expect(left?.leftAtMs).toBe(LEFT_AT_MS + 1000);
    expect(left?.baseMs).toBeCloseTo(54.5, 0);
  });

  test.each([
    ["it never does", phase(120, () => 50)],
    ["a stop of three seconds is no departure", phase(120, (sec) => (sec >= 60 && sec < 63 ? 900 : 50))],
    ["its beginning is no base: it rises from the first second", phase(120, (sec) => 50 + 20 * sec)],
    ["there are too few requests to tell", phase(120, (sec) => (sec > 60 ? 500 : 50), 1)],
    ["the phase is too short", phase(9, (sec) => (sec > 4 ? 500 : 50))],
    ["there is no phase", []],
  ])("is not told where %s", (_, series) => {
    expect(latencyDeparture(series)).toBeUndefined();
  });
});

describe("what gave way first", () => {
  test("is the share that was full before, with its time and what followed", () => {
    const found = first((sec) => ({
      queue_depth: sec < 58 ? 1 : sec - 50,
      gpu_util: Math.min(99, 10 + 2 * sec),
      cache_usage_perc: Math.min(0.4, sec / 100),
    }));
    expect(found).toEqual({
      baseMs: expect.closeTo(54.5, 0),
      leftAtMs: LEFT_AT_MS + 1000,
      resolutionMs: 1000,
      metrics: [
        { name: "gpu_util", kind: "full", limit: 100, atMs: 43_300 },
        { name: "queue_depth", kind: "grew", limit: 1, atMs: 58_300 },
      ],
    });
  });

  test("a share of 1 is told from one of 100 by its values", () => {
    expect(first((sec) => ({ kv_usage: sec < 50 ? 0.3 : 0.97 }))?.metrics[0]).toMatchObject({ limit: 1, atMs: 50_300 });
  });

  test("a full value that the spec names makes any metric one that can be full", () => {
    const plan = { spec: { observe: { metrics: [{ name: "batch", metric: "batch_size", full: 32 }] } } };
    const batch = (sec: number) => ({ batch: sec < 40 ? 4 : 32 });
    expect(first(batch, LEAVING, plan)?.metrics).toEqual([{ name: "batch", kind: "full", limit: 32, atMs: 40_300 }]);
    expect(first(batch)).toBeUndefined();
  });

  test.each<[string, (sec: number) => ObservedRecord["values"]]>([
    ["it gave way only after p95 had left", (sec) => ({ gpu_util: sec < 70 ? 40 : 99 })],
    ["it was full from the beginning", () => ({ gpu_util: 99 })],
    ["it was full for a moment only", (sec) => ({ gpu_util: sec === 50 || sec === 51 ? 99 : 40 })],
    ["an idle device says 0 and 1 per cent", (sec) => ({ gpu_util: sec < 50 ? 0 : 1 })],
    ["it is beyond any share", (sec) => ({ usage: sec < 50 ? 3 : 4000 })],
    ["the queue stayed as long as it had been", (sec) => ({ queue_depth: 3 + (sec % 4) })],
    ["another metric grew, of which nothing is known", (sec) => ({ temperature: sec })],
    ["a counter of the queue rose as counters do", (sec) => ({ queue_total: sec * sec })],
    ["it was not to be had while p95 was at its base", (sec) => ({ gpu_util: sec < 20 ? null : 99 })],
    ["nothing was to be had", () => ({ gpu_util: null })],
  ])("is not told where %s", (_, valuesAt) => {
    expect(first(valuesAt)).toBeUndefined();
  });

  test("is not told where p95 kept its base", () => {
    expect(
      first(
        (sec) => ({ gpu_util: sec < 50 ? 40 : 99 }),
        phase(120, () => 50),
      ),
    ).toBeUndefined();
  });

  test("scrapes that failed in between do not hide it", () => {
    const found = first((sec) => ({ gpu_util: sec % 5 === 0 ? null : sec < 50 ? 40 : 99 }));
    expect(found?.metrics[0]?.atMs).toBe(51_300);
  });
});

describe("of a station of eight that is driven beyond its capacity", () => {
  /** Exponential service, first come first served; arrivals from 20/s to 112/s in two minutes, capacity 80/s. */
  function overload(seed: number) {
    const random = new Random(seed);
    const free = new Array<number>(8).fill(0);
    const requests: { readonly dueMs: number; readonly beginMs: number; readonly endMs: number }[] = [];
    for (let dueMs = 0; dueMs < 120_000; dueMs += random.nextExponential(1000 / (20 + (92 * dueMs) / 120_000))) {
      const server = free.indexOf(Math.min(...free));
      const beginMs = Math.max(dueMs, free[server]!);
      const endMs = beginMs + random.nextExponential(100);
      free[server] = endMs;
      requests.push({ dueMs, beginMs, endMs });
    }
    const series = Array.from({ length: 120 }, (_, sec): LatencySecond => {
      const ended = requests.filter(({ endMs }) => Math.floor(endMs / 1000) === sec);
      const histogram = new LatencyHistogram();
      for (const { dueMs, endMs } of ended) histogram.recordUs((endMs - dueMs) * 1000);
      return { atMs: sec * 1000, completed: ended.length, failed: 0, response: histogram.drain() };
    });
    const observations = observe(120, (sec) => {
      const atMs = sec * 1000 + 300;
      const queue_depth = requests.filter(({ dueMs, beginMs }) => dueMs <= atMs && beginMs > atMs).length;
      return { queue_depth, sessions: sec };
    });
    return saturatedFirst({ startedAtMs: STARTED_AT_MS, series }, { observations, plan: PLAN });
  }

  test("the queue is what gave way, near where its capacity is reached, or nothing is told", () => {
    const found = Array.from({ length: 20 }, (_, seed) => overload(seed)).filter((one) => one !== undefined);
    expect(found.length).toBeGreaterThanOrEqual(10);
    for (const { metrics, leftAtMs } of found) {
      expect(metrics.map(({ name }) => name)).toEqual(["queue_depth"]);
      expect(metrics[0]!.atMs).toBeGreaterThan(40_000);
      expect(leftAtMs).toBeLessThan(110_000);
    }
  });
});
