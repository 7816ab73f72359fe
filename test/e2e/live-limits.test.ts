import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type LiveServerOptions, startLiveServer } from "../../packages/plimsoll/src/live/live-server.ts";
import { PAGE_LIMITS } from "../../packages/plimsoll/src/live/page-limits.ts";
import { createJournal } from "../../packages/plimsoll/src/records/journal-file.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS, sampleData } from "../../packages/plimsoll/src/records/sample-journal.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { signIn } from "../support/live-page.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeJournal } from "../support/write-journal.ts";

// What whoever asks may cost the page's server at most; in this process, so that a limit need not take its usual time.

const { judgement } = sampleReport();

async function startServer(options: Partial<LiveServerOptions> = {}) {
  const never = () => Promise.reject(new Error("not asked for here"));
  const server = await startLiveServer({
    dir: tempDir(),
    port: 0,
    host: undefined,
    tls: undefined,
    token: undefined,
    ui: { script: "", css: "" },
    judge: (stats) => ({ stats, judgement }),
    isResultFile: () => false,
    listSpecs: never,
    compare: never,
    startRun: never,
    onFault: () => {},
    ...options,
  });
  onTestFinished(() => server.close());
  const { host, origin, port } = new URL(server.url);
  const page = { host, origin, port: Number(port), token: server.token };
  return { page, cookie: await signIn(page) };
}

interface Page {
  readonly host: string;
  readonly port: number;
}

interface Connection {
  readonly socket: Socket;
  /** What came back so far. */
  readonly answer: () => string;
  readonly closed: Promise<void>;
}

/** A connection that has sent `text`; `isStuck`: it takes nothing after the first octets that come. */
function open(page: Page, text: string, { isStuck = false } = {}): Connection {
  let answer = "";
  const socket = connect({ host: "127.0.0.1", port: page.port }, () => socket.write(text));
  socket.on("error", () => {});
  socket.setEncoding("latin1").on("data", (part: string) => {
    answer += part;
  });
  if (isStuck) socket.once("data", () => socket.pause());
  onTestFinished(() => void socket.destroy());
  return { socket, answer: () => answer, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}

function streamHead(page: Page, cookie: string, path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${page.host}\r\nCookie: ${cookie}\r\n\r\n`;
}

/** The status of the next stream that is asked for; it is left again. */
async function nextStatus(page: Page, cookie: string): Promise<string | undefined> {
  const { socket, answer } = open(page, streamHead(page, cookie, "/api/runs/events"));
  await expect.poll(answer).toMatch(/^HTTP\/1\.1 \d+ /);
  socket.destroy();
  return answer().split(" ")[1];
}

test("as many viewers as are allowed are served, one more is told so, and a place that is left is free again", async () => {
  const { page, cookie } = await startServer();
  const head = streamHead(page, cookie, "/api/runs/events");
  const viewers = Array.from({ length: PAGE_LIMITS.maxStreams }, () => open(page, head));
  for (const { answer } of viewers) await expect.poll(answer).toContain("event: snapshot");
  const refused = open(page, head);
  await expect.poll(refused.answer).toContain(`${PAGE_LIMITS.maxStreams} viewers are there already`);
  expect(refused.answer()).toMatch(/^HTTP\/1\.1 503 /);
  viewers[0]!.socket.destroy();
  await expect.poll(() => nextStatus(page, cookie)).toBe("200");
});

test("more connections than are allowed are closed unheard", async () => {
  const { page } = await startServer({ limits: { maxConnections: 5 } });
  const held = Array.from({ length: 5 }, () => open(page, ""));
  await Promise.all(held.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
  const next = open(page, `GET / HTTP/1.1\r\nHost: ${page.host}\r\n\r\n`);
  await next.closed;
  expect(next.answer()).toBe("");
});

test.each([
  ["a head", { headWithinMs: 200 }, (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\nX: `],
  [
    "a body",
    { requestWithinMs: 200, headWithinMs: 100 },
    (host: string) =>
      `POST /api/session HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"token":`,
  ],
] as const)("%s that does not come to its end takes its connection with it", async (_, limits, sent) => {
  const { page } = await startServer({ limits });
  const slow = open(page, sent(page.host));
  await slow.closed;
  expect(slow.answer()).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
});

