/**
 * The contract of `Transport` as far as it hangs on HTTP/1.1: its framing in octets, the body that a close ends, and a
 * socket for each caller. HTTP/2 has none of them. Of what may go wrong there instead, `transport-http2.test.ts` has
 * the counterparts: malformed fields for violations, streams reset one by one for a fault on one connection of many,
 * lengths that frames contradict; frames cut anywhere are node's to join.
 */
import { describe, expect, test } from "vitest";
import { createHttp1Transport } from "../../packages/plimsoll/src/transport/http1/http1-transport.ts";
import type { TransportOptions } from "../../packages/plimsoll/src/transport/transport.ts";
import { createUndiciTransport } from "../../packages/plimsoll/src/transport/undici/undici-transport.ts";
import { type Answer, dribble, saysAndCloses } from "./fault-server.ts";
import { GET, type Sent, send, until } from "./sending.ts";
import { openStage, type Stage } from "./stage.ts";

const IMPLEMENTATIONS = { http1: createHttp1Transport, undici: createUndiciTransport } as const;
const HELLO = "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

describe.each(Object.entries(IMPLEMENTATIONS))("%s", (name, create) => {
  const isOurs = name === "http1";

  async function stage(answer: Answer, change: Partial<TransportOptions> = {}): Promise<Stage> {
    return await openStage({ create, change, serverOptions: {} }, answer);
  }

  async function ask(answer: Answer): Promise<Sent> {
    await using set = await stage(answer);
    return await send(set.transport.connection(), GET);
  }

  describe("a whole response", () => {
    test.each([
      ["by length", HELLO],
      ["in chunks", `${CHUNKED}2\r\nhe\r\n3;ext=1\r\nllo\r\n0\r\nX-T: 1\r\n\r\n`],
    ])("may come octet by octet, %s", async (_, text) => {
      const sent = await ask(({ socket }) => void dribble(socket, text));
      expect(sent).toMatchObject({ kind: "ok", status: 200, body: "hello" });
    });

    test("may be cut in two anywhere", async () => {
      let cut = 1;
      await using set = await stage(({ socket }) => {
        socket.write(HELLO.slice(0, cut));
        setImmediate(() => socket.write(HELLO.slice(cut)));
      });
      const connection = set.transport.connection();
      for (; cut < HELLO.length; cut += 1) {
        expect(await send(connection)).toMatchObject({ kind: "ok", body: "hello", header: "1" });
      }
      expect(set.server.connectionCount).toBe(1);
    });

    test("may end with the connection", async () => {
      expect(await ask(saysAndCloses("HTTP/1.1 200 OK\r\n\r\nhello"))).toMatchObject({ kind: "ok", body: "hello" });
    });
  });

  describe("a fault", () => {
    test("half a head is truncated", async () => {
      const sent = await ask(saysAndCloses("HTTP/1.1 200 OK\r\nConte"));
      // To undici a response begins with a whole head.
      expect(sent).toMatchObject({ kind: isOurs ? "truncated" : "reset", body: undefined });
    });

    test.each([
      ["garbage", "SSH-2.0-OpenSSH_9.2\r\n"],
      ["a bad chunk size", `${CHUNKED}xyz\r\nhello\r\n`],
      ["a chunk longer than its size", `${CHUNKED}2\r\nhello\r\n0\r\n\r\n`],
      ["length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"],
      ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"],
      ["a NUL in a header", "HTTP/1.1 200 OK\r\nX-A: \0\r\nContent-Length: 0\r\n\r\n"],
    ])("%s is a violation; its socket is never used again", async (_, text) => {
      await using set = await stage(({ socket, connectionIndex }) => {
        socket.write(connectionIndex === 0 ? text : HELLO, "latin1");
      });
      const connection = set.transport.connection();
      expect(await send(connection)).toMatchObject({ kind: "protocol", body: undefined });
      expect(await send(connection)).toMatchObject({ kind: "ok", body: "hello" });
      expect(set.transport.counters).toMatchObject({ openedCount: 2, reopenedByUsCount: 1, socketCount: 1 });
    });

    test("octets after a response never spill into the next", async () => {
      await using set = await stage(({ socket, connectionIndex }) => {
        const forged = "HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n";
        socket.write(connectionIndex === 0 ? HELLO + forged : HELLO, "latin1");
      });
      const connection = set.transport.connection();
      expect(await send(connection)).toMatchObject({ kind: "ok", body: "hello" });
      expect(await send(connection)).toMatchObject({ kind: "ok", status: 200, body: "hello" });
      expect(set.server.connectionCount).toBe(2);
      expect(set.transport.counters.reopenedByUsCount).toBe(0);
    });

    test("octets on an idle connection end it", async () => {
      await using set = await stage(({ socket, connectionIndex }) => {
        socket.write(HELLO);
        if (connectionIndex === 0) setTimeout(() => socket.write("HTTP/1.1 500 Forged\r\n\r\n"), 20);
      });
      const connection = set.transport.connection();
      expect((await send(connection)).kind).toBe("ok");
      await until(() => !connection.isOpen);
      expect(await send(connection)).toMatchObject({ kind: "ok", status: 200 });
      expect(set.transport.counters.reopenedByUsCount).toBe(0);
    });

    test("of one connection is none of another", async () => {
      await using set = await stage(({ socket, connectionIndex }) => {
        if (connectionIndex % 2 === 0) socket.resetAndDestroy();
        else setTimeout(() => socket.write(HELLO), 10);
      });
      const sent = await Promise.all(Array.from({ length: 20 }, () => send(set.transport.connection())));
      expect(sent.filter(({ kind }) => kind === "ok")).toHaveLength(10);
      expect(sent.filter(({ kind }) => kind === "reset")).toHaveLength(10);
    });
  });
});
