import { describe, expect, test } from "vitest";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "../../analysis/capacity/imagined-search.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import type { Console } from "../console.ts";
import type { RunningFacts } from "../run-watch.ts";
import { announceSearch, createSearchProgress } from "./search-screen.ts";

const RECORDS = imaginedSearch({
  asked: askedSearch({ budgetMs: 120_000, levels: [5, 20] }),
  seed: 5,
  limitsMs: [500],
  target: (step) => (step.kind === "open" ? stationAnswer(8, 100) : () => ({ serviceMs: 100 })),
});
/** Where each phase begins. */
const BEGINS = RECORDS.flatMap(({ k }, at) => (k === "step" ? [at] : []));

/** What is told of a search that had come to `from` when it was begun, or gone on with, and to `to` when it is looked at. */
function told(from: number, to: number): readonly string[] {
  const lines: string[] = [];
  const note = (text: string): void => void lines.push(text.trimEnd());
  const console: Console = {
    ...{ out: note, note, tell: note, columns: 100, rows: 24 },
    ...{ hasColour: false, isAttended: false, isLive: false, isQuiet: false, isJson: false },
  };
  const moments: RunStats[] = [statsOf(RECORDS.slice(0, from)), statsOf(RECORDS.slice(0, to))];
  const { plan } = moments[0]!;
  const control = { nowMs: () => 0, stop: () => {}, steer: () => undefined };
  const facts: RunningFacts = { plan, control, tell: () => {}, stats: () => moments.shift()! };
  const progress = createSearchProgress(console);
  progress.start(facts);
  progress.stop();
  return lines;
}

test("the first lines are wrapped, and tell which thresholds of the spec are left out, and why", () => {
  let text = "";
  const note = (more: string): void => {
    text += more;
  };
  const console: Console = {
    ...{ out: note, note, tell: note, columns: 60, rows: 24 },
    ...{ hasColour: false, isAttended: false, isLive: false, isQuiet: false, isJson: false },
  };
  announceSearch({ ...askedSearch(), leftOut: [{ expr: "drift < 10%", why: "a step is too short for it" }] }, console);
  const lines = text.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.at(-1)).toBe("Left out: drift < 10%, since a step is too short for it.");
});

test("a budget of which a step takes more than a quarter is told before it is spent", () => {
  const lines: string[] = [];
  const note = (more: string): void => void lines.push(more.trimEnd());
  const console: Console = {
    ...{ out: note, note, tell: note, columns: 200, rows: 24 },
    ...{ hasColour: false, isAttended: false, isLive: false, isQuiet: false, isJson: false },
  };
  const slos = [{ expr: "p95<8s", allowedRatio: 0.05, limitMs: 8000 }];
  announceSearch(askedSearch({ slos, budgetMs: 60_000, stepMs: 10_000 }), console);
  expect(lines[1]).toBe("A step takes 24 s at least, and its answers: the budget is too short for more than a few.");
  lines.length = 0;
  announceSearch(askedSearch({ slos }), console);
  expect(lines).toHaveLength(1);
});

describe("where there is no terminal", () => {
  test("a search that goes on does not tell again what was told before the interruption", () => {
    const [first, ...rest] = told(BEGINS[8]!, BEGINS[9]!);
    expect(first).toMatch(
      /^Going on after 6 whole steps of the interrupted search; so far: [\d.]+\/s, between .* and .*\.$/,
    );
    expect(rest).toEqual([expect.stringMatching(/^⦵ step \d+: /)]);
  });

  test("a search that begins tells every step, and what to expect once", () => {
    const lines = told(BEGINS[0]!, BEGINS[3]!);
    expect(lines.filter((line) => line.startsWith("⦵"))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith("Beginning at"))).toHaveLength(1);
    expect(lines.join("\n")).not.toContain("Going on");
  });

  test("once found, what is still to come includes the phase that has just begun", () => {
    const level = BEGINS.at(-2)!;
    expect(told(BEGINS.at(-3)!, level + 3).at(-1)).toMatch(/ Still to come: 2 rows by number of users \(about .*\)\.$/);
  });

  test("a search that had its answer says it again, with what is still to come", () => {
    const [first, second] = told(BEGINS.at(-1)!, RECORDS.length);
    expect(first).toMatch(/^Going on after \d+ whole steps of the interrupted search\.$/);
    expect(second).toMatch(/ Still to come: 1 row by number of users \(about .*\)\.$/);
  });
});
