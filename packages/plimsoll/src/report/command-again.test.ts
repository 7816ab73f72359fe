import { describe, expect, test } from "vitest";
import { reportDataOf } from "./html-data.ts";
import { renderMarkdown } from "./markdown.ts";
import type { ReportModel } from "./report-model.ts";
import { sampleReport } from "./report-sample.ts";
import { renderSummaryJson } from "./summary-json.ts";
import { renderTerminalSummary } from "./terminal-summary.ts";

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
