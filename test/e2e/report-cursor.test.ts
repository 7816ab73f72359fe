import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { formatInterval, formatLimit, formatRatio } from "../../packages/plimsoll/src/base/format-number.ts";
import { renderDataHtml } from "../../packages/plimsoll/src/report/html.ts";
import type { ReportData } from "../../packages/plimsoll/src/report/html-data.ts";
import { HEAT_ROWS_A_DECADE } from "../../packages/plimsoll/src/report/html-heat.ts";
import { createReportBench, foldedReport, type ReportBench, seen } from "../support/report-page.ts";

// Which part of the time every chart shows, and what the cursor reads in it: each chart is asked itself.

let bench: ReportBench;
let url: string;
const folded = withErrors(foldedReport());

beforeAll(async () => {
  bench = await createReportBench();
  url = await bench.write("folded.html", renderDataHtml(folded, bench.ui));
});

afterAll(() => bench?.close());
afterEach(() => bench.clear());

/** The target of the sample fails nobody: two kinds of failure by turns. */
function withErrors(data: ReportData): ReportData {
  const profiles = data.profiles.map((profile) => {
    const every = (count: number) => profile.series.atMs.map((_, index) => index % count);
    const errors = [
      { kind: "timeout", perSec: every(7) },
      { kind: "connect", perSec: every(5) },
    ];
    const failed = profile.series.atMs.map((_, index) => (index % 7) + (index % 5));
    return { ...profile, series: { ...profile.series, errors, failed } };
  });
  return { ...data, profiles };
}

/** Those of the closed profile that have a time axis. */
const SPIKE_CHARTS = [
  "Response time",
  "Every request by response time",
  "Throughput",
  "Errors by kind",
  "Users and requests in flight",
  "Generator: lateness",
  "Generator: work",
];
const STEADY_CHARTS = SPIKE_CHARTS.map((title) => title.replace("Users and requests", "Requests"));

function chart(page: Page, id: string, title: string): Locator {
  return page.locator(`#${id} .chart`, { has: page.getByRole("heading", { name: title, exact: true }) });
}

function reading(chart: Locator): Promise<string> {
  return seen(chart.locator(".reading"));
}

/** Where its cursor stands; of the heatmap the cell comes after it. */
async function instant(chart: Locator): Promise<string | undefined> {
  return (await reading(chart)).split(" · ")[0];
}

/** Where the cursor stands under a pointer on it, so far from its left edge, or from its right when negative. */
async function readAt(chart: Locator, px: number): Promise<string | undefined> {
  const plot = chart.locator(".u-over");
  const { width } = (await plot.boundingBox())!;
  await plot.hover({ position: { x: px < 0 ? width + px : px, y: 20 } });
  return instant(chart);
}

/** The first and the last instant that each chart shows, by its title. */
async function edges(page: Page, id: string, titles: readonly string[]): Promise<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const title of titles) {
    const one = chart(page, id, title);
    read[title] = `${await readAt(one, 2)}–${await readAt(one, -2)}`;
  }
  return read;
}

function all(titles: readonly string[], span: string): Record<string, string> {
  return Object.fromEntries(titles.map((title) => [title, span]));
}

test("a link's part of the time is what every chart shows, from edge to edge", async () => {
  const { page } = await bench.open(`${url}#profile=spike&from=5&to=12.4`);
  expect(await edges(page, "profile-2", SPIKE_CHARTS)).toEqual(all(SPIKE_CHARTS, "0:05–0:12"));
});

test("a drag in one chart zooms each, and Escape shows all of it again", async () => {
  const { page } = await bench.open(url);
  const whole = await edges(page, "profile-1", STEADY_CHARTS);
  const last = folded.profiles[0]!.series.atMs.at(-1)! / 1000;
  expect(whole).toEqual(all(STEADY_CHARTS, `0:00–${Math.floor(last / 60)}:${String(last % 60).padStart(2, "0")}`));
  const plot = chart(page, "profile-1", "Throughput").locator(".u-over");
  await plot.scrollIntoViewIfNeeded();
  const area = (await plot.boundingBox())!;
  const xOf = (sec: number) => area.x + (area.width * sec) / (last + 1);
  await page.mouse.move(xOf(19.8), area.y + 40);
  await page.mouse.down();
  await page.mouse.move(xOf(31.2), area.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => seen(page.locator("#profile-1 .zoom"))).toMatch(/^0:20–0:31/);
  expect(await edges(page, "profile-1", STEADY_CHARTS)).toEqual(all(STEADY_CHARTS, "0:20–0:31"));
  await chart(page, "profile-1", "Errors by kind").locator(".live").focus();
  await page.keyboard.press("Escape");
  expect(await edges(page, "profile-1", STEADY_CHARTS)).toEqual(whole);
});

