import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { renderComparisonHtml, renderDataHtml, renderHtml } from "../../packages/plimsoll/src/report/html.ts";
import { reportDataOf } from "../../packages/plimsoll/src/report/html-data.ts";
import { NASTY_NAME, sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { pixelsOf, rightHalf, shareAbove, widthShare } from "../support/chart-pixels.ts";
import { copiedPicture } from "../support/copied-picture.ts";
import {
  comparedBuilds,
  createReportBench,
  foldedReport,
  foundReport,
  type ReportBench,
  seen,
} from "../support/report-page.ts";

// What a reader chooses to see, and what they take away.

let bench: ReportBench;
let url: string;
let sampleUrl: string;
let foundUrl: string;
let comparedUrl: string;

beforeAll(async () => {
  bench = await createReportBench();
  url = await bench.write("folded.html", renderDataHtml(foldedReport(), bench.ui));
  sampleUrl = await bench.write("sample.html", renderDataHtml(reportDataOf(sampleReport()), bench.ui));
  foundUrl = await bench.write("found.html", renderHtml(foundReport(), bench.ui));
  comparedUrl = await bench.write("compared.html", renderComparisonHtml(comparedBuilds(), bench.ui));
});

afterAll(() => bench?.close());
afterEach(() => bench.clear());

function hash(page: Page): string {
  return new URL(page.url()).hash;
}

function task(page: Page): Locator {
  return page.getByRole("combobox", { name: "Task" });
}

function profile(page: Page): Locator {
  return page.getByRole("combobox", { name: "Profile" });
}

/** What a chart says of itself to those who do not see it. */
async function told(page: Page, title: string): Promise<string> {
  return (
    (await page
      .locator(`#profile-1 .live:is([aria-label^="${title}."], [aria-label^="${title} of "])`)
      .getAttribute("aria-label")) ?? ""
  );
}

describe("the filter", () => {
  test("a task: its charts, its rows, its figures, and the address says so", async () => {
    const { page, complaints } = await bench.open(url);
    const whole = { latency: await told(page, "Response time"), curve: await told(page, "How slow are the slowest") };
    await task(page).selectOption("batch_embed");
    expect(hash(page)).toBe("#task=batch_embed");
    for (const title of ["Response time", "Every request by response time", "Throughput", "How slow are the slowest"])
      expect(await told(page, title)).toContain(" of batch_embed. ");
    expect((await told(page, "Response time")).replace(" of batch_embed", "")).not.toBe(whole.latency);
    expect((await told(page, "How slow are the slowest")).replace(" of batch_embed", "")).not.toBe(whole.curve);
    expect(await told(page, "Generator: work")).toContain(" of all tasks. ");
    expect(await page.locator("#profile-1 table.tasks").first().locator("tbody th").allInnerTexts()).toEqual([
      "batch_embed POST",
      "Aggregated",
    ]);
    const requests = await seen(page.locator("#profile-1 table.tasks tbody tr").first().locator("td").first());
    expect(await seen(page.locator("table.overview tbody tr").first().locator("td").nth(2))).toBe(requests);
    await page.getByRole("button", { name: "Clear" }).click();
    expect(await told(page, "Response time")).toBe(whole.latency);
    expect(hash(page)).toBe("");
    expect(complaints).toEqual([]);
  });

  test("a profile: it alone is on the page, and what is hidden is told", async () => {
    const { page } = await bench.open(sampleUrl);
    await profile(page).selectOption("spike");
    expect(hash(page)).toBe("#profile=spike");
    expect(await page.locator("section.profile").evaluateAll((all) => all.map((one) => one.id))).toEqual(["profile-2"]);
    expect(await page.locator("table.thresholds tbody tr").count()).toBe(2);
    expect(await page.locator("table.overview tbody tr").count()).toBe(1);
    expect(await seen(page.locator("#thresholds .note").last())).toMatch(/hides 4 thresholds and findings/);
    expect(await seen(page.locator(".answer"))).toContain("FAIL");
  });

  test("by keyboard", async () => {
    const { page } = await bench.open(url);
    await task(page).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => hash(page)).toBe("#task=single_embed");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => hash(page)).toBe("");
  });
});

