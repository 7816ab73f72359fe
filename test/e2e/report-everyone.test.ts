import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { renderComparisonHtml, renderDataHtml, renderHtml } from "../../packages/plimsoll/src/report/html.ts";
import { reportDataOf } from "../../packages/plimsoll/src/report/html-data.ts";
import { sampleCapacity, sampleComparison } from "../../packages/plimsoll/src/report/html-sample.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import {
  comparedBuilds,
  createReportBench,
  foldedReport,
  foundReport,
  type ReportBench,
  seen,
} from "../support/report-page.ts";

// The page for every reader: by ear, by keyboard, on a telephone, on paper; with a search, with a comparison.

let bench: ReportBench;
const urls: Record<string, string> = {};

beforeAll(async () => {
  bench = await createReportBench();
  const { ui, write } = bench;
  const whole = { ...reportDataOf(sampleReport()), capacity: sampleCapacity(), comparison: sampleComparison() };
  urls["run"] = await write("run.html", renderDataHtml(foldedReport(), ui));
  urls["search"] = await write("search.html", renderDataHtml(whole, ui));
  urls["comparison"] = await write("comparison.html", renderComparisonHtml(sampleComparison(), ui));
  urls["found"] = await write("found.html", renderHtml(foundReport(), ui));
  urls["compared"] = await write("compared.html", renderComparisonHtml(comparedBuilds(), ui));
});

/** With nasty names, and as `run`, `find` and `compare` leave them. */
const PAGES = ["run", "search", "comparison", "found", "compared"] as const;
const SCREENS = [
  ["light", 1440],
  ["dark", 1440],
  ["light", 390],
  ["dark", 390],
] as const;

afterAll(() => bench?.close());
afterEach(() => bench.clear());

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_FAULTS = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.target.join(" ") + ": " + node.failureSummary)))`;

async function axeFaults(page: Page): Promise<unknown> {
  // The details are part of the page: what is folded away must hold too.
  await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
  await page.evaluate(AXE);
  return page.evaluate(AXE_FAULTS);
}

describe("axe finds nothing, nothing is wider than the screen, the console is empty and nothing is asked for", () => {
  test.each(PAGES.flatMap((name) => SCREENS.map(([colorScheme, width]) => [name, colorScheme, width] as const)))(
    "%s, %s, %i pixels",
    async (name, colorScheme, width) => {
      const { page, complaints } = await bench.open(urls[name]!, { colorScheme, viewport: { width, height: 900 } });
      expect(await axeFaults(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(complaints).toEqual([]);
    },
  );

  test("with a filter and a zoom", async () => {
    const { page } = await bench.open(`${urls["run"]}#task=batch_embed&profile=steady&from=10&to=20`);
    expect(await axeFaults(page)).toEqual([]);
  });

  test("without JavaScript", async () => {
    const { page } = await bench.open(urls["search"]!, { javaScriptEnabled: false });
    expect(await page.locator("button, select").count()).toBe(0);
    expect(await page.locator(".static .plot:visible").count()).toBeGreaterThan(15);
  });
});

describe("by keyboard", () => {
  test("everything that can be done is reached by Tab, in the order of the page", async () => {
    const { page } = await bench.open(urls["run"]!);
    const reached: string[] = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      reached.push(String(await page.evaluate(NAME_OF_FOCUS)));
    }
    for (const wanted of ["Verdict", "select Profile", "Copy Thresholds and what was observed as CSV", "Response time"])
      expect(
        reached.findIndex((name) => name.startsWith(wanted)),
        wanted,
      ).toBeGreaterThanOrEqual(0);
    const place = (name: string): number => reached.findIndex((one) => one.startsWith(name));
    expect(place("Verdict")).toBeLessThan(place("select Profile"));
    expect(place("select Profile")).toBeLessThan(place("Copy Thresholds"));
  });
});

