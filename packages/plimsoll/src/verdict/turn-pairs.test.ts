import { describe, expect, test } from "vitest";
import { pairJournal } from "../analysis/comparison/turn-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { JournalRecord } from "../records/record.ts";
import { areTurns, turnPairs } from "./turn-pairs.ts";

function statsOf(records: readonly JournalRecord[]): RunStats {
  return runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init()));
}

const of = (turns: Parameters<typeof pairJournal>[0], more?: Parameters<typeof pairJournal>[1]): RunStats =>
  statsOf(pairJournal(turns, more));
const BASE = of(["fit", "fit", "fit"]);

describe("turnPairs", () => {
  test("leaves out a pair that was spoilt on either side, on both", () => {
    const { profiles, ...counts } = turnPairs({ base: BASE, next: of(["fit", "spoilt", "fit"]) });
    expect(counts).toEqual({
      fitCount: 2,
      spoiltCount: 1,
      isSpoilt: false,
      notes: ["1 of 3 pairs is left out: the generator was not fit to judge by."],
    });
    const runs = profiles.flatMap(({ base, next }) => [base.runs, next.runs]);
    expect(runs.map((side) => side.map(({ run, profile }) => run.profiles.indexOf(profile)))).toEqual([
      [0, 2],
      [0, 2],
    ]);
  });

  test("hands all over when none counts", () => {
    const spoilt = turnPairs({ base: of(["spoilt"]), next: of(["fit"]) });
    expect(spoilt).toMatchObject({ fitCount: 0, spoiltCount: 1, isSpoilt: true, notes: [] });
    expect(spoilt.profiles).toHaveLength(1);
  });
});

describe("areTurns", () => {
  test("two journals of one comparison, in either order", () => {
    const next = of(["fit", "fit", "fit"], { run: "run-next-01" });
    expect(areTurns({ base: BASE, next })).toBe(true);
    expect(areTurns({ base: next, next: BASE })).toBe(true);
  });

  test.each([
    ["another command", { command: "plimsoll compare http://a/ http://c/ --seed 7" }],
    ["another seed", { seed: 8 }],
    ["the same command on another day", { wall: "2026-11-24T10:00:00.000Z" }],
    ["the next one, begun when the first had ended", { wall: "2026-01-01T02:00:00.000Z" }],
  ] as const)("not %s", (_what, more) => {
    const next = of(["fit", "fit", "fit"], more);
    expect(areTurns({ base: BASE, next })).toBe(false);
    expect(areTurns({ base: next, next: BASE })).toBe(false);
  });

  test("not runs of a spec, though one command wrote both", () => {
    const plain = statsOf(pairJournal(["fit"]).filter(({ k }) => k !== "step"));
    expect(areTurns({ base: plain, next: plain })).toBe(false);
  });
});
