/** `plimsoll find` against the real model, end to end with its table, as short as a search can be. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { searchUntilFit } from "../support/fit-search.ts";
import { startProcess } from "../support/processes.ts";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

/** What each text costs beside the model itself: one worker then answers fewer than 50 texts a second on any machine. */
const EXTRA_MS = 20;
const MOST_PER_SEC = 1000 / EXTRA_MS;
/** A search of 20, 30, 45 and at most 67.5 requests a second: the last is too much on any machine. */
const START_PER_SEC = 20;

test("the capacity of the reference endpoint is found, below what it can do at all, then its table by users", {
  timeout: 240_000,
}, async () => {
  const serve = [BIN, "serve", "--port", "0", "--extra-per-text", `${EXTRA_MS}ms`];
  const { url, stop } = await startProcess(process.execPath, serve, { ready: /ready: (http:\S+)/ });
  onTestFinished(stop);
  const { code, stdout, stderr, summary } = await searchUntilFit([
    ...["--url", `${url}/embed`, "--body", JSON.stringify({ texts: ["the load line of a ship"] })],
    ...["--slo", "p95<200ms", "--start", String(START_PER_SEC), "--budget", "40s"],
    ...["--no-overload", "--levels", "1,5"],
  ]);
  const { value, limitedBy, levels } = summary.capacity;
  // How sure it is of it in so little time hangs on the machine.
  expect([0, 3], stderr).toContain(code);
  expect(value, stderr).toBeGreaterThan(START_PER_SEC / 2);
  expect(value, stderr).toBeLessThan(1.35 * MOST_PER_SEC);
  expect(limitedBy.slo).toBe("p95<200ms");

  const [alone, few] = levels;
  expect([alone.users, alone.verdict, few.users]).toEqual([1, "pass", 5]);
  expect(["pass", "fail", "inconclusive"]).toContain(few.verdict);
  // One user waits for the model and the extra each time; the server cannot do more than its worker.
  expect(alone.p50).toBeGreaterThan(EXTRA_MS);
  for (const { completedPerSec } of levels) {
    expect(completedPerSec).toBeGreaterThan(1);
    expect(completedPerSec).toBeLessThan(MOST_PER_SEC);
  }
  const { p95, errorRatio } = alone;
  expect([p95 < 200, errorRatio]).toEqual([true, 0]);
  expect(stdout).toMatch(/\nUsers\n.*users.*p95.*\n +✓ pass +1 .*\n +. (?:pass|fail|inconclusive) +5 /);
});
