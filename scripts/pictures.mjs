/**
 * Takes the pictures in `docs/img` anew, in six minutes: of a run like the demo's, of a search, of a comparison and of
 * the live page, all of simulated targets. `npm run pictures`; `npm run pictures -- DIR` keeps the runs in DIR, and
 * takes those that are there already. A picture of an answer that is not the expected one is not taken: run it again
 * on a quieter machine. Look at the pictures before they are committed.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { palettePng } from "./palette-png.mjs";
import { servePage, simulate, startTool } from "./tool.mjs";

const OUT = join(import.meta.dirname, "../docs/img");
const CHROMIUM = process.env["PLIMSOLL_CHROMIUM"] ?? "/usr/bin/chromium";
const HEIGHT_PX = { 1440: 1150, 1280: 860, 390: 900 };
const MOST_BYTES = 150_000;
const LIVE_TRIES = 3;
const BUILD = ["build-41", "build-42"];

/** Two builds of an embedding service, the second slower by a fifth, and a queue whose capacity a formula tells. */
const TARGETS = {
  [BUILD[0]]: simulation("25ms+6ms"),
  [BUILD[1]]: simulation("30ms+7ms"),
  queue: "seed: 7\nservice: exponential 100ms\nservers: 8\nresponseSize: 4900B\n",
};

function simulation(batchTime) {
  return `seed: 7
paths:
  /embed: { batch: 16, batchTime: ${batchTime} cv 0.3, responseSize: 4900B }
  /embed/batch: { service: lognormal 180ms cv 0.4, servers: 4, responseSize: 14700B }
`;
}

/** As the demo has it. */
const MINILM = `name: minilm
target: http://127.0.0.1:8000
ready: { get: /health, expect: { json: { status: healthy } } }
users: { think: { uniform: [300ms, 900ms] } }
tasks:
  single_embed: { weight: 8, post: /embed, json: { texts: [A ship carries so much and no more.] } }
  batch_embed: { weight: 2, post: /embed/batch, json: { texts: [A load line, is painted, on the hull.] } }
  health: { weight: 1, get: /health }
profiles:
  ramp_up: { users: 30, spawn: 3/s, for: 20s }
  sustained: { users: 20, spawn: 20/s, for: 20s }
  spike: { users: 40, for: 20s }
thresholds:
  - sustained p95 < 500ms
  - sustained.single_embed p95 < 500ms
  - spike p95 < 2s
  - errors < 1%
`;

/** One task, so that each figure of a comparison has enough requests. */
const EMBEDDINGS = `name: embeddings
target: http://127.0.0.1:8000
tasks: { embed: { post: /embed, json: { texts: [A ship carries so much and no more.] } } }
profiles: { steady: { rate: 70/s, for: 40s } }
thresholds: [p95 < 500ms, errors < 1%]
`;

/** Runs what is to be seen, unless it is there, and takes the pictures. */
async function makePictures(dir) {
  await mkdir(join(dir, "results"), { recursive: true });
  await writeFile(join(dir, "minilm.yaml"), MINILM);
  await writeFile(join(dir, "embeddings.yaml"), EMBEDDINGS);
  const targets = await startTargets(dir);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    // Both to their ends, also when one fails: no run outlives its target.
    const lanes = await Promise.allSettled([measureBuilds(dir, targets), measureCapacity(dir, targets)]);
    for (const { reason } of lanes) if (reason !== undefined) throw reason;
    await compareBuilds(dir);
    for (const picture of PICTURES) await takeSaved(browser, dir, picture);
    for (let tries = 1; !(await takeLive(browser, dir, targets[BUILD[0]].url)); tries++) {
      if (tries === LIVE_TRIES)
        throw new Error("the run on the live page would not pass: no example for the documents");
    }
  } finally {
    await browser.close();
    await Promise.all(Object.values(targets).map(({ stop }) => stop()));
  }
}

async function startTargets(dir) {
  const started = {};
  for (const [name, config] of Object.entries(TARGETS)) {
    await writeFile(join(dir, `${name}.sim.yaml`), config);
    started[name] = await simulate(["--config", `${name}.sim.yaml`], { cwd: dir });
  }
  return started;
}

async function measureBuilds(dir, targets) {
  const run = (spec, build, out) => {
    const args = ["run", `../${spec}.yaml`, "--target", targets[build].url, "--seed", "1"];
    return answer(dir, { out, file: "report.html", args, exitCode: 0 });
  };
  for (const build of BUILD) await run("embeddings", build, build);
  await run("minilm", BUILD[0], "nightly");
}

function measureCapacity(dir, targets) {
  const asked = ["--budget", "3m", "--no-overload", "--levels", "1,5,20", "--seed", "1"];
  const args = ["find", "../embeddings.yaml", "--target", targets.queue.url, ...asked];
  return answer(dir, { out: "capacity", file: "report.html", args, exitCode: 0 });
}

function compareBuilds(dir) {
  return answer(dir, { out: "../comparison", file: "comparison.html", args: ["compare", ...BUILD], exitCode: 1 });
}

/** Runs a command into `out`, unless its page is there already. */
async function answer(dir, { out, file, args, exitCode }) {
  const results = join(dir, "results");
  if (existsSync(join(results, out, file))) return;
  console.log(`plimsoll ${args.join(" ")}`);
  const stdio = ["ignore", "ignore", "inherit"];
  const code = await startTool([...args, "--quiet", "--out", out], { cwd: results, stdio }).ended;
  const reasons = await reservationsOf(join(results, out));
  if (code === exitCode && reasons.length === 0) return;
  await rm(join(results, out), { recursive: true, force: true });
  throw new Error(
    `${out}: exit code ${code}, expected ${exitCode}. ${reasons.join(" ")} No example for the documents.`,
  );
}

