import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { capacityReport } from "../analysis/capacity/capacity-report.ts";
import { askedSearch, finishedSearch, stationAnswer, statsOf } from "../analysis/capacity/imagined-search.ts";
import { removeRun } from "../live/run-files.ts";
import type { ReportModel } from "../report/report-model.ts";
import { sampleReport } from "../report/report-sample.ts";
import { judgeSearch } from "../verdict/judge-search.ts";
import { fileStemsOf, renderResultFiles } from "./report-files.ts";
import { isResultFile, makeRoomForRun, writeFiles } from "./results-folder.ts";

/** The page's own text is of no interest here. */
const ui = { script: "", css: "", renderBody: () => "", sha256Base64: () => "" };

function searchModel(): ReportModel {
  const asked = askedSearch({ startLoad: 40, budgetMs: 60_000 });
  const stats = statsOf(finishedSearch({ asked, seed: 11, limitsMs: [500], target: () => stationAnswer(8, 100) }));
  const capacity = capacityReport(stats)!;
  return { stats, judgement: judgeSearch(stats, capacity), capacity };
}

const MODELS = [
  ["a run", sampleReport, "spike_stats.csv"],
  ["a search", searchModel, "find_levels.csv"],
] as const;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-test-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe.each(MODELS)("%s", (_, modelOf, own) => {
  const files = renderResultFiles(modelOf(), ui);
  const names = [...files.keys(), "run.plj", "run.00001.plj"].sort();

  async function leaveRun(): Promise<void> {
    await writeFiles(folder, files);
    for (const name of ["run.plj", "run.00001.plj", "notes.csv"]) await writeFile(join(folder, name), "mine");
  }

  test("writes only files that are known to be a run's", () => {
    expect(names).toContain(own);
    expect(names.filter((name) => !isResultFile(name))).toEqual([]);
  });

  test("goes whole out of the way of the next, and nothing else does", async () => {
    await leaveRun();
    const old = await makeRoomForRun(folder);
    expect((await readdir(old!)).sort()).toEqual(names);
    expect((await readdir(folder)).sort()).toEqual(["notes.csv", "runs"]);
  });

  test("is removed whole, and nothing else is", async () => {
    await leaveRun();
    await removeRun(folder, "elsewhere", isResultFile);
    expect(await readdir(folder)).toEqual(["notes.csv"]);
  });
});

test("what people call their own is not a run's", () => {
  for (const name of [
    "find_notes.csv",
    "my_find_steps.csv",
    "find_steps.csv.bak",
    "stats.csv",
    "run.lock",
    "plimsoll.yaml",
  ])
    expect([name, isResultFile(name)]).toEqual([name, false]);
});

describe("laws", () => {
  test("whatever a profile is called, its files are known to be a run's", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(fileStemsOf([name]).every((stem) => isResultFile(`${stem}_stats_history.csv`))).toBe(true);
      }),
    );
  });
});
