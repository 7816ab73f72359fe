import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createReportBench, foldedReport, type ReportBench, seen } from "../support/report-page.ts";

// The components of the report under data that grow, as the live page will use them.

let bench: ReportBench;
let url: string;

beforeAll(async () => {
  bench = await createReportBench();
  const script = await build({
    stdin: { contents: ENTRY, resolveDir: join(import.meta.dirname, "../../packages/ui/src"), loader: "tsx" },
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>live</title><style>${bench.ui.css}</style><div id="plimsoll"></div><script>${script.outputFiles[0]!.text}</script></html>`;
  url = await bench.write("live.html", page);
});

afterAll(() => bench?.close());
afterEach(() => bench.clear());

const ENTRY = `
  import { render } from "preact";
  import { followAddress } from "./follow-address.ts";
  import { RunView } from "./report.tsx";
  import { createView } from "./view.ts";
  const view = createView();
  const root = document.getElementById("plimsoll");
  let data;
  globalThis.show = (newer) => {
    const isFirst = data === undefined;
    data = newer;
    render(<RunView data={data} view={view} isLive />, root);
    if (isFirst) followAddress(view, () => data);
  };`;

/** The journal's head, then a record a second. */
const HEAD_RECORDS = 4;

async function show(page: Page, seconds: number): Promise<void> {
  await page.evaluate(`show(${JSON.stringify(foldedReport(HEAD_RECORDS + seconds))})`);
}

test("newer data go into the charts that are there, under the reader's zoom, filter and cursor", async () => {
  const { page, complaints } = await bench.open(`${url}#task=batch_embed&from=5&to=15`, { chartCount: 0 });
  await show(page, 20);
  await page.locator(".chart.is-live canvas").first().waitFor();
  await page.evaluate("globalThis.before = [...document.querySelectorAll('.chart canvas')]");
  await page.locator("#profile-1 .live .u-over").first().hover();
  const told = await seen(page.locator("#profile-1 .reading"));
  expect(told).toMatch(/^0:1\d/);
  const facts = await seen(page.locator("#profile-1 .facts-line"));
  await show(page, 40);
  await expect.poll(() => seen(page.locator("#profile-1 .facts-line"))).not.toBe(facts);
  const canvases = "[...document.querySelectorAll('.chart canvas')]";
  expect(
    await page.evaluate(`${canvases}.length === before.length && ${canvases}.every((one, i) => one === before[i])`),
  ).toBe(true);
  expect(await seen(page.locator("#profile-1 .zoom"))).toMatch(/^0:05–0:15/);
  expect(await page.getByRole("combobox", { name: "Task" }).locator("option:checked").textContent()).toBe(
    "batch_embed",
  );
  expect(await seen(page.locator("#profile-1 .reading"))).toBe(told);
  expect(new URL(page.url()).hash).toBe("#task=batch_embed&at=steady&from=5&to=15");
  await page.getByRole("button", { name: "Show all" }).click();
  await page
    .locator("#profile-1 .live .u-over")
    .first()
    .hover({ position: { x: 900, y: 40 } });
  expect(await seen(page.locator("#profile-1 .reading"))).toMatch(/^0:3\d/);
  expect(complaints).toEqual([]);
});
