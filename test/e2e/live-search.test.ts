import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { CHROMIUM_NEED, HAS_CHROMIUM, openBrowser } from "../support/browser.ts";
import { openPage, startPageForTest } from "../support/live-page.ts";
import { openLiveView } from "../support/live-view.ts";
import { testNeeding } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { tempDir } from "../support/temp-dir.ts";

// A search that goes on, on the live page.

const testInBrowser = testNeeding(HAS_CHROMIUM, CHROMIUM_NEED);

let browser: Browser | undefined;

beforeAll(async () => {
  if (HAS_CHROMIUM) browser = await openBrowser();
});

afterAll(() => browser?.close());

/** The machine may be busy with other tests. */
const PATIENCE = { timeout: 30_000 };

testInBrowser("a search that goes on is opened, grows step by step, and is stopped from the page", async () => {
  const target = await startSimulatedTarget(["--service", "20ms"]);
  const dir = join(tempDir(), "results");
  const flags = ["--slo", "p95<500ms", "--start", "20", "--budget", "60s", "--no-overload", "--levels", "none"];
  let kill = (): void => {};
  const search = runCli(["find", "--url", `${target.url}/`, ...flags, "--out", dir], {
    onStart: (child) => {
      kill = () => child.kill("SIGKILL");
    },
  });
  onTestFinished(() => kill());
  const server = await startPageForTest(["--dir", dir]);
  const { json } = await openPage(server);
  const listed = async () => (await json("/api/runs")).runs[0];
  await expect.poll(listed, PATIENCE).toMatchObject({ kind: "search", state: "running" });
  const { id } = await listed();

  const { page, complaints } = await openLiveView(browser!, server, { query: `?run=${id}` });
  const capacity = page.locator("#capacity");
  await expect.poll(() => capacity.locator("summary").textContent(), PATIENCE).toBe("Every load that was tried (1)");
  expect(await page.locator(".because").first().textContent()).toMatch(/^The search goes on\./);
  expect(await page.title()).toMatch(/^running: /);
  // Time that went into steps which do not count is gone from what is expected.
  expect(await capacity.locator(".note").first().textContent()).toMatch(
    /^Beginning at 20\.0\/s\. If the limit lies about 60\.0\/s, expect some \d+\s(?:m|s) and an interval of about ± \d+\s%\.$/,
  );
  await expect.poll(() => capacity.locator("summary").textContent(), PATIENCE).toBe("Every load that was tried (2)");
  await capacity.locator("summary").click();
  const loads = capacity.locator("table.steps tbody th");
  expect(await loads.allTextContents()).toEqual(expect.arrayContaining(["20 ramp", "30 ramp"]));

  await page.getByRole("button", { name: "Stop…" }).click();
  await page.getByRole("button", { name: "Stop the run" }).click();
  await page.getByRole("link", { name: "Open the report" }).waitFor();
  expect((await search).code).toBe(130);
  expect(await page.locator(".because").first().textContent()).toMatch(
    /^The search was stopped at .*, before it had an answer\./,
  );
  await expect.poll(listed, PATIENCE).toMatchObject({ state: "ended", verdict: "inconclusive" });
  expect(await capacity.locator(".note").allTextContents()).not.toContainEqual(expect.stringContaining("expect some"));
  expect(complaints).toEqual([]);
});
