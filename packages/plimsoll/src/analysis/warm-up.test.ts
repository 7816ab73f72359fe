import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketValueUs } from "../records/latency-histogram.ts";
import { sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";
import type { Warmup } from "./run-stats.ts";
import { type SampleProfile, sampleLatencyMs } from "./sample-load.ts";
import type { SlotStats } from "./slot-stats.ts";
import { findWarmup, type WarmupEvidence } from "./warm-up.ts";

function warmupOf(profile: Partial<SampleProfile>, seed = 1): Warmup | undefined {
  const full: SampleProfile = { name: "p", durationMs: 120_000, ...profile };
  const records = sampleJournal({ seed, profiles: [full] });
  return runFold.done(records.reduce(runFold.step, runFold.init())).profiles[0]?.warmup;
}

describe("findWarmup", () => {
  test("a steady target loses only the floor: a tenth of the phase", () => {
    expect(warmupOf({ ratePerSec: 40 })).toMatchObject({ cutMs: 12_000, method: "mser", isNeverWarm: false });
  });

  test("three times slower until 20 s is cut there", () => {
    const warmup = warmupOf({
      ratePerSec: 40,
      answer: ({ dueMs, random }) => ({ serviceMs: sampleLatencyMs(random, dueMs < 20_000 ? 300 : 100) }),
    });
    expect(warmup?.cutMs).toBeGreaterThanOrEqual(20_000);
    expect(warmup?.cutMs).toBeLessThanOrEqual(23_000);
  });

  test("a target that grows slower for ever never warms up", () => {
    const warmup = warmupOf({
      ratePerSec: 40,
      answer: ({ dueMs, random }) => ({ serviceMs: sampleLatencyMs(random, 50 * Math.exp(dueMs / 20_000)) }),
    });
    expect(warmup).toMatchObject({ isNeverWarm: true });
    expect(warmup?.why).toMatch(
      /^Response times( and requests in flight)? had not settled by half of the phase: more requests came than were answered\.$/,
    );
    expect(warmup?.cutMs).toBeLessThanOrEqual(60_000);
  });

  test("a planned ramp is left out of the test", () => {
    const warmup = warmupOf({ users: 100, spawnPerSec: 1.25, thinkMs: 1000 });
    expect(warmup).toMatchObject({ method: "mser", isNeverWarm: false });
  });

  test("a given warm-up is taken as it is, 0 included", () => {
    const why = "The cut that was asked for.";
    expect(warmupOf({ ratePerSec: 20, warmupMs: 7000 })).toMatchObject({ cutMs: 7000, method: "given", why });
    expect(warmupOf({ ratePerSec: 20, warmupMs: 0 })).toMatchObject({ cutMs: 0, method: "given" });
  });

  test.each([
    ["a phase under 30 s", { ratePerSec: 40, durationMs: 29_000 }],
    ["a spike", { users: 50, spawnPerSec: 50, thinkMs: 1000, durationMs: 60_000 }],
    ["a phase that ramps nearly to its end", { users: 100, spawnPerSec: 1, thinkMs: 1000 }],
  ])("%s is not cut", (_, profile) => {
    expect(warmupOf(profile)).toMatchObject({ cutMs: 0, method: "none", isNeverWarm: false });
  });

  test("the same users at once, held for five minutes, are no spike", () => {
    const sustained = { users: 10, spawnPerSec: 50, thinkMs: 1000, durationMs: 300_000 };
    expect(warmupOf(sustained)).toMatchObject({ method: "mser" });
  });

  test("a steady target is called never warm in at most 3 of 60 runs", () => {
    const runs = Array.from({ length: 60 }, (_, seed) => warmupOf({ ratePerSec: 20, durationMs: 60_000 }, seed + 1));
    expect(runs.filter((warmup) => warmup?.isNeverWarm).length).toBeLessThanOrEqual(3);
  });
});

describe("laws", () => {
  /** Of every second: the bucket in which all its requests are, about 12 to 54 ms, and how many were in flight. */
  const course = fc.array(fc.tuple(fc.integer({ min: 940, max: 1090 }), fc.integer({ min: 0, max: 40 })), {
    minLength: 30,
    maxLength: 90,
  });

  function slotOf(due: number, index: number, failedCount = 0): SlotStats {
    const response = failedCount === 10 ? [] : ([[index, 10 - failedCount]] as const);
    const failedResponse = failedCount === 0 ? [] : ([[index, failedCount]] as const);
    return { due, completed: 10 - failedCount, failed: failedCount, response, failedResponse, censored: [], over: [] };
  }

  function evidenceOf(seconds: readonly (readonly [number, number])[]): WarmupEvidence {
    const durationMs = 1000 * seconds.length;
    const indices = seconds.map(([index]) => index).toSorted((a, b) => a - b);
    return {
      planned: {
        name: "p",
        kind: "open",
        plannedMs: durationMs,
        drainMs: 0,
        rampsMs: [],
        shape: [
          [0, 20],
          [durationMs, 20],
        ],
      },
      durationMs,
      medianMs: bucketValueUs(indices[indices.length >> 1]!) / 1000,
      slots: seconds.flatMap(([index], at) => [slotOf(2 * at, index), slotOf(2 * at + 1, index)]),
      series: seconds.map(([, inFlight], at) => ({ atMs: 1000 * at, inFlight })),
    };
  }

  test("the cut lies between the floor and half of the phase", () => {
    fc.assert(
      fc.property(course, (seconds) => {
        const { cutMs } = findWarmup(evidenceOf(seconds));
        expect(cutMs).toBeGreaterThanOrEqual(Math.max(5000, 100 * seconds.length));
        expect(cutMs).toBeLessThanOrEqual(500 * seconds.length);
      }),
    );
  });

  test("answers so many times slower, and so many more in flight, are cut at the same place", () => {
    fc.assert(
      fc.property(course, fc.integer({ min: -200, max: 300 }), fc.integer({ min: 2, max: 9 }), (seconds, up, times) => {
        const other = seconds.map(([index, inFlight]) => [index + up, times * inFlight] as const);
        expect(findWarmup(evidenceOf(other))).toEqual(findWarmup(evidenceOf(seconds)));
      }),
    );
  });

  test("so many more in flight all the time change nothing, nor does it which of them failed", () => {
    fc.assert(
      fc.property(course, fc.nat(100), fc.integer({ min: 2, max: 9 }), (seconds, more, every) => {
        const evidence = evidenceOf(seconds);
        const failedCountOf = (due: number): number => (Math.floor(due / 2) % every === 0 ? 10 : 3);
        const series = evidence.series.map((point) => ({ ...point, inFlight: point.inFlight + more }));
        const slots = evidence.slots.map(({ due, response }) => slotOf(due, response[0]![0], failedCountOf(due)));
        expect(findWarmup({ ...evidence, series, slots })).toEqual(findWarmup(evidence));
      }),
    );
  });

  test("requests in flight that settle late, or never, count beside even response times", () => {
    const even = (inFlightAt: (at: number) => number) =>
      findWarmup(evidenceOf(Array.from({ length: 60 }, (_, at) => [940 + (at % 2), inFlightAt(at)] as const)));
    expect(even((at) => (at < 20 ? 40 : 5))).toMatchObject({ cutMs: 20_000, isNeverWarm: false });
    expect(even((at) => at)).toMatchObject({
      isNeverWarm: true,
      why: expect.stringMatching(/^Requests in flight had not/),
    });
  });

  test("a slow start is cut where it ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 25 }), fc.integer({ min: 20, max: 400 }), (slow, up) => {
        const seconds = Array.from({ length: 60 }, (_, at) => [at < slow ? 940 + up : 940 + (at % 2), 5] as const);
        expect(findWarmup(evidenceOf(seconds)).cutMs).toBe(1000 * slow);
      }),
    );
  });
});
