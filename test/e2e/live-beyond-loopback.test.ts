import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startPageForTest } from "../support/live-page.ts";
import { testNeeding } from "../support/needs.ts";
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
