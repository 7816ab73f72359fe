/** How often the drift rule cries wolf, and how often it misses a leak. */
import { describe, test } from "vitest";
import { findDrift, trendRule } from "../../packages/plimsoll/src/analysis/trend/drift.ts";
import { theilSen } from "../../packages/plimsoll/src/analysis/trend/theil-sen.ts";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell } from "./lane.ts";
import { byDueWindow, meanInFlight, quantile, SERVICE_CAPACITY, steadyVisits, type Visit } from "./queues.ts";

const SEEDS = seedsOf(100);

/** ln y is AR(1) with innovations of sd .1 around ln .3, rising by ln(1 + rise·i/n). */
function autoregressive(phi: number, riseAt: (share: number) => number, seed: number, n = 60): readonly number[] {
  const random = new Random(seed, 9, Math.round(phi * 10));
  let x = 0;
  for (let i = 0; i < 50; i++) x = phi * x + 0.1 * random.nextNormal();
  return Array.from({ length: n }, (_, i) => {
    x = phi * x + 0.1 * random.nextNormal();
    return 0.3 * Math.exp(x) * (1 + riseAt(i / n));
  });
}

function queueVisits(load: number, minutes: number, growth: number, seed: number): readonly Visit[] {
  const durationS = minutes * 60;
  return steadyVisits(load * SERVICE_CAPACITY, durationS, {
    seed,
    serviceMeanAt: (t) => 0.1 * (1 + (growth * t) / durationS),
  });
}

function p95Of(visits: readonly Visit[], minutes: number): readonly number[] {
  return byDueWindow(visits, 10, Math.round(minutes * 6)).map((window) => quantile(window, 0.95));
}

function queueP95(load: number, minutes: number, growth: number, seed: number): readonly number[] {
  return p95Of(queueVisits(load, minutes, growth, seed), minutes);
}

function outcomes(what: string, seriesOf: (seed: number) => readonly number[]) {
  const counts = { drift: 0, stable: 0, inconclusive: 0, step: 0, rule: 0 };
  for (const seed of SEEDS) {
    const series = seriesOf(seed);
    const found = findDrift(series);
    if (found === undefined) continue;
    counts[found.verdict]++;
    if (found.shape === "step") counts.step++;
    if (trendRule(series)?.verdict === "drift") counts.rule++;
  }
  tell(`drift, ${what}, ${SEEDS.length} seeds`, counts);
  return counts;
}

describe("false alarms", () => {
  test.each([
    [0, 8],
    [0.3, 8],
    [0.6, 8],
    [0.9, 20],
  ])("a stationary series with autocorrelation %s drifts in at most %s of 100", (phi, most) => {
    expectAtMost(outcomes(`AR(${phi})`, (seed) => autoregressive(phi, () => 0, seed)).drift, SEEDS.length, most);
  });

  test.each([
    [0.7, 10],
    [0.9, 10],
    [0.7, 30],
    [0.9, 30],
  ])("M/M/8 at load %s for %s min drifts in at most 8 of 100", (load, minutes) => {
    expectAtMost(
      outcomes(`M/M/8 at ${load}, ${minutes} min`, (seed) => queueP95(load, minutes, 0, seed)).drift,
      SEEDS.length,
      8,
    );
  });
});

describe("power", () => {
  test("M/M/8 at load .7 whose service grows by 12 % in 10 min drifts in at least 83 of 100", () => {
    expectAtLeast(
      outcomes("M/M/8 at .7, 10 min, +12 %", (seed) => queueP95(0.7, 10, 0.12, seed)).drift,
      SEEDS.length,
      83,
    );
  });

  test("at load .9, +12 % in 10 min", () => {
    expectAtLeast(
      outcomes("M/M/8 at .9, 10 min, +12 %", (seed) => queueP95(0.9, 10, 0.12, seed)).drift,
      SEEDS.length,
      75,
    );
  });

  test("at load .9, +6 % in 30 min drifts in at least 75 of 100", () => {
    expectAtLeast(
      outcomes("M/M/8 at .9, 30 min, +6 %", (seed) => queueP95(0.9, 30, 0.06, seed)).drift,
      SEEDS.length,
      75,
    );
  });
});

/** Twelve windows of 10 s are the fewest that are judged. */
describe("short soaks", () => {
  test.each([
    [0.7, 130],
    [0.7, 160],
    [0.9, 130],
    [0.9, 160],
    [0.9, 300],
  ])("M/M/8 at load %s for %s s drifts in at most 8 of 100", (load, seconds) => {
    const found = outcomes(`M/M/8 at ${load}, ${seconds} s`, (seed) => queueP95(load, seconds / 60, 0, seed));
    expectAtMost(found.drift, SEEDS.length, 8);
  });

  test("a leak of 20 % a minute at load .5 drifts in at least 83 of 100", () => {
    const found = outcomes("M/M/8 at .5, 160 s, +20 %/min", (seed) => queueP95(0.5, 160 / 60, (0.2 * 160) / 60, seed));
    expectAtLeast(found.drift, SEEDS.length, 83);
  });
});

describe("steps", () => {
  test("a sudden +25 % is never stable, and seldom inconclusive", () => {
    const series = (seed: number): readonly number[] => {
      const random = new Random(seed, 10);
      return Array.from({ length: 60 }, (_, i) => (i < 30 ? 0.3 : 0.375) * Math.exp(0.05 * random.nextNormal()));
    };
    const found = outcomes("step +25 %, white sd .05", series);
    expectAtMost(found.stable, SEEDS.length, 1);
    expectAtLeast(found.step, SEEDS.length, 80);
  });

  test("an even creep is not called a step", () => {
    const found = outcomes("creep +40 %, AR(0)", (seed) => autoregressive(0, (share) => 0.4 * share, seed));
    expectAtMost(found.step, SEEDS.length, 5);
    expectAtLeast(found.drift, SEEDS.length, 83);
  });
});

test.each([
  [0.9, 0],
  [0.9, 0.12],
  [0.7, 0.12],
])(
  "load %s, service +%s in 10 min: to ask that requests in flight rise, too, would change next to nothing",
  (load, growth) => {
    let drifts = 0;
    let rising = 0;
    for (const seed of SEEDS) {
      const visits = queueVisits(load, 10, growth, seed);
      if (findDrift(p95Of(visits, 10))?.verdict !== "drift") continue;
      drifts++;
      if (theilSen(meanInFlight(visits, 0, 10, 60)).slope > 0) rising++;
    }
    tell(`drift, M/M/8 at ${load}, +${growth}, with requests in flight, ${SEEDS.length} seeds`, { drifts, rising });
    expectAtMost(drifts - rising, SEEDS.length, 1);
  },
);
