import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { CHROMIUM_NEED, HAS_CHROMIUM, launchBrowser } from "../support/browser.ts";
import { testNeeding } from "../support/needs.ts";
import { openReport } from "../support/report-page.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

/** A machine too busy to judge by makes the demo inconclusive: it gets a second try. */
const TRIES = { timeout: 180_000 };

testNeeding(HAS_CHROMIUM, CHROMIUM_NEED)(
  "the demo on the real model: a healthy endpoint exits 0 and leaves every file; the report opens without an error or a request",
  TRIES,
  async () => {
    const dir = tempDir();
    const demo = await runCli(["demo", "--out", dir]);
    expect(demo.code, demo.stdout + demo.stderr).toBe(0);
    expect(demo.stdout).toContain("✓ PASS");
    for (const profile of ["ramp_up", "sustained", "spike"])
      for (const kind of ["stats", "stats_history", "failures", "exceptions"])
        expect(existsSync(join(dir, `${profile}_${kind}.csv`))).toBe(true);
    const summary = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8"));
    expect(summary).toMatchObject({ verdict: "pass", exitCode: 0 });

    const left = `${pathToFileURL(join(dir, "report.html")).href}#task=single_embed&profile=spike`;
    const { page, complaints } = await openReport(await launchBrowser(), left);
    expect(await page.textContent(".answer")).toContain("PASS");
    expect(await page.locator("section.profile h2").allTextContents()).toEqual(["spike"]);
    const charts = page.locator('section.profile .live[aria-label^="Response time of "]');
    expect(await charts.getAttribute("aria-label")).toContain(" of single_embed. ");
    await page.getByRole("combobox", { name: "Task" }).selectOption("batch_embed");
    await expect.poll(() => charts.getAttribute("aria-label")).toContain(" of batch_embed. ");
    expect(complaints).toEqual([]);
  },
);
