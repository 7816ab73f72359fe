/** `plimsoll compare` on real runs against servers of known speed. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runUntilFit } from "../support/fit-run.ts";
import { startProcess } from "../support/processes.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

async function startSimulate(service: string): Promise<string> {
  const args = [BIN, "simulate", "--port", "0", "--service", service];
  const started = await startProcess(process.execPath, args, { ready: /(http:\/\/127\.0\.0\.1:\d+)/ });
  onTestFinished(() => started.stop());
  return started.url;
}

test("a server twice as slow fails, one as fast does not", async () => {
  const dir = tempDir();
  const spec = writeSpec(dir, {
    target: "http://127.0.0.1:1",
    tasks: { ask: { get: "/" } },
    profiles: { steady: { rate: "80/s", for: "6s" } },
  });
  const [fast, slow] = [await startSimulate("20ms"), await startSimulate("40ms")];
  for (const [out, url] of [
    ["a", fast],
    ["again", fast],
    ["slow", slow],
  ] as const) {
    await runUntilFit(["run", spec, "--target", url, "--seed", "7", "--quiet"], join(dir, out));
  }
  const worse = await runCli(["compare", join(dir, "a"), join(dir, "slow")]);
  expect([worse.code, worse.stdout]).toEqual([
    1,
    expect.stringMatching(/^✗ FAIL {2}NEW is slower: p\d\d of all requests \+\d+ %/),
  ]);
  const same = await runCli(["compare", join(dir, "a"), join(dir, "again"), "--json"]);
  const document = JSON.parse(same.stdout);
  expect(document.verdict).not.toBe("fail");
  expect(same.code).toBe(document.exitCode);
  expect(document.profiles[0].isPaired).toBe(true);
});