test("what the target told of itself stands under the same time as what was seen of it", async () => {
  const folded = foldedReport();
  const startedAtMs = folded.profiles[1]!.startedAtMs;
  const observations = {
    names: ["queue_depth", NASTY_NAME, "never_set"],
    isRate: [false, true, false],
    atMs: [startedAtMs - 1000, startedAtMs + 2000, startedAtMs + 4000],
    values: [
      [99, 3, 17],
      [1, null, 2.5],
      [null, 0, null],
    ],
  };
  const { page, complaints } = await bench.open(
    await bench.write("observed.html", renderDataHtml({ ...folded, observations }, bench.ui)),
  );
  const told = page.locator('#profile-2 .live[aria-label^="Target: "]');
  expect(await told.count()).toBe(2);
  expect(await told.first().getAttribute("aria-label")).toBe(
    "Target: queue_depth. queue_depth: from 3 at the start to 17 at the end, highest 17 at 0:04.",
  );
  expect(await page.locator("#profile-2 .chart", { has: page.getByText("increase per second") }).count()).toBe(1);
  expect(complaints).toEqual([]);
});

describe("a run of many profiles", () => {
  test("shows the charts of the one that is chosen, from its row", async () => {
    const folded = foldedReport();
    const profiles = Array.from({ length: 12 }, (_, i) => ({ ...folded.profiles[1]!, name: `step ${i + 1}` }));
    const many = await bench.write("many.html", renderDataHtml({ ...folded, profiles }, bench.ui));
    const { page, complaints } = await bench.open(many, { chartCount: 0 });
    expect(await page.locator(".chart").count()).toBe(0);
    await page.getByRole("link", { name: "step 7", exact: true }).click();
    await expect
      .poll(() => page.locator("section.profile").evaluateAll((all) => all.map((one) => one.id)))
      .toEqual(["profile-7"]);
    expect(hash(page)).toBe("#profile=step+7");
    expect(await page.locator(".chart.is-live canvas").count()).toBeGreaterThan(6);
    expect(complaints).toEqual([]);
  });
});

/** Over the second quarter of the first chart of a profile. */
async function drag(page: Page): Promise<void> {
  const plot = page.locator("#profile-1 .live .u-over").first();
  await plot.scrollIntoViewIfNeeded();
  const area = (await plot.boundingBox())!;
  await page.mouse.move(area.x + area.width * 0.25, area.y + 40);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * 0.5, area.y + 40, { steps: 4 });
  await page.mouse.up();
}