const RUN = "2026-11-23-aaaaaaaa";
/** More than the system holds between two ends. */
const LARGE = 24_000_000;
const findings = Array.from({ length: LARGE / 2000 }, (_, n) => ({
  ...judgement.findings[0]!,
  message: `${n} `.padEnd(1900, "x"),
}));
const large: Partial<LiveServerOptions> = {
  judge: (stats) => ({ stats, judgement: { ...judgement, findings } }),
  limits: { maxStreams: 1, stuckMs: 1000 },
  isResultFile: () => true,
};

test("a viewer that takes nothing is cut off, and its place is free again", async () => {
  const dir = tempDir();
  const journal = await createJournal(join(dir, "run"), { ...SAMPLE_HEADER, run: RUN });
  onTestFinished(() => journal.close());
  for (const record of SAMPLE_RECORDS.slice(1, 4)) await journal.appendDurable(record);
  const { page, cookie } = await startServer({ ...large, dir });
  const { answer } = open(page, streamHead(page, cookie, `/api/runs/${RUN}/events`), { isStuck: true });
  await expect.poll(answer).toContain("retry: 1000");
  expect(await nextStatus(page, cookie)).toBe("503");
  // What waits behind the first piece is not taken.
  await journal.appendDurable(sampleData(1));
  await expect.poll(() => nextStatus(page, cookie)).toBe("200");
});

test("however many watch a run, it is read, folded and judged once for all", async () => {
  const dir = tempDir();
  const journal = await createJournal(join(dir, "run"), { ...SAMPLE_HEADER, run: RUN });
  onTestFinished(() => journal.close());
  for (const record of SAMPLE_RECORDS.slice(1, 4)) await journal.appendDurable(record);
  let judgedCount = 0;
  const { page, cookie } = await startServer({
    dir,
    judge: (stats) => {
      judgedCount++;
      return { stats, judgement };
    },
  });
  const head = streamHead(page, cookie, `/api/runs/${RUN}/events`);
  const viewers = Array.from({ length: 10 }, () => open(page, head));
  for (const { answer } of viewers) await expect.poll(answer).toContain("event: snapshot");
  expect(judgedCount).toBe(1);
  await journal.appendDurable(sampleData(1));
  for (const { answer } of viewers) await expect.poll(answer).toContain("event: patch");
  expect(judgedCount).toBe(2);
});

test.each([
  ["the end of a run", `/api/runs/${RUN}/events`],
  ["a file", `/api/runs/${RUN}/files/large.csv`],
])("who takes nothing of %s is cut off", async (_, path) => {
  const dir = tempDir();
  const profiles = [{ name: "p", users: 1, durationMs: 2000 }];
  writeFileSync(join(writeJournal(join(dir, "run"), { runId: RUN, profiles }), "large.csv"), "x".repeat(LARGE));
  const { page, cookie } = await startServer({ ...large, dir, limits: { maxConnections: 1, stuckMs: 1000 } });
  const { socket, answer, closed } = open(page, streamHead(page, cookie, path), { isStuck: true });
  await expect.poll(answer).toMatch(/^HTTP\/1\.1 200 /);
  // While it is there, no other connection is taken.
  const shell = async () => {
    const asked = open(page, `GET / HTTP/1.1\r\nHost: ${page.host}\r\nConnection: close\r\n\r\n`);
    await asked.closed;
    return asked.answer();
  };
  expect(await shell()).toBe("");
  await expect.poll(shell).toMatch(/^HTTP\/1\.1 200 /);
  socket.resume();
  await closed;
  expect(answer().length).toBeLessThan(LARGE);
});
