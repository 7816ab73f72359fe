import { PlimsollError } from "../base/errors.ts";
import { renderHtml } from "../report/html.ts";
import { renderJunit } from "../report/junit.ts";
import { renderStatsCsv } from "../report/locust-csv.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderPrometheus } from "../report/prometheus.ts";
import type { ReportModel } from "../report/report-model.ts";
import { renderSummaryJson } from "../report/summary-json.ts";
import { renderTerminalSummary } from "../report/terminal-summary.ts";
import type { Console } from "./console.ts";
import { type ReadRun, readRun } from "./read-model.ts";
import { loadReportUi, renderResultFiles } from "./report-files.ts";
import { writeFiles } from "./results-folder.ts";

export interface ReportFlags {
  readonly format?: ReportFormat;
  readonly profile?: string;
  readonly out?: string;
}

type ReportFormat = "html" | "csv" | "json" | "md" | "junit" | "prometheus";

/** `plimsoll report`: renders, decides nothing; 0 when it rendered. @throws RESULT_UNREADABLE */
export async function reportCommand(paths: readonly string[], flags: ReportFlags, console: Console): Promise<number> {
  if (paths.length > 1 && (flags.out !== undefined || flags.format !== undefined || console.isJson))
    throw new PlimsollError("USAGE", "several runs are given, but --format, --json and --out render one", {
      hint: "Run it once for each.",
    });
  for (const path of paths) await reportOne(path, flags, console);
  return 0;
}

async function reportOne(path: string, flags: ReportFlags, console: Console): Promise<void> {
  const read = await readRun(path);
  noteDamage(path, read, console);
  const { model } = read;
  const format = flags.format ?? (console.isJson ? "json" : undefined);
  if (flags.out !== undefined) {
    const files = renderResultFiles(model, await loadReportUi());
    await writeFiles(flags.out, files);
    console.note(`wrote ${files.size} files to ${flags.out}\n`);
  }
  if (format !== undefined) console.out(await renderFormat(model, format, flags.profile));
  else if (flags.out === undefined)
    console.out(renderTerminalSummary(model, { width: console.columns, colour: console.hasColour }));
}

async function renderFormat(model: ReportModel, format: ReportFormat, profile: string | undefined): Promise<string> {
  switch (format) {
    case "html":
      return renderHtml(model, await loadReportUi());
    case "csv":
      return renderStatsCsv(oneProfile(model, profile));
    case "json":
      return renderSummaryJson(model);
    case "md":
      return renderMarkdown(model);
    case "junit":
      return renderJunit(model);
    case "prometheus":
      return renderPrometheus(model);
  }
}

function oneProfile(model: ReportModel, wanted: string | undefined): ReportModel["stats"]["profiles"][number] {
  const { profiles } = model.stats;
  const found = wanted === undefined ? profiles[0] : profiles.find((profile) => profile.name === wanted);
  const names = profiles.map((profile) => profile.name).join(", ");
  if (found === undefined)
    throw new PlimsollError("USAGE", `the run has no profile "${wanted ?? ""}"`, {
      hint: `It has: ${names || "none"}.`,
    });
  if (wanted === undefined && profiles.length > 1)
    throw new PlimsollError("USAGE", `the run has ${profiles.length} profiles and csv holds one`, {
      hint: `Choose with --profile: ${names}.`,
    });
  return found;
}

function noteDamage(path: string, { outcome }: ReadRun, console: Console): void {
  if (outcome.state === "torn")
    console.note(
      `${path}: the end is torn, as after a kill; ${outcome.lostBytes} bytes after the last whole record are left out\n`,
    );
  if (outcome.state === "hole") {
    const missing = outcome.missing
      .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
      .join(", ");
    console.note(`${path}: damaged; records ${missing || "in the middle"} are missing\n`);
  }
}
