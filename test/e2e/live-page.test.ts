import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { JsonValue } from "../../packages/plimsoll/src/base/json.ts";
import { applyPatch, type JsonPatch } from "../../packages/plimsoll/src/live/json-patch.ts";
import type { RunListing } from "../../packages/plimsoll/src/live/live-event.ts";
import { createJournal, lockResults, openJournal } from "../../packages/plimsoll/src/records/journal-file.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS, sampleData } from "../../packages/plimsoll/src/records/sample-journal.ts";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { openPage, readEvents, type SentEvent, startPageForTest } from "../support/live-page.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeJournal } from "../support/write-journal.ts";
import { writeSpec } from "../support/write-spec.ts";

let target: KnownServer;

beforeAll(async () => {
  target = await startKnownServer(answersAfter(5));
});

afterAll(() => target.close());

/** A folder with a spec beside `results`. */
function workplace(more: object = {}): string {
  const dir = tempDir();
  writeSpec(dir, {
    name: "steered",
    target: target.url,
    tasks: { get: { get: "/" } },
    profiles: { short: { users: 4, for: "2s" }, long: { users: 4, for: "60s" } },
    thresholds: ["p95 < 5s"],
    ...more,
  });
  writeFileSync(join(dir, "package.json"), "{}");
  return dir;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A machine too busy to judge by makes a run inconclusive; a run that was cut short or failed is neither. */
const UNSPOILT = /^(pass|inconclusive)$/;

/** The document that a page holds after these events; fails where one does not follow the one before. */
function documentAfter(events: readonly SentEvent[], held?: { readonly n: number; readonly document: JsonValue }) {
  let state = held;
  for (const { id, name, data } of events) {
    expect(data.n).toBe(id);
    if (name === "patch") {
      expect(data.after).toBe(state?.n);
      state = { n: id, document: applyPatch(state!.document, data.patch as JsonPatch) };
    } else state = { n: id, document: data.document as JsonValue };
  }
  return state!;
}

/** What the list's stream tells of them. */
function runsIn(document: JsonValue): readonly Partial<RunListing>[] {
  const { runs } = JSON.parse(JSON.stringify(document));
  return runs;
}

test("a run is started with other numbers, watched to its end, and downloaded", async () => {
  const dir = workplace();
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write, json, read, cookie } = await openPage(page);
  expect((await json("/api/specs")).specs).toMatchObject([{ file: "plimsoll.json", name: "steered" }]);
  const told: SentEvent[] = [];
  const listed = readEvents(page, { path: "/api/runs/events", cookie }, (event) => {
    told.push(event);
    return runsIn(documentAfter(told).document)[0]?.verdict !== undefined;
  });
  const started = await write("POST", "/api/runs", {
    spec: "plimsoll.json",
    profile: "long",
    users: 7,
    durationMs: 5000,
  });
  expect(started.status).toBe(202);
  // Two at once would measure each other.
  expect((await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "short" })).status).toBe(409);
  const { id, folder } = await until(async () => (await json("/api/runs")).runs[0]);
  expect(folder).toBe(JSON.parse(started.text).folder);
  const metrics = await until(async () => {
    const { text } = await read("/metrics");
    return text.includes("plimsoll_requests{") ? text : undefined;
  });
  expect(metrics).toContain(`run="${id}"`);
  const events = await readEvents(page, { path: `/api/runs/${id}/events`, cookie });
  expect(events.map(({ name }) => name)).toEqual(["snapshot", ...events.slice(2).map(() => "patch"), "end"]);
  expect(events.length).toBeGreaterThan(3);
  const { document } = documentAfter(events);
  expect(document).toMatchObject({ state: "ended", data: { judgement: { verdict: expect.stringMatching(UNSPOILT) } } });
  await listed;
  expect(told.map(({ name }) => name)).toEqual(["snapshot", ...told.slice(1).map(() => "patch")]);
  const figures = told.map((_, index) => runsIn(documentAfter(told.slice(0, index + 1)).document)[0]?.now);
  expect(figures.filter((now) => now?.load === 7).length).toBeGreaterThan(1);
  const detail = await json(`/api/runs/${id}`);
  expect(detail.document).toEqual(document);
  expect(detail.document.data.profiles[0]).toMatchObject({
    name: "long",
    users: 7,
    durationMs: expect.closeTo(5000, -2),
  });
  const { verdict } = detail.document.data.judgement;
  expect(detail.run).toMatchObject({ state: "ended", verdict, exitCode: verdict === "pass" ? 0 : 3 });
  // Once more for who scrapes, with its verdict.
  const { text: after } = await read("/metrics");
  expect(after).toMatch(/^plimsoll_running_runs 0$/m);
  expect(after).toContain(`plimsoll_verdict{run="${id}",verdict="${verdict}"} 1`);
  expect(detail.run.startedAt).toBe(detail.document.data.run.startedAt);
  const names = detail.files.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["long_stats.csv", "report.html", "run.plj", "summary.json"]));
  for (const name of names) {
    const { status, text } = await read(`/api/runs/${id}/files/${name}`);
    expect([status, text]).toEqual([200, readFileSync(join(dir, "results", folder, name), "utf8")]);
  }
  expect((await write("DELETE", `/api/runs/${id}`, { confirm: id })).status).toBe(204);
  expect(readdirSync(join(dir, "results"))).toEqual([]);
});

