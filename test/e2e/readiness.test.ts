/** A signal while a run still waits for its target. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

let server: KnownServer;
beforeAll(async () => {
  server = await startKnownServer(answersAfter(0));
});
afterAll(() => server.close());

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s while waiting for readiness is told in one sentence, with %i and no results", async (signal, code) => {
  const cwd = tempDir();
  const spec = writeSpec(tempDir(), {
    target: server.url,
    ready: { get: "/", expect: { status: 204 }, timeout: "60s" },
    tasks: { ask: { get: "/" } },
    profiles: { steady: { rate: "10/s", for: "1s" } },
  });
  const run = await runCli(["run", spec, "--out", "out"], {
    cwd,
    onStderr: (text, child) => {
      if (text.startsWith("waiting for")) child.kill(signal);
    },
  });
  expect([run.code, run.stdout]).toEqual([code, ""]);
  expect(run.stderr).toMatch(/\ninterrupted while waiting for http:\S+: no load was sent, no result written\n$/);
  expect(readdirSync(cwd)).toEqual([]);
});
