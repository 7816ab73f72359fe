import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

// Takes as long as the demo itself, so `npm test` leaves it to CI, which runs it on Node 24.

test("a build that got slower is stopped: exit 1, and the verdict says where", {
  timeout: 180_000,
}, async () => {
  const dir = tempDir();
  const demo = await runCli(["demo", "--break", "--out", dir]);
  expect(demo.code, demo.stdout + demo.stderr).toBe(1);
  expect(demo.stdout).toMatch(/✗ FAIL .*p95/s);
});
