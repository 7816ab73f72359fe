/**
 * The contract of `Transport`, kept by every implementation, over real sockets. What hangs on HTTP/1.1's framing, or on
 * a socket for each caller, is in `transport-http1.test.ts`; what only HTTP/2 has in `transport-http2.test.ts`.
 */
import { describe, expect, test } from "vitest";
import { createHttp1Transport } from "../../packages/plimsoll/src/transport/http1/http1-transport.ts";
import { createHttp2Transport } from "../../packages/plimsoll/src/transport/http2/http2-transport.ts";
import type { TransportOptions } from "../../packages/plimsoll/src/transport/transport.ts";
import { createUndiciTransport } from "../../packages/plimsoll/src/transport/undici/undici-transport.ts";
import {
  type Answer,
  type AnswerSocket,
  closedPort,
  type FaultServerOptions,
  says,
  saysAndCloses,
  startFaultServer,
} from "./fault-server.ts";
import { startHttp2Gateway } from "./http2-gateway.ts";
import { GET, optionsFor, type Sent, send, until } from "./sending.ts";
import { openStage, type Stage } from "./stage.ts";

const IMPLEMENTATIONS = {
  http1: { create: createHttp1Transport, start: startFaultServer },
  http2: { create: createHttp2Transport, start: startHttp2Gateway },
  undici: { create: createUndiciTransport, start: startFaultServer },
} as const;
const HELLO = "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

