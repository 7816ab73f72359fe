/** What only HTTP/2 has: sessions that callers share, streams that end one by one, GOAWAY, SETTINGS. */
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import {
  createHttp2Transport,
  isWithoutHttp2,
  trySession,
} from "../../packages/plimsoll/src/transport/http2/http2-transport.ts";
import { probeConnect, probeReady } from "../../packages/plimsoll/src/transport/probe.ts";
import type { Transport, TransportOptions } from "../../packages/plimsoll/src/transport/transport.ts";
import { closedPort, says, startFaultServer } from "./fault-server.ts";
import {
  FRAME,
  type FrameServer,
  type FrameServerOptions,
  type FrameSession,
  startFrameServer,
} from "./frame-server.ts";
import { startHttp2Gateway } from "./http2-gateway.ts";
import { optionsFor, type Sent, send, until } from "./sending.ts";

const OK = [[":status", "200"]] as const;
const CODE = { none: 0, protocol: 1, internal: 2, refused: 7, cancel: 8, calm: 11 } as const;
const pem = (name: string): string => readFileSync(new URL(`./tls/${name}.pem`, import.meta.url), "utf8");

interface FrameStage extends AsyncDisposable {
  readonly server: FrameServer;
  readonly transport: Transport;
}

async function stage(
  onRequest: (session: FrameSession, streamId: number) => void,
  change: Partial<TransportOptions> = {},
  options: FrameServerOptions = {},
): Promise<FrameStage> {
  const server = await startFrameServer(onRequest, options);
  const transport = createHttp2Transport(optionsFor(server.port, change));
  return {
    server,
    transport,
    async [Symbol.asyncDispose]() {
      await transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function sendMany(transport: Transport, count: number): Promise<Sent[]> {
  return await Promise.all(Array.from({ length: count }, () => send(transport.connection())));
}

function kindsOf(sent: readonly Sent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of sent) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe("sessions", () => {
  test("a hundred callers share one, and the next gets another", async () => {
    const held: (() => void)[] = [];
    await using set = await stage((session, streamId) => {
      held.push(() => session.answer(streamId));
      if (held.length >= 101) for (const answer of held) answer();
    });
    expect(kindsOf(await sendMany(set.transport, 101))).toEqual({ ok: 101 });
    expect(set.server.asked.map(({ length }) => length)).toEqual([100, 1]);
    expect(set.transport.counters).toMatchObject({ openedCount: 2, socketCount: 2, reopenedByUsCount: 0 });
  });

  test.each([
    [1, 6],
    [2, 3],
  ])("carry what the target allows at a time: %i", async (maxStreams, sessionCount) => {
    const inFlight: number[] = [];
    let most = 0;
    await using set = await stage(
      (session, streamId) => {
        inFlight[session.index] = (inFlight[session.index] ?? 0) + 1;
        most = Math.max(most, inFlight[session.index]!);
        setTimeout(() => {
          inFlight[session.index]! -= 1;
          session.answer(streamId);
        }, 50);
      },
      {},
      { onSession: (session) => session.maxStreams(maxStreams) },
    );
    const connections = Array.from({ length: 6 }, () => set.transport.connection());
    for (let round = 0; round < 3; round += 1) {
      expect(kindsOf(await Promise.all(connections.map((each) => send(each))))).toEqual({ ok: 6 });
    }
    expect(most).toBe(maxStreams);
    expect(set.transport.counters.openedCount).toBe(sessionCount);
  });

  test("a caller's next request, sent as its answer ends, needs no further session where one stream is allowed", async () => {
    await using set = await stage(
      (session, streamId) => session.answer(streamId),
      {},
      { onSession: (session) => session.maxStreams(1) },
    );
    const connection = set.transport.connection();
    for (let count = 0; count < 20; count += 1) expect((await send(connection)).kind).toBe("ok");
    expect(set.transport.counters).toMatchObject({ openedCount: 1, socketCount: 1 });
  });

  test("a target that allows no stream yet is waited for", async () => {
    await using set = await stage(
      (session, streamId) => session.answer(streamId),
      {},
      {
        onSession: (session) => {
          session.maxStreams(0);
          setTimeout(() => session.maxStreams(10), 60);
        },
      },
    );
    expect(kindsOf(await sendMany(set.transport, 5))).toEqual({ ok: 5 });
    expect(set.transport.counters.openedCount).toBe(1);
  });

  test("late SETTINGS are time to connect: nothing is sent before them", async () => {
    await using set = await stage(
      (session, streamId) => session.answer(streamId),
      {},
      { onSession: (session) => setTimeout(() => session.frame(FRAME.settings, 0, 0), 100) },
    );
    const startedAtMs = performance.now();
    const sent = await send(set.transport.connection());
    expect(sent.kind).toBe("ok");
    expect(sent.sentAtMs - startedAtMs).toBeGreaterThanOrEqual(95);
  });

  test("no SETTINGS at all is a connect timeout that says so", async () => {
    await using set = await stage(() => {}, { connectTimeoutMs: 80 }, { onSession: () => {} });
    const sent = await send(set.transport.connection());
    expect(sent.kind).toBe("connect-timeout");
    expect(sent.sentAtMs).toBeNaN();
    expect(set.transport.counters).toMatchObject({ openedCount: 0, socketCount: 0 });
  });

  test("the last caller to go closes them, none before", async () => {
    await using set = await stage((session, streamId) => session.answer(streamId));
    const [first, second] = [set.transport.connection(), set.transport.connection()];
    await send(first);
    await send(second);
    first.destroy();
    expect(set.transport.counters.socketCount).toBe(1);
    expect(second.isOpen).toBe(true);
    second.destroy();
    expect(set.transport.counters.socketCount).toBe(0);
    await until(() => set.server.sessions[0]!.socket.destroyed);
  });
});

describe("a stream", () => {
  test.each([
    ["before anything", "INTERNAL_ERROR", CODE.internal, "reset", 0],
    ["before anything", "CANCEL", CODE.cancel, "reset", 0],
    ["before anything", "ENHANCE_YOUR_CALM", CODE.calm, "reset", 0],
    ["before anything", "NO_ERROR", CODE.none, "reset", 0],
    ["before anything", "PROTOCOL_ERROR", CODE.protocol, "protocol", 0],
    ["within the body", "INTERNAL_ERROR", CODE.internal, "reset", 200],
    ["within the body", "CANCEL", CODE.cancel, "reset", 200],
    ["within the body", "NO_ERROR", CODE.none, "truncated", 200],
  ])("reset %s with %s", async (when, _name, code, kind, status) => {
    await using set = await stage((session, streamId) => {
      if (when === "within the body") {
        session.head(streamId, OK);
        session.data(streamId, "hel");
      }
      session.reset(streamId, code);
    });
    const connection = set.transport.connection();
    expect(await send(connection)).toMatchObject({ kind, status, body: undefined });
    await send(connection);
    expect(set.transport.counters).toMatchObject({ openedCount: 1, socketCount: 1, staleRetryCount: 0 });
  });

  test("refused was not acted upon: it goes out again, once and counted", async () => {
    let count = 0;
    await using set = await stage((session, streamId) => {
      count += 1;
      if (count === 1) session.reset(streamId, CODE.refused);
      else session.answer(streamId);
    });
    expect(await send(set.transport.connection())).toMatchObject({ kind: "ok", body: "hello" });
    expect(set.transport.counters).toMatchObject({ openedCount: 1, staleRetryCount: 1 });
  });

  test("refused twice is reset", async () => {
    await using set = await stage((session, streamId) => session.reset(streamId, CODE.refused));
    expect(await send(set.transport.connection())).toMatchObject({
      kind: "reset",
      message: "the target reset the stream (REFUSED_STREAM)",
    });
    expect(set.server.asked).toEqual([[1, 3]]);
  });

  test("reset is none of the others' on its session", async () => {
    let count = 0;
    await using set = await stage((session, streamId) => {
      count += 1;
      if (count % 2 === 0) session.reset(streamId, CODE.internal);
      else setTimeout(() => session.answer(streamId), 20);
    });
    expect(kindsOf(await sendMany(set.transport, 20))).toEqual({ ok: 10, reset: 10 });
    expect(set.transport.counters.openedCount).toBe(1);
  });

  test("given up for time is cancelled, and its session goes on for the others", async () => {
    await using set = await stage(
      (session, streamId) => {
        if (streamId !== 1) setTimeout(() => session.answer(streamId), 40);
      },
      { firstByteTimeoutMs: 100 },
    );
    const [late, ...others] = [1, 2, 3].map(() => set.transport.connection());
    const waiting = send(late!);
    await until(() => set.server.asked[0]?.length === 1);
    for (let round = 0; round < 4; round += 1) {
      expect(kindsOf(await Promise.all(others.map((each) => send(each))))).toEqual({ ok: 2 });
    }
    expect((await waiting).kind).toBe("timeout");
    await until(() => set.server.resets[0]!.length > 0);
    expect(set.server.resets[0]).toEqual([[1, CODE.cancel]]);
    expect(set.transport.counters).toMatchObject({ openedCount: 1, socketCount: 1 });
  });

  test("whose body is too large is cancelled, and its session goes on", async () => {
    await using set = await stage(
      (session, streamId) => {
        session.head(streamId, OK);
        if (streamId === 1) session.data(streamId, "x".repeat(2000));
        else session.data(streamId, "small", true);
      },
      { maxBodyBytes: 1000 },
    );
    const connection = set.transport.connection();
    expect(await send(connection)).toMatchObject({ kind: "too-large", status: 200, body: undefined });
    expect(await send(connection)).toMatchObject({ kind: "ok", body: "small" });
    expect(set.transport.counters.openedCount).toBe(1);
  });

  test.each([
    [
      "a field name in capitals",
      [
        [":status", "200"],
        ["X-A", "1"],
      ],
      "",
    ],
    ["no status", [["x-a", "1"]], ""],
    ["a status that is none", [[":status", "two"]], ""],
    [
      "a field of a connection",
      [
        [":status", "200"],
        ["transfer-encoding", "chunked"],
      ],
      "",
    ],
    [
      "two lengths",
      [
        [":status", "200"],
        ["content-length", "5"],
        ["content-length", "6"],
      ],
      "hello",
    ],
    [
      "a body shorter than its length",
      [
        [":status", "200"],
        ["content-length", "50"],
      ],
      "hello",
    ],
    [
      "a body longer than its length",
      [
        [":status", "200"],
        ["content-length", "2"],
      ],
      "hello",
    ],
    ["101, which HTTP/2 has not", [[":status", "101"]], "hello"],
  ] satisfies [string, [string, string][], string][])("with %s is a violation", async (_, fields, body) => {
    await using set = await stage((session, streamId) => {
      session.head(streamId, fields);
      session.data(streamId, body, true);
    });
    const connection = set.transport.connection();
    expect(await send(connection)).toMatchObject({ kind: "protocol", body: undefined });
    expect(await send(connection)).toMatchObject({ kind: "protocol", body: undefined });
  });

  test("a field with a line break in its value is left out, and nothing of it becomes another", async () => {
    await using set = await stage((session, streamId) =>
      session.head(
        streamId,
        [
          [":status", "200"],
          ["x-b", "1\r\nx-a: 2"],
        ],
        true,
      ),
    );
    expect(await send(set.transport.connection())).toMatchObject({ kind: "ok", header: undefined });
  });

  test("may end with trailers, which are no headers", async () => {
    await using set = await stage((session, streamId) => {
      session.head(streamId, OK);
      session.data(streamId, "hello");
      session.head(streamId, [["x-a", "late"]], true);
    });
    const sent = await send(set.transport.connection());
    expect(sent).toMatchObject({ kind: "ok", body: "hello", header: undefined });
  });

  test("answered before the whole request was sent is answered", async () => {
    await using set = await stage((session, streamId) => session.answer(streamId));
    const body = "x".repeat(3_000_000);
    const sent = await send(set.transport.connection(), { method: "POST", body });
    expect(sent).toMatchObject({ kind: "ok", body: "hello" });
    await until(() => set.server.resets[0]!.length > 0);
  });
});

describe("a session that ends", () => {
  test("with GOAWAY: what it had not acted upon goes out again on another, the rest is answered", async () => {
    await using set = await stage((session, streamId) => {
      if (session.index > 0) session.answer(streamId, "second");
      else if (streamId === 3) {
        session.goaway(1, CODE.none);
        setTimeout(() => session.answer(1, "first"), 20);
      }
    });
    const sent = await sendMany(set.transport, 2);
    expect(sent).toMatchObject([
      { kind: "ok", body: "first" },
      { kind: "ok", body: "second" },
    ]);
    expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 0, staleRetryCount: 1 });
    await until(() => set.transport.counters.socketCount === 1);
  });

  test("with an error in its GOAWAY: what it had acted upon is reset, the rest goes out again", async () => {
    await using set = await stage((session, streamId) => {
      if (session.index > 0) session.answer(streamId);
      else if (streamId === 3) session.goaway(1, CODE.internal);
    });
    const sent = await sendMany(set.transport, 2);
    expect(sent).toMatchObject([
      { kind: "reset", message: "the target ended the session (GOAWAY, INTERNAL_ERROR)" },
      { kind: "ok" },
    ]);
  });

  test("with GOAWAY for ever: one try more, then reset", async () => {
    await using set = await stage((session) => session.goaway(0, CODE.calm));
    expect(await send(set.transport.connection())).toMatchObject({ kind: "reset" });
    expect(set.transport.counters).toMatchObject({ openedCount: 2, staleRetryCount: 1 });
  });

  test("killed in flight: each of its requests is told, and the next open another", async () => {
    let count = 0;
    await using set = await stage((session, streamId) => {
      count += 1;
      if (session.index > 0) session.answer(streamId);
      else if (count === 10) session.socket.resetAndDestroy();
    });
    expect(kindsOf(await sendMany(set.transport, 10))).toEqual({ reset: 10 });
    expect(set.transport.counters.socketCount).toBe(0);
    expect(kindsOf(await sendMany(set.transport, 10))).toEqual({ ok: 10 });
    expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 0, staleRetryCount: 0 });
  });

  test("for a violation is closed by us, and told as one", async () => {
    await using set = await stage((session, streamId) => {
      if (session.index > 0) session.answer(streamId);
      // A push, though we had said that we take none.
      else session.frame(FRAME.push, 4, streamId, Buffer.from([0, 0, 0, 2]));
    });
    const connection = set.transport.connection();
    expect(await send(connection)).toMatchObject({ kind: "protocol" });
    expect(await send(connection)).toMatchObject({ kind: "ok" });
    expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 1, staleRetryCount: 0 });
  });
});

