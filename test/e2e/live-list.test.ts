import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page as BrowserPage } from "playwright-core";
import { expect, test } from "vitest";
import { sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { encodeLine } from "../../packages/plimsoll/src/records/line-codec.ts";
import { browserOfFile } from "../support/browser.ts";
import { startPageForTest } from "../support/live-page.ts";
import { openLiveView } from "../support/live-view.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { soon } from "../support/soon.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

// The list in a browser: what goes away under it, what holds a run back, and how it is laid out.

const file = browserOfFile();

/** Runs that are over, of a target whose port has five digits. */
function finishedRuns(...names: readonly string[]): string {
  const dir = tempDir();
  for (const [index, name] of names.entries()) {
    const run = `2026-11-23-aaaaaaa${index}`;
    const profiles = [{ name: "p", users: 1, durationMs: 1000 }];
    const lines = sampleJournal({ name, profiles }).map((record, n) => {
      if (record.k === "hdr") return encodeLine({ ...record, run }, n);
      return encodeLine(record.k === "plan" ? { ...record, target: "http://127.0.0.1:18601" } : record, n);
    });
    const folder = join(dir, "results", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "run.plj"), lines.join(""));
    writeFileSync(join(folder, "report.html"), `<h1>${name}</h1>`);
  }
  return dir;
}

async function startLong(page: BrowserPage): Promise<void> {
  const form = page.locator("details.start");
  await page.locator(".runs, .none").first().waitFor();
  if ((await form.getAttribute("open")) === null) await form.locator("summary").first().click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("region", { name: "Controls" }).waitFor();
}

async function withTarget() {
  const target = await startSimulatedTarget(["--service", "50ms"]);
  const dir = tempDir();
  writeSpec(dir, { target: target.url, tasks: { get: { get: "/" } }, profiles: { long: { users: 4, for: "120s" } } });
  return { dir, target };
}

async function remove(page: BrowserPage, name: string): Promise<void> {
  const rows = await page.locator(".runs tbody tr").count();
  await page.getByRole("button", { name: new RegExp(`^Delete ${name}`) }).focus();
  await page.keyboard.press("Enter");
  await soon(() => page.evaluate("document.activeElement.textContent")).toBe("Keep");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await soon(() => page.locator(".runs tbody tr").count()).toBe(rows - 1);
}

test("after a deletion the keyboard stands on a neighbour, and on the search once there is none", async () => {
  const dir = finishedRuns("first", "second", "third");
  const { page } = await openLiveView(file.browser, await startPageForTest(["--dir", join(dir, "results")]));
  await page.locator(".runs").waitFor();
  const focused = () => page.evaluate("document.activeElement.textContent || document.activeElement.type");
  const names = await page.locator(".runs .run-name a").allTextContents();
  await remove(page, names[1]!);
  await soon(focused).toBe(names[2]);
  await remove(page, names[2]!);
  await soon(focused).toBe(names[0]);
  await page.getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("No runs yet").waitFor();
  await soon(focused).toBe("search");
});

test("another window on a run that was deleted says so, and its report leads to the page's own word", async () => {
  const dir = finishedRuns("only");
  const server = await startPageForTest(["--dir", join(dir, "results")]);
  const { page } = await openLiveView(file.browser, server, { query: "?run=2026-11-23-aaaaaaa0" });
  const link = page.getByRole("link", { name: "Open the report" });
  await link.waitFor();
  rmSync(join(dir, "results", "only"), { recursive: true });
  const [opened] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
  await opened.getByText("It may have been deleted.").waitFor();
  expect(await opened.locator("h1").textContent()).toBe("No such run");
  // It looks again every twenty seconds.
  await page.getByText("This run was deleted; what is shown here was read before.").waitFor();
  expect(await link.count()).toBe(0);
}, 90_000);

