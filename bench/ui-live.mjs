/**
 * The live page: what it weighs, how soon it shows the figures of a run that goes on, how far it is behind, and what ten
 * viewers cost. In Chromium and as bare streams, over runs that load a simulated server, and over an hour made up.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { get, request } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { servePage, simulate, startTool } from "../scripts/tool.mjs";
import { cpuNsSince, onCpuNsOf } from "./measured-process.mjs";
import { median } from "./rounds.mjs";
import { HOUR, hourJournal, SECONDS } from "./ui-layer.mjs";

const LIMITS = { assetKb: 250, figuresMs: 1500, behindMs: 1500, viewersPercent: 1 };
const OPENINGS = 5;
const WATCHED_SECONDS = 15;
const VIEWERS = 10;
const TURNS = 4;
const TURN_MS = 8_000;
const SETTLE_MS = 2_000;

/** The rows: `{ what, value, limit, unit }`; without a limit a figure is only stated. */
export async function liveRows({ folder, layer, browser, uiDir }) {
  const assetBytes = ["live.js", "live.css"].reduce((sum, name) => sum + readFileSync(join(uiDir, name)).length, 0);
  return [
    { what: "live page: script and style", value: assetBytes / 1e3, limit: LIMITS.assetKb, unit: "kB" },
    ...(await ofGoingRun({ folder, browser })),
    ...(await afterAnHour({ folder, layer, browser })),
  ];
}

async function ofGoingRun({ folder, browser }) {
  const cwd = join(folder, "going");
  mkdirSync(cwd);
  const target = await simulate(["--service", "lognormal 60ms cv 0.5", "--seed", "7"], { cwd });
  const load = ["--url", target.url, "--rate", "100/s", "--duration", "10m", "--seed", "7"];
  const run = startTool(["run", ...load, "--out", "results", "--quiet"], { cwd, stdio: "ignore" });
  await until(() => recordsIn(cwd).some(({ k }) => k === "d"));
  const page = await servePage("results", { cwd });
  try {
    const figures = [];
    for (let i = 0; i < OPENINGS; i++) figures.push(await firstFiguresMs(browser, page.url));
    const seen = await watched(browser, page.url, WATCHED_SECONDS * 1000);
    const cost = await costOfViewers(page, run);
    // Read this late the journal holds every second that was watched.
    const behindMs = greatestBehindMs(seen, endsOf(recordsIn(cwd)));
    return [
      row("live page: figures of a run that goes on, after", median(figures), LIMITS.figuresMs, "ms"),
      row("live page: behind the end of a second, at most", behindMs, LIMITS.behindMs, "ms"),
      row(`page's server with ${VIEWERS} viewers`, cost.server, undefined, "% of a core"),
      row(`what ${VIEWERS} viewers cost the generator`, cost.generator, LIMITS.viewersPercent, "% of a core"),
    ];
  } finally {
    await run.stop("SIGINT");
    await Promise.all([page.stop(), target.stop()]);
  }
}

/** An hour is there, then a second a second: from when it is in the journal until the page has drawn it. */
async function afterAnHour({ folder, layer, browser }) {
  const cwd = join(folder, "hour");
  const dir = join(cwd, "results/soak");
  mkdirSync(dir, { recursive: true });
  const lines = hourJournal(layer, WATCHED_SECONDS + 10).map((record, n) => ({
    record,
    text: layer.encodeLine(record, n),
  }));
  const going = lines.filter(({ record }) => record.k !== "fin" && (record.k !== "phase" || record.at === "start"));
  const first = going.findIndex(({ record }) => record.k === "d" && record.sec === SECONDS);
  const file = join(dir, "run.plj");
  writeFileSync(
    file,
    going
      .slice(0, first)
      .map(({ text }) => text)
      .join(""),
  );
  const lock = await layer.lockResults(dir);
  const page = await servePage("results", { cwd });
  const ends = new Map();
  const write = async () => {
    for (const { record, text } of going.slice(first)) {
      appendFileSync(file, text);
      if (record.k === "d") ends.set(JSON.parse(text.slice(9)).n, Date.now());
      await pause(1000);
    }
  };
  try {
    const writing = write();
    const seen = await watched(browser, page.url, WATCHED_SECONDS * 1000);
    await writing;
    const behindMs = greatestBehindMs(seen, ends);
    return [row(`live page: behind after ${HOUR}, at most`, behindMs, LIMITS.behindMs, "ms")];
  } finally {
    await page.stop();
    await lock.release();
  }
}

function row(what, value, limit, unit) {
  return { what, value, limit, unit };
}

/** From the navigation to the first figure on top, in a new profile of the browser. */
async function firstFiguresMs(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(`new MutationObserver((_, observer) => {
    if (document.querySelector(".figures dd") === null) return;
    observer.disconnect();
    requestAnimationFrame(() => { globalThis.figuresMs = performance.now(); });
  }).observe(document, { childList: true, subtree: true })`);
  await page.goto(url.replace("/#", "/?run=now#"));
  await page.locator(".figures dd").first().waitFor();
  // The page's policy lets nobody evaluate text in it; functions are let through.
  const figuresMs = await page.evaluate(
    () =>
      new Promise((done) => {
        const look = () =>
          globalThis.figuresMs === undefined ? requestAnimationFrame(look) : done(globalThis.figuresMs);
        look();
      }),
  );
  await context.close();
  return figuresMs;
}

