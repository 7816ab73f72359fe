/**
 * What the report weighs and how fast it opens: an hour of seconds with 20 tasks, made up, in Chromium from the disk; and
 * the live page (`ui-live.mjs`). Medians of openings, each in a new profile of the browser. `npm run bench:ui`; exits
 * with 1 when a limit does not hold.
 */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { buildUi, loadUi } from "../packages/ui/build.mjs";
import { unquietReasons } from "./machine.mjs";
import { median } from "./rounds.mjs";
import { HOUR, hourJournal, loadLayer } from "./ui-layer.mjs";
import { liveRows } from "./ui-live.mjs";

const OPENINGS = 7;
const LIMITS = { assetKb: 400, reportMb: 5, openMs: 1000 };
const CHROMIUM = process.env["PLIMSOLL_CHROMIUM"] ?? "/usr/bin/chromium";

/** Prints each figure beside its limit. */
async function measure(folder) {
  const uiDir = await buildUi(folder);
  const layer = await loadLayer(folder);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const rows = [
      ...(await reportRows({ folder, layer, browser, ui: await loadUi(uiDir) })),
      ...(await liveRows({ folder, layer, browser, uiDir })),
    ];
    for (const { what, value, limit, unit } of rows) {
      const [mark, told] = limit === undefined ? ["·", ""] : [value < limit ? "✓" : "✗", `limit ${limit} ${unit}`];
      console.log(`${mark} ${what.padEnd(66)} ${`${Number(value.toPrecision(3))} ${unit}`.padEnd(18)} ${told}`);
    }
    const unquiet = await unquietReasons();
    if (unquiet.length > 0) console.log(`  provisional: ${unquiet.join("; ")}`);
    process.exitCode = rows.every(({ value, limit }) => limit === undefined || value < limit) ? 0 : 1;
  } finally {
    await browser.close();
  }
}

async function reportRows({ folder, layer, browser, ui }) {
  const assetBytes = Buffer.byteLength(ui.script) + Buffer.byteLength(ui.css);
  const file = join(folder, "report.html");
  await writeFile(file, renderHour(layer, ui));
  const opened = await openings(browser, pathToFileURL(file).href);
  const ofMany = (pick) => median(opened.map(pick));
  return [
    row("report: script and style, without data", assetBytes / 1e3, LIMITS.assetKb, "kB"),
    row(`report of ${HOUR}`, (await stat(file)).size / 1e6, LIMITS.reportMb, "MB"),
    row(
      "its tables and drawn charts are shown after",
      ofMany(({ paintedMs }) => paintedMs),
      LIMITS.openMs,
      "ms",
    ),
    row(
      "all its charts are interactive after",
      ofMany(({ liveMs }) => liveMs),
      LIMITS.openMs,
      "ms",
    ),
    row(
      "choosing a task redraws all charts within",
      ofMany(({ filterMs }) => filterMs),
      LIMITS.openMs,
      "ms",
    ),
  ];
}

function row(what, value, limit, unit) {
  return { what, value, limit, unit };
}

function renderHour(layer, ui) {
  const { runFold, renderHtml, sampleReport } = layer;
  const stats = runFold.done(hourJournal(layer).reduce((state, record) => runFold.step(state, record), runFold.init()));
  return renderHtml({ stats, judgement: sampleReport().judgement }, ui);
}

/** Milliseconds since the navigation began, by the page's own clock. */
async function openings(browser, url) {
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
