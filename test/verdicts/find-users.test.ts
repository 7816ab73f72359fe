/** `plimsoll find --by users` against a server of known capacity, as short as a search can be. */
import { expect, test } from "vitest";
import { searchUntilFit } from "../support/fit-search.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";

/** Of users who think for a second, before eight servers of 100 ms, for p95 < 500 ms; they ask 78.5 times a second. */
const TRUTH_USERS = 97.4;
const TRUTH_PER_SEC = 78.5;

test("in half a minute it is found how many users who think a known queue holds, within a wide band", async () => {
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms"]);
  const load = ["--by", "users", "--think", "1s", "--start", "60", "--budget", "30s", "--slo", "p95<500ms"];
  const only = ["--no-overload", "--levels", "none"];
  const { code, stdout, stderr, summary } = await searchUntilFit(["--url", `${url}/`, ...load, ...only]);
  expect(stderr).toMatch(/^Searching the greatest number of users within p95<500ms: at most 30 s\.$/m);
  const { capacity, verdict } = summary;
  expect(Math.abs(capacity.value / TRUTH_USERS - 1), stderr).toBeLessThan(0.25);
  expect(Math.abs(capacity.ratePerSec / TRUTH_PER_SEC - 1), stderr).toBeLessThan(0.25);
  expect(capacity).toMatchObject({ by: "users", arrivals: null, users: capacity.value });
  for (const { load: users } of capacity.steps) expect(users).toBe(Math.round(users));
  const halfWidth = Math.log(capacity.high / capacity.low) / 2;
  if (halfWidth >= 0.11) expect([code, verdict]).toEqual([3, "inconclusive"]);
  expect(stdout.replace(/\s+/g, " ")).toContain(capacity.sentence);
  expect(capacity.sentence).toMatch(
    /^(?:Holds|The capacity looks like) \d+ users \(\d+–\d+, about 90 %\), [\d.]+ req\/s, within p95<500ms\.$/,
  );
  expect(capacity.sentence.startsWith("Holds")).toBe(code === 0);
});
