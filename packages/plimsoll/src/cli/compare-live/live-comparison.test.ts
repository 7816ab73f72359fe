import { describe, expect, test } from "vitest";
import type { SampleProfile } from "../../analysis/sample-load.ts";
import { EXIT } from "../../base/exit-codes.ts";
import { type SampleBuild, sampleBuild } from "../../verdict/comparison-sample.ts";
import { comparePairs, isEnough, nothingRun, type PairsSoFar, unmeasured } from "./live-comparison.ts";

const NAMES = { base: "http://old", next: "http://new" };

/** One side after so many turns; `spoilt` of them with a generator that was not fit. */
function side(turns: readonly ("fit" | "spoilt")[], { slowdown = 1, ...build }: SampleBuild = {}) {
  const answer: SampleProfile["answer"] = ({ random }) => ({
    serviceMs: 80 * slowdown * Math.exp(0.2 * random.nextNormal()),
  });
  const pair = { name: "pair", ratePerSec: 40, durationMs: 30_000, answer };
  const profiles = turns.map((turn) => (turn === "fit" ? pair : { ...pair, droppedPerSec: 3 }));
  return sampleBuild({ ...build, more: { profiles, ...build.more } });
}

const FIT_TWICE = side(["fit", "fit"]);

describe("comparePairs", () => {
  test("holds the i-th run of one side against the i-th of the other", () => {
    const { comparison, ...counts } = comparePairs({ base: FIT_TWICE, next: side(["fit", "fit"]) }, NAMES, {
      maxRegressionRatio: 0.1,
    });
    expect(counts).toEqual({ fitCount: 2, spoiltCount: 0, isSpoilt: false });
    expect(comparison).toMatchObject({ verdict: "pass", base: { name: "http://old" }, notes: [] });
    expect(comparison.profiles[0]).toMatchObject({ isPaired: true, baseRunCount: 2, nextRunCount: 2 });
  });

  test("slower by a half is worse after one pair", () => {
    const sides = { base: side(["fit"]), next: side(["fit"], { slowdown: 1.5 }) };
    expect(comparePairs(sides, NAMES, { maxRegressionRatio: 0.1 }).comparison.verdict).toBe("fail");
  });

  test("what is open is asked for by flags", () => {
    const { comparison } = comparePairs({ base: side(["fit"]), next: side(["fit"], { slowdown: 1.06 }) }, NAMES, {
      maxRegressionRatio: 0.1,
    });
    expect([comparison.verdict, comparison.advice.join(" ")]).toEqual(["inconclusive", expect.stringContaining("--")]);
  });

  test("a run whose pair is not whole yet does not count", () => {
    const ahead = comparePairs({ base: FIT_TWICE, next: side(["fit"]) }, NAMES, { maxRegressionRatio: 0.1 });
    expect([ahead.fitCount, ahead.comparison.profiles[0]?.baseRunCount]).toEqual([1, 1]);
    const cut = side(["fit", "fit"], { more: { end: "killed" } });
    expect(comparePairs({ base: FIT_TWICE, next: cut }, NAMES, { maxRegressionRatio: 0.1 }).fitCount).toBe(1);
  });

  test("a pair with an unfit generator on either side is left out, and told", () => {
    const sides = { base: FIT_TWICE, next: side(["fit", "spoilt"]) };
    const { comparison, ...counts } = comparePairs(sides, NAMES, { maxRegressionRatio: 0.1 });
    expect(counts).toEqual({ fitCount: 1, spoiltCount: 1, isSpoilt: true });
    expect(comparison.verdict).toBe("pass");
    expect(comparison.notes).toEqual(["1 of 2 pairs is left out: the generator was not fit to judge by."]);
  });

  test("with no pair that counts there is never a verdict, and it says why", () => {
    const spoilt = comparePairs({ base: side(["spoilt"]), next: side(["spoilt"], { slowdown: 3 }) }, NAMES, {
      maxRegressionRatio: 0.1,
    });
    expect(spoilt).toMatchObject({ fitCount: 0, spoiltCount: 1, comparison: { verdict: "inconclusive", exitCode: 3 } });
    expect(spoilt.comparison.because).toContain("the generator was not fit to judge by");
    const none = comparePairs({ base: side(["fit"]), next: side(["fit"], { more: { end: "killed" } }) }, NAMES, {
      maxRegressionRatio: 0.1,
    });
    expect(none).toMatchObject({ fitCount: 0, spoiltCount: 0, comparison: { verdict: "inconclusive", profiles: [] } });
  });
});

test("where nothing was measured the sentence is the reason, and the exit code its own", () => {
  expect(unmeasured(nothingRun(NAMES, 0.1), { why: "it was stopped.", exitCode: EXIT.sigint })).toMatchObject({
    verdict: "inconclusive",
    exitCode: 130,
    because: "It cannot be told whether NEW is worse: it was stopped.",
  });
});

describe("isEnough", () => {
  const limits = { maxPairs: 3, budgetMs: 600_000 };
  const open = comparePairs({ base: FIT_TWICE, next: side(["fit"], { slowdown: 1.06 }) }, NAMES, {
    maxRegressionRatio: 0.1,
  }).comparison;
  const settled = comparePairs({ base: FIT_TWICE, next: side(["fit"]) }, NAMES, { maxRegressionRatio: 0.1 }).comparison;
  const sofar = (more: Partial<PairsSoFar>): PairsSoFar => ({
    ...{ comparison: open, fitCount: 1, spoiltCount: 0, isSpoilt: false },
    ...more,
  });

  test.each([
    ["it is settled", sofar({ comparison: settled }), 60_000, true],
    ["it is open, and there is time", sofar({}), 60_000, false],
    ["there are as many pairs as allowed", sofar({ fitCount: 3 }), 180_000, true],
    ["a pair was spoilt: it is measured again", sofar({ fitCount: 2, spoiltCount: 1 }), 180_000, false],
    ["three pairs were spoilt", sofar({ fitCount: 0, spoiltCount: 3 }), 180_000, true],
    ["one more pair fills the budget just so", sofar({ fitCount: 2 }), 400_000, false],
    ["one more pair would overrun the budget", sofar({ fitCount: 2 }), 400_001, true],
  ] as const)("%s", (_name, pairs, spentMs, enough) => {
    expect(pairs.comparison.verdict).toBe(pairs.comparison === settled ? "pass" : "inconclusive");
    expect(isEnough(pairs, spentMs, limits)).toBe(enough);
  });
});
