import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import { type SampleProfile, sampleLatencyMs } from "../analysis/sample-load.ts";
import { judgeRun } from "./judge-run.ts";
import { sampleThreshold } from "./threshold-sample.ts";
import { unjudgeableThresholds } from "./unjudgeable.ts";

const DRIFT = sampleThreshold({ kind: "drift" }, 0.1);
const RECOVERY = sampleThreshold({ kind: "recovery" }, 20_000);

/** What is said before the load begins, and whether the run that then went told anything. */
function toldOf(threshold: typeof DRIFT, profile: Partial<SampleProfile>) {
  const whole: SampleProfile = { name: "p", durationMs: 60_000, ratePerSec: 40, ...profile };
  const { ratePerSec: _, ...closed } = whole;
  const stats = runFold.done(
    sampleJournal({ profiles: [profile.users === undefined ? whole : closed] }).reduce(runFold.step, runFold.init()),
  );
  const judgement = judgeRun(stats, [threshold]);
  const before = unjudgeableThresholds([threshold], stats.plan.phases).map(({ message }) => message);
  expect(judgement.findings.filter(({ code }) => code === "unjudgeable").map(({ message }) => message)).toEqual(before);
  return { before, isJudged: judgement.thresholds[0]?.observed !== undefined };
}

const spikeAfter = (baseMs: number): Partial<SampleProfile> => ({
  ratePerSec: 120,
  durationMs: baseMs + 70_000,
  corners: [
    [0, 30],
    [baseMs, 30],
    [baseMs, 120],
    [baseMs + 10_000, 120],
    [baseMs + 10_000, 30],
    [baseMs + 70_000, 30],
  ],
  answer: ({ random }) => ({ serviceMs: sampleLatencyMs(random, 80) }),
});

describe("drift", () => {
  test.each([
    ["two minutes", { durationMs: 120_000 }, "1 m 48 s", "15 s"],
    [
      "three minutes, of which the spec cuts more than one",
      { durationMs: 180_000, warmupMs: 70_000 },
      "1 m 50 s",
      "10 s",
    ],
    ["users who come slowly", { users: 60, spawnPerSec: 0.5, thinkMs: 500, durationMs: 200_000 }, "1 m 20 s", "40 s"],
  ] as const)("%s are too short, and it is said by how much", (_, profile, left, more) => {
    const { before, isJudged } = toldOf(DRIFT, profile);
    expect(isJudged).toBe(false);
    expect(before).toEqual([
      `drift < 0.1 cannot be judged in p: it needs 2 m of level load after the warm-up, and the plan has ${left}. Make the level part at least ${more} longer.`,
    ]);
  });

  test("what is long enough is judged, and nothing is said", () => {
    expect(toldOf(DRIFT, { durationMs: 135_000 })).toEqual({ before: [], isJudged: true });
    expect(toldOf(DRIFT, { durationMs: 140_000, warmupMs: 20_000 })).toEqual({ before: [], isJudged: true });
  });

  test("users who all come at once never hold still for it", () => {
    expect(toldOf(DRIFT, { users: 20, thinkMs: 200 }).before[0]).toMatch(
      /all its users come at once\. Ask it of a level/,
    );
  });
});

describe("recovery", () => {
  test("too little before the spike is told, with how much more it takes", () => {
    const { before, isJudged } = toldOf(RECOVERY, spikeAfter(30_000));
    expect(isJudged).toBe(false);
    expect(before).toEqual([
      "recovery < 20000 cannot be judged in p: it needs 50 s of the load before the spike, after the warm-up, and the plan has 20 s. Make the part before the spike at least 35 s longer.",
    ]);
    expect(toldOf(RECOVERY, spikeAfter(65_000))).toEqual({ before: [], isJudged: true });
  });

  test.each([
    ["a level rate", {}],
    ["users", { users: 20, thinkMs: 200 }],
  ])("%s has nothing to recover from", (_, profile) => {
    const { before, isJudged } = toldOf(RECOVERY, profile);
    expect(isJudged).toBe(false);
    expect(before[0]).toMatch(/^recovery < 20000 cannot be judged in p: the plan has no spike .* Give it stages: /);
  });
});
