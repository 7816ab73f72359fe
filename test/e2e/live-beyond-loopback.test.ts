import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ask, startPageForTest } from "../support/live-page.ts";
import { testNeeding } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

const TLS = join(import.meta.dirname, "../contracts/tls");
const TOKEN = "a token that others were told, 32 characters or more";

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === "IPv4" && !address.internal)?.address;

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function askTls({ host, port, method = "GET", path, headers = {}, body = "" }: Asked) {
  const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise<{ status: number; cookie: string | undefined }>((resolve, reject) => {
    const sent = request(
      // The certificate is for another name; what is looked at here is what the server answers.
      { host, port, method, path, headers: { ...length, ...headers }, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, cookie: response.headers["set-cookie"]?.[0] });
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Whether anybody listens there: `connected`, or the code of the refusal. */
function knock(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve("connected");
    });
    socket.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  });
}

testNeeding(outside !== undefined, "a network address besides loopback")(
  "without --host nobody listens on this machine's other addresses",
  async () => {
    const { port } = await startPageForTest(["--dir", tempDir()]);
    expect([await knock("127.0.0.1", port), await knock(outside ?? "", port)]).toEqual(["connected", "ECONNREFUSED"]);
  },
);

test.each(["127.0.0.1", "localhost", "[::1]"])(
  "without --host %s is served, and writes from it are taken",
  async (name) => {
    const page = await startPageForTest(["--dir", tempDir()]);
    const host = `${name}:${page.port}`;
    expect((await ask(page, { path: "/", headers: { host } })).status).toBe(200);
    const signIn = { method: "POST", path: "/api/session", body: JSON.stringify({ token: page.token }) };
    const headers = { host, "content-type": "application/json" };
    expect((await ask(page, { ...signIn, headers: { ...headers, origin: `http://${host}` } })).status).toBe(204);
    const other = `http://${name === "localhost" ? "127.0.0.1" : "localhost"}:${page.port}`;
    expect((await ask(page, { ...signIn, headers: { ...headers, origin: other } })).status).toBe(403);
  },
);

function tlsFlags(): readonly string[] {
  const dir = tempDir();
  writeFileSync(join(dir, "token"), `${TOKEN}\n`);
  writeFileSync(join(dir, "cert.pem"), readFileSync(join(TLS, "self-signed.pem")));
  return [
    "--dir",
    dir,
    "--token",
    `@${join(dir, "token")}`,
    "--tls-cert",
    join(dir, "cert.pem"),
    "--tls-key",
    join(TLS, "key.pem"),
  ];
}

test("under TLS the cookie is bound to host and scheme, and a token that was given is not printed", async () => {
  const page = await startPageForTest(tlsFlags());
  expect([page.origin, page.token]).toEqual([`https://127.0.0.1:${page.port}`, ""]);
  const { status, cookie } = await askTls({
    host: "127.0.0.1",
    port: page.port,
    method: "POST",
    path: "/api/session",
    headers: { origin: page.origin, "content-type": "application/json" },
    body: JSON.stringify({ token: TOKEN }),
  });
  expect(status).toBe(204);
  expect(cookie).toMatch(/^__Host-plimsoll=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
});

testNeeding(outside !== undefined, "a network address besides loopback")(
  "on another address only its own name is served, and metrics to nobody there",
  async () => {
    const host = outside ?? "";
    const page = await startPageForTest([...tlsFlags(), "--host", host]);
    const { port } = page;
    expect(page.origin).toBe(`https://${host}:${port}`);
    expect((await askTls({ host, port, path: "/" })).status).toBe(200);
    expect((await askTls({ host, port, path: "/", headers: { host: `127.0.0.1:${port}` } })).status).toBe(421);
    expect((await askTls({ host, port, path: "/api/runs" })).status).toBe(401);
    expect((await askTls({ host, port, path: "/metrics" })).status).toBe(404);
    await expect(askTls({ host: "127.0.0.1", port, path: "/" })).rejects.toThrow(/ECONNREFUSED/);
  },
);

test.each([
  [["--host", "192.0.2.7"], "so it needs --token, --tls-cert and --tls-key"],
  [["--host", "192.0.2.7", "--token", "x".repeat(40)], "so it needs --tls-cert and --tls-key"],
  [["--host", "0.0.0.0", "--token", "x".repeat(40)], "says no name"],
  [["--token", "short"], "at least 32 are wanted"],
  [["--tls-cert", "cert.pem"], "go together"],
  [["--tls-cert", "no.pem", "--tls-key", "no.pem"], "cannot be read"],
] as const)("ui %j does not start", async (args, why) => {
  const { code, stderr } = await runCli(["ui", "--port", "0", ...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  expect(stderr).toContain("[USAGE]");
});
