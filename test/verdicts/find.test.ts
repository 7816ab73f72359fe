/** `plimsoll find` against servers of known capacity, as short as a search can be; `npm run test:realtime` has the long ones. */
import { expect, test } from "vitest";
import { searchUntilFit } from "../support/fit-search.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";

/** Eight servers of 100 ms: 72.2/s for p95 < 500 ms. */
const STATION = ["--servers", "8", "--service", "exponential 100ms"];
const TRUTH_PER_SEC = 72.2;

/** A search that was given up is tried anew. */
const PATIENT = { timeout: 240_000 };

async function find(url: string, flags: readonly string[]) {
  const run = await searchUntilFit(["--url", `${url}/`, "--slo", "p95<500ms", ...flags]);
  return { ...run, capacity: run.summary.capacity };
}

test(
  "in a minute the capacity of a known queue is found within a wide band, or is honestly said to be unsure, then the table",
  PATIENT,
  async () => {
    const { url } = await startSimulatedTarget(STATION);
    const flags = ["--budget", "1m", "--start", "20", "--no-overload", "--levels", "5,100"];
    const { code, stdout, stderr, summary, capacity } = await find(url, flags);
    expect(stderr).toMatch(
      /^Searching the greatest rate within p95<500ms: at most 1 m; then a table by number of users\.$/m,
    );
    expect(stderr).toMatch(/^Beginning at 20\.0\/s\. If the limit lies about 60\.0\/s, expect some 1 m /m);
    expect(Math.abs(capacity.value / TRUTH_PER_SEC - 1)).toBeLessThan(0.25);
    const halfWidth = Math.log(capacity.high / capacity.low) / 2;
    if (halfWidth <= 0.099) expect([code, summary.verdict]).toEqual([0, "pass"]);
    if (halfWidth >= 0.11) expect([code, summary.verdict]).toEqual([3, "inconclusive"]);
    expect(stdout).toContain(capacity.sentence.slice(0, 20));
    // It is looked at once a second: the first row may have begun by then.
    expect(stderr).toMatch(/ Still to come: (?:2 rows|1 row) by number of users \(about [12]0 s\)\.$/m);
    // Five users without a pause keep five of the eight servers busy; a hundred wait for 1.25 s.
    const [few, many] = capacity.levels;
    expect([few.users, few.verdict, many.users, many.verdict]).toEqual([5, "pass", 100, "fail"]);
    expect(Math.abs(few.completedPerSec / 50 - 1)).toBeLessThan(0.25);
    expect(Math.abs(many.completedPerSec / 80 - 1)).toBeLessThan(0.25);
    expect(stdout).toMatch(/✓ pass +5 .*\n +✗ fail +100 /);
  },
);

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
