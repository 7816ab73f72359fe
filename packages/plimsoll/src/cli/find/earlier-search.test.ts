import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "../../analysis/capacity/imagined-search.ts";
import { nextStep } from "../../analysis/capacity/search-course.ts";
import { sampleJournal } from "../../analysis/journal-sample.ts";
import { encodeLine } from "../../records/line-codec.ts";
import type { JournalRecord } from "../../records/record.ts";
import { readEarlierSearch } from "./earlier-search.ts";

const ASKED = askedSearch({ startLoad: 40, budgetMs: 120_000, levels: [] });
const TARGET = "http://127.0.0.1:8000";
const RECORDS = imaginedSearch({ asked: ASKED, seed: 5, limitsMs: [500], target: () => stationAnswer(8, 100) });

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(records: readonly JournalRecord[], asked = ASKED, target = TARGET) {
  await writeFile(join(folder, "run.plj"), records.map((record, n) => encodeLine(record, n)).join(""));
  return readEarlierSearch(folder, asked, target);
}

/** Where the phase's step record stands. */
const beginOf = (phase: number): number => RECORDS.findIndex((record) => record.k === "step" && record.phase === phase);

describe("a search that was interrupted", () => {
  test("goes on after its last whole step; the step that was cut is measured again", async () => {
    const { run, seed } = await read(RECORDS.slice(0, beginOf(3) + 5));
    expect([run.phaseCount, seed]).toEqual([3, 5]);
    expect(run.records.some((record) => "phase" in record && record.phase === 3)).toBe(false);
    const opening = RECORDS.filter(({ k }) => k === "hdr" || k === "plan");
    const stats = statsOf([...opening, ...run.records]);
    expect(stats.profiles.map(({ name }) => name)).toEqual(
      RECORDS.flatMap((record) => (record.k === "step" && record.phase < 3 ? [record.planned.name] : [])),
    );
    expect(nextStep(stats)?.name).toBe(nextStep(statsOf(RECORDS.slice(0, beginOf(3))))?.name);
  });

  test("a step cut by a signal has drained, too, but is measured again; one ended for the target's sake is not", async () => {
    const startMs = RECORDS.flatMap((one) =>
      one.k === "phase" && one.at === "start" && one.phase === 2 ? [one.atMs] : [],
    )[0]!;
    const cut = RECORDS.slice(0, beginOf(3)).map((one) =>
      one.k === "phase" && one.phase === 2 && one.at !== "start" ? { ...one, atMs: startMs + 2000 } : one,
    );
    expect((await read(cut)).run.phaseCount).toBe(2);
    const told = {
      k: "ev",
      code: "STEP_ENDED",
      level: "info",
      atMs: startMs + 2000,
      phase: 2,
      message: "hopeless",
    } as const;
    expect((await read([...cut, told])).run.phaseCount).toBe(3);
  });

  test("goes on a second after it on the run clock, and says so in the journal", async () => {
    const kept = RECORDS.slice(0, beginOf(2));
    const { run } = await read(kept);
    const lastMs = Math.max(...kept.map((record) => (record.k === "phase" ? record.atMs : 0)));
    expect(run.atMs).toBe(lastMs + 1000);
    expect(run.records.at(-1)).toMatchObject({
      code: "RESUMED",
      message: "The search goes on after 2 whole steps of an interrupted one.",
    });
  });

  test("that had measured nothing begins anew with its seed", async () => {
    const { run, seed } = await read(RECORDS.slice(0, beginOf(0)));
    expect([run.phaseCount, seed]).toEqual([0, 5]);
  });

  test("may be given more time, other levels and no overload", async () => {
    const other = {
      ...ASKED,
      budgetMs: 300_000,
      stepMs: 15_000,
      rampStepMs: 5000,
      maxWaitForRequestsMs: 60_000,
      levels: [5],
      isOverloadTested: false,
    };
    expect((await read(RECORDS, other)).run.phaseCount).toBeGreaterThan(3);
  });
});

describe("is refused", () => {
  test("where there is nothing to go on with", async () => {
    await expect(readEarlierSearch(folder, ASKED, TARGET)).rejects.toThrow("there is no search to go on with");
  });

  test("for a run that is no search", async () => {
    await expect(read(sampleJournal())).rejects.toThrow("is no search");
  });

  test("when another target or promise is asked about", async () => {
    await expect(read(RECORDS, ASKED, "http://127.0.0.1:9")).rejects.toThrow(
      `was of ${TARGET}, not of http://127.0.0.1:9`,
    );
    const slos = [{ expr: "p99<1s", allowedRatio: 0.01, limitMs: 1000 }];
    await expect(read(RECORDS, { ...ASKED, slos })).rejects.toThrow("was asked something else");
  });
});
