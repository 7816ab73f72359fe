import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { renderDataHtml } from "../../packages/plimsoll/src/report/html.ts";
import type { ReportData } from "../../packages/plimsoll/src/report/html-data.ts";
import { pixelsOf, rightHalf } from "../support/chart-pixels.ts";
import { createReportBench, foldedReport, type ReportBench, seen } from "../support/report-page.ts";

// What a reader does with the page besides reading it, and what fits into it.

let bench: ReportBench;
let url: string;
const folded = foldedReport();

beforeAll(async () => {
  bench = await createReportBench();
  url = await bench.write("folded.html", renderDataHtml(folded, bench.ui));
});

afterAll(() => bench?.close());
afterEach(() => bench.clear());

function hash(page: Page): string {
  return new URL(page.url()).hash;
}

function chart(page: Page, title: string): Locator {
  return page.locator("#profile-1 .chart", { has: page.getByRole("heading", { name: title, exact: true }) });
}

function written(data: ReportData, name: string): Promise<string> {
  return bench.write(name, renderDataHtml(data, bench.ui));
}

/** Presses the button at so many pixels of the first chart and moves on; the button stays down. */
async function press(page: Page, fromPx: number, toPx: number): Promise<void> {
  const plot = page.locator("#profile-1 .live .u-over").first();
  await plot.scrollIntoViewIfNeeded();
  const area = (await plot.boundingBox())!;
  await page.mouse.move(area.x + fromPx, area.y + 40);
  await page.mouse.down();
  await page.mouse.move(area.x + toPx, area.y + 40, { steps: 4 });
}

function zoomBar(page: Page): Promise<string> {
  return seen(page.locator("#profile-1 .zoom"));
}

describe("a drag", () => {
  test("that Escape ends chooses nothing, and the next one chooses as ever", async () => {
    const { page, complaints } = await bench.open(url);
    await press(page, 100, 400);
    expect(
      await page
        .locator("#profile-1 .u-select")
        .first()
        .evaluate((one) => one.clientWidth),
    ).toBe(300);
    await page.keyboard.press("Escape");
    expect(
      await page
        .locator("#profile-1 .u-select")
        .first()
        .evaluate((one) => one.clientWidth),
    ).toBe(0);
    await page.mouse.move(700, 300, { steps: 3 });
    await page.mouse.up();
    expect(await zoomBar(page)).toContain("Drag across");
    expect(hash(page)).toBe("");
    await press(page, 100, 400);
    await page.mouse.up();
    await expect.poll(() => zoomBar(page)).toContain("Show all");
    // The zoom that was there outlives a drag that is given up.
    const before = hash(page);
    await press(page, 300, 500);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    expect(hash(page)).toBe(before);
    expect(complaints).toEqual([]);
  });

  test("of a few pixels is a click; a short one of a second shows a second", async () => {
    const { page } = await bench.open(url);
    await press(page, 200, 206);
    await page.mouse.up();
    expect(await zoomBar(page)).toContain("Drag across");
    expect(hash(page)).toBe("");
    await press(page, 200, 210);
    await page.mouse.up();
    await expect.poll(() => hash(page)).not.toBe("");
    const place = new URLSearchParams(hash(page).slice(1));
    const [from, to] = [Number(place.get("from")), Number(place.get("to"))];
    expect(to - from).toBeCloseTo(1, 2);
  });

  test("is not spoken of where there is no pointer to drag with", async () => {
    const hint = (page: Page) => page.locator("#profile-1 .zoom .hint").isVisible();
    expect(await hint((await bench.open(url)).page)).toBe(true);
    expect(await hint((await bench.open(url, { hasTouch: true, isMobile: true })).page)).toBe(false);
  });
});

