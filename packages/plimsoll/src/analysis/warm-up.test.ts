import { describe, expect, test } from "vitest";
import { sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";
import type { Warmup } from "./run-stats.ts";
import { type SampleProfile, sampleLatencyMs } from "./sample-load.ts";

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
    expect(warmup?.cutMs).toBeLessThanOrEqual(60_000);
  });

  test("a planned ramp is left out of the test", () => {
    const warmup = warmupOf({ users: 100, spawnPerSec: 1.25, thinkMs: 1000 });
    expect(warmup).toMatchObject({ method: "mser", isNeverWarm: false });
  });

  test("a given warm-up is taken as it is, 0 included", () => {
    expect(warmupOf({ ratePerSec: 20, warmupMs: 7000 })).toMatchObject({ cutMs: 7000, method: "given" });
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
