/** `plimsoll find` against servers of known capacity, as short as a search can be; `npm run test:realtime` has the long ones. */
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Eight servers of 100 ms: 72.2/s for p95 < 500 ms. */
const STATION = ["--servers", "8", "--service", "exponential 100ms"];
const TRUTH_PER_SEC = 72.2;

/** The search, and nothing after it. */
const ALONE = ["--no-overload", "--levels", "none"];

async function find(url: string, flags: readonly string[]) {
  const dir = tempDir();
  const run = await runCli(["find", "--url", `${url}/`, "--slo", "p95<500ms", ...flags, "--out", dir]);
  return { ...run, summary: summaryIn(dir), capacity: summaryIn(dir).capacity };
}

test("in a minute the capacity of a known queue is found within a wide band, or is honestly said to be unsure", async () => {
  const { url } = await startSimulatedTarget(STATION);
  const { code, stdout, stderr, summary, capacity } = await find(url, ["--budget", "1m", "--start", "20", ...ALONE]);
  expect(stderr).toMatch(/^Searching the greatest rate within p95<500ms: at most 1 m\.$/m);
  expect(stderr).toMatch(/^Beginning at 20\.0\/s\. If the limit lies about 60\.0\/s, expect some 1 m /m);
  expect(capacity.outcome, stderr).not.toBe("given-up");
  expect(Math.abs(capacity.value / TRUTH_PER_SEC - 1)).toBeLessThan(0.25);
  const halfWidth = Math.log(capacity.high / capacity.low) / 2;
  if (halfWidth <= 0.099) expect([code, summary.verdict]).toEqual([0, "pass"]);
  if (halfWidth >= 0.11) expect([code, summary.verdict]).toEqual([3, "inconclusive"]);
  expect(stdout).toContain(capacity.sentence.slice(0, 20));
});

test("a rate well within the capacity is held: 0, long before the budget is spent, and nothing comes after", async () => {
  const { url } = await startSimulatedTarget(STATION);
  const { code, summary, capacity } = await find(url, ["--budget", "2m", "--start", "25", "--target-rate", "25"]);
  expect([code, summary.because]).toEqual([0, "Holds 25.0/s within p95<500ms."]);
  expect(capacity.target).toEqual({ load: 25, verdict: "held" });
  expect([capacity.overloads, capacity.levels]).toEqual([[], []]);
});

test("a rate well beyond it is not: 1", async () => {
  const { url } = await startSimulatedTarget(STATION);
  const { code, summary, capacity } = await find(url, ["--budget", "1m", "--start", "160", "--target-rate", "160"]);
  expect([code, summary.verdict]).toEqual([1, "fail"]);
  expect([capacity.overloads, capacity.levels]).toEqual([[], []]);
  expect(summary.because).toMatch(/^Does not hold 160\/s within p95<500ms\./);
});
