import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page as BrowserPage } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openJournal } from "../../packages/plimsoll/src/records/journal-file.ts";
import type { JournalRecord } from "../../packages/plimsoll/src/records/record.ts";
import { browserOfFile, openBrowser } from "../support/browser.ts";
import { openPage, startPageForTest } from "../support/live-page.ts";
import { addressOf, axeFaults, openLiveView } from "../support/live-view.ts";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { soon } from "../support/soon.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeJournal } from "../support/write-journal.ts";
import { writeSpec } from "../support/write-spec.ts";

// The live page in a browser, over runs that load a real server.

const file = browserOfFile();

/** Slow to the eye, so that whoever has asked is in progress at nearly every instant. */
const SERVICE_MS = 250;

async function workplace(more: object = {}) {
  const target = await startSimulatedTarget(["--service", `${SERVICE_MS}ms`]);
  const dir = tempDir();
  writeSpec(dir, {
    name: "steered",
    target: target.url,
    tasks: { get: { get: "/" }, other: { get: "/other" } },
    profiles: { long: { users: 4, for: "120s" }, short: { users: 4, for: "2s" }, open: { rate: "20/s", for: "120s" } },
    thresholds: ["p95 < 5s"],
    ...more,
  });
  return { dir, target };
}

async function startRun(page: BrowserPage, profile: string, fields: Readonly<Record<string, string>> = {}) {
  const form = page.locator("details.start");
  await page.locator(".runs, .none").first().waitFor();
  if ((await form.getAttribute("open")) === null) await form.locator("summary").first().click();
  await page.getByRole("combobox", { name: "Profile" }).selectOption({ label: profile });
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("region", { name: "Controls" }).waitFor();
}

/** A figure on top, such as that of "Users". */
function figure(page: BrowserPage, term: string): Promise<string | null> {
  return page.locator(".figures div", { hasText: term }).locator("dd").textContent();
}

async function stopRun(page: BrowserPage): Promise<void> {
  await page.getByRole("button", { name: "Stop…" }).click();
  await page.getByRole("button", { name: "Stop the run" }).click();
  await page.getByRole("link", { name: "Open the report" }).waitFor();
}

async function recordsIn(dir: string): Promise<readonly JournalRecord[]> {
  const journal = await openJournal(dir);
  const records: JournalRecord[] = [];
  for await (const record of journal.records) records.push(record);
  expect(journal.outcome()).toMatchObject({ state: "clean", missing: [] });
  return records;
}

/** The runs of the page are in folders of their own. */
function onlyRunIn(dir: string): string {
  const [folder, ...others] = readdirSync(join(dir, "results"));
  expect(others).toEqual([]);
  return join(dir, "results", folder!);
}

test("from the printed address: a run of 10 users is started, raised to 50, stopped, and its files are taken away", async () => {
  const { dir, target } = await workplace();
  const server = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { page, complaints } = await openLiveView(file.browser, server);
  await page.getByText("No runs yet").waitFor();
  expect(page.url()).toBe(`${server.origin}/`);
  await startRun(page, "long", { Users: "10" });
  await soon(() => figure(page, "Users")).toBe("10");
  const inProgress = async () => (await target.truth()).total.inProgress;
  await soon(inProgress).toBe(10);
  await page.getByLabel("Users", { exact: true }).fill("50");
  await page.keyboard.press("Enter");
  await soon(() => figure(page, "Users")).toBe("50");
  await soon(inProgress).toBe(50);
  await soon(() => page.locator(".chart .marker-label").allTextContents()).toContain("50 users");
  expect(await page.title()).toBe("running: steered · Plimsoll");
  await stopRun(page);
  const folder = onlyRunIn(dir);
  const records = await recordsIn(folder);
  expect(records.filter(({ k }) => k === "steer")).toMatchObject([{ who: "page", what: { users: 50 } }]);
  expect(records.filter((record) => record.k === "d").map(({ users }) => users)).toEqual(
    expect.arrayContaining([10, 50]),
  );
  await page.locator(".files summary").click();
  for (const name of ["long_stats.csv", "report.html"]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    expect(readFileSync(await download.path(), "utf8")).toBe(readFileSync(join(folder, name), "utf8"));
  }
  const [report] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Open the report" }).click(),
  ]);
  expect(await report.locator("h1").textContent()).toBe("steered");
  expect(complaints).toEqual([]);
});

