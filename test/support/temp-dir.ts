import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * A folder that is gone when the test is over, and with it every run that still goes on there: one that the page started
 * outlives the page's server, and would load the machine under the tests that follow.
 */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
  onTestFinished(() => {
    endRunsIn(dir);
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

/** By the locks that they hold: the process id in one is that of the run that wrote it. */
function endRunsIn(dir: string): void {
  for (const path of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    if (basename(path) !== "run.lock") continue;
    try {
      const { pid } = JSON.parse(readFileSync(join(dir, path), "utf8"));
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (pid !== process.pid && command.includes("plimsoll.js")) process.kill(pid, "SIGKILL");
    } catch {
      // The run has ended meanwhile, or the lock is one that a test wrote as it must not be.
    }
  }
}
