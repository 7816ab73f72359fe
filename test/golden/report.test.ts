import { describe, expect, test } from "vitest";
import { renderGithubAnnotations } from "../../packages/plimsoll/src/report/github-annotations.ts";
import { renderJunit } from "../../packages/plimsoll/src/report/junit.ts";
import { liveModelOf } from "../../packages/plimsoll/src/report/live-model.ts";
import {
  renderExceptionsCsv,
  renderFailuresCsv,
  renderStatsCsv,
} from "../../packages/plimsoll/src/report/locust-csv.ts";
import { renderStatsHistoryCsv } from "../../packages/plimsoll/src/report/locust-history-csv.ts";
import { renderMarkdown } from "../../packages/plimsoll/src/report/markdown.ts";
import { renderPrometheus } from "../../packages/plimsoll/src/report/prometheus.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { renderSummaryJson } from "../../packages/plimsoll/src/report/summary-json.ts";
import { summaryJsonSchema } from "../../packages/plimsoll/src/report/summary-schema.ts";
import { renderLiveScreen, renderProgressLine } from "../../packages/plimsoll/src/report/terminal-live.ts";
import { renderTerminalSummary } from "../../packages/plimsoll/src/report/terminal-summary.ts";

/** One run, its names and answers as nasty as they come, in every text that Plimsoll writes. `npm run golden` rewrites. */
const model = sampleReport();
const [rampUp, spike] = model.stats.profiles;
const running = {
  ...model.stats,
  profiles: [{ ...rampUp!, isFinished: false, series: rampUp!.series.slice(0, 45) }],
};
const live = liveModelOf(running, 45_400);
const files = {
  folder: "results/",
  names: [
    "report.html",
    "summary.json",
    "summary.md",
    "junit.xml",
    "run.plj",
    "ramp_up_stats.csv",
    "ramp_up_failures.csv",
  ],
};

const texts: readonly (readonly [string, () => string])[] = [
  ["terminal-80.txt", () => renderTerminalSummary(model, { width: 80, colour: false, files })],
  ["terminal-140.txt", () => renderTerminalSummary(model, { width: 140, colour: false, files })],
  ["terminal-80-colour.txt", () => renderTerminalSummary(model, { width: 80, colour: true })],
  ["live-80x24.txt", () => `${renderLiveScreen(live, { width: 80, height: 24, colour: false }).join("\n")}\n`],
  ["live-140x30.txt", () => `${renderLiveScreen(live, { width: 140, height: 30, colour: false }).join("\n")}\n`],
  ["progress-line.txt", () => `${renderProgressLine(live)}\n`],
  ["ramp_up_stats.csv", () => renderStatsCsv(rampUp!)],
  ["ramp_up_stats_history.csv", () => renderStatsHistoryCsv(rampUp!)],
  ["spike_failures.csv", () => renderFailuresCsv(spike!)],
  ["exceptions.csv", () => renderExceptionsCsv()],
  ["summary.json", () => renderSummaryJson(model)],
  ["summary.schema.json", () => `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`],
  ["summary.md", () => renderMarkdown(model)],
  ["junit.xml", () => renderJunit(model)],
  ["annotations.txt", () => renderGithubAnnotations(model)],
  ["metrics.prom", () => renderPrometheus(model)],
];

describe("report", () => {
  test.each(texts)("%s is as last reviewed", async (name, render) => {
    await expect(render()).toMatchFileSnapshot(`./expected/report/${name}`);
  });

  test.each(texts)("%s is the same when rendered again", (_, render) => expect(render()).toBe(render()));
});