/** What stands beside each line of a chart. */
async function values(chart: Locator): Promise<Record<string, string>> {
  const rows = await chart
    .locator(".legend li")
    .evaluateAll((all) =>
      all.map((one) => [one.firstElementChild?.nextSibling?.textContent, one.querySelector(".value")?.textContent]),
    );
  return Object.fromEntries(rows);
}

/** `12.0` → `12`, as on an axis. */
function plain(number: number): string {
  return String(Number(number.toPrecision(3)));
}

function plainMs(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? "–" : formatLimit(ms, "ms");
}

test("arrow keys lead to a second, where every chart reads what was measured in it", async () => {
  const { page } = await bench.open(url);
  const { series } = folded.profiles[0]!;
  const k = 27;
  await chart(page, "profile-1", "Response time").locator(".live").focus();
  await page.keyboard.press("ArrowRight");
  const from = Math.floor(series.atMs.length / 2);
  for (let at = from; at !== k; at += Math.sign(k - from))
    await page.keyboard.press(k < from ? "ArrowLeft" : "ArrowRight");
  for (const title of STEADY_CHARTS)
    await expect.poll(() => instant(chart(page, "profile-1", title))).toBe(`0:${series.atMs[k]! / 1000}`);
  const read = (title: string) => values(chart(page, "profile-1", title));
  expect(await read("Response time")).toEqual({
    p50: plainMs(series.p50[k]),
    p90: plainMs(series.p90[k]),
    p95: plainMs(series.p95[k]),
    p99: plainMs(series.p99[k]),
    max: plainMs(series.max[k]),
  });
  expect(await read("Throughput")).toEqual({
    completed: plain(series.completed[k]!),
    sent: plain(series.sent[k]!),
    planned: plain(series.planned[k]!),
    failed: plain(series.failed[k]!),
  });
  expect(await read("Errors by kind")).toEqual(
    Object.fromEntries(series.errors.map(({ kind, perSec }) => [kind, plain(perSec[k]!)])),
  );
  expect(await read("Requests in flight")).toEqual({ "in flight": plain(series.inFlight[k]!) });
  expect(await read("Generator: lateness")).toEqual({
    "send lag p99": plainMs(series.sendLagP99Ms[k]),
    "loop delay p99": plainMs(series.loopDelayP99Ms[k]),
  });
  expect(await read("Generator: work")).toEqual({
    CPU: formatRatio(series.cpuRatio[k]!),
    "loop busy": formatRatio(series.utilisationRatio[k]!),
  });
});

test("a pointer that goes down a column of the heatmap reads every cell of it", async () => {
  const { page } = await bench.open(url);
  const { heat, series } = folded.profiles[0]!;
  const k = 24;
  const [lowest = 0, ...counts] = heat.columns[k]!;
  expect(counts.reduce((sum, count) => sum + count)).toBe(series.completed[k]!);
  const expected = counts.flatMap((count, up) => {
    const [low, high] = [lowest + up, lowest + up + 1].map((row) => 10 ** (row / HEAT_ROWS_A_DECADE));
    return count === 0
      ? []
      : [`0:${k} · ${formatInterval(low, high, "ms")} · ${count} ${count === 1 ? "request" : "requests"}`];
  });
  const one = chart(page, "profile-1", "Every request by response time");
  await one.locator(".u-over").scrollIntoViewIfNeeded();
  const area = (await one.locator(".u-over").boundingBox())!;
  // The cell is from its second to the next; the cursor stands on the nearest.
  const x = area.x + (area.width * k) / (series.atMs.at(-1)! / 1000 + 1);
  const read = new Set<string>();
  for (let y = area.height - 1; y > 0; y--) {
    await page.mouse.move(x, area.y + y);
    read.add(await reading(one));
  }
  expect([...read].filter((text) => / [1-9]\d* requests?$/.test(text))).toEqual(expected);
});