test("without a session the page offers nothing that it could not do", async () => {
  const dir = finishedRuns("only");
  const server = await startPageForTest(["--dir", join(dir, "results")]);
  const { page } = await openLiveView(file.browser, { origin: server.origin, token: "not-the-token" });
  await page.getByText("This browser has no session").waitFor();
  expect(await page.locator("h1").textContent()).toBe("Runs");
  expect(await page.locator("details, button, input").count()).toBe(0);
});

test.each([1440, 1024, 390])(
  "at %i targets break before their port at most, and the question stands in one piece",
  async (width) => {
    // Long names take what room there is.
    const dir = finishedRuns("first of a long name ".repeat(4).trim(), "second of a long name ".repeat(4).trim());
    const server = await startPageForTest(["--dir", join(dir, "results")]);
    const { page } = await openLiveView(file.browser, server, { viewport: { width, height: 900 } });
    await page.locator(".runs").waitFor();
    const linesOf = (selector: string) =>
      page.evaluate(
        `(() => { const range = document.createRange(); range.selectNodeContents(document.querySelector(${JSON.stringify(selector)}));
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size; })()`,
      );
    if (width !== 1024) expect(await linesOf(".runs .run-target")).toBe(1);
    const height = () => page.evaluate("document.querySelector('.runs tbody tr').getBoundingClientRect().height");
    const before = await height();
    await page
      .getByRole("button", { name: /^Delete/ })
      .first()
      .click();
    expect(await height()).toBe(before);
    expect(await linesOf(".confirm legend")).toBe(1);
    const [keep, yes] = await Promise.all(
      ["Keep", "Delete"].map((name) => page.getByRole("button", { name, exact: true }).boundingBox()),
    );
    expect([keep!.y, keep!.height]).toEqual([yes!.y, yes!.height]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  },
);

test("a run that is held says so on its page, in its title and in the list; what was refused is gone at the next try", async () => {
  const { dir } = await withTarget();
  const { page } = await openLiveView(file.browser, await startPageForTest(["--dir", "results"], { cwd: dir }));
  await startLong(page);
  await page.locator(".run-state", { hasText: "RUNNING" }).waitFor();
  const users = page.getByLabel("Users", { exact: true });
  await users.fill("1000000000");
  await page.keyboard.press("Enter");
  const refusal = page.getByText("at most 100\u202f000 users");
  await refusal.waitFor();
  await users.fill("5");
  expect(await refusal.count()).toBe(0);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator(".run-state", { hasText: "PAUSED" }).waitFor();
  await soon(() => page.title()).toMatch(/^paused: /);
  await page.getByRole("link", { name: "All runs" }).click();
  await page.locator(".runs .state", { hasText: "PAUSED" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.locator(".run-state", { hasText: "RUNNING" }).waitFor();
  await page.getByRole("button", { name: "Stop…" }).click();
  await page.getByRole("button", { name: "Stop the run" }).click();
  await page.getByText("stopped at the page").first().waitFor();
});

test("a run whose folder is removed says so on its page and in the list, until that is dismissed", async () => {
  const { dir, target } = await withTarget();
  const { page, complaints } = await openLiveView(
    file.browser,
    await startPageForTest(["--dir", "results"], { cwd: dir }),
  );
  await startLong(page);
  await page.locator(".run-state", { hasText: "RUNNING" }).waitFor();
  const [folder] = readdirSync(join(dir, "results"));
  rmSync(join(dir, "results", folder!), { recursive: true });
  await page.locator(".run-state", { hasText: "REMOVED" }).waitFor();
  await page.getByText("Its folder was removed while it went on").waitFor();
  expect(await page.getByRole("region", { name: /Controls|Files/ }).count()).toBe(0);
  await page.getByRole("link", { name: "All runs" }).click();
  await page.getByText(/its folder was removed while it went on, and nothing of it is kept \(exit 3\)/).waitFor();
  const received = await target.receivedCount();
  await page.getByRole("button", { name: /^Dismiss/ }).click();
  await soon(() => page.locator(".starts").count()).toBe(0);
  expect(await target.receivedCount()).toBe(received);
  expect(readdirSync(join(dir, "results"))).toEqual([]);
  expect(complaints).toEqual([]);
});
