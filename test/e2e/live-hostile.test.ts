import { join } from "node:path";
import { expect } from "vitest";
import { CHROMIUM_NEED, HAS_CHROMIUM, launchBrowser } from "../support/browser.ts";
import { acting, HOSTILE, OVERLONG, uncut } from "../support/hostile-texts.ts";
import { startPageForTest } from "../support/live-page.ts";
import { addressOf, openLiveView } from "../support/live-view.ts";
import { testNeeding } from "../support/needs.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeJournal } from "../support/write-journal.ts";

testNeeding(HAS_CHROMIUM, CHROMIUM_NEED)(
  "what a journal that somebody left says is text, in the list and in the run",
  async () => {
    const dir = tempDir();
    const leave = (runId: string, name: string, texts: readonly string[]) =>
      writeJournal(join(dir, "results", runId), {
        runId,
        name,
        tasks: texts.map((name) => ({ name, method: name, path: name, share: 1 / texts.length })),
        profiles: [
          {
            name: texts.join(" "),
            ratePerSec: 100,
            durationMs: 3000,
            answer: ({ task }) => ({ serviceMs: 20, failure: { kind: "http-5xx", message: task } }),
          },
        ],
      });
    const hostile = Object.values(HOSTILE);
    leave("2026-11-23-aaaaaaaa", hostile.join(" "), hostile);
    // A run's name stands in its spec too, of which 200,000 characters are shown.
    leave("2026-11-23-bbbbbbbb", "overlong", [OVERLONG]);
    const server = await startPageForTest(["--dir", "results"], { cwd: dir });
    const { page, complaints } = await openLiveView(await launchBrowser(), server);
    const shown = page.locator("#plimsoll");
    const expectText = async () => {
      expect(await shown.locator("script, img, iframe, b, [onerror], [onmouseover], [href^='http']").count()).toBe(0);
      const text = (await shown.textContent()) ?? "";
      expect([acting(text), uncut(text)]).toEqual(["", ""]);
      return text;
    };
    await expect.poll(() => page.locator(".runs tbody tr").count(), { timeout: 30_000 }).toBe(2);
    expect(await expectText()).toContain("<script>alert(1)</script>");
    await page.goto(addressOf(server, "?run=2026-11-23-aaaaaaaa"));
    await page.locator(".chart.is-live canvas").first().waitFor();
    const text = await expectText();
    for (const part of ["<img src=x onerror=alert(2)>", "=cmd|", "::error::forged", "@octocat"])
      expect(text).toContain(part);
    await page.goto(addressOf(server, "?run=2026-11-23-bbbbbbbb"));
    await page.locator(".chart.is-live canvas").first().waitFor();
    expect(await expectText()).toContain(`… (${OVERLONG.length} characters)`);
    expect(complaints).toEqual([]);
  },
);