test("a finding of one task of several leads to that task at its time", async () => {
  const finding = { code: "x", level: "warning", profile: "steady", fromMs: 9000, toMs: 26_000 } as const;
  const findings = [
    { ...finding, task: "batch_embed", message: "Of the task." },
    { ...finding, task: undefined, message: "Of all." },
  ];
  const { page } = await bench.open(
    await written({ ...folded, judgement: { ...folded.judgement, findings } }, "placed.html"),
  );
  await page.getByRole("link", { name: "steady, 0:09–0:26" }).click();
  await expect.poll(() => hash(page)).toMatch(/^#at=steady&from=/);
  await page.getByRole("link", { name: "steady · batch_embed, 0:09–0:26" }).click();
  await expect.poll(() => hash(page)).toMatch(/^#task=batch_embed&at=steady&from=/);
  expect(await page.getByRole("combobox", { name: "Task" }).locator("option:checked").textContent()).toBe(
    "batch_embed",
  );
});

/** Of the tables of a page, those that are cut at the right, by their class. */
function cutTables(page: Page): Promise<readonly (string | undefined)[]> {
  return page
    .locator(".scroll")
    .evaluateAll((all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.querySelector("table")?.className),
    );
}

describe("a table", () => {
  test.each([1440, 1024, 961])("of thresholds is whole at %d pixels, its reasons no narrow column", async (width) => {
    const { page } = await bench.open(url, { viewport: { width, height: 900 } });
    expect(await cutTables(page)).not.toContain("thresholds");
    const table = (await page.locator("table.thresholds").boundingBox())!;
    for (const why of await page.locator("table.thresholds td.why").all())
      expect((await why.boundingBox())!.width).toBeGreaterThan(0.6 * table.width);
    // The figures stand under their headings.
    const [heading, cell] = [
      page.locator("table.thresholds thead th").nth(3),
      page.locator("table.thresholds td.number"),
    ];
    const right = async (one: Locator) => (({ x, width }) => x + width)((await one.first().boundingBox())!);
    expect(await right(cell)).toBeCloseTo(await right(heading), 0);
  });

  test("with sparklines is whole at 1024 pixels", async () => {
    const { page } = await bench.open(url, { viewport: { width: 1024, height: 900 } });
    expect(await cutTables(page)).toEqual([]);
  });

  test.each(["light", "dark"] as const)("that goes on beyond its edge shows it (%s)", async (colorScheme) => {
    const { page } = await bench.open(url, { colorScheme, viewport: { width: 390, height: 844 } });
    const scroll = page.locator("#profile-1 .scroll").first();
    expect(await edgeShade(page, scroll, 0)).toBeGreaterThan(8);
    expect(await edgeShade(page, scroll, 100)).toBeGreaterThan(8);
    expect(await edgeShade(page, scroll, 100_000)).toBe(0);
  });
});

/** How far the colour at the right edge of a scrolling part is off the paper beside it. */
async function edgeShade(page: Page, scroll: Locator, scrollLeft: number): Promise<number> {
  await scroll.evaluate((one, left) => {
    one.scrollLeft = left;
  }, scrollLeft);
  const shot = (await scroll.screenshot()).toString("base64");
  return page.locator("html").evaluate(async (root, png) => {
    const picture = root.ownerDocument.createElement("img");
    picture.src = `data:image/png;base64,${png}`;
    await picture.decode();
    const canvas = root.ownerDocument.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const ctx = canvas.getContext("2d")!;
    ctx.drawImage(picture, 0, 0);
    const at = (x: number) => [...ctx.getImageData(x, 4, 1, 1).data].slice(0, 3);
    const [edge, paper] = [at(picture.width - 2), at(picture.width - 60)];
    return Math.max(...edge.map((value, channel) => Math.abs(value - paper[channel]!)));
  }, shot);
}

test("a second without neighbours is a dot in both drawings", async () => {
  const [profile] = folded.profiles;
  const lone = profile!.series.atMs.map((_, index) => (index === 45 ? 80 : null));
  const series = { ...profile!.series, p50: lone, p90: lone, p95: lone, p99: lone, max: lone };
  const file = await written({ ...folded, profiles: [{ ...profile!, series }] }, "lone.html");
  const { page } = await bench.open(file);
  // Of those drawn over each other the last is on top.
  const { columns, width } = await pixelsOf(chart(page, "Response time"), ["tone-max"], 8);
  const place = (width * 45) / series.atMs.length;
  const around = columns.slice(Math.round(place) - 3, Math.round(place) + 3);
  expect(around.filter((rows) => rows.length > 0).length).toBeGreaterThan(2);
  const still = await bench.open(file, { javaScriptEnabled: false });
  const marks = chart(still.page, "Response time").locator(".static .mark-lone");
  expect(await marks.count()).toBe(5);
  expect(await marks.first().getAttribute("d")).toMatch(/^M[\d.]+ [\d.]+h0$/);
});

test("two limits of one value have their names on both sides of the line on the canvas, too", async () => {
  const [profile] = folded.profiles;
  const limit = { ...folded.judgement.thresholds[0]!, profile: profile!.name, task: "Aggregated", unit: "ms" } as const;
  const thresholds = ["p95 < 500ms", "p95 < 500ms for 10s"].map((expr) => ({ ...limit, limit: 500, expr }));
  const { page } = await bench.open(
    await written({ ...folded, judgement: { ...folded.judgement, thresholds } }, "limits.html"),
  );
  const { columns } = rightHalf(await pixelsOf(chart(page, "Response time"), ["limit"], 60));
  const rows = columns.flat();
  const line = mostFrequent(rows);
  for (const side of [-1, 1]) expect(rows.filter((row) => side * (row - line) > 4).length).toBeGreaterThan(50);
});

function mostFrequent(rows: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

test("a last second of which little was watched is in no line of flows on the canvas", async () => {
  const [profile] = folded.profiles;
  const { series, durationMs, drainMs = 0 } = profile!;
  expect(series.atMs.at(-1)).toBe(durationMs);
  expect(drainMs).toBeLessThan(900);
  const { page } = await bench.open(url);
  const lastDrawn = async (title: string, tone: string): Promise<number> => {
    const { columns, width } = await pixelsOf(chart(page, title), [tone], 20);
    return (columns.findLastIndex((rows) => rows.length > 0) / width) * series.atMs.length;
  };
  expect(await lastDrawn("Throughput", "tone-completed")).toBeCloseTo(durationMs / 1000 - 1, 0);
  expect(await lastDrawn("Response time", "tone-p95")).toBeCloseTo(durationMs / 1000, 0);
});
