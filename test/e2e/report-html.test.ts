import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../packages/plimsoll/src/report/html.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { buildUi, loadUi } from "../../packages/ui/build.mjs";
import { CHROMIUM_NEED, HAS_CHROMIUM, openBrowser } from "../support/browser.ts";

// The saved report in a real browser, opened from the disk.

let folder: string;
let browser: Browser;
let url: string;
/** Everything the page complained of or asked for. */
let complaints: string[] = [];

beforeAll(async () => {
  if (!HAS_CHROMIUM) throw new Error(`no browser here: install ${CHROMIUM_NEED}`);
  folder = await mkdtemp(join(tmpdir(), "plimsoll-report-"));
  const ui = await loadUi(await buildUi(folder));
  const file = join(folder, "report.html");
  await writeFile(file, renderHtml(sampleReport(), ui));
  url = pathToFileURL(file).href;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  complaints = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** Text of the first match as it is rendered. */
async function seen(locator: Locator): Promise<string> {
  return (await locator.first().allInnerTexts())[0] ?? "";
}

async function drawnCharts(page: Page): Promise<number> {
  await page.locator(".chart.is-live canvas").first().waitFor();
  return Number(
    await page.evaluate(`[...document.querySelectorAll(".chart canvas")].filter((canvas) =>
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)).length`),
  );
}

describe("with JavaScript", () => {
  test("opens from the disk without a complaint or a request and says the verdict", async () => {
    const page = await open();
    expect(await seen(page.locator(".answer"))).toMatch(/✗ FAIL\n+p95 < 500ms failed on spike/);
    expect(await page.title()).toBe("✗ FAIL · minilm · Plimsoll");
    expect(await drawnCharts(page)).toBe(await page.locator(".chart").count());
    expect(await page.locator(".chart").count()).toBeGreaterThan(15);
    expect(complaints).toEqual([]);
  });

  test("hostile names act nowhere", async () => {
    const page = await open();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => dialogs.push(dialog.message()));
    await drawnCharts(page);
    expect(await page.locator("#plimsoll script, #plimsoll img, #plimsoll iframe").count()).toBe(0);
    expect(await seen(page.locator("body"))).toContain("<script>alert(1)</script>");
    expect(dialogs).toEqual([]);
  });

  test("the cursor of one chart reads the values of all in its profile", async () => {
    const page = await open();
    await drawnCharts(page);
    const charts = page.locator("#profile-1 .chart");
    await charts.first().locator(".u-over").hover();
    for (const index of [0, 1, 2, 3])
      await expect.poll(() => seen(charts.nth(index).locator(".reading"))).toMatch(/^0:\d\d/);
    expect(await seen(charts.first().locator(".legend .value").first())).toMatch(/ms|s$/);
    expect(await seen(page.locator("#profile-2 .chart .reading").first())).toBe("");
  });

  test("arrow keys move the cursor, a drag zooms all charts of the profile and Escape shows all again", async () => {
    const page = await open();
    await drawnCharts(page);
    const live = page.locator("#profile-1 .chart .live").first();
    await live.focus();
    await page.keyboard.press("ArrowRight");
    const before = await seen(page.locator("#profile-1 .reading").first());
    await page.keyboard.press("ArrowRight");
    expect(await seen(page.locator("#profile-1 .reading").first())).not.toBe(before);
    const area = (await live.locator(".u-over").boundingBox())!;
    await page.mouse.move(area.x + area.width * 0.25, area.y + 40);
    await page.mouse.down();
    await page.mouse.move(area.x + area.width * 0.5, area.y + 40, { steps: 4 });
    await page.mouse.up();
    expect(await seen(page.locator("#profile-1 .zoom"))).toMatch(/^0:1\d–0:[23]\d\s+Show all/);
    await live.focus();
    await page.keyboard.press("Escape");
    expect(await seen(page.locator("#profile-1 .zoom"))).toContain("Drag across");
  });

  test("a finding leads to its time in the charts, a heading sorts the tasks", async () => {
    const page = await open();
    await drawnCharts(page);
    await page.locator(".findings a").first().click();
    expect(page.url()).toMatch(/#at=spike&from=0&to=30$/);
    expect(await seen(page.locator("#profile-2 .zoom"))).toContain("Show all");
    const table = page.locator("#profile-1 table.tasks").first();
    await table.getByRole("button", { name: "p95" }).click();
    const p95 = (await table.locator("tbody tr td:nth-of-type(9)").allInnerTexts()).map((text) =>
      Number(text.replace(/\s/g, "")),
    );
    expect(p95.slice(0, -1)).toEqual(p95.slice(0, -1).sort((a, b) => b - a));
    expect(await seen(table.locator("tbody tr").last())).toMatch(/^Aggregated/);
    expect(await table.locator("[aria-sort=descending]").count()).toBe(1);
  });

  test("paper shows the drawn charts as lines, not as a screen", async () => {
    const page = await open({ colorScheme: "dark" });
    await drawnCharts(page);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".chart .live:visible").count()).toBe(0);
    expect(await page.locator(".chart .static:visible").count()).toBe(await page.locator(".chart").count());
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  });
});