/**
 * What a page has drawn of a run, and when: the number of the last record, and the wall clock; `untilMs` it was watched. The
 * page follows the list of runs too, whose events have numbers of their own.
 */
async function watched(browser, url, forMs) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(`globalThis.drawn = [];
    globalThis.EventSource = class extends EventSource {
      constructor(...given) {
        super(...given);
        if (new URL(this.url).pathname === "/api/runs/events") return;
        for (const name of ["snapshot", "patch"])
          this.addEventListener(name, ({ lastEventId }) => requestAnimationFrame(() => setTimeout(() => {
            globalThis.drawn.push({ n: Number(lastEventId), atMs: Date.now() });
          })));
      }
    };`);
  await page.goto(url.replace("/#", "/?run=now#"));
  await page.locator(".chart.is-live canvas").first().waitFor();
  await pause(forMs);
  const seen = await page.evaluate(() => ({ drawn: globalThis.drawn, untilMs: Date.now() }));
  await context.close();
  return seen;
}

/** Of the seconds that ended while the page was watched: how long until each was drawn; one that was not has waited till the end. */
function greatestBehindMs({ drawn, untilMs }, endMsByN) {
  const fromMs = drawn[0].atMs;
  const behindMs = [...endMsByN].flatMap(([n, endMs]) => {
    if (endMs < fromMs || endMs > untilMs) return [];
    return [(drawn.find((event) => event.n >= n)?.atMs ?? untilMs) - endMs];
  });
  if (behindMs.length === 0) throw new Error("no second ended while the page was watched");
  if (Math.min(...behindMs) < 0) throw new Error(`a second was drawn before its end: ${behindMs.join(", ")} ms`);
  return Math.max(...behindMs);
}

/** When each second of a run was over, by the number of its record. */
function endsOf(records) {
  const start = Date.parse(records.find(({ k, at }) => k === "phase" && at === "start").wall);
  return new Map(records.filter(({ k }) => k === "d").map(({ n, sec }) => [n, start + (sec + 1) * 1000]));
}

function recordsIn(cwd) {
  const file = join(cwd, "results/run.plj");
  if (!existsSync(file)) return [];
  // The last line may still be on its way.
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line.slice(9)));
}

/**
 * Turns with ten viewers and turns without a page's server, which stands still meanwhile: % of a core, medians. What the
 * generator takes more in a turn with viewers than in the one beside it is what they cost it.
 */
async function costOfViewers(page, run) {
  const cookie = await signIn(page.url);
  const turns = { with: [], without: [] };
  const server = [];
  for (let turn = 0; turn < 2 * TURNS; turn++) {
    const isWith = turn % 4 === 0 || turn % 4 === 3;
    const streams = isWith ? await openStreams(page.url, cookie) : [];
    if (!isWith) process.kill(page.pid, "SIGSTOP");
    await pause(SETTLE_MS);
    const before = [onCpuNsOf(run.pid), onCpuNsOf(page.pid)];
    const startMs = performance.now();
    await pause(TURN_MS);
    const forNs = (performance.now() - startMs) * 1e6;
    turns[isWith ? "with" : "without"].push((100 * cpuNsSince(before[0], onCpuNsOf(run.pid))) / forNs);
    if (isWith) server.push((100 * cpuNsSince(before[1], onCpuNsOf(page.pid))) / forNs);
    for (const stream of streams) stream.destroy();
    process.kill(page.pid, "SIGCONT");
  }
  return {
    server: median(server),
    generator: median(turns.with.map((percent, index) => percent - turns.without[index])),
  };
}

/** The cookie that the token in the printed address is exchanged for. */
function signIn(url) {
  const { origin, hash } = new URL(url);
  const body = JSON.stringify({ token: hash.replace("#t=", "") });
  const headers = { origin, "content-type": "application/json", "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/api/session`, { method: "POST", headers }, (response) =>
      resolve(response.headers["set-cookie"][0].split(";")[0]),
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Viewers that take everything and draw nothing: browsers would take the cores that are measured. */
async function openStreams(url, cookie) {
  const { origin } = new URL(url);
  const { runs } = await (await fetch(`${origin}/api/runs`, { headers: { cookie } })).json();
  const path = `/api/runs/${runs[0].id}/events`;
  return Promise.all(
    Array.from({ length: VIEWERS }, () => {
      return new Promise((resolve, reject) => {
        const sent = get(`${origin}${path}`, { headers: { cookie }, agent: false }, (response) => {
          response.resume();
          response.on("error", () => {});
          resolve(response);
        });
        sent.once("error", reject);
      });
    }),
  );
}

async function until(isSo) {
  while (!isSo()) await pause(100);
}
