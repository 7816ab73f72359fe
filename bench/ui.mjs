/**
 * What the report weighs and how fast it opens: an hour of seconds with 20 tasks, made up, in Chromium from the disk.
 * `npm run bench:ui`; exits with 1 when a limit does not hold.
 */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { buildUi, loadUi } from "../packages/ui/build.mjs";
import { median } from "./rounds.mjs";

const TASKS = 20;
const SECONDS = 3600;
const RATE_PER_SEC = 40;
const OPENINGS = 7;
const LIMITS = { assetKb: 400, reportMb: 5, openMs: 1000 };
const CHROMIUM = process.env["PLIMSOLL_CHROMIUM"] ?? "/usr/bin/chromium";

/** Prints each figure beside its limit. */
async function measure(folder) {
  const ui = await loadUi(await buildUi(folder));
  const assetBytes = Buffer.byteLength(ui.script) + Buffer.byteLength(ui.css);
  const { html, renderMs } = await renderHour(ui, folder);
  const file = join(folder, "report.html");
  await writeFile(file, html);
  const reportBytes = (await stat(file)).size;
  const opened = await openings(pathToFileURL(file).href);
  const rows = [
    row("script and style, without data", assetBytes / 1e3, LIMITS.assetKb, "kB"),
    row(`report of ${SECONDS} s and ${TASKS} tasks`, reportBytes / 1e6, LIMITS.reportMb, "MB"),
    row(
      "its tables and drawn charts are shown after",
      median(opened.map(({ paintedMs }) => paintedMs)),
      LIMITS.openMs,
      "ms",
    ),
    row("all its charts are interactive after", median(opened.map(({ liveMs }) => liveMs)), LIMITS.openMs, "ms"),
    row(
      "choosing a task redraws all charts within",
      median(opened.map(({ filterMs }) => filterMs)),
      LIMITS.openMs,
      "ms",
    ),
  ];
  for (const { what, shown, limit, isMet } of rows)
    console.log(`${isMet ? "✓" : "✗"} ${what.padEnd(44)} ${shown.padStart(9)}   limit ${limit}`);
  console.log(
    `  rendered in ${Math.round(renderMs)} ms; medians of ${OPENINGS} openings, each in a new profile of the browser`,
  );
  process.exitCode = rows.every(({ isMet }) => isMet) ? 0 : 1;
}

function row(what, value, limit, unit) {
  return { what, shown: `${value.toPrecision(3)} ${unit}`, limit: `${limit} ${unit}`, isMet: value < limit };
}

/** The report layer from its sources, and the hour it renders. */
async function renderHour(ui, folder) {
  const outfile = join(folder, "report-layer.mjs");
  await build({
    stdin: {
      contents: `
        export { renderHtml } from "./report/html.ts";
        export { sampleReport } from "./report/report-sample.ts";
        export { sampleJournal } from "./analysis/journal-sample.ts";
        export { runFold } from "./analysis/run-fold.ts";`,
      resolveDir: join(import.meta.dirname, "../packages/plimsoll/src"),
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
    logLevel: "warning",
  });
  const { renderHtml, sampleReport, sampleJournal, runFold } = await import(pathToFileURL(outfile).href);
  const tasks = Array.from({ length: TASKS }, (_, i) => ({
    name: `task_${i}`,
    method: "POST",
    path: `/${i}`,
    share: 1 / TASKS,
  }));
  const profiles = [{ name: "soak", ratePerSec: RATE_PER_SEC, durationMs: SECONDS * 1000 }];
  const journal = sampleJournal({ tasks, profiles });
  const stats = runFold.done(journal.reduce((state, record) => runFold.step(state, record), runFold.init()));
  const startMs = performance.now();
  const html = renderHtml({ stats, judgement: sampleReport().judgement }, ui);
  return { html, renderMs: performance.now() - startMs };
}

/** Milliseconds since the navigation began, by the page's own clock. */
async function openings(url) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const opened = [];
    for (let i = 0; i < OPENINGS; i++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(WATCH);
      await page.goto(url);
      await page.waitForFunction("globalThis.liveMs !== undefined");
      opened.push(await page.evaluate(READ));
      await context.close();
    }
    return opened;
  } finally {
    await browser.close();
  }
}

/** Notes when the last chart has its canvas; runs before the page's own script. */
const WATCH = `(() => {
  const look = () => {
    const [charts, canvases] = [".chart", ".chart canvas"].map((what) => document.querySelectorAll(what).length);
    if (charts > 0 && charts === canvases) requestAnimationFrame(() => { globalThis.liveMs = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

const READ = `(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const paintedMs = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
  const select = [...document.querySelectorAll("select")].at(-1);
  const startMs = performance.now();
  select.value = "3";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await frame();
  await frame();
  return { paintedMs, liveMs: globalThis.liveMs, filterMs: performance.now() - startMs };
})()`;

const folder = await mkdtemp(join(tmpdir(), "plimsoll-bench-ui-"));
try {
  await measure(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
