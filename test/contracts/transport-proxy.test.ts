/** What undici does where a proxy stands before the target. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tryTunnel } from "../../packages/plimsoll/src/transport/undici/tunnel.ts";
import { createUndiciTransport } from "../../packages/plimsoll/src/transport/undici/undici-transport.ts";
import { startConnectProxy } from "../support/connect-proxy.ts";
import { closedPort, says, startFaultServer } from "./fault-server.ts";
import { optionsFor, send, until } from "./sending.ts";

const HELLO = "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello";
/** Reserved for documents (RFC 5737): no packet of ours may ever go there. */
const BEYOND = "192.0.2.9";
const pem = (name: string): string => readFileSync(new URL(`./tls/${name}.pem`, import.meta.url), "utf8");

function optionsBeyond(origin: string, change = {}) {
  return { ...optionsFor(1, change), origin, addresses: [BEYOND] };
}

describe("through a proxy", () => {
  test("requests go by one tunnel to the target by its name, and are counted as any", async () => {
    await using server = await startFaultServer(says(HELLO));
    await using proxy = await startConnectProxy(server.port);
    const transport = createUndiciTransport(
      optionsBeyond("http://plimsoll.invalid:8000"),
      `http://127.0.0.1:${proxy.port}`,
    );
    const connection = transport.connection();
    for (const method of ["GET", "POST"]) {
      const sent = await send(connection, { method, path: "/x?y=1", headers: "x-b: 2\r\n", body: undefined });
      expect(sent).toMatchObject({ kind: "ok", status: 200, body: "hello", header: "1" });
    }
    expect(proxy.tunnels).toEqual(["plimsoll.invalid:8000"]);
    expect(server.received[0]!.head).toMatch(/^GET \/x\?y=1 HTTP\/1\.1\r\n/);
    expect(server.received[0]!.head.toLowerCase()).toContain("\r\nhost: plimsoll.invalid:8000");
    expect(server.received[0]!.head).toContain("\r\nx-b: 2");
    expect(connection.isOpen).toBe(true);
    expect(transport.counters).toEqual({ socketCount: 1, openedCount: 1, reopenedByUsCount: 0, staleRetryCount: 0 });
    await transport.close();
    await until(() => transport.counters.socketCount === 0);
  });

  test("TLS is between us and the target", async () => {
    await using server = await startFaultServer(says(HELLO), { tls: { key: pem("key"), cert: pem("trusted") } });
    await using proxy = await startConnectProxy(server.port);
    const ask = async (serverName: string) => {
      const tls = { caPem: pem("ca"), isVerified: true, serverName };
      const options = optionsBeyond("https://target.invalid:8443", { tls });
      const transport = createUndiciTransport(options, `http://127.0.0.1:${proxy.port}`);
      const sent = await send(transport.connection());
      await transport.close();
      return sent;
    };
    expect(await ask("plimsoll.test")).toMatchObject({ kind: "ok", body: "hello" });
    expect(await ask("other.test")).toMatchObject({ kind: "tls" });
  });

  test("the proxy's user and password go to the proxy, not to the target", async () => {
    await using server = await startFaultServer(says(HELLO));
    await using proxy = await startConnectProxy(server.port);
    const transport = createUndiciTransport(
      optionsBeyond("http://plimsoll.invalid"),
      `http://ann:p%40ss@127.0.0.1:${proxy.port}`,
    );
    expect((await send(transport.connection())).kind).toBe("ok");
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from("ann:p@ss").toString("base64")}`]);
    expect(server.received[0]!.head.toLowerCase()).not.toContain("proxy-authorization");
    await transport.close();
  });

  test("a header for the proxy among the target's comes to no connection, and to no exception", async () => {
    await using proxy = await startConnectProxy(1);
    const transport = createUndiciTransport(optionsBeyond("http://plimsoll.invalid"), `http://127.0.0.1:${proxy.port}`);
    const sent = await send(transport.connection(), { headers: "Proxy-Authorization: Basic eA==\r\n" });
    expect(sent.kind).not.toBe("ok");
    expect(proxy.tunnels).toEqual([]);
    await transport.close();
  });

  test.each([
    ["refuses the tunnel", "refuses", "connect-refused", "the proxy opened no tunnel"],
    ["never answers", "hangs", "connect-timeout", "no connection through the proxy in time"],
  ] as const)("a proxy that %s is no connection", async (_, manner, kind, message) => {
    await using proxy = await startConnectProxy(1, manner);
    const transport = createUndiciTransport(
      optionsBeyond("http://plimsoll.invalid", { connectTimeoutMs: 100 }),
      `http://127.0.0.1:${proxy.port}`,
    );
    const connection = transport.connection();
    for (let count = 0; count < 2; count++) {
      const sent = await send(connection);
      expect(sent).toMatchObject({ kind, message, status: 0 });
      expect(sent.sentAtMs).toBeNaN();
    }
    expect(transport.counters).toMatchObject({ socketCount: 0, openedCount: 0 });
    await transport.close();
  });

  test("a proxy that is not there refuses the connection", async () => {
    const transport = createUndiciTransport(
      optionsBeyond("http://plimsoll.invalid"),
      `http://127.0.0.1:${await closedPort()}`,
    );
    const sent = await send(transport.connection());
    expect(sent).toMatchObject({ kind: "connect-refused", message: expect.stringContaining("proxy") });
    await transport.close();
  });
});

describe("tryTunnel", () => {
  const origin = "https://plimsoll.invalid";
  const timeoutMs = 150.5;

  test("a proxy that opens one says that the target is there", async () => {
    await using server = await startFaultServer(says(HELLO));
    await using proxy = await startConnectProxy(server.port);
    const proxyUrl = `http://ann:word@127.0.0.1:${proxy.port}`;
    expect(await tryTunnel({ origin, proxyUrl, timeoutMs: 2000 })).toBeUndefined();
    expect(proxy.tunnels).toEqual(["plimsoll.invalid:443"]);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from("ann:word").toString("base64")}`]);
  });

  test.each([
    ["refuses", "answered 403 to CONNECT plimsoll.invalid:443"],
    ["hangs", "opened no tunnel to plimsoll.invalid:443"],
  ] as const)("one that %s is told of, without its password", async (manner, told) => {
    await using proxy = await startConnectProxy(1, manner);
    const proxyUrl = `http://ann:word@127.0.0.1:${proxy.port}`;
    const lastSeen = await tryTunnel({ origin, proxyUrl, timeoutMs });
    expect(lastSeen).toContain(`the proxy 127.0.0.1:${proxy.port} ${told}`);
    expect(lastSeen).not.toContain("word");
  });
});
