import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { type ReportUi, renderHtml } from "../report/html.ts";
import { renderJunit } from "../report/junit.ts";
import { renderExceptionsCsv, renderFailuresCsv, renderStatsCsv } from "../report/locust-csv.ts";
import { renderStatsHistoryCsv } from "../report/locust-history-csv.ts";
import { renderMarkdown } from "../report/markdown.ts";
import type { ReportModel } from "../report/report-model.ts";
import { renderLevelsCsv, renderStepsCsv } from "../report/search-csv.ts";
import { renderSummaryJson } from "../report/summary-json.ts";

/** The built ui package, read from beside this program. @throws when the build is incomplete */
export async function loadReportUi(): Promise<ReportUi> {
  const asset = (name: string) => new URL(`./ui/${name}`, import.meta.url);
  const [script, css, page] = await Promise.all([
    readFile(asset("report.js"), "utf8"),
    readFile(asset("report.css"), "utf8"),
    import(asset("render.js").href),
  ]);
  return {
    script,
    css,
    renderBody: page.renderReportBody,
    renderComparisonBody: page.renderComparisonBody,
    sha256Base64: (text) => createHash("sha256").update(text).digest("base64"),
  };
}

/** Every result file but the journal, by name; the same model gives the same bytes. */
export function renderResultFiles(model: ReportModel, ui: ReportUi): Map<string, string> {
  const files = model.capacity === undefined ? profileFiles(model) : searchFiles(model.capacity);
  files.set("report.html", renderHtml(model, ui));
  files.set("summary.json", renderSummaryJson(model));
  files.set("summary.md", renderMarkdown(model));
  files.set("junit.xml", renderJunit(model));
  return files;
}

/** A search has a table of steps instead of four files for each of its many phases. */
function searchFiles(capacity: CapacityReport): Map<string, string> {
  return new Map([
    ["find_steps.csv", renderStepsCsv(capacity)],
    ...(capacity.levels.length === 0 ? [] : [["find_levels.csv", renderLevelsCsv(capacity)] as const]),
  ]);
}

function profileFiles(model: ReportModel): Map<string, string> {
  const files = new Map<string, string>();
  const names = fileStemsOf(model.stats.profiles.map((profile) => profile.name));
  model.stats.profiles.forEach((profile, index) => {
    files.set(`${names[index]}_stats.csv`, renderStatsCsv(profile));
    files.set(`${names[index]}_stats_history.csv`, renderStatsHistoryCsv(profile));
    files.set(`${names[index]}_failures.csv`, renderFailuresCsv(profile));
    files.set(`${names[index]}_exceptions.csv`, renderExceptionsCsv());
  });
  return files;
}

/** Profile names as they may stand in a file name, each once. */
export function fileStemsOf(names: readonly string[]): readonly string[] {
  const stems: string[] = [];
  for (const name of names) {
    const plain =
      name
        .replace(/[^A-Za-z0-9._-]+/g, "_")
        .replace(/^\.+/, "_")
        .slice(0, 100) || "_";
    let stem = plain;
    for (let i = 2; stems.includes(stem); i++) stem = `${plain}-${i}`;
    stems.push(stem);
  }
  return stems;
}