describe("on paper", () => {
  test.each(PAGES)("nothing of %s is cut at the edge or between pages", async (name) => {
    const { page } = await bench.open(urls[name]!, { viewport: { width: 703, height: 1017 } });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(703);
    expect(await page.evaluate(CUT_ON_PAPER)).toEqual([]);
    expect(await page.locator(".bar:visible, .copy:visible, .live:visible, :not(th) > button:visible").count()).toBe(0);
    const pdf = await page.pdf({ format: "A4", printBackground: true, preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pageCount(pdf)).toBeGreaterThan(1);
    expect(pageCount(pdf)).toBeLessThan(16);
  });
});

test("no line ends within a threshold or a flag, however wide the page is, and no blank of theirs is copied as another", async () => {
  const because =
    "sustained p95 < 500ms cannot be told: more of the same (--budget), or fewer (--max-users), would tell; so would p99 < 1s, errors < 1% and a begin with (--start).";
  const data = reportDataOf(sampleReport());
  const told = { ...data, judgement: { ...data.judgement, because } };
  const { page } = await bench.open(await bench.write("sentence.html", renderDataHtml(told, bench.ui)));
  const sentence = page.locator(".answer .because");
  for (let width = 320; width < 700; width += 6) {
    await page.setViewportSize({ width, height: 900 });
    const lines = await sentence
      .locator(".whole")
      .evaluateAll((parts) => parts.map((part) => part.getClientRects().length));
    expect(lines, `${width} px`).toEqual([1, 1, 1, 1, 1, 1]);
  }
  expect(await sentence.evaluate((element) => element.textContent)).toBe(because);
});

describe("a search for the capacity", () => {
  test("the answer, the loads that were tried, the fit and the interval", async () => {
    const { page } = await bench.open(urls["search"]!);
    const section = page.locator("#capacity");
    expect(await seen(section)).toContain("Holds 182 requests/s (90 % interval 174–189)");
    expect(await seen(section)).toContain("the bend is at about 42.0 users (38.0 to 46.4)");
    expect(await section.locator(".legend li").allInnerTexts()).toEqual([
      "fit",
      "held",
      "broke the promise",
      "stopped early",
      "90 % interval",
    ]);
    expect(await section.locator("table.levels tbody tr").count()).toBe(3);
    expect(await section.locator("table.steps tbody tr").count()).toBe(8);
  });

  test("without JavaScript the fit, each load and the interval are drawn", async () => {
    const { page } = await bench.open(urls["search"]!, { javaScriptEnabled: false });
    const drawing = page.locator("#capacity .static");
    expect(await drawing.locator(".span-interval").count()).toBe(1);
    expect(await drawing.locator(".cross").count()).toBe(2);
    const dots = (await drawing.locator(".mark-dot").getAttribute("d")) ?? "";
    expect(dots.match(/h0/g)).toHaveLength(5);
    expect((await drawing.locator("path.line.tone-p95").getAttribute("d"))!.length).toBeGreaterThan(200);
  });
});

describe("a comparison", () => {
  test.each(["search", "comparison"])("in the page %s: changes with intervals, both curves", async (name) => {
    const { page } = await bench.open(urls[name]!);
    const section = page.locator("#comparison");
    const first = section.locator("table.changes tbody tr").first();
    expect(await seen(first)).toMatch(/FAIL.*single_embed.*p95.*412 ms.*488 ms.*\+18.4 %.*\+12.1 … \+25 %/s);
    expect(await seen(section.locator("table.changes tbody tr").nth(3))).toMatch(/errors.*0.1 %.*0.12 %.*\+0.02 pt/s);
    expect(await section.locator(".chart .legend").first().locator("li").allInnerTexts()).toEqual([
      "base: main 4f2a91c",
      "new: <img src=x onerror=alert(1)>",
    ]);
  });

  test("a page of its own says its verdict first, and its names act nowhere", async () => {
    const { page, complaints } = await bench.open(urls["comparison"]!);
    expect(await seen(page.locator(".answer"))).toMatch(/✗ FAIL\n+p95 of single_embed is 18.4 % slower/);
    expect(await page.title()).toBe("✗ FAIL · <img src=x onerror=alert(1)> against main 4f2a91c · Plimsoll");
    expect(await page.locator("img, #plimsoll script").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("what the target and the spec say stays text", () => {
  const ATTACKS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '=cmd|"/C calc"!A0',
    "\x1b]0;owned\x07\x1b[31mred",
    "\u202egnp.exe\u2066",
    `javascript:alert(3) ${"x".repeat(1_000_000)}`,
  ];

  test.each(ATTACKS.map((attack) => [attack.slice(0, 30), attack] as const))("%j everywhere", async (_, attack) => {
    const { stats, judgement } = sampleReport();
    const profiles = stats.profiles.map((profile, index) => ({
      ...profile,
      name: `${index} ${attack}`,
      tasks: profile.tasks.map((task) => ({
        ...task,
        name: task.name === "single_embed" ? attack : task.name,
        errors: task.errors.map((error) => ({ ...error, message: attack })),
      })),
    }));
    const findings = judgement.findings.map((finding) => ({ ...finding, message: attack, profile: profiles[0]!.name }));
    const plan = { ...stats.plan, name: attack, target: attack, command: attack };
    const model = {
      stats: { ...stats, plan, profiles },
      judgement: { ...judgement, because: attack, reasons: [attack], findings },
    };
    const html = renderHtml(model, bench.ui);
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    const { page, complaints } = await bench.open(await bench.write("attack.html", html));
    expect(await page.locator("img, iframe, #plimsoll script, [onerror], a:not([href^='#'])").count()).toBe(0);
    const shown = String(await page.evaluate("document.body.innerText"));
    expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(1280);
    await page.getByRole("combobox", { name: "Task" }).selectOption({ index: 1 });
    await page.getByRole("combobox", { name: "Profile" }).selectOption({ index: 1 });
    expect(await page.locator("section.profile").count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

/** Chromium writes a page object for every page. */
function pageCount(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

const NAME_OF_FOCUS = `(() => {
  const at = document.activeElement;
  return at.tagName === "SELECT" ? "select " + at.labels[0].firstChild.textContent
    : at.getAttribute("aria-label") ?? at.textContent;
})()`;

const CUT_ON_PAPER = `(() => {
  const faults = [];
  for (const chart of document.querySelectorAll(".chart")) {
    if (getComputedStyle(chart).breakInside !== "avoid") faults.push("may break: " + chart.textContent.slice(0, 40));
    if (chart.getBoundingClientRect().height > 900) faults.push("taller than a page: " + chart.textContent.slice(0, 40));
  }
  for (const part of document.querySelectorAll("table, .static .plot, pre, .answer")) {
    if (!part.checkVisibility()) continue;
    const { right } = part.getBoundingClientRect();
    if (right > innerWidth + 1) faults.push("cut at " + Math.round(right) + ": " + (part.caption ?? part).textContent.slice(0, 60));
  }
  return faults;
})()`;
