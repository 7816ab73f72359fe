import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { runFold } from "../../packages/plimsoll/src/analysis/run-fold.ts";
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
    expect(ui.script.length + ui.css.length).toBeLessThan(400_000);
  });

  test("names of the target are text in it", () => {
    expect(html).toContain("&lt;script>alert(1)");
    expect(html.match(/<script/g)).toHaveLength(2);
  });
});

test("an hour of seconds with 20 tasks stays far below 5 MB", () => {
  const tasks = Array.from({ length: 20 }, (_, i) => ({ name: `t${i}`, method: "POST", path: "/", share: 1 / 20 }));
  const profiles = [{ name: "soak", ratePerSec: 20, durationMs: 3_600_000 }];
  const journal = sampleJournal({ tasks, profiles });
  const stats = runFold.done(journal.reduce((state, record) => runFold.step(state, record), runFold.init()));
  const page = renderHtml({ stats, judgement: sampleReport().judgement }, ui);
  expect(stats.profiles[0]!.series.length).toBeGreaterThanOrEqual(3600);
  expect(page.length).toBeGreaterThan(50_000);
  expect(page.length).toBeLessThan(1_000_000);
});
