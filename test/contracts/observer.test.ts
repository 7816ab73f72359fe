/** The target's own metrics over real sockets: whatever answers, there is a record, and at most one word of each fault. */
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Observer } from "../../packages/plimsoll/src/cli/observe/observer.ts";
import { createScraper } from "../../packages/plimsoll/src/cli/observe/scraper.ts";
import type { EventRecord, ObservedRecord } from "../../packages/plimsoll/src/records/record.ts";
import type { Observe } from "../../packages/plimsoll/src/spec/spec.ts";
import { type RawServer, startRawServer } from "../support/raw-server.ts";

const TLS = { caPem: undefined, isVerified: true, serverName: undefined } as const;
const METRICS = [{ name: "queue", metric: "queue_depth", labels: {}, take: "sum" }] as const;

let server: RawServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

function whole(status: string, body: string, headers = ""): string {
  return `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Scrapes a server that answers so, until enough records came. */
async function observe(answer: (path: string, socket: Socket) => void, wanted: number, more: Partial<Observe> = {}) {
  server = await startRawServer(answer);
  return await observeUrl(server.url, wanted, more);
}

async function observeUrl(origin: string, wanted: number, more: Partial<Observe> = {}) {
  const observed: ObservedRecord[] = [];
  const events: EventRecord[] = [];
  const spec: Observe = { origin, path: "/metrics", headers: {}, everyMs: 100, metrics: METRICS, ...more };
  const nowMs = () => performance.now();
  const resolve = (name: string) => (name === "KEY" ? "sk-canary" : undefined);
  const target = { origin: new URL(origin).origin, addresses: ["127.0.0.1"] };
  const scraper = createScraper({ observe: spec, target, tls: TLS, resolve, userAgent: "Plimsoll", nowMs });
  let observer: Observer | undefined;
  await new Promise<void>((enough) => {
    const tell = (record: ObservedRecord | EventRecord) => {
      if (record.k === "ev") events.push(record);
      else observed.push(record);
      if (observed.length === wanted) setImmediate(enough);
    };
    observer = new Observer({ observe: spec, scraper, shown: "it", redact: (text) => text, nowMs, tell });
  });
  await observer?.stop();
  return { observed, events, values: observed.map(({ values }) => values["queue"]) };
}

describe("a target that tells", () => {
  test("is asked again and again over one connection, each value under the time at which it was asked", async () => {
    const sockets = new Set<Socket>();
    let depth = 0;
    const { observed, events, values } = await observe((_path, socket) => {
      sockets.add(socket);
      socket.write(whole("200 OK", `# TYPE queue_depth gauge\nqueue_depth ${depth++}\n`));
    }, 5);
    expect(values).toEqual([0, 1, 2, 3, 4]);
    expect(sockets.size).toBe(1);
    expect(events).toEqual([]);
    const instants = observed.map(({ atMs }) => atMs);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  });

  test("hears query, headers and user info with their references in place", async () => {
    const heard: string[] = [];
    const { createServer } = await import("node:http");
    const http = createServer((request, response) => {
      heard.push(
        `${request.url} ${request.headers.authorization} ${request.headers["x-key"]} ${request.headers.accept}`,
      );
      response.end("queue_depth 1\n");
    });
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    const address = http.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const origin = `http://ann:\${KEY}@127.0.0.1:${port}`;
      const headers = { "x-key": "k ${KEY}" };
      const { values } = await observeUrl(origin, 1, { path: "/m?key=${KEY}", headers });
      expect(values).toEqual([1]);
      const basic = Buffer.from("ann:sk-canary").toString("base64");
      expect(heard).toEqual([`/m?key=sk-canary Basic ${basic} k sk-canary text/plain;version=0.0.4`]);
    } finally {
      http.closeAllConnections();
      http.close();
    }
  });

  test("and comes back after it was away, with nothing in between", async () => {
    let asked = 0;
    const { values, events } = await observe((_path, socket) => {
      asked++;
      if (asked === 2) socket.destroy();
      else if (asked === 3) socket.write(whole("503 Busy", "no\n"));
      else socket.write(whole("200 OK", `queue_depth ${asked}\n`));
    }, 4);
    expect(values).toEqual([1, null, null, 4]);
    expect(events).toHaveLength(1);
  });
});

describe("a target that does not", () => {
  test.each<[string, (path: string, socket: Socket) => void, RegExp]>([
    ["hangs", () => {}, /told nothing: timeout/],
    ["answers byte by byte for ever", (_path, socket) => dribble(socket), /told nothing: timeout/],
    ["sends more than 4 MiB", (_path, socket) => flood(socket), /told nothing: too-large/],
    ["answers 404", (_path, socket) => socket.write(whole("404 No", "queue_depth 3\n")), /it answered 404/],
    [
      "redirects",
      (_path, socket) => socket.write(whole("302 Found", "", "location: http://169.254.169.254/\r\n")),
      /it answered 302/,
    ],
    ["speaks no HTTP", (_path, socket) => socket.write("SSH-2.0-OpenSSH\r\n\r\n"), /told nothing: protocol/],
    ["closes at once", (_path, socket) => socket.destroy(), /told nothing: (reset|truncated)/],
    [
      "sends a page",
      (_path, socket) => socket.write(whole("200 OK", "<html>queue_depth 3</html>")),
      /tells nothing of queue_depth/,
    ],
    ["sends garbage", (_path, socket) => socket.write(whole("200 OK", garbage())), /tells nothing of queue_depth/],
    [
      "compresses",
      (_path, socket) => socket.write(whole("200 OK", "\u001f\u008b\b", "content-encoding: gzip\r\n")),
      /tells nothing/,
    ],
    ["says NaN", (_path, socket) => socket.write(whole("200 OK", "queue_depth NaN\n")), /tells nothing of queue_depth/],
  ])("%s leaves null and one event", async (_, answer, why) => {
    const { values, events } = await observe(answer, 2);
    expect(values).toEqual([null, null]);
    expect(events.map(({ code, level }) => `${code} ${level}`)).toEqual(["OBSERVATION_FAILED warning"]);
    expect(events[0]?.message).toMatch(why);
  });

  test("is not there at all: null and one event", async () => {
    const gone = await startRawServer(() => {});
    await gone.close();
    const { values, events } = await observeUrl(gone.url, 3);
    expect(values).toEqual([null, null, null]);
    expect(events.map(({ message }) => message)).toEqual([expect.stringMatching(/^it told nothing: connect-refused/)]);
  });

  test("is slower than asked: it is asked less often, never twice at once", async () => {
    let open = 0;
    let most = 0;
    const { values } = await observe((_path, socket) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        socket.write(whole("200 OK", "queue_depth 1\n"));
      }, 250);
    }, 3);
    expect(values).toEqual([1, 1, 1]);
    expect(most).toBe(1);
  });
});

function dribble(socket: Socket): void {
  socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
  const timer = setInterval(() => socket.write("q"), 20);
  socket.on("close", () => clearInterval(timer));
}

function flood(socket: Socket): void {
  socket.write("HTTP/1.1 200 OK\r\n\r\n");
  const chunk = Buffer.alloc(1 << 20, "queue_depth 1\n");
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
}

function garbage(): string {
  return String.fromCharCode(...Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256));
}
