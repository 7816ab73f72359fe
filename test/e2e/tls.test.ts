import { copyFileSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const CERTIFICATES = join(import.meta.dirname, "../contracts/tls");
const pem = (name: string) => readFileSync(join(CERTIFICATES, name));

let server: Server;
let target: string;

beforeAll(async () => {
  server = createServer({ key: pem("key.pem"), cert: pem("trusted.pem") }, (_request, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  target = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function run(tls: object | undefined): ReturnType<typeof runCli> {
  const dir = tempDir();
  copyFileSync(join(CERTIFICATES, "ca.pem"), join(dir, "ca.pem"));
  const spec = writeSpec(dir, {
    target,
    tls,
    tasks: { ask: { get: "/" } },
    profiles: { few: { users: 2, for: "2s", think: "20ms" } },
  });
  return runCli(["run", spec, "--out", join(dir, "out"), "--json"]);
}

describe("TLS", () => {
  test("a certificate of the spec's own authority is trusted", async () => {
    const result = await run({ ca: "ca.pem" });
    const summary = JSON.parse(result.stdout);
    expect(summary.profiles[0].arrivals.failed).toBe(0);
    expect(summary.profiles[0].arrivals.completed).toBeGreaterThan(50);
  });

  test("one that nobody vouches for stops the run before load: exit 4 with the reason; never silently insecure", async () => {
    const result = await run(undefined);
    expect(result.code).toBe(4);
    expect(result.stderr).toMatch(/certificate|issuer|self.signed/i);
  });

  test("not verifying has to be asked for by name", async () => {
    const result = await run({ verify: false });
    expect(JSON.parse(result.stdout).profiles[0].arrivals.failed).toBe(0);
  });
});
