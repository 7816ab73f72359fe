import { describe, expect, test } from "vitest";
import { askedSearch, imaginedSearch, stationAnswer } from "../analysis/capacity/imagined-search.ts";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { JournalRecord } from "../records/record.ts";
import { judgeRun } from "../verdict/judge-run.ts";
import { liveDocumentOf } from "./live-document.ts";

function documentOf(records: readonly JournalRecord[]) {
  const stats = runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init()));
  return liveDocumentOf({ stats, judgement: judgeRun(stats, []) }, { id: "x", state: "running" });
}

/** As `compare` leaves it: each turn is told before it begins. */
function comparedTurn(): readonly JournalRecord[] {
  return sampleJournal().flatMap((record): readonly JournalRecord[] =>
    record.k === "plan"
      ? [record, { k: "step", phase: 0, purpose: "pair", load: 40, planned: record.phases[0]! }]
      : [record],
  );
}

describe("what the page may ask of a run", () => {
  const search = imaginedSearch({
    asked: askedSearch({ startLoad: 40, budgetMs: 20_000, levels: [] }),
    seed: 11,
    limitsMs: [500],
    target: () => stationAnswer(8, 100),
  });

  test.each([
    ["a run of planned profiles can be steered", sampleJournal(), true],
    ["a search cannot", search, false],
    ["nor before its first step", search.slice(0, 3), false],
    ["nor can one side of two that are compared", comparedTurn(), false],
  ])("%s", (_, records, isSteerable) => {
    expect(documentOf(records)).toMatchObject({ isSteerable });
  });
});