test("of two starts at once one begins", async () => {
  const dir = workplace();
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write } = await openPage(page);
  const start = () => write("POST", "/api/runs", { spec: "plimsoll.json", profile: "long" });
  const answers = await Promise.all([start(), start(), start()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
  expect(readdirSync(join(dir, "results"))).toEqual([
    JSON.parse(answers.find(({ status }) => status === 202)!.text).folder,
  ]);
});

test("the server is killed and started anew: the run goes on, and the stream where it was", async () => {
  const dir = workplace();
  const first = await startPageForTest(["--dir", "results"], { cwd: dir });
  const before = await openPage(first);
  await before.write("POST", "/api/runs", { spec: "plimsoll.json", profile: "long" });
  const { id, folder } = await until(async () => (await before.json("/api/runs")).runs[0]);
  const path = `/api/runs/${id}/events`;
  const seen = await readEvents(first, { path, cookie: before.cookie }, ({ name }) => name === "patch");
  await first.stop("SIGKILL");
  const countBefore = target.counts.get("GET /") ?? 0;

  const second = await startPageForTest(["--dir", "results"], { cwd: dir });
  const after = await openPage(second);
  expect((await after.json("/api/runs")).runs[0]).toMatchObject({ id, state: "running" });
  const { cookie } = after;
  let held = documentAfter(seen);
  let count = 0;
  const next = await readEvents(second, { path, cookie, lastEventId: held.n }, () => ++count === 3);
  expect(next.map(({ name }) => name).slice(1)).toEqual(["patch", "patch"]);
  held = documentAfter(next, held);
  expect(target.counts.get("GET /")).toBeGreaterThan(countBefore + 100);
  expect((await after.write("POST", `/api/runs/${id}/stop`, {})).status).toBe(204);
  const whole = documentAfter(await readEvents(second, { path, cookie, lastEventId: held.n }), held);
  expect(whole.document).toMatchObject({
    state: "ended",
    data: {
      run: { end: { kind: "interrupted" } },
      judgement: { reasons: [expect.stringMatching(/^The run was stopped at the page, at .+ s\.$/)] },
    },
  });
  expect(whole.document).toEqual((await after.json(`/api/runs/${id}`)).document);
  const journal = await openJournal(join(dir, "results", folder));
  for await (const _ of journal.records);
  expect(journal.outcome()).toMatchObject({ state: "clean", missing: [] });
});

test("users are raised, held back and let go again in the run that goes on, and the journal tells who did it", async () => {
  const dir = workplace();
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write, json, cookie } = await openPage(page);
  await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "long" });
  const { id, folder } = await until(async () => (await json("/api/runs")).runs[0]);
  const path = `/api/runs/${id}`;
  const steer = async (body: object) => (await write("POST", `${path}/steer`, body)).status;
  const nowIs = (wanted: object) =>
    until(async () => {
      const { now } = (await json(path)).document;
      return now !== undefined && Object.entries(wanted).every(([key, value]) => now[key] === value) ? now : undefined;
    });
  await nowIs({ load: 4 });
  expect(await steer({ ratePerSec: 5 })).toBe(409);
  expect(await steer({ users: 10 })).toBe(204);
  await nowIs({ load: 10, inFlight: 10 });
  expect(await steer({ paused: true })).toBe(204);
  const { atMs } = await nowIs({ inFlight: 0 });
  const count = target.counts.get("GET /");
  await until(async () => ((await json(path)).document.now.atMs > atMs + 1500 ? true : undefined));
  expect(target.counts.get("GET /")).toBe(count);
  expect(await steer({ paused: false })).toBe(204);
  await nowIs({ load: 10, inFlight: 10 });
  expect((await write("POST", `${path}/stop`, {})).status).toBe(204);
  await readEvents(page, { path: `${path}/events`, cookie });
  const steers = [{ users: 10 }, { paused: true }, { resumed: true }].map((what) => ({ phase: 0, who: "page", what }));
  expect((await json(path)).document.steers).toMatchObject(steers);
  const journal = await openJournal(join(dir, "results", folder));
  const told = [];
  for await (const record of journal.records) if (record.k === "steer") told.push(record);
  expect(told).toMatchObject(steers);
  expect(await steer({ users: 3 })).toBe(409);
});

