/** What `plimsoll find` says of a target beyond its capacity, within what it may offer; `npm run test:realtime` has the rest. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { CHROMIUM_NEED, HAS_CHROMIUM, launchBrowser } from "../support/browser.ts";
import { searchUntilFit } from "../support/fit-search.ts";
import { testNeeding } from "../support/needs.ts";
import { openReport, seen } from "../support/report-page.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";

testNeeding(HAS_CHROMIUM, CHROMIUM_NEED)(
  "a server that refuses what it has no room for is said to shed beyond its capacity, offered no more than is allowed; the report opens",
  {
    timeout: 240_000,
  },
  async () => {
    const { url } = await startSimulatedTarget([
      ...["--servers", "8", "--service", "exponential 100ms", "--queue", "12"],
    ]);
    const promises = ["--slo", "errors<1%", "--slo", "p95<500ms"];
    // Room for 1.3 times the capacity of 66/s, but not for twice as much, whatever a search of 20 s makes of it.
    const load = ["--start", "40", "--max-rate", "110", "--budget", "20s", "--levels", "none"];
    const { stdout, stderr, summary, dir } = await searchUntilFit(["--url", `${url}/`, ...promises, ...load]);
    const { capacity, findings } = summary;
    expect(capacity.saturation, stderr).toBe("sheds");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("; beyond it, it sheds; errors<1% breaks first");
    expect(capacity.overloads).toHaveLength(1);
    expect(capacity.overloads[0].factor).toBeCloseTo(1.3);
    for (const { load: perSec } of capacity.steps) expect(perSec).toBeLessThanOrEqual(110);
    expect(capacity.overloads[0].ratePerSec).toBeLessThanOrEqual(110);
    const leftOut = findings.find(({ code }: { code: string }) => code === "OVERLOAD_LEFT_OUT");
    expect(leftOut?.message).toMatch(/more than the 110\/s that are allowed \(--max-rate\)\.$/);

    const report = pathToFileURL(join(dir, "report.html")).href;
    const browser = await launchBrowser();
    const { page, complaints } = await openReport(browser, report);
    await page.locator("#capacity .live").first().focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => seen(page.locator("#capacity .reading"))).toMatch(/^[\d.]+$/);
    // Of the steps only what was done beyond the capacity has charts.
    const [name = ""] = await page.locator("section.profile h2").allTextContents();
    expect(summary.profiles.map((profile: { name: string }) => profile.name)).toContain(name);
    const linked = await openReport(browser, `${report}#${new URLSearchParams({ at: name, from: "1", to: "3" })}`);
    await expect.poll(() => seen(linked.page.locator("#profile-1 .zoom"))).toMatch(/^0:01–0:03\s+Show all/);
    expect([...complaints, ...linked.complaints]).toEqual([]);
  },
);