describe("without JavaScript", () => {
  test("verdict, tables and charts are all there", async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await seen(page.locator(".answer"))).toContain("FAIL");
    expect(await page.locator("table.thresholds tbody tr").count()).toBe(5);
    expect(await page.locator("table.tasks:visible").count()).toBe(3);
    expect(await page.locator("table.errors tbody tr").count()).toBeGreaterThan(0);
    expect(await page.locator(".static .plot:visible").count()).toBeGreaterThan(15);
    const paths = await page
      .locator(".static path")
      .evaluateAll((all) => all.map((path) => path.getAttribute("d") ?? ""));
    expect(paths.filter((path) => path.length > 100).length).toBeGreaterThan(30);
    expect(await page.locator("button").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("for everyone", () => {
  test.each([360, 800, 1400])("nothing runs out of a page %i pixels wide", async (width) => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open({ viewport: { width, height: 900 }, javaScriptEnabled });
      if (javaScriptEnabled) await drawnCharts(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
  });

  test.each([true, false])(
    "headings, tables, pictures and regions are named (JavaScript: %s)",
    async (javaScriptEnabled) => {
      const page = await open({ javaScriptEnabled });
      if (javaScriptEnabled) await drawnCharts(page);
      expect(await page.evaluate(SEMANTIC_FAULTS)).toEqual([]);
    },
  );

  test.each(["light", "dark"] as const)(
    "text stands out from its ground by 4.5 : 1, lines of charts by 3 : 1 (%s)",
    async (colorScheme) => {
      const page = await open({ colorScheme });
      expect(await page.evaluate(CONTRAST_FAULTS)).toEqual([]);
    },
  );
});

/** What axe would find of names and structure, by hand. */
const SEMANTIC_FAULTS = `(() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility());
  const claim = (ok, what) => { if (!ok) faults.push(what); };
  claim(document.documentElement.lang === "en", "no language");
  claim(all("h1").length === 1 && all("main").length === 1, "one h1, one main");
  let level = 0;
  for (const h of all("h1,h2,h3,h4")) { claim(+h.tagName[1] <= level + 1, "heading skips to " + h.textContent); level = +h.tagName[1]; }
  for (const t of all("table")) {
    claim(t.caption?.textContent, "table without caption");
    claim(t.querySelectorAll("th:not([scope])").length === 0, "th without scope in " + t.caption?.textContent);
  }
  for (const i of all('[role="img"]')) claim(i.getAttribute("aria-label")?.length > 10, "picture without name");
  for (const s of all("svg:not([role])")) claim(s.closest('[aria-hidden="true"],[role="img"]'), "svg neither named nor hidden");
  for (const b of all("button,a")) claim(b.textContent.trim(), "nameless " + b.tagName);
  const labels = all("section[aria-label]").map((s) => s.getAttribute("aria-label"));
  claim(new Set(labels).size === labels.length, "two regions of one name");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  claim(new Set(ids).size === ids.length, "two elements of one id");
  for (const l of all('a[href^="#"]')) claim(document.querySelector(l.hash), "dead link " + l.hash);
  for (const e of all(".scroll")) claim(e.scrollWidth <= e.clientWidth + 1 || e.tabIndex === 0, "scrolls without keyboard");
  return faults;
})()`;

const CONTRAST_FAULTS = `(() => {
  const style = getComputedStyle(document.documentElement);
  const light = (name) => {
    const hex = style.getPropertyValue("--" + name).trim().slice(1);
    const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faults = [];
  for (const ground of ["paper", "panel", "shade"]) for (const text of ["ink", "muted", "faint", "accent", "pass", "fail", "inconclusive", "limit"]) {
    const [a, b] = [light(ground), light(text)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (!(ratio >= 4.5)) faults.push(text + " on " + ground + ": " + ratio.toFixed(2));
  }
  const declared = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).flatMap((rule) => [...(rule.style ?? [])]);
  const tones = [...new Set(declared.filter((name) => name.startsWith("--tone-")))];
  if (tones.length < 20) faults.push("only " + tones.length + " tones");
  for (const tone of tones) {
    const [a, b] = [light("paper"), light(tone.slice(2))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (!(ratio >= 3)) faults.push(tone + ": " + ratio.toFixed(2));
  }
  return faults;
})()`;
