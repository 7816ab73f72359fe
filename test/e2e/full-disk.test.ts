import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersAfter, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

test("a journal that can no longer be written stops the load: exit 3, the summary on standard error, what was synced kept", async () => {
  const server = await startKnownServer(answersAfter(5));
  try {
    const dir = tempDir();
    const spec = writeSpec(dir, {
      target: server.url,
      tasks: { ask: { get: "/" } },
      profiles: { steady: { rate: "50/s", for: "60s" } },
    });
    // bash counts in KiB: the journal's first seconds fit, its later ones do not.
    const child = spawn(
      "bash",
      ["-c", `ulimit -f 12; exec "${process.execPath}" "${BIN}" run "${spec}" --out "${dir}/out"`],
      {
        env: { ...process.env, NO_COLOR: "1" },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const startedAtMs = performance.now();
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code, stderr).toBe(3);
    expect(performance.now() - startedAtMs).toBeLessThan(40_000);
    expect(stderr).toContain("JOURNAL_WRITE_FAILED");
    expect(stderr).toMatch(/requests/);
    const report = await runCli(["report", join(dir, "out"), "--json"]);
    expect(JSON.parse(report.stdout)).toMatchObject({ verdict: "inconclusive", interrupted: true });
  } finally {
    await server.close();
  }
}, 60_000);
