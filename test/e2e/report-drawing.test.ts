import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { runFold } from "../../packages/plimsoll/src/analysis/run-fold.ts";
import { judgeStats } from "../../packages/plimsoll/src/cli/read-model.ts";
import { renderDataHtml } from "../../packages/plimsoll/src/report/html.ts";
import { type ReportData, reportDataOf, type TaskData } from "../../packages/plimsoll/src/report/html-data.ts";
import { HEAT_ROWS_A_DECADE } from "../../packages/plimsoll/src/report/html-heat.ts";
import { ratioAlong, yBounds } from "../../packages/ui/src/chart.ts";
import { HEAT_LEVELS } from "../../packages/ui/src/heat-levels.ts";
import { type ColouredPixels, pixelsOf, widthShare } from "../support/chart-pixels.ts";
import { createReportBench, type ReportBench } from "../support/report-page.ts";

// What is on the canvas and in the table, of a target whose every other answer takes the slow way.

const FAST_MS = 20;
const SLOW_MS = 400;
const SECONDS = 60;
const WARMUP_SECONDS = 15;

let bench: ReportBench;
let data: ReportData;
let url: string;

beforeAll(async () => {
  bench = await createReportBench();
  data = twoModes();
  url = await bench.write("two-modes.html", renderDataHtml(data, bench.ui));
});

afterAll(() => bench?.close());
afterEach(() => bench.clear());

function twoModes(): ReportData {
  const records = sampleJournal({
    profiles: [
      {
        name: "steady",
        ratePerSec: 60,
        durationMs: SECONDS * 1000,
        warmupMs: WARMUP_SECONDS * 1000,
        answer: ({ random }) => ({ serviceMs: random.nextRatio() < 0.5 ? FAST_MS : SLOW_MS }),
      },
    ],
  });
  const stats = runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init()));
  return reportDataOf(judgeStats(stats));
}

function chart(page: Page, title: string): Locator {
  return page.locator("#profile-1 .chart", { has: page.getByRole("heading", { name: title, exact: true }) });
}

/** Rows that are coloured over at least half of the width, as stretches from the top: `[[first, last], …]`. */
function bandsOf({ columns, height }: ColouredPixels): readonly (readonly [number, number])[] {
  const counts = Array.from({ length: height }, () => 0);
  for (const row of columns.flat()) counts[row]!++;
  const bands: [number, number][] = [];
  counts.forEach((count, row) => {
    if (count < columns.length / 2) return;
    const last = bands.at(-1);
    if (last !== undefined && row - last[1] <= 1) last[1] = row;
    else bands.push([row, row]);
  });
  return bands;
}

/** Pixels from the top at which the heatmap has a response time. */
function heatRowAt(ms: number, height: number): number {
  const { low, rowCount } = data.profiles[0]!.heat;
  const extent = [10 ** (low / HEAT_ROWS_A_DECADE), 10 ** ((low + rowCount) / HEAT_ROWS_A_DECADE)] as const;
  return height * (1 - ratioAlong("log", ms, yBounds({ kind: "log", extent, text: String, unit: "ms" })));
}

describe("the heatmap", () => {
  const shades = Array.from({ length: HEAT_LEVELS }, (_, level) => `heat-${level}`);

  test.each(["light", "dark"] as const)(
    "two modes are two bands, each at its time, nothing between (%s)",
    async (colorScheme) => {
      const { page, complaints } = await bench.open(url, { colorScheme });
      const pixels = await pixelsOf(chart(page, "Every request by response time"), shades);
      const bands = bandsOf(pixels);
      expect(bands).toHaveLength(2);
      for (const [index, ms] of [SLOW_MS, FAST_MS].entries()) {
        const [first, last] = bands[index]!;
        expect(first).toBeLessThanOrEqual(heatRowAt(ms, pixels.height));
        expect(last + 1).toBeGreaterThanOrEqual(heatRowAt(ms, pixels.height));
        expect(last - first).toBeLessThan(pixels.height / 8);
      }
      expect(bands[1]![0] - bands[0]![1]).toBeGreaterThan(pixels.height / 2);
      expect(widthShare(pixels)).toBeGreaterThan(0.95);
      expect(complaints).toEqual([]);
    },
  );

  test("one mode alone is one band", async () => {
    const { page } = await bench.open(await bench.write("one-mode.html", renderDataHtml(withoutSlow(), bench.ui)));
    expect(bandsOf(await pixelsOf(chart(page, "Every request by response time"), shades))).toHaveLength(1);
  });
});

/** The same with a map that holds the fast answers only. */
function withoutSlow(): ReportData {
  const [profile] = data.profiles;
  const { heat } = profile!;
  const columns = heat.columns.map((column) => column.slice(0, 2));
  return { ...data, profiles: [{ ...profile!, heat: { ...heat, rowCount: 1, columns } }] };
}