test("Ctrl-C ends the server with its viewers there, says which run goes on, and leaves it alone", async () => {
  const dir = workplace();
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write, json, cookie } = await openPage(page);
  await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "long", durationMs: 4000 });
  const { id, folder } = await until(async () => (await json("/api/runs")).runs[0]);
  await until(async () => ((await json(`/api/runs/${id}`)).document.state === "running" ? true : undefined));
  const watched = readEvents(page, { path: `/api/runs/${id}/events`, cookie });
  await readEvents(page, { path: `/api/runs/${id}/events`, cookie }, () => true);
  expect(await page.stop("SIGINT")).toBe(0);
  expect((await watched).length).toBeGreaterThan(0);
  expect(page.notes()).toContain(`the run in results/${folder} goes on`);
  const summary = join(dir, "results", folder, "summary.json");
  await until(async () => (existsSync(summary) ? true : undefined));
  const left = JSON.parse(readFileSync(summary, "utf8"));
  expect(left.verdict).toMatch(UNSPOILT);
  expect(left).not.toMatchObject({ interrupted: true });
  expect(left.profiles[0].durationMs).toBeCloseTo(4000, -2);
});

test("a run whose folder is removed under it ends itself, is told of truly meanwhile and after, and writes nothing", async () => {
  const dir = workplace();
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write, json, cookie } = await openPage(page);
  await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "long" });
  const { id, folder } = await until(async () => (await json("/api/runs")).runs[0]);
  await until(async () => ((await json(`/api/runs/${id}`)).document.state === "running" ? true : undefined));
  let begin = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const watched = readEvents(page, { path: `/api/runs/${id}/events`, cookie }, () => {
    begin();
    return false;
  });
  await hasBegun;
  rmSync(join(dir, "results", folder), { recursive: true });
  const states = new Set<string>();
  const over = await until(async () => {
    const { starts } = await json("/api/runs");
    states.add(starts[0]?.state);
    return starts[0]?.exitCode === undefined || starts[0].message === undefined ? undefined : starts[0];
  });
  expect([...states]).toEqual(["ending", "removed"]);
  expect(over).toMatchObject({ folder, state: "removed", exitCode: 3 });
  expect(over.message.replace(/\s+/g, " ")).toMatch(
    /The run was stopped at .+ s: the journal .+run\.plj was removed while the run wrote it; nothing of it is kept/,
  );
  expect((await watched).at(-1)).toMatchObject({ name: "end", data: { document: { state: "removed" } } });
  const sent = target.counts.get("GET /");
  expect(readdirSync(join(dir, "results"))).toEqual([]);
  expect((await write("DELETE", `/api/starts/${folder}`, {})).status).toBe(204);
  expect((await json("/api/runs")).starts).toEqual([]);
  expect(target.counts.get("GET /")).toBe(sent);
});

test("a damaged journal has the same verdict in the list and on its own page, with one short sentence", async () => {
  const dir = tempDir();
  const id = "2026-11-23-aaaaaaaa";
  const profiles = [{ name: "p", users: 2, durationMs: 60_000 }];
  writeJournal(join(dir, "hurt"), { runId: id, profiles, thresholds: ["p95 < 1ms"] });
  const file = join(dir, "hurt", "run.plj");
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill("#", bytes.length >> 1, (bytes.length >> 1) + 400));
  const { json } = await openPage(await startPageForTest(["--dir", dir]));
  const [listed] = (await json("/api/runs")).runs;
  expect(listed).toMatchObject({ id, state: "ended", verdict: "inconclusive", isDamaged: true });
  const { state, data } = (await json(`/api/runs/${id}`)).document;
  expect([state, data.run.end.kind, data.judgement.verdict]).toEqual(["ended", "damaged", "inconclusive"]);
  expect(data.judgement.because).toMatch(
    /^The books do not balance: the journal is damaged, records \d+(?:–\d+)? are missing\./,
  );
  expect(data.judgement.reasons).toHaveLength(1);
});