describe.each(Object.entries(IMPLEMENTATIONS))("%s", (name, { create, start }) => {
  const isOurs = name !== "undici";
  /** Callers have no socket of their own. */
  const isShared = name === "http2";

  async function stage(
    answer: Answer,
    change: Partial<TransportOptions> = {},
    serverOptions: FaultServerOptions = {},
  ): Promise<Stage> {
    return await openStage({ create, start, change, serverOptions }, answer);
  }

  async function ask(answer: Answer, change: Partial<TransportOptions> = {}, request = GET): Promise<Sent> {
    await using set = await stage(answer, change);
    return await send(set.transport.connection(), request);
  }

  describe("a whole response", () => {
    test("is ok, with status, body, headers and instants in order", async () => {
      const sent = await ask(says(HELLO));
      expect(sent).toMatchObject({ kind: "ok", message: "", status: 200, body: "hello", bodyBytes: 5, header: "1" });
      expect(sent.sentAtMs).toBeLessThanOrEqual(sent.firstByteAtMs);
      expect(sent.firstByteAtMs).toBeLessThanOrEqual(sent.endedAtMs);
    });

    test("keeps neither body nor headers unless wanted", async () => {
      const sent = await ask(says(HELLO), {}, { ...GET, wantsBody: false, wantsHeaders: false });
      expect(sent).toMatchObject({ kind: "ok", body: undefined, bodyBytes: 5, header: undefined });
    });

    test("may be larger than a read", async () => {
      const body = "0123456789".repeat(9000);
      const sent = await ask(says(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`));
      expect(sent).toMatchObject({ kind: "ok", body });
    });

    test.each([
      ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200],
      ["GET", "HTTP/1.1 204 No Content\r\n\r\n", 204],
      // Undici misses the body that a 304 only describes.
      ["GET", `HTTP/1.1 304 Not Modified\r\n${isOurs ? "Content-Length: 5\r\n" : ""}\r\n`, 304],
    ])("to %s may have no body: %j", async (method, text, status) => {
      await using set = await stage(says(text));
      const connection = set.transport.connection();
      expect(await send(connection, { method })).toMatchObject({ kind: "ok", status, bodyBytes: 0 });
      expect(await send(connection, { method })).toMatchObject({ kind: "ok", status });
      // Undici closes after HEAD, to be safe from servers that send a body nonetheless.
      expect(set.server.connectionCount).toBe(!isOurs && method === "HEAD" ? 2 : 1);
    });

    test("may follow interim ones", async () => {
      const sent = await ask(says(`HTTP/1.1 103 Early Hints\r\nX-A: 0\r\n\r\n${HELLO}`));
      expect(sent).toMatchObject({ kind: "ok", status: 200, body: "hello", header: "1" });
    });

    test.each([400, 404, 429, 500, 503])("is ok with status %i too: judging is not the transport's", async (status) => {
      const sent = await ask(says(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\nno`));
      expect(sent).toMatchObject({ kind: "ok", status, body: "no" });
    });
  });

  describe("the request", () => {
    test.each([
      ["no body", { method: "GET" }, "GET /p?q=1 HTTP/1.1", ""],
      ["a text body", { method: "POST", body: '{"a":1}' }, "POST /p?q=1 HTTP/1.1", '{"a":1}'],
      ["a body of many languages", { method: "POST", body: "é 漢 🚢" }, "POST /p?q=1 HTTP/1.1", "é 漢 🚢"],
      ["octets", { method: "PUT", body: new Uint8Array([0x68, 0x69]) }, "PUT /p?q=1 HTTP/1.1", "hi"],
      ["an empty body", { method: "POST", body: "" }, "POST /p?q=1 HTTP/1.1", ""],
    ])("carries %s", async (_, request, line, body) => {
      await using set = await stage(says(HELLO));
      const sent = await send(set.transport.connection(), { ...request, path: "/p?q=1", headers: "x-b: 2\r\n" });
      const [received] = set.server.received;
      expect(sent.kind).toBe("ok");
      expect(received!.head.split("\r\n")[0]).toBe(line);
      expect(received!.head.toLowerCase()).toContain(`\r\nhost: 127.0.0.1:${set.server.port}`);
      expect(received!.head).toContain("\r\nx-b: 2");
      expect(new TextDecoder().decode(received!.body)).toBe(body);
      expect(/content-length: 0/i.test(received!.head)).toBe(request.method === "POST" && body === "");
    });

    test("says that its body is empty where a body is expected", async () => {
      await using set = await stage(says(HELLO));
      await send(set.transport.connection(), { method: "POST" });
      expect(set.server.received[0]!.head).toMatch(/content-length: 0/i);
    });
  });

  describe("a connection", () => {
    test("is opened by its first request and kept for the next", async () => {
      await using set = await stage(says(HELLO));
      const connection = set.transport.connection();
      expect(connection.isOpen).toBe(false);
      for (let count = 0; count < 5; count += 1) expect((await send(connection)).kind).toBe("ok");
      expect(connection).toMatchObject({ isOpen: true, isBusy: false });
      expect(set.server.connectionCount).toBe(1);
      expect(set.transport.counters).toMatchObject({ openedCount: 1, socketCount: 1, reopenedByUsCount: 0 });
    });

    test("takes the next request within onEnd", async () => {
      await using set = await stage(says(HELLO));
      const connection = set.transport.connection();
      const statuses: number[] = [];
      await new Promise<void>((resolve) => {
        connection.send(GET, (first) => {
          statuses.push(first.status);
          connection.send(GET, (second) => {
            statuses.push(second.status);
            resolve();
          });
        });
        expect(connection.isBusy).toBe(true);
      });
      expect(statuses).toEqual([200, 200]);
      expect(set.server.connectionCount).toBe(1);
    });

    test("ends where the target says so, and the next opens anew, not by our doing", async () => {
      await using set = await stage(
        saysAndCloses("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
      );
      const connection = set.transport.connection();
      expect((await send(connection)).kind).toBe("ok");
      expect((await send(connection)).kind).toBe("ok");
      expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 0, staleRetryCount: 0 });
    });

    test("found closed before anything was written is opened anew, once and counted", async () => {
      await using set = await stage(({ socket, requestIndex }) => {
        socket.write(HELLO);
        if (requestIndex === 0) setImmediate(() => socket.end());
      });
      const connection = set.transport.connection();
      expect((await send(connection)).kind).toBe("ok");
      await until(() => !connection.isOpen);
      expect((await send(connection)).kind).toBe("ok");
      expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 0, staleRetryCount: 1 });
    });

    test("closed after the request was written is reset: it may have been acted upon", async () => {
      await using set = await stage(({ socket, requestIndex }) => {
        if (requestIndex === 0) socket.write(HELLO);
        else socket.end();
      });
      const connection = set.transport.connection();
      expect((await send(connection)).kind).toBe("ok");
      expect(await send(connection)).toMatchObject({ kind: "reset", status: 0 });
      expect(set.server.received).toHaveLength(2);
      expect(set.transport.counters.staleRetryCount).toBe(0);
    });

    test("destroyed in flight never calls back, and counts no socket", async () => {
      await using set = await stage(() => {});
      const connection = set.transport.connection();
      let isEnded = false;
      connection.send(GET, () => {
        isEnded = true;
      });
      await until(() => set.server.received.length === 1);
      connection.destroy();
      expect(connection.isBusy).toBe(false);
      await until(() => set.transport.counters.socketCount === 0);
      expect(isEnded).toBe(false);
    });

    test("destroyed while it connects never calls back", async () => {
      await using set = await stage(says(HELLO));
      const connection = set.transport.connection();
      let isEnded = false;
      connection.send(GET, () => {
        isEnded = true;
      });
      connection.destroy();
      const other = await send(set.transport.connection());
      expect(other.kind).toBe("ok");
      expect(isEnded).toBe(false);
      expect(set.transport.counters.socketCount).toBe(1);
    });

    test("may be used again after it was destroyed", async () => {
      await using set = await stage(says(HELLO));
      const connection = set.transport.connection();
      await send(connection);
      connection.destroy();
      expect((await send(connection)).kind).toBe("ok");
      expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 1 });
    });

    test("serves its own caller only", async () => {
      await using set = await stage(({ socket, head }) => {
        const path = /^GET (\S+)/.exec(head)![1]!;
        setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`), 5);
      });
      const paths = Array.from({ length: 40 }, (_, index) => `/${"x".repeat(index)}`);
      const sent = await Promise.all(paths.map((path) => send(set.transport.connection(), { path })));
      expect(sent.map(({ body }) => body)).toEqual(paths);
      expect(set.transport.counters.socketCount).toBe(isShared ? 1 : 40);
    });
  });

  describe("a fault", () => {
    test("refused", async () => {
      const transport = create(optionsFor(await closedPort()));
      const sent = await send(transport.connection());
      expect(sent).toMatchObject({ kind: "connect-refused", status: 0 });
      expect(sent.sentAtMs).toBeNaN();
      expect(sent.firstByteAtMs).toBeNaN();
      expect(sent.endedAtMs).toBeGreaterThan(0);
      expect(transport.counters).toMatchObject({ openedCount: 0, socketCount: 0 });
    });

    test("accepted, then silence: no first byte within the limit", async () => {
      await using set = await stage(() => {}, { firstByteTimeoutMs: 80 });
      const connection = set.transport.connection();
      const sent = await send(connection);
      expect(sent).toMatchObject({ kind: "timeout", status: 0 });
      expect(sent.message).toContain("no first byte");
      expect(sent.endedAtMs - sent.sentAtMs).toBeGreaterThanOrEqual(80);
      await until(() => set.transport.counters.socketCount === 0);
      await send(connection);
      expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 1 });
    });

    test("a slow body: not whole within the limit, however often octets come", async () => {
      await using set = await stage(
        ({ socket }) => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
          const timer = setInterval(() => socket.write("x"), 10);
          socket.on("close", () => clearInterval(timer));
        },
        { firstByteTimeoutMs: 80, totalTimeoutMs: 160 },
      );
      const sent = await send(set.transport.connection());
      expect(sent).toMatchObject({ kind: "timeout", status: 200, body: undefined });
      expect(sent.message).toContain("not whole");
      expect(sent.endedAtMs - sent.sentAtMs).toBeGreaterThanOrEqual(160);
    });

    test("a timeout of one request is none of the next", async () => {
      await using set = await stage(
        ({ socket, connectionIndex }) => {
          if (connectionIndex > 0) setTimeout(() => socket.write(HELLO), 60);
        },
        { firstByteTimeoutMs: 100 },
      );
      const connection = set.transport.connection();
      expect((await send(connection)).kind).toBe("timeout");
      for (let count = 0; count < 3; count += 1) expect((await send(connection)).kind).toBe("ok");
    });

    test("a reset within the body", async () => {
      const sent = await ask(({ socket }) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
      expect(sent).toMatchObject({ kind: "reset", status: 200, body: undefined });
    });

    test.each([
      ["reset", (socket: AnswerSocket) => socket.resetAndDestroy()],
      ["closed", (socket: AnswerSocket) => socket.end()],
    ])("%s without a byte is reset", async (_, close) => {
      expect(await ask(({ socket }) => close(socket))).toMatchObject({ kind: "reset", status: 0 });
    });

    test.each([
      ["a body shorter than its length", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"],
      ["chunks without the last", `${CHUNKED}5\r\nhello\r\n`],
      ["half a chunk", `${CHUNKED}5\r\nhel`],
    ])("%s is truncated", async (_, text) => {
      expect(await ask(saysAndCloses(text))).toMatchObject({ kind: "truncated", body: undefined });
    });

    test("a huge head is too large", async () => {
      const fields = Array.from({ length: 20 }, (_, index) => `X-${index}: ${"x".repeat(1000)}`);
      const sent = await ask(says(`HTTP/1.1 200 OK\r\n${fields.join("\r\n")}\r\n\r\n`));
      expect(sent.kind).toBe("too-large");
    });

    test("an endless body is too large, and stops", async () => {
      await using set = await stage(({ socket }) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        const more = () => {
          while (!socket.destroyed && socket.write("x".repeat(65_536))) {}
          if (!socket.destroyed) socket.once("drain", more);
        };
        more();
      });
      const sent = await send(set.transport.connection());
      expect(sent).toMatchObject({ kind: "too-large", status: 200, body: undefined });
      await until(() => set.server.received[0]!.socket.destroyed);
      expect(set.transport.counters.socketCount).toBe(isShared ? 1 : 0);
    });
  });

  test("close destroys every connection", async () => {
    await using set = await stage(says(HELLO));
    const connections = [set.transport.connection(), set.transport.connection()];
    await Promise.all(connections.map((connection) => send(connection)));
    await set.transport.close();
    expect(connections.map(({ isOpen }) => isOpen)).toEqual([false, false]);
    expect(set.transport.counters.socketCount).toBe(0);
  });
});
