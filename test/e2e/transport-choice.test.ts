/** `run --transport`: the same run by another client, over HTTP/2, and through a proxy. */
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startConnectProxy } from "../support/connect-proxy.ts";
import { filesUnder } from "../support/files-under.ts";
import { startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

/** On a busy machine a run is inconclusive; what it sent is counted all the same. */
const RAN = [0, 3];

/** Every third answer is a failure; the count of each kind is known from the schedule alone. */
async function startServer() {
  let count = 0;
  return await startKnownServer((_, response) => {
    count += 1;
    response.writeHead(count % 3 === 0 ? 503 : 200, { "content-type": "application/json" }).end('{"ok":true}');
  });
}

/** Prior knowledge only (h2c), counting sessions and what they ask. */
async function startHttp2Server() {
  const paths: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  let sessionCount = 0;
  const server = createHttp2Server();
  server.on("session", (session) => {
    sessionCount += 1;
    sessions.add(session);
  });
  server.on("stream", (stream, headers) => {
    paths.push(String(headers[":path"]));
    stream.respond({ ":status": 200, "content-type": "application/json" });
    stream.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    paths,
    sessionCount: () => sessionCount,
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function specFor(target: string) {
  return {
    target,
    tasks: { ask: { weight: 3, post: "/ask", json: { n: { integer: [1, 9] } } }, look: { get: "/look" } },
    profiles: { steady: { rate: "40/s", arrivals: "constant", for: "2s" } },
  };
}

function requestsIn(dir: string): Record<string, number> {
  const { tasks } = summaryIn(dir).profiles[0];
  return Object.fromEntries(tasks.map((task: { name: string; requests: number }) => [task.name, task.requests]));
}

test("the same spec and seed come to the same counts by both clients", async () => {
  const seen: unknown[] = [];
  for (const transport of ["http1", "undici"]) {
    const server = await startServer();
    const dir = tempDir();
    const { code, stderr } = await runCli(
      ["run", writeSpec(dir, specFor(server.url)), "--transport", transport, "--seed", "7", "--out", `${dir}/out`],
      { env: { HTTP_PROXY: "http://127.0.0.1:9", http_proxy: "" } },
    );
    expect(RAN, stderr).toContain(code);
    const { arrivals } = summaryIn(`${dir}/out`).profiles[0];
    expect(arrivals).toMatchObject({ planned: 80, sent: 80, failed: 26, completed: 54, inFlightAtEnd: 0, dropped: 0 });
    expect([...server.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(80);
    seen.push([requestsIn(`${dir}/out`), [...server.counts].sort()]);
    await server.close();
  }
  expect(seen[1]).toEqual(seen[0]);
});

test("undici goes through HTTP_PROXY, readiness first, and no file tells the proxy's password", async () => {
  const server = await startServer();
  const port = Number(new URL(server.url).port);
  await using proxy = await startConnectProxy(port);
  const dir = tempDir();
  const { code, stderr, stdout } = await runCli(
    [
      "run",
      writeSpec(dir, specFor("http://10.0.0.9:8000")),
      "--transport",
      "undici",
      "--seed",
      "7",
      "--out",
      `${dir}/out`,
    ],
    { env: { http_proxy: `http://ann:Kd83bvQw@127.0.0.1:${proxy.port}`, no_proxy: "example.com" } },
  );
  expect(RAN, stderr).toContain(code);
  expect(summaryIn(`${dir}/out`).profiles[0].arrivals).toMatchObject({ planned: 80, sent: 80, dropped: 0 });
  expect(new Set(proxy.tunnels)).toEqual(new Set(["10.0.0.9:8000"]));
  expect(proxy.authorizations.every((given) => given !== undefined)).toBe(true);
  for (const text of [stdout, stderr, ...filesUnder(`${dir}/out`).values()]) expect(text).not.toContain("Kd83bvQw");
  await server.close();
});

test("a target that the proxy does not reach was never ready: 4", async () => {
  await using proxy = await startConnectProxy(1, "refuses");
  const dir = tempDir();
  const { code, stderr } = await runCli(
    ["run", writeSpec(dir, specFor("http://10.0.0.9:8000")), "--transport", "undici", "--out", `${dir}/out`],
    { env: { http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: "" } },
  );
  expect(code).toBe(4);
  expect(stderr).toContain("answered 403 to CONNECT 10.0.0.9:8000");
});

test.each([
  ["--http2", { rate: "40/s", arrivals: "constant", for: "2s" }],
  ["--transport=http2", { users: 40, for: "1s" }],
])("%s speaks HTTP/2 to a target that speaks nothing else, readiness first, over few sessions", async (flag, load) => {
  const server = await startHttp2Server();
  const dir = tempDir();
  const spec = {
    ...specFor(server.url),
    ready: { get: "/ready" },
    users: { think: "100ms" },
    profiles: { steady: load },
  };
  const { code, stderr } = await runCli(["run", writeSpec(dir, spec), flag, "--threads", "1", "--out", `${dir}/out`]);
  expect(RAN, stderr).toContain(code);
  const { arrivals } = summaryIn(`${dir}/out`).profiles[0];
  expect(arrivals).toMatchObject({ failed: 0, inFlightAtEnd: 0, dropped: 0 });
  expect(server.paths.filter((path) => path !== "/ready")).toHaveLength(arrivals.completed);
  expect(arrivals.completed).toBeGreaterThan(40);
  // One for readiness, one for the load.
  expect(server.sessionCount()).toBe(2);
  await server.close();
});

test("a target that speaks no HTTP/2 was never ready for --http2: 4", async () => {
  const server = await startServer();
  const dir = tempDir();
  const { code, stderr } = await runCli(["run", writeSpec(dir, specFor(server.url)), "--http2", "--out", `${dir}/out`]);
  expect(code).toBe(4);
  expect(stderr).toBe(
    `plimsoll: ${server.url} can never be ready for this run: protocol: the target does not speak HTTP/2 [TARGET_NOT_READY]\n  Without --http2 it is asked by HTTP/1.1.\n`,
  );
  expect(server.counts.size).toBe(0);
  await server.close();
});

test("--http2 beside another --transport is bad usage: 2", async () => {
  const { code, stderr } = await runCli(["run", "--url", "http://127.0.0.1:9", "--http2", "--transport", "undici"]);
  expect(code).toBe(2);
  expect(stderr).toContain("cannot be used with");
});

test("another client than those is bad usage: 2", async () => {
  const { code, stderr } = await runCli(["run", "--url", "http://127.0.0.1:9", "--transport", "fetch"]);
  expect(code).toBe(2);
  expect(stderr).toContain("http1, http2, undici");
});
