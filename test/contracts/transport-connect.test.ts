/** The contract of `Transport` where a connection begins: TLS, and several addresses. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createHttp1Transport } from "../../packages/plimsoll/src/transport/http1/http1-transport.ts";
import { createHttp2Transport } from "../../packages/plimsoll/src/transport/http2/http2-transport.ts";
import type { TransportOptions } from "../../packages/plimsoll/src/transport/transport.ts";
import { createUndiciTransport } from "../../packages/plimsoll/src/transport/undici/undici-transport.ts";
import { closedPort, says, startFaultServer } from "./fault-server.ts";
import { startHttp2Gateway } from "./http2-gateway.ts";
import { optionsFor, type Sent, send } from "./sending.ts";

const HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

const pem = (name: string): string => readFileSync(new URL(`./tls/${name}.pem`, import.meta.url), "utf8");

const IMPLEMENTATIONS = [
  ["http1", { create: createHttp1Transport, start: startFaultServer }],
  ["http2", { create: createHttp2Transport, start: startHttp2Gateway }],
  ["undici", { create: createUndiciTransport, start: startFaultServer }],
] as const;

describe.each(IMPLEMENTATIONS)("%s over TLS", (_name, { create, start }) => {
  const trusted = { caPem: pem("ca"), isVerified: true, serverName: undefined };

  async function askTls(cert: string, tls: TransportOptions["tls"], hostname = "localhost"): Promise<Sent> {
    await using server = await start(says(HELLO), { tls: { key: pem("key"), cert: pem(cert) } });
    const transport = create(optionsFor(server.port, { origin: `https://${hostname}:${server.port}`, tls }));
    try {
      const connection = transport.connection();
      await send(connection);
      return await send(connection);
    } finally {
      await transport.close();
    }
  }

  test("a certificate of the given authority is accepted", async () => {
    expect(await askTls("trusted", trusted)).toMatchObject({ kind: "ok", status: 200, body: "hello" });
  });

  test("an address is checked against the certificate's addresses", async () => {
    expect(await askTls("trusted", trusted, "127.0.0.1")).toMatchObject({ kind: "ok", body: "hello" });
  });

  test("the server name, where given, is what is checked", async () => {
    const named = await askTls("trusted", { ...trusted, serverName: "plimsoll.test" });
    expect(named.kind).toBe("ok");
    const wrong = await askTls("trusted", { ...trusted, serverName: "other.test" });
    expect(wrong.kind).toBe("tls");
  });

  test.each([
    ["self-signed", "self-signed", trusted, "the certificate is self-signed"],
    ["for another host", "wrong-host", trusted, "the certificate is for another host"],
    ["expired", "expired", trusted, "the certificate has expired"],
    ["of an unknown authority", "trusted", { ...trusted, caPem: undefined }, "the certificate's issuer is unknown"],
  ])("a certificate %s is refused", async (_, cert, tls, message) => {
    const sent = await askTls(cert, tls);
    expect(sent).toMatchObject({ kind: "tls", message, status: 0 });
    expect(sent.sentAtMs).toBeNaN();
  });

  test("without verification any certificate will do", async () => {
    expect(await askTls("self-signed", { ...trusted, isVerified: false })).toMatchObject({
      kind: "ok",
      body: "hello",
    });
  });

  test("a target that speaks no TLS", async () => {
    await using server = await startFaultServer(() => {}, {
      onConnection: (socket) => socket.end("HTTP/1.1 400 No\r\n\r\n"),
    });
    const transport = create(optionsFor(server.port, { origin: `https://localhost:${server.port}` }));
    expect((await send(transport.connection())).kind).toBe("tls");
    await transport.close();
  });

  test("a handshake that hangs is a connect timeout", async () => {
    await using server = await startFaultServer(() => {});
    const options = { origin: `https://localhost:${server.port}`, connectTimeoutMs: 100 };
    const transport = create(optionsFor(server.port, options));
    const sent = await send(transport.connection());
    expect(sent).toMatchObject({ kind: "connect-timeout", status: 0 });
    expect(sent.sentAtMs).toBeNaN();
    await transport.close();
  });

  test("a body larger than a record comes whole", async () => {
    const body = "0123456789".repeat(9000);
    await using server = await start(says(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`), {
      tls: { key: pem("key"), cert: pem("trusted") },
    });
    const transport = create(optionsFor(server.port, { origin: `https://localhost:${server.port}`, tls: trusted }));
    const connections = Array.from({ length: 10 }, () => transport.connection());
    for (const sent of await Promise.all(connections.map((connection) => send(connection)))) {
      expect(sent).toMatchObject({ kind: "ok", body });
    }
    await transport.close();
  });
});

describe.each(IMPLEMENTATIONS)("%s", (_name, { create, start }) => {
  describe("addresses", () => {
    test("connections go to the checked address, whatever the name is", async () => {
      await using server = await start(says(HELLO));
      const transport = create(optionsFor(server.port, { origin: `http://plimsoll.invalid:${server.port}` }));
      expect((await send(transport.connection())).kind).toBe("ok");
      expect(server.received[0]!.head.toLowerCase()).toContain(`host: plimsoll.invalid:${server.port}`);
      await transport.close();
    });

    test("the next is tried when one refuses", async () => {
      await using server = await start(says(HELLO));
      const options = { origin: `http://localhost:${server.port}`, addresses: ["::1", "127.0.0.1"] };
      const transport = create(optionsFor(server.port, options));
      expect((await send(transport.connection())).kind).toBe("ok");
      expect((await send(transport.connection())).kind).toBe("ok");
      await transport.close();
    });

    test("all refuse: refused", async () => {
      const port = await closedPort();
      const transport = create(
        optionsFor(port, { origin: `http://localhost:${port}`, addresses: ["127.0.0.1", "127.0.0.2"] }),
      );
      expect((await send(transport.connection())).kind).toBe("connect-refused");
    });
  });
});

describe("http1", () => {
  test("the address that took a connection is tried first from then on", async () => {
    const port = await closedPort();
    const addresses = ["127.0.0.1", "127.0.0.2"];
    const transport = createHttp1Transport(optionsFor(port, { origin: `http://localhost:${port}`, addresses }));
    await using second = await startFaultServer(says(HELLO), { at: { host: "127.0.0.2", port } });
    expect((await send(transport.connection())).kind).toBe("ok");
    await using first = await startFaultServer(says(HELLO), { at: { host: "127.0.0.1", port } });
    expect((await send(transport.connection())).kind).toBe("ok");
    expect([first.connectionCount, second.connectionCount]).toEqual([0, 2]);
    await transport.close();
  });
});
