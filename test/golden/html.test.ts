import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { runFold } from "../../packages/plimsoll/src/analysis/run-fold.ts";
import type { SecondPoint, TaskStats } from "../../packages/plimsoll/src/analysis/run-stats.ts";
import { ERROR_KINDS } from "../../packages/plimsoll/src/base/outcome.ts";
import { Random, STREAM } from "../../packages/plimsoll/src/base/random.ts";
import { bucketIndexOfUs, countOf } from "../../packages/plimsoll/src/records/latency-histogram.ts";
import type { Buckets } from "../../packages/plimsoll/src/records/second.ts";
import { type ReportUi, renderHtml } from "../../packages/plimsoll/src/report/html.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { buildUi, loadUi } from "../../packages/ui/build.mjs";

// The page without JavaScript, from the built ui.

let folder: string;
let ui: ReportUi;
let html: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-ui-"));
  ui = await loadUi(await buildUi(folder));
  html = renderHtml(sampleReport(), ui);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a reader sees, a line a block and a row. */
function textOf(document: string): string {
  const body = /<div id="plimsoll">(.*)<\/div>\s*<script type/s.exec(document)![1]!;
  return body
    .replace(/<svg.*?<\/svg>/gs, (svg) => / aria-label="([^"]*)"/.exec(svg)?.[1] ?? "")
    .replace(/<\/(?:td|th)>(?=<t[dh])/g, " | ")
    .replace(/<\/(?:tr|p|h\d|li|ul|caption|div|dt|dd|figcaption|summary|pre|header|footer|a)>/g, "\n")
    .replace(/<[^>]+>/g, "")
    .replace(/&(?:lt|gt|quot|amp|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\n\s*\n+/g, "\n");
}

const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&", "&#39;": "'" };

describe("report.html without JavaScript", () => {
  test("says the answer, then the evidence, then the detail", async () => {
    await expect(textOf(html)).toMatchFileSnapshot("expected/report.txt");
  });

  test("is the same bytes every time", async () => {
    expect(renderHtml(sampleReport(), await loadUi(folder))).toBe(html);
  });

  test("has nothing that its own policy would block, and names nothing on the network", () => {
    const body = /<div id="plimsoll">.*<\/div>\s*<script type/s.exec(html)![0];
    expect(body).not.toMatch(/\sstyle=|\son[a-z]+=|javascript:/i);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(ui.css).not.toMatch(/url\(|@import/);
    expect(ui.css + ui.script).not.toMatch(/\r|<\/s(?:cript|tyle)/i);
  });

  test("is at most 400 kB before its data", () => {
    expect(Buffer.byteLength(ui.script) + Buffer.byteLength(ui.css)).toBeLessThan(400_000);
  });

  test("names of the target are text in it", () => {
    expect(html).toContain("&lt;script>alert(1)");
    expect(html.match(/<script/g)).toHaveLength(2);
  });
});

test("an hour of 20 tasks stays below 5 MB, at 20,000 requests a second whose times lie between 0.1 ms and 2 min", () => {
  const tasks = Array.from({ length: 20 }, (_, i) => ({
    name: `task number ${i}`,
    method: "POST",
    path: "/",
    share: 1 / 20,
  }));
  const profiles = [{ name: "soak", ratePerSec: 10, durationMs: 3_600_000 }];
  const journal = sampleJournal({ tasks, profiles });
  const stats = runFold.done(journal.reduce((state, record) => runFold.step(state, record), runFold.init()));
  const [soak] = stats.profiles;
  expect(soak!.series.length).toBeGreaterThanOrEqual(3600);
  const random = new Random(17, STREAM.body);
  const widened = {
    ...stats,
    profiles: [
      {
        ...soak!,
        series: soak!.series.map((point) => wideSecond(point, random)),
        tasks: soak!.tasks.map((task) => wideTask(task, random)),
      },
    ],
  };
  const bytes = Buffer.byteLength(renderHtml({ stats: widened, judgement: sampleReport().judgement }, ui));
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(bytes).toBeLessThan(5_000_000);
});

/** The second as if 20,000 requests had ended in it, as far apart as they can lie, and of failures one kind after the other. */
function wideSecond(point: SecondPoint, random: Random): SecondPoint {
  const response = spread(random, 60, 20_000);
  const kind = ERROR_KINDS[Math.floor(point.atMs / 1000) % ERROR_KINDS.length]!;
  const times = { p50: 1000 * random.nextRatio(), p90: 9999 * random.nextRatio(), p95: 99_999 * random.nextRatio() };
  return { ...point, completed: countOf(response), response, ...times, errors: { [kind]: 100 + random.nextRatio() } };
}

function wideTask(task: TaskStats, random: Random): TaskStats {
  const { blocks: _, ...plain } = task;
  const slots = task.slots.map((slot) => ({ ...slot, response: spread(random, 12, 500) }));
  const responseBuckets = spread(random, 2000, 3_600_000);
  return { ...plain, slots, responseBuckets, serviceBuckets: responseBuckets };
}

/** About `count` requests in so many buckets, even over the logarithm of time. */
function spread(random: Random, bucketCount: number, count: number): Buckets {
  const [least, most] = [bucketIndexOfUs(100), bucketIndexOfUs(120_000_000)];
  const indexes = Array.from({ length: bucketCount }, () => least + Math.floor(random.nextRatio() * (most - least)));
  const mean = count / bucketCount;
  return [...new Set(indexes)]
    .sort((a, b) => a - b)
    .map((index) => [index, 1 + Math.floor(2 * mean * random.nextRatio())]);
}