describe("what find leaves", () => {
  test("is narrowed to a profile and a task, zoomed, and opens again from its address", async () => {
    const { page, complaints } = await bench.open(foundUrl);
    const loads = await told(page, "Throughput");
    await drag(page);
    await expect.poll(() => hash(page)).toMatch(/^#at=[^&]+&from=[\d.]+&to=[\d.]+$/);
    await task(page).selectOption("batch_embed");
    expect(await told(page, "Throughput")).not.toBe(loads);
    await profile(page).selectOption({ index: 1 });
    expect(await page.locator("section.profile").evaluateAll((all) => all.map((one) => one.id))).toEqual(["profile-1"]);
    expect(hash(page)).toMatch(/^#task=batch_embed&profile=[^&]+&from=[\d.]+&to=[\d.]+$/);
    const shown = await seen(page.locator("#profile-1 .zoom"));
    expect(shown).toContain("Show all");
    // The capacity is of all that was asked, whatever is chosen.
    expect(await page.locator("#capacity .legend li").first().textContent()).toContain("fit");
    const again = await bench.open(page.url());
    expect(await seen(again.page.locator("#profile-1 .zoom"))).toBe(shown);
    expect(await task(again.page).locator("option:checked").textContent()).toBe("batch_embed");
    expect(hash(again.page)).toBe(hash(page));
    expect([...complaints, ...again.complaints]).toEqual([]);
  });

  test("the cursor reads each load that was tried", async () => {
    const { page } = await bench.open(foundUrl);
    await page.locator("#capacity .live").first().focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => seen(page.locator("#capacity .reading"))).toMatch(/^[\d.]+$/);
    const values = await page.locator("#capacity .legend .value").allInnerTexts();
    expect(values.filter((text) => text !== "–")).toEqual([expect.stringMatching(/ %$/)]);
  });
});

/** How far the edge of a line may be off its colour: further, and one line smoothed into the paper looks like the other. */
const SMOOTHED = 20;

describe("what compare leaves", () => {
  const rows = (page: Page) => page.locator("table.changes tbody tr");
  const subjects = (page: Page) => page.locator("#comparison .chart .subject").allInnerTexts();

  test("is narrowed to a task, says what it hides, and opens again from its address", async () => {
    const { page, complaints } = await bench.open(comparedUrl);
    const all = await rows(page).count();
    expect(await subjects(page)).toHaveLength(6);
    await task(page).selectOption("batch_embed");
    expect(hash(page)).toBe("#task=batch_embed");
    expect(await rows(page).count()).toBe(all / 2);
    expect(await subjects(page)).toEqual(["steady · batch_embed"]);
    expect(await seen(page.locator("#comparison .note"))).toBe(
      `The filter hides ${all / 2} figures; the verdict above is of all.`,
    );
    const again = await bench.open(page.url());
    expect(await rows(again.page).count()).toBe(all / 2);
    await again.page.getByRole("button", { name: "Clear" }).click();
    expect(await rows(again.page).count()).toBe(all);
    expect(hash(again.page)).toBe("");
    expect([...complaints, ...again.complaints]).toEqual([]);
  });

  test("the cursor reads both curves", async () => {
    const { page } = await bench.open(comparedUrl);
    const chart = page.locator("#comparison .chart", { has: page.getByText("Response time of both") }).first();
    await chart.locator(".u-over").hover();
    await expect.poll(() => seen(chart.locator(".reading"))).toMatch(/^p\d\d/);
    expect(await chart.locator(".legend .value").allInnerTexts()).toEqual(Array(2).fill(expect.stringMatching(/ ms$/)));
  });

  const course = (page: Page, title: string) => page.locator("#comparison .chart", { has: page.getByText(title) });

  test.each(["light", "dark"] as const)(
    "both runs are drawn over time, one over the other (%s)",
    async (colorScheme) => {
      const { page, complaints } = await bench.open(comparedUrl, { colorScheme });
      for (const title of ["p95 of both", "Throughput of both"]) {
        const [base, next] = [
          rightHalf(await pixelsOf(course(page, title), ["tone-users"], SMOOTHED)),
          rightHalf(await pixelsOf(course(page, title), ["tone-p95"], SMOOTHED)),
        ];
        // One is dashed, the other lies over it here and there; none of a line that is not drawn.
        expect(widthShare(next)).toBeGreaterThan(0.25);
        expect(widthShare(base)).toBeGreaterThan(0.04);
        if (title === "p95 of both") expect(shareAbove(next, base)).toBeGreaterThan(0.7);
      }
      expect(complaints).toEqual([]);
    },
  );

  test("without JavaScript both runs are drawn over time", async () => {
    const { page } = await bench.open(comparedUrl, { javaScriptEnabled: false });
    for (const title of ["p95 of both", "Throughput of both"]) {
      const paths = course(page, title).locator(".static path.line");
      expect(
        await paths.evaluateAll((all) => all.map((path) => path.getAttribute("d")!.split("L").length > 50)),
      ).toEqual([true, true]);
    }
  });

  test("both courses share the cursor and the zoom, and the address opens the zoom again", async () => {
    const { page, complaints } = await bench.open(`${comparedUrl}#at=steady&from=20&to=40`);
    expect(await seen(page.locator("#comparison .zoom"))).toMatch(/^0:20–0:40/);
    const [latency, flow] = [course(page, "p95 of both"), course(page, "Throughput of both")];
    await latency.locator(".u-over").hover({ position: { x: 2, y: 20 } });
    for (const [chart, unit] of [
      [latency, / ms$/],
      [flow, /^\d/],
    ] as const) {
      await expect.poll(() => seen(chart.locator(".reading"))).toBe("0:20");
      expect(await chart.locator(".legend .value").allInnerTexts()).toEqual(Array(2).fill(expect.stringMatching(unit)));
    }
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => hash(page)).toBe("");
    expect(complaints).toEqual([]);
  });

  test.each(["#task=<img src=x onerror=alert(1)>", "#at=steady&from=99&to=9", "#profile=%E0%A4%A"])(
    "%s is no link: all is shown",
    async (hostile) => {
      const { page, complaints } = await bench.open(`${comparedUrl}${hostile}`);
      expect(await subjects(page)).toHaveLength(6);
      expect(await seen(page.locator("#comparison .zoom"))).toContain("Drag across");
      expect(complaints).toEqual([]);
    },
  );
});

