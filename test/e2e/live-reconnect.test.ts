import type { BrowserContextOptions, Page as BrowserPage } from "playwright-core";
import { expect, test } from "vitest";
import { browserOfFile } from "../support/browser.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import { openPage, type Page, startPageForTest } from "../support/live-page.ts";
import { openLiveView } from "../support/live-view.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { soon } from "../support/soon.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

// A page that stays open while its connection breaks, or its server is killed: nobody touches it.

const TOKEN = "a token that its owner chose, 32 characters or more";

const file = browserOfFile();

interface Told {
  readonly name: "snapshot" | "patch" | "end";
  /** Where the stream was opened. */
  readonly url: string;
  readonly n: number;
  /** Of a patch: what it follows. */
  readonly after?: number;
}

/** Notes what the streams of the run tell, beside the page itself; the list is told by another. */
const NOTE_EVENTS = `globalThis.told = [];
  globalThis.EventSource = class extends EventSource {
    constructor(url) {
      super(url);
      if (url.startsWith("/api/runs/events")) return;
      for (const name of ["snapshot", "patch", "end"])
        this.addEventListener(name, ({ data }) => {
          const { n, after } = JSON.parse(data);
          globalThis.told.push({ name, url, n, after });
        });
    }
  };`;

/** A run that goes on, and a page of it that has heard a few seconds. */
async function watchedRun(options: BrowserContextOptions = {}) {
  const target = await startSimulatedTarget(["--service", "250ms"]);
  const dir = tempDir();
  writeSpec(dir, {
    name: "watched",
    target: target.url,
    tasks: { get: { get: "/" } },
    profiles: { long: { users: 4, for: "120s" } },
  });
  const serve = (port = 0) =>
    startPageForTest(["--dir", "results", "--token", TOKEN, "--port", String(port)], { cwd: dir });
  const server = await serve();
  const { write } = await openPage({ ...server, token: TOKEN });
  expect((await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "long" })).status).toBe(202);
  const { page } = await openLiveView(
    file.browser,
    { ...server, token: TOKEN },
    { query: "?run=now", initScript: NOTE_EVENTS, permissions: ["clipboard-read", "clipboard-write"], ...options },
  );
  const told = (): Promise<readonly Told[]> => page.evaluate("told");
  await soon(async () => (await told()).length).toBeGreaterThan(3);
  /** Several events of the run are missed meanwhile. */
  const missSome = async () => {
    await page.getByText("Connection lost, trying again").waitFor();
    const received = await target.receivedCount();
    await soon(() => target.receivedCount()).toBeGreaterThan(received + 50);
  };
  return { page, told, server, serve, missSome };
}

/** The rows of the throughput as the page has it now: second and what was completed in it. */
async function throughput(page: BrowserPage): Promise<readonly (readonly [number, number])[]> {
  const clipboard = (): Promise<string> => page.evaluate("navigator.clipboard.readText()");
  await page.evaluate("navigator.clipboard.writeText('')");
  await page.getByRole("button", { name: "Copy Throughput as CSV" }).click();
  await soon(clipboard).toMatch(/^time_s,completed_per_s,/);
  const text = await clipboard();
  const rows = text.trimEnd().split("\r\n").slice(1);
  return rows
    .map((row) => row.split(",").map(Number))
    .map(([sec = Number.NaN, completed = Number.NaN]) => [sec, completed]);
}

/** Every second is on the page, up to those that came after the page had come back. */
async function expectNoGap(page: BrowserPage, heardBefore: number): Promise<void> {
  const rows = await throughput(page);
  expect(rows.map(([sec]) => sec)).toEqual(rows.map((_, sec) => sec));
  expect(rows.filter(([, completed]) => !(completed > 0))).toEqual([]);
  expect(rows.length).toBeGreaterThan(heardBefore);
}

async function stopRun(server: Page): Promise<void> {
  const { json, write } = await openPage({ ...server, token: TOKEN });
  const { runs } = await json("/api/runs");
  expect((await write("POST", `/api/runs/${runs[0].id}/stop`, {})).status).toBe(204);
}

test("after a broken connection come the changes that were missed, none twice, and no second document", async () => {
  const proxy = await startForwardProxy();
  // Chromium would go to loopback without it.
  const { page, told, server, missSome } = await watchedRun({ proxy: { server: proxy.url, bypass: "<-loopback>" } });
  const before = (await throughput(page)).length;
  proxy.break();
  await missSome();
  const heard = (await told()).length;
  proxy.mend();
  await soon(() => page.getByText("Connection lost").count()).toBe(0);
  await soon(async () => (await told()).length).toBeGreaterThan(heard + 5);
  const events = await told();
  expect(events[0]!.name).toBe("snapshot");
  expect(events.slice(1).map(({ name, after }) => [name, after])).toEqual(
    events.slice(0, -1).map(({ n }) => ["patch", n]),
  );
  await expectNoGap(page, before + 5);
  await stopRun(server);
});

test("a server that was killed and started anew with the same token is found again, and told where the page stands", async () => {
  const { page, told, server, serve, missSome } = await watchedRun();
  const before = (await throughput(page)).length;
  await server.stop("SIGKILL");
  await missSome();
  const heard = await told();
  const again = await serve(server.port);
  await soon(async () => (await told()).length).toBeGreaterThan(heard.length + 3);
  await soon(() => page.getByText("Connection lost").count()).toBe(0);
  expect(await page.getByText("This browser has no session").count()).toBe(0);
  const [first, ...later] = (await told()).slice(heard.length);
  // The new server has no changes from before its start, so the whole comes once.
  expect(first).toMatchObject({ name: "snapshot", url: expect.stringMatching(`\\?after=${heard.at(-1)!.n}$`) });
  expect(first!.n).toBeGreaterThan(heard.at(-1)!.n);
  expect(later.map(({ name, after }) => [name, after])).toEqual(
    [first!, ...later].slice(0, -1).map(({ n }) => ["patch", n]),
  );
  await expectNoGap(page, before + 3);
  await stopRun(again);
});
