import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import {
  askedSearch,
  finishedSearch,
  stationAnswer,
} from "../../packages/plimsoll/src/analysis/capacity/imagined-search.ts";
import { sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { runFold } from "../../packages/plimsoll/src/analysis/run-fold.ts";
import { judgeStats } from "../../packages/plimsoll/src/cli/read-model.ts";
import { comparisonDataOf } from "../../packages/plimsoll/src/report/comparison-data.ts";
import type { ReportUi } from "../../packages/plimsoll/src/report/html.ts";
import type { ComparisonData } from "../../packages/plimsoll/src/report/html-comparison.ts";
import { type ReportData, reportDataOf } from "../../packages/plimsoll/src/report/html-data.ts";
import type { ReportModel } from "../../packages/plimsoll/src/report/report-model.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { compareSamples, sampleBuild } from "../../packages/plimsoll/src/verdict/comparison-sample.ts";
import { buildUi, loadUi } from "../../packages/ui/build.mjs";
import { CHROMIUM_NEED, HAS_CHROMIUM, openBrowser } from "./browser.ts";

/** A built page and a browser to open it in, from the disk as a reader would. */
export interface ReportBench {
  readonly ui: ReportUi;
  /** Puts a document on the disk. */
  readonly write: (name: string, html: string) => Promise<string>;
  readonly open: (url: string, options?: OpenOptions) => Promise<OpenedReport>;
  /** Closes the pages that were opened. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** 0 for a page that opens without charts; else it waits for them. */
  readonly chartCount?: 0;
}

export interface OpenedReport {
  readonly page: Page;
  /** Everything the page complained of or asked for. */
  readonly complaints: string[];
}

/** @throws with what to install, where there is no browser */
export async function createReportBench(): Promise<ReportBench> {
  if (!HAS_CHROMIUM) throw new Error(`no browser here: install ${CHROMIUM_NEED}`);
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-report-"));
  const ui = await loadUi(await buildUi(folder));
  const browser = await openBrowser();
  return {
    ui,
    write: async (name, html) => {
      const file = join(folder, name);
      await writeFile(file, html);
      return pathToFileURL(file).href;
    },
    open: (url, options) => openReport(browser, url, options),
    clear: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a page from the disk and waits for its charts. */
export async function openReport(browser: Browser, url: string, wishes: OpenOptions = {}): Promise<OpenedReport> {
  const { chartCount, ...options } = wishes;
  const complaints: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    const asked = request.url().replace(/#.*$/, "");
    if (asked !== url.replace(/#.*$/, "") && !asked.startsWith("data:")) complaints.push(`asked for ${asked}`);
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false && chartCount !== 0) await page.waitForFunction(ALL_CHARTS_DRAWN);
  return { page, complaints };
}

/** Charts that are still being mounted move those below them. */
const ALL_CHARTS_DRAWN = `document.querySelectorAll(".chart").length > 0
  && document.querySelectorAll(".chart.is-live canvas").length === document.querySelectorAll(".chart").length`;

/** Text of the first match as it is rendered; a blank at which no line may end is a blank like any other. */
export async function seen(locator: Locator): Promise<string> {
  return ((await locator.first().allInnerTexts())[0] ?? "").replaceAll("\u00a0", " ");
}

/**
 * A page's data from a journal with two profiles of three tasks, judged as the sample is.
 * @param recordCount so much of the journal as was written at some instant; all of it if absent
 */
export function foldedReport(recordCount?: number): ReportData {
  const journal = sampleJournal({
    profiles: [
      { name: "steady", ratePerSec: 40, durationMs: 60_000 },
      { name: "spike", users: 60, durationMs: 30_000 },
    ],
  });
  const known = journal.slice(0, recordCount);
  const stats = runFold.done(known.reduce((state, record) => runFold.step(state, record), runFold.init()));
  return reportDataOf({ stats, judgement: sampleReport().judgement });
}

/** What `find` leaves of a server of eight places, two tasks and what lay beyond the capacity. */
export function foundReport(): ReportModel {
  const records = finishedSearch({
    asked: askedSearch({ startLoad: 40, budgetMs: 120_000, levels: [5, 20], isOverloadTested: true }),
    seed: 5,
    limitsMs: [500],
    tasks: ["single_embed", "batch_embed"].map((name) => ({ name, method: "POST", path: "/", share: 0.5 })),
    target: () => stationAnswer(8, 100),
  });
  return judgeStats(runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init())));
}

/** What `compare` makes of a build that is a sixth slower. */
export function comparedBuilds(): ComparisonData {
  return comparisonDataOf(compareSamples([sampleBuild()], [sampleBuild({ slowdown: 1.17 })]));
}