test("what cannot start is told with why, and leaves no folder", async () => {
  const dir = workplace({ target: "http://127.0.0.1:1" });
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write, json } = await openPage(page);
  const asRate = await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "short", ratePerSec: 5 });
  expect([asRate.status, asRate.text]).toEqual([422, expect.stringContaining("users and a rate are both given")]);
  expect((await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "none" })).status).toBe(422);
  expect((await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "short" })).status).toBe(202);
  const failed = await until(async () => {
    const [start] = (await json("/api/runs")).starts;
    return start?.message?.includes("TARGET_NOT_READY") ? start : undefined;
  });
  expect(failed).toMatchObject({ state: "failed", exitCode: 4 });
  expect(readdirSync(join(dir, "results"))).toEqual([]);
});

test("what is beyond a limit is refused in plain words", async () => {
  const dir = tempDir();
  const { id } = await heldRun(dir, () => ({ ok: true }));
  const { write } = await openPage(await startPageForTest(["--dir", join(dir, "results")]));
  const steer = async (body: object) => {
    const { status, text } = await write("POST", `/api/runs/${id}/steer`, body);
    return [status, JSON.parse(text).error.message];
  };
  expect(await steer({ users: 1e9 })).toEqual([422, "at most 100\u202f000 users"]);
  expect(await steer({ users: 2.5 })).toEqual([422, expect.stringContaining("a whole number of users is wanted")]);
  expect(await steer({ users: -5 })).toEqual([422, "a whole number of users is wanted"]);
  expect(await steer({ ratePerSec: 1e9 })).toEqual([422, "at most 100\u202f000/s"]);
});

test("a folder that is not there is said so and waited for; a file is refused", async () => {
  const dir = workplace();
  const page = await startPageForTest(["--dir", "nowhere"], { cwd: dir });
  await until(async () =>
    page.notes().includes("nowhere is not there yet: the first run makes it") ? true : undefined,
  );
  const { write, json } = await openPage(page);
  expect((await json("/api/runs")).runs).toEqual([]);
  await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "short" });
  await until(async () => (await json("/api/runs")).runs[0]);
  const there = await startPageForTest(["--dir", "nowhere"], { cwd: dir });
  expect(there.notes()).not.toContain("not there yet");
  await expect(startPageForTest(["--dir", "package.json"], { cwd: dir })).rejects.toThrow("package.json is a file");
});

test("the target guard holds for runs of the page", async () => {
  const dir = workplace({ target: "http://192.0.2.1" });
  writeSpec(dir, { target: "http://8.8.8.8", tasks: { a: { get: "/" } }, profiles: { p: { users: 1, for: "1s" } } });
  const page = await startPageForTest(["--dir", "results"], { cwd: dir });
  const { write, json } = await openPage(page);
  expect((await write("POST", "/api/runs", { spec: "plimsoll.json", profile: "p" })).status).toBe(202);
  const failed = await until(async () => {
    const [start] = (await json("/api/runs")).starts;
    return start?.message?.includes("TARGET_REFUSED") ? start : undefined;
  });
  expect(failed.exitCode).toBe(5);
});

/** A run's folder as a run of this very process would hold it, its orders taken by `answer`. */
async function heldRun(dir: string, answer: (order: object) => object | undefined) {
  const results = join(dir, "results", "held");
  const control = join(dir, "control.sock");
  mkdirSync(results, { recursive: true });
  const lock = await lockResults(results);
  const lockFile = join(results, "run.lock");
  writeFileSync(lockFile, JSON.stringify({ ...JSON.parse(readFileSync(lockFile, "utf8")), control }));
  const orders: object[] = [];
  const listener = createServer((socket) => {
    socket.setEncoding("utf8").on("data", (text: string) => {
      const order = JSON.parse(text);
      orders.push(order);
      const reply = answer(order);
      if (reply !== undefined) socket.write(`${JSON.stringify({ id: order.id, ...reply })}\n`);
      else socket.destroy();
    });
  });
  await new Promise<void>((resolve) => listener.listen(control, resolve));
  const journal = await createJournal(results, { ...SAMPLE_HEADER, run: "2026-11-23-0a1b2c3d" }, { lock });
  for (const record of SAMPLE_RECORDS.slice(1, 4)) await journal.appendDurable(record);
  const leave = async () => {
    await journal.close();
    rmSync(lockFile, { force: true });
  };
  onTestFinished(async () => {
    listener.close();
    await leave();
  });
  return { journal, orders, leave, id: "2026-11-23-0a1b2c3d" };
}