test("the warm-up is shaded up to where judgement begins, and nothing else of the phase", async () => {
  const { page } = await bench.open(url);
  const [profile] = data.profiles;
  expect(profile!.warmup.cutMs).toBe(WARMUP_SECONDS * 1000);
  const endMs = Math.max(profile!.durationMs, profile!.series.atMs.length * profile!.series.binMs);
  for (const title of ["Response time", "Every request by response time", "Requests in flight"]) {
    const { columns, width, height } = await pixelsOf(chart(page, title), ["shade"]);
    const shaded = columns.map((rows) => rows.length > height / 2);
    const cut = Math.round((width * WARMUP_SECONDS * 1000) / endMs);
    const end = Math.round((width * profile!.durationMs) / endMs);
    const part = (from: number, to: number) => shaded.slice(from, to).filter(Boolean).length / (to - from);
    expect(part(0, cut - 2), title).toBeGreaterThan(0.9);
    expect(part(cut + 2, end - 2), title).toBe(0);
  }
});

describe("the table of tasks", () => {
  const HEADINGS: readonly string[] = [
    ...["Requests", "Failed", "Errors", "Req/s"],
    ...["Mean", "p50", "p75", "p90", "p95", "p99", "p99.9", "Max"],
  ];
  const NAMES = ["a", "b", "c", "d"] as const;
  /** An order of its own for every column, and none the plan's. */
  const ORDERS = permutations(NAMES).filter((order) => order.join("") !== "abcd");

  /** Tasks whose every figure sorts them in another order. */
  function tasks(model: readonly TaskData[]): readonly TaskData[] {
    const own = NAMES.map((name): TaskData => {
      const figure = (column: number): number => 10 * (NAMES.length - ORDERS[column]!.indexOf(name));
      const [mean, p50, p75, p90, p95, p99, p999, max] = HEADINGS.slice(4).map((_, index) => figure(4 + index));
      const ms = { min: 1, mean: mean!, p50: p50!, p75: p75!, p90: p90!, p95: p95!, p99: p99!, p999: p999!, max: max! };
      const counted = {
        requests: figure(0),
        failures: figure(1),
        errorRatio: figure(2) / 1000,
        requestsPerSec: figure(3),
      };
      return { ...model[0]!, ...counted, name, responseMs: ms };
    });
    return [...own, model.at(-1)!];
  }

  async function namesIn(table: Locator): Promise<string> {
    const names = await table.locator("tbody th").allInnerTexts();
    return names.map((text) => text.split(" ")[0]).join(" ");
  }

  test("each heading sorts by its own figure, the greatest first; again is the order of the plan", async () => {
    const [profile] = data.profiles;
    const sortable = { ...data, profiles: [{ ...profile!, tasks: tasks(profile!.tasks) }] };
    const { page } = await bench.open(await bench.write("sortable.html", renderDataHtml(sortable, bench.ui)));
    const table = page.locator("#profile-1 table.tasks").first();
    expect(await table.getByRole("button").allInnerTexts()).toEqual(HEADINGS);
    for (const [column, heading] of HEADINGS.entries()) {
      const button = table.locator("th button").nth(column);
      await button.click();
      expect(await namesIn(table), heading).toBe([...ORDERS[column]!, "Aggregated"].join(" "));
      expect(await table.locator("[aria-sort]").allInnerTexts()).toEqual([heading]);
      await button.click();
      expect(await namesIn(table), heading).toBe("a b c d Aggregated");
      expect(await table.locator("[aria-sort]").count()).toBe(0);
    }
  });

  test("every row has its sparkline, a point for each part of the phase that is known", async () => {
    const { page } = await bench.open(url);
    const rows = page.locator("#profile-1 table.tasks").first().locator("tbody tr");
    const { tasks: shown } = data.profiles[0]!;
    expect(await rows.count()).toBe(shown.length);
    for (const [index, task] of shown.entries()) {
      const known = task.spark.filter((value) => value !== null);
      expect(known.length).toBeGreaterThan(20);
      const spark = rows.nth(index).locator("svg.spark path");
      expect(await spark.evaluateAll((all) => all.map((path) => path.getAttribute("d")?.split("L").length))).toEqual([
        known.length,
      ]);
      expect(await spark.evaluate((path) => path.ownerDocument.defaultView!.getComputedStyle(path).stroke)).toMatch(
        /^rgb\(/,
      );
      expect((await rows.nth(index).locator("svg.spark").boundingBox())!.width).toBeGreaterThan(50);
    }
  });
});

function permutations<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, index) =>
    permutations(all.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}