test("a run is held and let go again, its rate is changed, and what the run refuses is told", async () => {
  const { dir, target } = await workplace();
  const server = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { page, complaints } = await openLiveView(file.browser, server);
  await startRun(page, "open");
  const rate = page.getByLabel("Rate, req/s");
  await soon(() => figure(page, "Planned")).toBe("20.0/s");
  await rate.fill("60");
  await page.getByRole("button", { name: "Apply" }).click();
  await soon(() => figure(page, "Planned")).toBe("60.0/s");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await soon(() => figure(page, "In flight")).toBe("0");
  const received = await target.receivedCount();
  await soon(() => figure(page, "Requests")).toBe("0/s");
  expect(await target.receivedCount()).toBe(received);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await soon(() => target.receivedCount()).toBeGreaterThan(received);
  // Beyond what the server takes at all.
  await rate.fill("1000000");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("alert").filter({ hasText: "✗" }).textContent()).toContain("at most 100\u202f000/s");
  await page.getByRole("button", { name: "Stop…" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Stop…" }).waitFor();
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Stop…");
  await stopRun(page);
  expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
});

test("the browser is killed and comes back; the server is killed and comes back: nothing is missed", async () => {
  const { dir, target } = await workplace();
  const first = await startPageForTest(["--dir", "results"], { cwd: dir });
  const own = await openBrowser();
  const started = await openLiveView(own, first);
  await startRun(started.page, "long");
  const query = new URL(started.page.url()).search;
  await own.close();

  const { page } = await openLiveView(file.browser, first, { query });
  await soon(() => figure(page, "Users")).toBe("4");
  const received = await target.receivedCount();
  await first.stop("SIGKILL");
  await page.getByText("Connection lost, trying again").waitFor();
  await soon(() => target.receivedCount()).toBeGreaterThan(received + 10);
  const second = await startPageForTest(["--dir", "results", "--port", String(first.port)], { cwd: dir });
  await page.getByText("This browser has no session").waitFor();
  // Into the same tab, where only the fragment is another.
  await page.goto(addressOf(second, query));
  await soon(() => page.getByText("This browser has no session").count()).toBe(0);
  await page.getByLabel("Users", { exact: true }).fill("9");
  await page.keyboard.press("Enter");
  await soon(() => figure(page, "Users")).toBe("9");
  const seconds = "#profile-1 .tasks .total td:nth-of-type(1)";
  await stopRun(page);
  const records = await recordsIn(onlyRunIn(dir));
  const completed = records.flatMap((record) => (record.k === "fin" ? [record.totals] : []));
  expect(completed).toHaveLength(1);
  const told = ((await page.locator(seconds).first().textContent()) ?? "").replace(/\D/g, "");
  expect(Number(told)).toBe(
    JSON.parse(readFileSync(join(onlyRunIn(dir), "summary.json"), "utf8")).profiles[0].tasks.at(-1).requests,
  );
});

const SCREENS = [
  ["light", 1440],
  ["dark", 1440],
  ["light", 390],
  ["dark", 390],
] as const;

describe("a folder with runs", () => {
  async function withRuns(names: readonly string[], more: object = {}) {
    const { dir, target } = await workplace({ thresholds: [], ...more });
    for (const name of names) {
      const { code } = await runCli(["run", "plimsoll.json", "--profile", "short", "--out", `results/${name}`], {
        cwd: dir,
      });
      // On a busy machine the generator may say that it was not fit.
      expect(code).toBeOneOf([0, 3]);
    }
    return { dir, target, server: await startPageForTest(["--dir", "results"], { cwd: dir }) };
  }

  test("two are picked and compared, one is deleted by keyboard, the rest is searched", async () => {
    // Shorter ones are not compared.
    const { dir, server } = await withRuns(["before", "after"], { profiles: { short: { users: 4, for: "7s" } } });
    const { page, complaints } = await openLiveView(file.browser, server);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const rows = page.locator(".runs tbody tr");
    await soon(() => rows.count()).toBe(2);
    expect(await rows.first().textContent()).toMatch(
      /(?:✓ PASS|◐ INCONCLUSIVE)[\s\S]*steered[\s\S]*short · after[\s\S]*UTC[\s\S]*\d s/,
    );
    await rows.first().getByRole("link", { name: "steered" }).click();
    await page.locator("#profile-1 .chart.is-live canvas").first().waitFor();
    await page.getByRole("link", { name: "Open the report" }).waitFor();
    await page.goBack();
    await soon(() => rows.count()).toBe(2);
    for (const box of await page.getByRole("checkbox", { name: /^Compare steered/ }).all()) await box.check();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("heading", { name: "after against before" }).waitFor();
    const changes = await page.locator(".changes tbody tr").count();
    expect(changes).toBeGreaterThan(2);
    expect(new URL(page.url()).search).toMatch(/^\?base=.+&new=.+$/);
    await page.getByRole("link", { name: "Swap base and new" }).click();
    await page.getByRole("heading", { name: "before against after" }).waitFor();
    await page.goBack();
    await page.goBack();
    const remove = page.getByRole("button", { name: /^Delete steered/ });
    await remove.first().focus();
    await page.keyboard.press("Enter");
    // The keyboard stands on the harmless answer.
    await soon(() => page.evaluate("document.activeElement.textContent")).toBe("Keep");
    await page.keyboard.press("Enter");
    await soon(() => page.evaluate("document.activeElement.textContent")).toBe("Delete…");
    expect(existsSync(join(dir, "results/after/run.plj"))).toBe(true);
    await page.keyboard.press("Enter");
    await soon(() => page.evaluate("document.activeElement.textContent")).toBe("Keep");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await soon(() => rows.count()).toBe(1);
    expect(readdirSync(join(dir, "results"))).toEqual(["before"]);
    await page.getByRole("searchbox").fill("nothing like it");
    await page.getByText("No run matches").waitFor();
    await page.getByRole("searchbox").fill("BEFORE short");
    await soon(() => rows.count()).toBe(1);
    expect(new URL(page.url()).search).toBe("?q=BEFORE+short");
    // What changes comes over the stream; nothing is asked for again and again.
    expect(asked).toContain("GET /api/runs/events");
    expect(asked).not.toContain("GET /api/runs");
    expect(complaints).toEqual([]);
  });

  test("axe finds nothing in any view, and nothing is wider than the screen", async () => {
    const { server } = await withRuns(["one", "two"], {
      profiles: { short: { users: 4, for: "1s" }, long: { users: 4, for: "120s" } },
    });
    const screens = await Promise.all(
      SCREENS.map(([colorScheme, width]) =>
        openLiveView(file.browser, server, { colorScheme, viewport: { width, height: 900 } }),
      ),
    );
    const look = async (go: (page: BrowserPage) => Promise<unknown>) => {
      for (const [index, { page }] of screens.entries()) {
        await go(page);
        expect(await axeFaults(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(SCREENS[index]![1]);
      }
    };
    await look(async (page) => {
      await page.getByText("Start a run").click();
      await page.getByRole("checkbox").first().waitFor();
      for (const box of await page.getByRole("checkbox").all()) await box.check();
      await page
        .getByRole("button", { name: /^Delete/ })
        .first()
        .click();
    });
    await look(async (page) => {
      await page.getByRole("button", { name: "Compare", exact: true }).click();
      await page.getByRole("heading", { name: "against" }).first().waitFor();
    });
    await look((page) => page.getByRole("link", { name: "All runs" }).click());
    const { page: first } = screens[0]!;
    await startRun(first, "long");
    await look(async (page) => {
      if (page !== first) await page.getByRole("row", { name: "RUNNING" }).getByRole("link").click();
      await page.locator(".chart.is-live canvas").first().waitFor();
      await page.getByRole("button", { name: "Stop…" }).click();
    });
    await first.getByRole("button", { name: "Stop the run" }).click();
    await look((page) => page.getByRole("link", { name: "Open the report" }).waitFor());
    expect(screens.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});

test("the page weighs at most 250 kB", async () => {
  const { dir } = await workplace();
  const { read } = await openPage(await startPageForTest(["--dir", "results"], { cwd: dir }));
  const [script, css] = await Promise.all([read("/live.js"), read("/live.css")]);
  expect(Buffer.byteLength(script.text) + Buffer.byteLength(css.text)).toBeLessThanOrEqual(250_000);
  expect(script.text.length).toBeGreaterThan(50_000);
});

test("names of strangers and what a server says are text", async () => {
  const nasty = `<img src=x onerror="alert(1)">\u202Egnp`;
  const { dir } = await workplace({
    name: nasty,
    tasks: { [`${nasty} task`]: { get: "/", expect: { status: 418 } } },
    profiles: { p: { users: 2, for: "60s" } },
    thresholds: [],
  });
  const server = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { page, complaints } = await openLiveView(file.browser, server);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("region", { name: "Controls" }).waitFor();
  await page.locator(".chart.is-live canvas").first().waitFor();
  expect(await page.locator("h1").textContent()).toContain(`<img src=x onerror="alert(1)">`);
  expect(await page.locator("h1").textContent()).not.toContain("\u202E");
  await soon(() => page.locator(".tasks").first().textContent()).toContain("<img src=x");
  await page.getByRole("link", { name: "All runs" }).click();
  await page.locator(".runs .now-line").waitFor();
  expect(await page.locator(".runs").textContent()).toContain("<img src=x");
  expect(await page.locator("img").count()).toBe(0);
  const { json, write } = await openPage(server);
  await write("POST", `/api/runs/${(await json("/api/runs")).runs[0].id}/stop`, {});
  expect(complaints).toEqual([]);
});

test("a search shows its capacity in the list; what cannot be started is told in the server's own words", async () => {
  const dir = tempDir();
  const capacity = { by: "rate", value: 182.4, low: 174.1, high: 189.2 };
  const searched = writeJournal(join(dir, "results/searched"), { runId: "2026-11-23-aaaaaaaa", name: "searched" });
  writeFileSync(join(searched, "summary.json"), JSON.stringify({ capacity }));
  const profiles = { p: { users: 1, for: "1s" } };
  writeSpec(dir, { target: "http://127.0.0.1:1", tasks: { a: { get: "/" } }, profiles });
  writeSpec(dir, { target: "nowhere", tasks: { a: { gett: "/" } }, profiles }, "wrong.json");
  const server = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { page } = await openLiveView(file.browser, server);
  const row = page.getByRole("row", { name: "searched" });
  await soon(() => row.locator(".capacity").textContent()).toBe("182/s174–189/s");
  await page.getByText("Start a run").click();
  await page.getByText("wrong.json cannot be run").click();
  await page.getByText("gett").waitFor();
  await page.getByLabel("Duration").fill("soon");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("soon is no duration").waitFor();
  await page.getByLabel("Duration").fill("2s");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("TARGET_NOT_READY").waitFor();
  await page.getByText("could not start").waitFor();
});

test("run --ui prints an address that leads to the run that goes on, and the page outlasts it while it is looked at", async () => {
  const { dir } = await workplace();
  let seen: Promise<BrowserPage> | undefined;
  const { code, stderr } = await runCli(["run", "plimsoll.json", "--profile", "short", "--duration", "6s", "--ui"], {
    cwd: dir,
    onStderr: (text) => {
      const url = /⦵ (http:\S+)/.exec(text)?.[1];
      if (url === undefined || seen !== undefined) return;
      const { origin, search, hash } = new URL(url);
      seen = openLiveView(file.browser, { origin, token: hash.replace("#t=", "") }, { query: search }).then(
        ({ page }) => page,
      );
    },
  });
  expect([[0, 3].includes(code ?? -1), stderr]).toEqual([true, expect.stringMatching(/\?run=now&since=\d+#t=/)]);
  const page = await seen!;
  await page.getByRole("link", { name: "Open the report" }).waitFor();
  const { verdict } = JSON.parse(readFileSync(join(dir, "results/summary.json"), "utf8"));
  expect(await page.locator(".answer .verdict-word").first().textContent()).toContain(verdict.toUpperCase());
  endPagesOf(dir);
});

/** The page's server is nobody's child any more: found by the folder it serves, which no other process names. */
function endPagesOf(dir: string): void {
  for (const pid of existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : []) {
    try {
      const isUi = readFileSync(join("/proc", pid, "cmdline"), "utf8")
        .split("\0")
        .includes("ui");
      if (isUi && readlinkSync(join("/proc", pid, "cwd")) === realpathSync(dir)) process.kill(Number(pid), "SIGTERM");
    } catch {
      // Another's process, or one that has just ended.
    }
  }
}