test("orders reach the run that goes on, and what it refuses is told", async () => {
  const dir = tempDir();
  const { orders, id } = await heldRun(dir, (order) =>
    "ratePerSec" in order ? { ok: false, message: "this profile has users, not a rate" } : { ok: true },
  );
  const page = await startPageForTest(["--dir", join(dir, "results")]);
  const { write } = await openPage(page);
  expect((await write("POST", `/api/runs/${id}/steer`, { users: 50 })).status).toBe(204);
  expect((await write("POST", `/api/runs/${id}/steer`, { paused: true })).status).toBe(204);
  expect((await write("POST", `/api/runs/${id}/steer`, { paused: false })).status).toBe(204);
  expect((await write("POST", `/api/runs/${id}/stop`, {})).status).toBe(204);
  expect(orders).toEqual([
    { id: 1, do: "steer", users: 50, who: "page" },
    { id: 1, do: "pause", who: "page" },
    { id: 1, do: "resume", who: "page" },
    { id: 1, do: "stop", who: "page" },
  ]);
  const refused = await write("POST", `/api/runs/${id}/steer`, { ratePerSec: 5 });
  expect([refused.status, JSON.parse(refused.text).error]).toMatchObject([
    409,
    { code: "RUN_NOT_STEERABLE", message: "this profile has users, not a rate" },
  ]);
  expect((await write("DELETE", `/api/runs/${id}`, { confirm: id })).status).toBe(409);
  expect(existsSync(join(dir, "results", "held", "run.plj"))).toBe(true);
});

test("a run that goes on is not compared, on neither side", async () => {
  const dir = tempDir();
  const { id } = await heldRun(dir, () => undefined);
  const profiles = [{ name: "p", users: 1, durationMs: 2000 }];
  const over = "2026-11-23-aaaaaaaa";
  writeJournal(join(dir, "results", "over"), { runId: over, profiles });
  const { read } = await openPage(await startPageForTest(["--dir", join(dir, "results")]));
  for (const [base, next] of [
    [over, id],
    [id, over],
  ]) {
    const { status, text } = await read(`/api/compare?base=${base}&new=${next}`);
    expect([status, JSON.parse(text).error.message]).toEqual([409, "held goes on; compare it when it is over"]);
  }
});

test("a run that hangs up or is over takes no orders", async () => {
  const dir = tempDir();
  const { leave, id } = await heldRun(dir, () => undefined);
  const page = await startPageForTest(["--dir", join(dir, "results")]);
  const { write } = await openPage(page);
  const stop = async () => JSON.parse((await write("POST", `/api/runs/${id}/stop`, {})).text).error;
  expect(await stop()).toMatchObject({ code: "RUN_NOT_STEERABLE", message: expect.stringContaining("hung up") });
  await leave();
  expect(await stop()).toMatchObject({ code: "RUN_NOT_STEERABLE", message: "the run is over" });
});

test("a viewer who comes back gets what it missed, once; one who was away too long gets the whole", async () => {
  const dir = tempDir();
  const { journal, leave, id } = await heldRun(dir, () => ({ ok: true }));
  const page = await startPageForTest(["--dir", join(dir, "results")]);
  const { cookie } = await openPage(page);
  const path = `/api/runs/${id}/events`;
  const read = (lastEventId: number | undefined, untilN: number) =>
    readEvents(
      page,
      { path, cookie, ...(lastEventId === undefined ? {} : { lastEventId }) },
      ({ id: n }) => n >= untilN,
    );
  let held = documentAfter(await read(undefined, 3));
  for (let round = 1; round <= 3; round++) {
    await journal.appendDurable(sampleData(round));
    const missed = await read(held.n, 3 + round);
    expect(missed.map(({ name }) => name)).toEqual(["patch"]);
    held = documentAfter(missed, held);
  }
  expect((await read(1, 6)).map(({ name }) => name)).toEqual(["snapshot"]);
  // Another server makes the very same document of the journal so far, so that numbers mean the same there.
  const other = await startPageForTest(["--dir", join(dir, "results")]);
  const elsewhere = { path, cookie: (await openPage(other)).cookie };
  expect(documentAfter(await readEvents(other, elsewhere, () => true))).toEqual(held);
  expect(held.document).toMatchObject({ state: "running", now: { name: "steady" } });
  // The writer goes without a word, as when it is killed.
  const last = readEvents(page, { path, cookie, lastEventId: held.n });
  await leave();
  expect(documentAfter(await last, held).document).toMatchObject({ state: "lost" });
});
