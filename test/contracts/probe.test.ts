/** Readiness probes against a real socket. */
import { describe, expect, test } from "vitest";
import { probeConnect, probeReady, type ReadyExpectation } from "../../packages/plimsoll/src/transport/probe.ts";
import { resolveTarget } from "../../packages/plimsoll/src/transport/resolve.ts";
import { type Answer, closedPort, startFaultServer } from "./fault-server.ts";
import { optionsFor } from "./sending.ts";

const HEALTHY: ReadyExpectation = {
  check: ({ status, body }) =>
    status === 200 && new TextDecoder().decode(body).includes("healthy") ? undefined : { message: "not healthy" },
};

function answer(status: number, body: string): Answer {
  return ({ socket }) =>
    socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

async function probe(
  port: number,
  change: { timeoutMs?: number; signal?: AbortSignal; onAttempt?: (seen: string) => void },
) {
  return await probeReady({
    transport: optionsFor(port),
    path: "/health",
    headers: "x-b: 2\r\n",
    expectation: HEALTHY,
    intervalMs: 10,
    timeoutMs: 100,
    ...change,
  });
}

describe("probeReady", () => {
  test("waits until the answer is as expected", async () => {
    let count = 0;
    await using server = await startFaultServer((received) => {
      count += 1;
      answer(count < 3 ? 503 : 200, count < 3 ? '{"status":"loading"}' : '{"status":"healthy"}')(received);
    });
    const seen: string[] = [];
    const result = await probe(server.port, { timeoutMs: 2000, onAttempt: (text) => seen.push(text) });
    expect(result).toMatchObject({ kind: "ready" });
    expect(result.kind === "ready" && result.afterMs).toBeGreaterThanOrEqual(20);
    expect(seen).toEqual(Array.from({ length: 2 }, () => 'GET /health answered 503 {"status":"loading"}'));
    expect(server.received[0]!.head).toContain("GET /health HTTP/1.1");
    expect(server.received[0]!.head).toContain("x-b: 2");
  });

  test.each([
    ["a wrong answer", answer(503, '{"status":"loading"}'), 'GET /health answered 503 {"status":"loading"}'],
    ["an empty answer", answer(500, ""), "GET /health answered 500"],
    ["silence", () => {}, "GET /health failed: timeout, no first byte within"],
    ["control characters", answer(500, "\u001b[31mred\r\n\u202e\u0007!"), "GET /health answered 500 red !"],
  ])("tells what was seen last: %s", async (_, says, lastSeen) => {
    await using server = await startFaultServer(says);
    const result = await probe(server.port, {});
    expect(result).toMatchObject({ kind: "not-ready", lastSeen: expect.stringContaining(lastSeen) });
  });

  test("shows a bounded part of a long answer", async () => {
    await using server = await startFaultServer(answer(500, "\u{1f6a2}".repeat(5000)));
    const result = await probe(server.port, {});
    expect(result.kind === "not-ready" && result.lastSeen.length).toBeLessThan(300);
  });

  test("names the refusal where nothing listens", async () => {
    const result = await probe(await closedPort(), {});
    expect(result).toMatchObject({ kind: "not-ready", lastSeen: expect.stringContaining("connect-refused") });
  });

  test("stops waiting when told to", async () => {
    await using server = await startFaultServer(answer(503, "no"));
    const stop = new AbortController();
    const result = await probe(server.port, { timeoutMs: 60_000, signal: stop.signal, onAttempt: () => stop.abort() });
    expect(result.kind).toBe("not-ready");
  });
});

describe("probeConnect", () => {
  test("is ready once a connection is taken, without a request", async () => {
    await using server = await startFaultServer(() => {});
    expect(await probeConnect({ transport: optionsFor(server.port), timeoutMs: 1000 })).toMatchObject({
      kind: "ready",
    });
    expect(server.received).toHaveLength(0);
  });

  test("is not when nothing listens", async () => {
    const result = await probeConnect({ transport: optionsFor(await closedPort()), timeoutMs: 50 });
    expect(result).toMatchObject({
      kind: "not-ready",
      isFinal: false,
      lastSeen: expect.stringMatching(/^connect-refused: .*ECONNREFUSED/),
    });
  });

  test("tries every address", async () => {
    await using server = await startFaultServer(() => {});
    const transport = optionsFor(server.port, {
      origin: `http://localhost:${server.port}`,
      addresses: ["::1", "127.0.0.1"],
    });
    expect(await probeConnect({ transport, timeoutMs: 1000 })).toMatchObject({ kind: "ready" });
  });

  test("gives up at once on a certificate that cannot be trusted", async () => {
    await using server = await startFaultServer(() => {}, { onConnection: (socket) => socket.end("no TLS here\r\n") });
    const transport = optionsFor(server.port, { origin: `https://localhost:${server.port}` });
    const result = await probeConnect({ transport, timeoutMs: 60_000 });
    expect(result).toMatchObject({ kind: "not-ready", isFinal: true, lastSeen: expect.stringMatching(/^tls: /) });
  });

  test("a handshake that hangs is named so", async () => {
    await using server = await startFaultServer(() => {});
    const transport = optionsFor(server.port, { origin: `https://localhost:${server.port}` });
    const result = await probeConnect({ transport, timeoutMs: 100 });
    expect(result).toMatchObject({ kind: "not-ready", lastSeen: expect.stringContaining("handshake did not end") });
  });
});

describe("resolveTarget", () => {
  test.each([
    ["127.0.0.1", ["127.0.0.1"]],
    ["[::1]", ["::1"]],
    ["::1", ["::1"]],
  ])("%s is its own address", async (hostname, addresses) => {
    expect(await resolveTarget(hostname)).toEqual(addresses);
  });

  test("a name resolves to all its addresses, each once", async () => {
    const addresses = await resolveTarget("localhost");
    expect(addresses).toContain("127.0.0.1");
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  test("a name without address is a target that is not ready", async () => {
    await expect(resolveTarget("plimsoll.invalid")).rejects.toMatchObject({
      code: "TARGET_NOT_READY",
      message: expect.stringContaining('"plimsoll.invalid" does not resolve'),
    });
  });
});
