import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

let server: KnownServer;

beforeAll(async () => {
  server = await startKnownServer(answersAfter(1));
});

afterAll(() => server.close());

/** This Node, allowed to open 200 files. */
function poorNode(dir: string): string {
  const path = join(dir, "node");
  writeFileSync(path, `#!/bin/sh\nulimit -n 200\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  return path;
}

function run(dir: string, users: string) {
  const load = ["--url", `${server.url}/`, "--users", users, "--think", "500ms", "--duration", "1s"];
  return runCli(["run", ...load, "--out", join(dir, "out")], { node: poorNode(dir) });
}

describe.skipIf(process.platform !== "linux")("a plan beyond what this machine can open", () => {
  test("does not start: exit 2, nothing is sent, and the message says how many are planned", async () => {
    const dir = tempDir();
    const before = server.counts.get("GET /") ?? 0;
    const result = await run(dir, "300");
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/plans 300 users, .* may open 200 files \[GENERATOR_LIMIT\]/);
    expect(server.counts.get("GET /") ?? 0).toBe(before);
    expect(existsSync(join(dir, "out/run.plj"))).toBe(false);
  });

  test("starts with a warning, kept in the journal, where it is only tight", async () => {
    const dir = tempDir();
    const result = await run(dir, "150");
    expect(result.stderr).toContain("warning: run plans 150 users");
    expect(readFileSync(join(dir, "out/run.plj"), "utf8")).toContain('"code":"GENERATOR_LIMIT"');
  });
});