describe("the address", () => {
  test("a drag is in it, and opens again as it was", async () => {
    const { page } = await bench.open(url);
    await drag(page);
    await expect.poll(() => hash(page)).toMatch(/^#at=steady&from=1[45]\.?\d*&to=(29|3\d)\.?\d*$/);
    const zoomed = await seen(page.locator("#profile-1 .zoom"));
    const again = await bench.open(page.url());
    expect(await seen(again.page.locator("#profile-1 .zoom"))).toBe(zoomed);
    expect(await again.page.locator("section.profile").count()).toBe(2);
    expect(hash(again.page)).toBe(hash(page));
  });

  test("task, profile and time open together, all charts at that time", async () => {
    const { page } = await bench.open(`${url}#task=single_embed&profile=spike&from=5&to=12.5`);
    expect(await task(page).locator("option:checked").textContent()).toBe("single_embed");
    expect(await page.locator("section.profile").evaluateAll((all) => all.map((one) => one.id))).toEqual(["profile-2"]);
    expect(await seen(page.locator(".zoom"))).toMatch(/^0:05–0:13/);
    const charts = page.locator(".chart:has(.u-over)");
    await charts
      .first()
      .locator(".u-over")
      .hover({ position: { x: 2, y: 20 } });
    for (const index of [0, 1, 2, 3]) expect(await seen(charts.nth(index).locator(".reading"))).toMatch(/^0:05/);
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("profile-2-charts");
  });

  test("a link followed while the page is open, and back to a plain one", async () => {
    const { page } = await bench.open(url);
    await page.evaluate("location.hash = '#task=batch_embed'");
    await expect.poll(() => told(page, "Throughput")).toContain("of batch_embed");
    await page.getByRole("link", { name: "This run" }).click();
    await expect.poll(() => hash(page)).toBe("#task=batch_embed");
    expect(await page.locator("#run").evaluate((section) => section.getBoundingClientRect().top)).toBeLessThan(400);
  });

  test.each([
    "#task=<img src=x onerror=alert(1)>",
    "#profile=%E0%A4%A&from=0&to=1e99",
    "#at=spike&from=99&to=1",
    "#__proto__=1",
  ])("%s is no link: the page opens as it is", async (hostile) => {
    const { page, complaints } = await bench.open(`${url}${hostile}`);
    expect(await page.locator("section.profile").count()).toBe(2);
    expect(await task(page).inputValue()).toBe("");
    expect(await seen(page.locator("#profile-2 .zoom"))).toContain("Drag across");
    expect(complaints).toEqual([]);
  });

  test("a finding leads to its time, also out of a filter", async () => {
    const { page } = await bench.open(sampleUrl);
    await page.locator(".findings a").first().click();
    expect(hash(page)).toBe("#at=spike&from=0&to=30");
    expect(await seen(page.locator("#profile-2 .zoom"))).toContain("Show all");
  });
});

describe("taking away", () => {
  const canCopy = { permissions: ["clipboard-read", "clipboard-write"] };
  const clipboard = (page: Page): Promise<string> => page.evaluate("navigator.clipboard.readText()");

  test("a table as CSV: every digit, and no name becomes a formula", async () => {
    const { page, complaints } = await bench.open(sampleUrl, canCopy);
    const button = page
      .locator("#profile-1")
      .getByRole("button", { name: /^Copy Tasks of ramp_up: response.* as CSV$/ });
    await button.click();
    await expect.poll(() => seen(button)).toBe("copied");
    const rows = (await clipboard(page)).split("\r\n");
    expect(rows[0]).toMatch(/^task,method,requests,failures,error_ratio,.*,response_p95_ms,/);
    const { responseMs, requests } = reportDataOf(sampleReport()).profiles[0]!.tasks[0]!;
    expect(rows[1]).toMatch(new RegExp(`^single_embed,POST,${requests},`));
    expect(rows[1]!.split(",")).toContain(String(responseMs!.p95));
    expect(rows[3]).toMatch(/^"'=cmd\|""\/C calc""!A0 <script>/);
    expect(complaints).toEqual([]);
  });

  test("a table as Markdown: what is shown, and no name becomes markup", async () => {
    const { page } = await bench.open(sampleUrl, canCopy);
    await page
      .locator("#profile-1")
      .getByRole("button", { name: /^Copy Tasks of ramp_up: response.* as Markdown$/ })
      .click();
    await expect.poll(() => clipboard(page)).toMatch(/^\| Task \| Requests \|/);
    const lines = (await clipboard(page)).trimEnd().split("\n");
    expect(lines[1]).toMatch(/^\| --- \| ---: \|/);
    expect(lines).toHaveLength(6);
    expect(new Set(lines.map((line) => line.match(/(?<!\\)\|/g)!.length)).size).toBe(1);
    expect(lines.join("\n")).not.toMatch(/<script|over time/);
    expect(NASTY_NAME).toContain("<script");
  });

  test("thresholds, errors and the generator as CSV: numbers, each with its unit", async () => {
    const { page, complaints } = await bench.open(sampleUrl, canCopy);
    const rowsOf = async (table: string): Promise<readonly (readonly string[])[]> => {
      await page.evaluate("navigator.clipboard.writeText('')");
      await page.getByRole("button", { name: `Copy ${table} as CSV` }).click();
      await expect.poll(() => clipboard(page)).not.toBe("");
      return (await clipboard(page)).split("\r\n").map((row) => row.split(","));
    };
    const { judgement, profiles } = reportDataOf(sampleReport());
    const [head = [], first = []] = await rowsOf("Thresholds and what was observed");
    const { observed, limit, unit } = judgement.thresholds[0]!;
    const cell = (name: string): string | undefined => first[head.indexOf(name)];
    expect(unit).toBe("ms");
    expect([cell("unit"), cell("limit"), cell("is_beyond")]).toEqual(["ms", String(limit), "false"]);
    expect([cell("observed"), cell("low"), cell("high"), cell("requests")]).toEqual(
      [observed?.value, observed?.low, observed?.high, observed?.n].map(String),
    );
    const { generator, tasks, name } = profiles[0]!;
    const health = await rowsOf("Generator health by profile");
    expect(health[0]).toEqual(
      "health,profile,send_lag_p50_ms,send_lag_p99_ms,send_lag_max_ms,loop_delay_p99_ms,cpu_ratio,loop_busy_ratio,memory_bytes,dropped".split(
        ",",
      ),
    );
    expect(health[1]).toContain(String(generator.sendLagMs.p99));
    expect(health[1]).toContain(String(generator.utilisationRatio));
    expect(health[1]).toContain(String(generator.rssBytes));
    const errors = await rowsOf(`Errors of ${name}`);
    expect(errors[0]).toEqual(["kind", "task", "count", "ratio_of_task", "first_ms", "last_ms", "message"]);
    const [task] = tasks;
    expect(errors[1]).toEqual(expect.arrayContaining(["single_embed", "2", String(2 / task!.requests)]));
    expect(complaints).toEqual([]);
  });

  test("a table as Markdown: an interval stands apart from its value, and both to the right", async () => {
    const { page } = await bench.open(url, canCopy);
    const button = page
      .locator("#profile-1")
      .getByRole("button", { name: /^Copy Tasks of .*: response.* as Markdown$/ });
    await button.click();
    await expect.poll(() => clipboard(page)).toMatch(/^\| Task \| Requests \|/);
    const [head = [], rule = [], ...rows] = (await clipboard(page))
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" | "));
    const p95 = head.indexOf("p95");
    expect(rows.map((row) => row[p95]).join()).toMatch(/^[\d.\s]+ \([\d.\s]+–[\d.\s]+\),/);
    expect(rule[p95]).toBe("---:");
  });

  test("a chart as CSV: its lines in the part that is zoomed", async () => {
    const { page } = await bench.open(`${url}#at=steady&from=10&to=14`, canCopy);
    await page.locator("#profile-1").getByRole("button", { name: "Copy Throughput as CSV" }).click();
    await expect
      .poll(() => clipboard(page))
      .toMatch(/^time_s,completed_per_s,sent_per_s,planned_per_s,failed_per_s\r\n10,/);
    expect(
      (await clipboard(page))
        .trimEnd()
        .split("\r\n")
        .map((row) => row.split(",")[0]),
    ).toEqual(["time_s", "10", "11", "12", "13", "14"]);
    await page.locator("#profile-1").getByRole("button", { name: "Copy How slow are the slowest as CSV" }).click();
    await expect
      .poll(() => clipboard(page))
      .toMatch(/^percentile,response_time_ms,service_time_ms\r\n0,[\d.]+,[\d.]+\r\n/);
  });

  test.each(["light", "dark"] as const)(
    "a chart as PNG: title, legend and lines as on the page (%s)",
    async (colorScheme) => {
      const { page, complaints } = await bench.open(url, { ...canCopy, colorScheme });
      const button = page.locator("#profile-1").getByRole("button", { name: "Copy Response time as PNG" });
      await button.click();
      await expect.poll(() => seen(button)).toBe("copied");
      const picture = await copiedPicture(page);
      expect([picture.width > 600, picture.height > 250]).toEqual([true, true]);
      expect(picture.isOnPaper).toBe(true);
      expect(picture.titlePixels).toBeGreaterThan(100);
      expect(picture.legendPixels).toBeGreaterThan(20);
      expect(picture.lineColumns).toBeGreaterThan(picture.width / 2);
      expect(complaints).toEqual([]);
    },
  );

  test("where the clipboard is closed it becomes a file", async () => {
    const { page, complaints } = await bench.open(url);
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))");
    const saved = page.waitForEvent("download");
    await page.locator("#profile-1").getByRole("button", { name: "Copy Throughput as CSV" }).click();
    expect((await saved).suggestedFilename()).toBe("throughput.csv");
    expect(complaints.filter((text) => !text.startsWith("asked for blob:"))).toEqual([]);
  });
});