/** What the answer of a run or search was given with: a generator that was late, mostly. */
async function reservationsOf(folder) {
  const file = join(folder, "summary.json");
  if (!existsSync(file)) return [];
  const { reasons, profiles } = JSON.parse(await readFile(file, "utf8"));
  return [...reasons, ...profiles.flatMap(({ generator }) => generator.reasons)];
}

/** Of each page both schemes and widths; the light ones show the answer, the dark ones what it rests on. */
const PICTURES = [
  { kind: "report", file: "results/nightly/report.html", evidence: (page) => readAt(page, "#profile-2-charts") },
  { kind: "find", file: "results/capacity/report.html", evidence: (page) => showSteps(page) },
  { kind: "compare", file: "comparison/comparison.html", evidence: (page) => scrollTo(page, "#distributions") },
];

async function takeSaved(browser, dir, { kind, file, evidence }) {
  for (const scheme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      const page = await openPage(browser, { scheme, width });
      await page.goto(pathToFileURL(join(dir, file)).href);
      await page.waitForFunction(ALL_CHARTS_DRAWN);
      if (scheme === "dark") await evidence(page);
      await take(page, { kind, scheme, width });
    }
  }
}

/** A run that somebody gives more users, and the list on a telephone meanwhile; false when it would not pass so far. */
async function takeLive(browser, dir, target) {
  const server = await servePage("results", { cwd: dir });
  const load = ["--profile", "sustained", "--users", "10", "--spawn-rate", "10/s", "--duration", "40s"];
  const args = ["run", "minilm.yaml", "--target", target, ...load, "--seed", "1", "--quiet", "--out", "results/live"];
  const run = startTool(args, { cwd: dir, stdio: ["ignore", "ignore", "inherit"] });
  try {
    const page = await openPage(browser, { scheme: "light", width: 1280 });
    await page.goto(server.url);
    await page.locator("tr.is-running a").click();
    await page.getByText(/sustained, [5-9]\.?\d* s of 40 s/).waitFor();
    await page.getByRole("spinbutton", { name: "Users" }).fill("50");
    await page.getByRole("button", { name: "Apply" }).click();
    const list = await openPage(browser, { scheme: "dark", width: 390 });
    await list.goto(server.url);
    // The figures are those of the last ten seconds.
    await page.getByText(/sustained, 2[2-9]\.?\d* s of 40 s/).waitFor();
    await list.locator("tr.is-running progress").waitFor();
    // A load changed by hand cannot be judged as planned: the answer says what it would be, judged by what was asked.
    const said = await page.locator(".answer").textContent();
    if (!said.includes("it would pass")) {
      console.log(`The live page said: ${said}`);
      return false;
    }
    await take(page, { kind: "live-run", scheme: "light", width: 1280 });
    await take(list, { kind: "live-list", scheme: "dark", width: 390 });
    return true;
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await run.stop("SIGINT");
    await server.stop();
    await rm(join(dir, "results/live"), { recursive: true, force: true });
  }
}

async function openPage(browser, { scheme, width }) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: HEIGHT_PX[width] } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
}

/** Charts that are still being mounted move those below them. */
const ALL_CHARTS_DRAWN = `document.querySelectorAll(".chart").length > 0
  && document.querySelectorAll(".chart.is-live canvas").length === document.querySelectorAll(".chart").length`;

/** Below the bar that stays on top. */
async function scrollTo(page, place) {
  await page.locator(place).evaluate((element) => element.scrollIntoView());
}

/** The cursor in the first chart below a heading: all of the profile tell their values there. */
async function readAt(page, heading) {
  await scrollTo(page, heading);
  const area = await page.locator(`${heading} ~ .chart .u-over`).first().boundingBox();
  // Twenty seconds and the drain: at a full second the cursor is where its values are.
  await page.mouse.move(area.x + (area.width * 13) / 21, area.y + area.height * 0.3);
  await page.locator(`${heading} ~ .chart .reading:not(:empty)`).first().waitFor();
}

async function showSteps(page) {
  await page.locator("#capacity details summary").click();
  await scrollTo(page, "#capacity h3:has(+ .table .levels)");
}

async function take(page, { kind, scheme, width }) {
  const pixels = await pixelsOf(page.context(), await page.screenshot({ animations: "disabled" }));
  await page.context().close();
  const png = palettePng(pixels);
  const name = `${kind}-${scheme}-${width}.png`;
  if (png.length > MOST_BYTES) throw new Error(`${name} has ${png.length} octets, ${MOST_BYTES} at most`);
  await writeFile(join(OUT, name), png);
  console.log(`${name.padEnd(28)} ${(png.length / 1000).toFixed(0)} kB`);
}

/** The browser decodes what it encoded. */
async function pixelsOf(context, png) {
  const page = await context.newPage();
  const { width, height, base64 } = await page.evaluate(async (text) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    const url = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(new Blob([data]));
    });
    return { width: image.width, height: image.height, base64: url.slice(url.indexOf(",") + 1) };
  }, png.toString("base64"));
  return { width, height, rgba: Buffer.from(base64, "base64") };
}

const kept = process.argv[2];
const dir = kept === undefined ? await mkdtemp(join(tmpdir(), "plimsoll-pictures-")) : resolve(kept);
try {
  await makePictures(dir);
} finally {
  if (kept === undefined) await rm(dir, { recursive: true, force: true });
}