describe("a request", () => {
  test("says over HTTP/2 what it says over HTTP/1.1, without what is a connection's", async () => {
    await using server = await startHttp2Gateway(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const transport = createHttp2Transport(optionsFor(server.port));
    const headers =
      "X-Name: Zoë\r\nConnection: keep-alive\r\nTE: gzip\r\nAccept: a/b\r\nAccept: c/d\r\nContent-Type: e/f\r\n";
    for (let count = 0; count < 2; count += 1) await send(transport.connection(), { headers });
    for (const { head } of server.received) {
      expect(head.split("\r\n").slice(2).sort()).toEqual([
        "accept: a/b, c/d",
        "content-type: e/f",
        `x-name: ${Buffer.from("Zoë").toString("latin1")}`,
      ]);
    }
    await transport.close();
  });

  test("of which none can be made fails later, and harms no other", async () => {
    await using set = await stage((session, streamId) => session.answer(streamId));
    const connection = set.transport.connection();
    const sent = await send(connection, { headers: "x a: 1\r\n" });
    expect(sent.kind).toBe("protocol");
    expect((await send(connection)).kind).toBe("ok");
  });
});

describe("a target without HTTP/2", () => {
  const trusted = { caPem: pem("ca"), isVerified: true, serverName: undefined };

  test("that answers in HTTP/1.1 is told of", async () => {
    await using server = await startFaultServer(() => {}, {
      onConnection: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
    });
    const transport = createHttp2Transport(optionsFor(server.port));
    const sent = await send(transport.connection());
    expect(sent).toMatchObject({ kind: "protocol", message: "the target does not speak HTTP/2", status: 0 });
    expect(sent.sentAtMs).toBeNaN();
    expect(transport.counters).toMatchObject({ openedCount: 0, socketCount: 0 });
  });

  test.each([
    ["offers HTTP/1.1 only", { ALPNProtocols: ["http/1.1"] }],
    ["knows no ALPN", {}],
  ])("over TLS that %s is told of", async (_, alpn) => {
    const server = createHttpsServer({ key: pem("key"), cert: pem("trusted"), ...alpn }, (_request, response) =>
      response.end("hello"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const transport = createHttp2Transport(optionsFor(port, { origin: `https://localhost:${port}`, tls: trusted }));
    expect(await send(transport.connection())).toMatchObject({
      kind: "protocol",
      message: "the target did not agree to HTTP/2 (ALPN h2)",
    });
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test("of one that has both, HTTP/2 is spoken", async () => {
    const versions: string[] = [];
    const server = createSecureServer(
      { key: pem("key"), cert: pem("trusted"), allowHTTP1: true },
      (request, response) => {
        versions.push(request.httpVersion);
        response.end("hello");
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const transport = createHttp2Transport(optionsFor(port, { origin: `https://localhost:${port}`, tls: trusted }));
    expect(await send(transport.connection())).toMatchObject({ kind: "ok", body: "hello" });
    expect(versions).toEqual(["2.0"]);
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("readiness of a target that speaks only HTTP/2", () => {
  const ready = { headers: "", intervalMs: 10, timeoutMs: 1000, path: "/health" };

  test("is asked over HTTP/2", async () => {
    await using server = await startHttp2Gateway(says("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhealthy"));
    const result = await probeReady({
      ...ready,
      transport: optionsFor(server.port),
      open: async (options) => createHttp2Transport(options),
      expectation: { check: ({ status }) => (status === 200 ? undefined : { message: "not healthy" }) },
    });
    expect(result.kind).toBe("ready");
    expect(server.received[0]!.head).toContain("GET /health HTTP/1.1");
  });

  test("is a session that opens", async () => {
    await using server = await startHttp2Gateway(says(""));
    expect(await trySession(optionsFor(server.port), 1000)).toBeUndefined();
    expect(server.received).toHaveLength(0);
  });

  test.each([
    ["nothing", async () => await closedPort(), /^connect-refused: /, false],
    ["HTTP/1.1", async () => await http1Port(), /^protocol: the target does not speak HTTP\/2$/, true],
  ])("is not where %s listens", async (_, port, lastSeen, isFinal) => {
    const failed = { lastSeen: expect.stringMatching(lastSeen), isFinal, isTimeout: false };
    expect(await trySession(optionsFor(await port()), 1000)).toEqual(failed);
  });

  test.each([
    [
      "a session",
      async (transport: TransportOptions) =>
        await probeConnect({ transport, timeoutMs: 60_000, tryConnect: (leftMs) => trySession(transport, leftMs) }),
    ],
    [
      "an answer",
      async (transport: TransportOptions) =>
        await probeReady({
          ...ready,
          timeoutMs: 60_000,
          transport,
          open: async (options) => createHttp2Transport(options),
          expectation: { check: () => undefined },
          isFinal: isWithoutHttp2,
        }),
    ],
  ])("one answer in HTTP/1.1 settles that %s never comes", async (_, probe) => {
    let count = 0;
    await using server = await startFaultServer(() => {}, {
      onConnection: (socket) => {
        count += 1;
        socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      },
    });
    expect(await probe(optionsFor(server.port))).toEqual({
      kind: "not-ready",
      isFinal: true,
      lastSeen: expect.stringContaining("the target does not speak HTTP/2"),
    });
    expect(count).toBe(1);
  });
});

/** A server of one connection, which is told that its request is bad. */
async function http1Port(): Promise<number> {
  const server = await startFaultServer(() => {}, {
    onConnection: (socket) => {
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      setTimeout(() => void server[Symbol.asyncDispose](), 50);
    },
  });
  return server.port;
}
