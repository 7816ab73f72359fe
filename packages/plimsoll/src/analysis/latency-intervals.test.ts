import { describe, expect, test } from "vitest";
import { type SampleOptions, sampleJournal } from "./journal-sample.ts";
import { latencyIntervals } from "./latency-intervals.ts";
import { runFold } from "./run-fold.ts";
import type { ProfileStats } from "./run-stats.ts";
import { type SampleProfile, sampleLatencyMs } from "./sample-load.ts";

function profileOf(profile: Partial<SampleProfile>, more: SampleOptions = {}): ProfileStats {
  const profiles = [{ name: "steady", ratePerSec: 40, durationMs: 60_000, ...profile }];
  return runFold.done(sampleJournal({ profiles, ...more }).reduce(runFold.step, runFold.init())).profiles[0]!;
}

function intervalsOf(profile: ProfileStats, task = "Aggregated") {
  return latencyIntervals(profile, profile.tasks.find(({ name }) => name === task)!);
}

describe("latencyIntervals", () => {
  test("without a warm-up cut a quantile is the one of the tables, and lies within its interval", () => {
    const profile = { ...profileOf({}), warmup: { cutMs: 0, method: "none", isNeverWarm: false, why: "" } } as const;
    const found = intervalsOf(profile);
    expect(found).toMatchObject({ confidence: 0.9, fromMs: 0, toMs: 60_000 });
    expect(found?.p50?.value).toBeCloseTo(profile.tasks.at(-1)?.responseMs?.p50 ?? 0, 9);
    expect(found?.p95?.value).toBeCloseTo(profile.tasks.at(-1)?.responseMs?.p95 ?? 0, 9);
    for (const { value, low, high } of [found?.p50, found?.p95].flatMap((one) => one ?? [])) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(high / low).toBeLessThan(2);
    }
  });

  test("is of the judged part: what came before the warm-up cut does not count", () => {
    const cold = profileOf({ answer: ({ dueMs }) => ({ serviceMs: dueMs < 20_000 ? 900 : 40 }) });
    const profile = { ...cold, warmup: { ...cold.warmup, cutMs: 20_000 } };
    expect(intervalsOf(profile)).toMatchObject({ fromMs: 20_000, toMs: 60_000 });
    expect(intervalsOf(profile)?.p50?.high).toBeLessThan(60);
    expect(cold.tasks.at(-1)?.responseMs?.p95).toBeGreaterThan(800);
  });

  test("a quantile with fewer than ten independent requests beyond it has none", () => {
    expect(Object.keys(intervalsOf(profileOf({ ratePerSec: 3 })) ?? {})).toEqual([
      "confidence",
      "fromMs",
      "toMs",
      "p50",
    ]);
  });

  test.each<[string, Partial<SampleProfile>]>([
    ["a judged part of less than 20 s", { durationMs: 15_000 }],
    ["a request now and then", { ratePerSec: 0.2 }],
  ])("there is none at all for %s", (_, profile) => {
    expect(intervalsOf(profileOf(profile))).toBeUndefined();
  });

  test("requests that come in slow and quick stretches are worth less than their number", () => {
    const even = profileOf({ answer: ({ random }) => ({ serviceMs: random.nextRatio() < 0.5 ? 10 : 200 }) });
    const swinging = profileOf({
      answer: ({ dueMs }) => ({ serviceMs: Math.floor(dueMs / 6000) % 2 === 0 ? 10 : 200 }),
    });
    expect(intervalsOf(even)?.p95).toBeDefined();
    expect(intervalsOf(swinging)?.p95).toBeUndefined();
  });

  // Quick ones, and every 12 s a stall of 2 s for all that come: a p95 with nothing near it on either side.
  const stalling: SampleProfile["answer"] = ({ dueMs, random }) => ({
    serviceMs: dueMs % 12_000 > 11_200 ? 1500 + 500 * random.nextRatio() : sampleLatencyMs(random, 30),
  });

  test.each([1, 2, 3, 4, 5])("ends are times that were seen, and none falls as the quantile rises: seed %s", (seed) => {
    const profile = profileOf({ answer: stalling, warmupMs: 0 }, { seed });
    const { min = 0, max = 0 } = profile.tasks.at(-1)?.responseMs ?? {};
    const { p50, p95, p99 } = intervalsOf(profile) ?? {};
    const shown = [p50, p95, p99].flatMap((one) => one ?? []);
    expect(shown.length).toBeGreaterThan(1);
    for (const { value, low, high } of shown) {
      const ends = [min, low, value, high, max];
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
    }
    for (const key of ["low", "value", "high"] as const) {
      const ends = shown.map((one) => one[key]);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
    }
  });

  test("a quantile of which the stretches tell nothing has none: all times, or many requests over a magnitude", () => {
    const halves = intervalsOf(
      profileOf({ answer: ({ random }) => ({ serviceMs: random.nextRatio() < 0.5 ? 10 : 200 }), sendLagMs: 0 }),
    );
    expect(halves?.p50).toBeUndefined();
    expect(halves?.p95?.low).toBeGreaterThan(198);
    const swinging = (quickMs: number): NonNullable<SampleProfile["answer"]> => {
      return ({ dueMs, random }) => {
        const isQuick = random.nextRatio() < (dueMs % 6000 < 3000 ? 0.88 : 0.12);
        return { serviceMs: sampleLatencyMs(random, isQuick ? quickMs : 100, 1) };
      };
    };
    expect(intervalsOf(profileOf({ ratePerSec: 200, answer: swinging(1), warmupMs: 0 }))?.p50).toBeUndefined();
    expect(intervalsOf(profileOf({ ratePerSec: 200, answer: swinging(60), warmupMs: 0 }))?.p50).toBeDefined();
  });

  test("one time for all is told, though its interval spans all times", () => {
    const one = intervalsOf(profileOf({ answer: () => ({ serviceMs: 50 }) }))?.p50;
    expect((one?.high ?? 9) / (one?.low ?? 1)).toBeLessThan(1.02);
  });

  test("a slow swing leaves more open than the same stretches in another order", () => {
    const widthOf = (orderOf: (batch: number) => number): number => {
      const answer: SampleProfile["answer"] = ({ dueMs, random }) => {
        const swing = Math.sin((2 * Math.PI * orderOf(Math.floor(dueMs / 3000))) / 20);
        return { serviceMs: sampleLatencyMs(random, 80 * Math.exp(0.1 * swing), 0.2) };
      };
      const { low, high } = intervalsOf(profileOf({ answer, warmupMs: 0 }))!.p50!;
      return Math.log(high / low);
    };
    expect(widthOf((batch) => batch)).toBeGreaterThan(1.5 * widthOf((batch) => (7 * batch) % 20));
  });
});
