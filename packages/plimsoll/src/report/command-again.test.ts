import { describe, expect, test } from "vitest";
import { askedSearch, statsOf } from "../analysis/capacity/imagined-search.ts";
import { sampleJournal } from "../analysis/journal-sample.ts";
import type { RunEnd } from "../analysis/run-stats.ts";
import { commandAgain } from "./command-again.ts";
import { reportDataOf } from "./html-data.ts";
import { renderMarkdown } from "./markdown.ts";
import type { ReportModel } from "./report-model.ts";
import { sampleReport } from "./report-sample.ts";
import { renderSummaryJson } from "./summary-json.ts";
import { renderTerminalSummary } from "./terminal-summary.ts";

const { plan } = statsOf(sampleJournal());
const KILLED: RunEnd = { kind: "interrupted", atMs: 9000, signal: undefined };
const COMPLETE: RunEnd = { kind: "complete", atMs: 9000 };
const search = { ...plan, search: askedSearch(), command: "plimsoll find --url http://127.0.0.1:8000/ --seed 5" };

test("an interrupted search is gone on with, a finished one begun anew", () => {
  expect(commandAgain({ plan: search, steers: [], end: KILLED })).toBe(`${search.command} --resume`);
  expect(commandAgain({ plan: search, steers: [], end: COMPLETE })).toBe(search.command);
});

test("an interrupted run, and the search of a comparison, can only be begun anew", () => {
  expect(commandAgain({ plan, steers: [], end: KILLED })).toBe(plan.command);
  const compare = "plimsoll compare http://127.0.0.1:8000/ http://127.0.0.1:8001/ --seed 5";
  expect(commandAgain({ plan: { ...search, command: compare }, steers: [], end: KILLED })).toBe(compare);
});

const PLANNED = "plimsoll run plimsoll.yaml --seed 42";
const AS_IT_WENT = "plimsoll run plimsoll.yaml --replay results --seed 42";

/** The sample, its last profile changed by hand or not. */
function sampleRun({ isSteered }: { readonly isSteered: boolean }): ReportModel {
  const { stats, judgement } = sampleReport();
  const steer = { k: "steer", phase: 2, atMs: 105_000, who: "page", what: { ratePerSec: 9 } } as const;
  const steers = isSteered ? [{ ...steer, planned: stats.plan.phases[2]! }] : [];
  return { judgement, stats: { ...stats, steers, plan: { ...stats.plan, replayCommand: AS_IT_WENT } } };
}

describe("to run it again", () => {
  test.each<[string, (model: ReportModel) => string]>([
    ["the terminal", (model) => renderTerminalSummary(model, { width: 200, colour: false })],
    ["summary.json", renderSummaryJson],
    ["summary.md", renderMarkdown],
    ["the page", (model) => reportDataOf(model).run.command],
  ])(
    "%s gives the command of the plan or, when somebody changed the load, the one that runs it as it went",
    (_, tell) => {
      const [planned, steered] = [tell(sampleRun({ isSteered: false })), tell(sampleRun({ isSteered: true }))];
      expect([planned.includes(PLANNED), planned.includes(AS_IT_WENT)]).toEqual([true, false]);
      expect([steered.includes(PLANNED), steered.includes(AS_IT_WENT)]).toEqual([false, true]);
    },
  );
});
