import { describe, expect, test } from "vitest";
import { type ComparisonWay, comparisonAdvice } from "./comparison-advice.ts";
import type { Comparison } from "./comparison-answer.ts";
import { compareSamples, sampleBuild } from "./comparison-sample.ts";

const STORED = { isInTurns: false };
const IN_TURNS = { isInTurns: true };

const BASE = sampleBuild();
/** A minute at 40/s each, 7 % slower: it cannot be told yet. */
const OPEN = compareSamples([BASE], [sampleBuild({ seed: 2, slowdown: 1.07 })]);

function words(comparison: Comparison, way: ComparisonWay): string {
  expect(comparison.verdict).toBe("inconclusive");
  return comparisonAdvice(comparison, way).join(" ");
}

function capacities(next: number, precision: number): Comparison {
  const measured = (value: number) => ({ value, low: value / (1 + precision), high: value * (1 + precision) });
  const found = { by: "rate", base: measured(72), next: measured(next) } as const;
  return compareSamples([], [], { capacities: found, profiles: [] });
}

describe("two targets in turns are asked for more by their flags, results by more runs", () => {
  test("a change that is too close", () => {
    expect(words(OPEN, IN_TURNS)).toMatch(
      /as long on both sides \(--duration\) would settle it|\d+ pairs \(--max-pairs \d+, within a --budget/,
    );
    expect(words(OPEN, IN_TURNS)).not.toContain("baseline save");
    expect(words(OPEN, STORED)).not.toContain("--");
  });

  test("more than six pairs are named, for they come by themselves; more than six runs of each are not", () => {
    const short = { durationMs: 30_000 };
    const builds = (from: number, slowdown: number) =>
      [from, from + 1].map((seed) => sampleBuild({ seed, slowdown, profile: short }));
    const two = compareSamples(builds(1, 1), builds(11, 1.05));
    const five = { ...two, profiles: two.profiles.map((one) => ({ ...one, baseRunCount: 5, nextRunCount: 5 })) };
    expect(words(five, IN_TURNS)).toMatch(/(?:[7-9]|1\d|20) pairs \(--max-pairs (?:[7-9]|1\d|20), /);
    expect(words(five, STORED)).not.toContain("runs of each build");
    const allowed = { ...IN_TURNS, maxPairs: 20 };
    expect(words(five, allowed)).toMatch(/\d pairs \(a --budget that holds them\)/);
    expect(words(five, allowed)).not.toContain("--max-pairs");
  });

  test("failures too few to tell apart", () => {
    const [some, more] = [sampleBuild({ failing: 0.01 }), sampleBuild({ seed: 2, failing: 0.016 })];
    const comparison = compareSamples([some], [more]);
    expect(words(comparison, IN_TURNS)).toContain("--duration");
    expect(words(comparison, STORED)).not.toContain("--");
  });

  test("a generator that was not fit", () => {
    const spoilt = sampleBuild({ profile: { droppedPerSec: 3 } });
    const comparison = compareSamples([BASE], [spoilt]);
    expect(words(comparison, IN_TURNS)).toContain("a lower --rate");
    expect(words(comparison, STORED)).toContain("Run both builds anew");
  });
});

describe("two searches", () => {
  test("are searched again where narrower intervals would tell", () => {
    expect(words(capacities(71, 0.15), STORED)).toMatch(/^Search both again with more time \(--budget\): .* ± 3 %/);
  });

  test("and are left for runs where they would not", () => {
    expect(words(capacities(67, 0.03), STORED)).toMatch(/too close .* compare both builds under one load/);
  });
});
