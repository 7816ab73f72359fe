/** What `plimsoll find` says of a target beyond its capacity, within what it may offer; `npm run test:realtime` has the rest. */
import { expect, test } from "vitest";
import { searchUntilFit } from "../support/fit-search.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";

test("a server that refuses what it has no room for is said to shed beyond its capacity, offered no more than is allowed", {
  timeout: 240_000,
}, async () => {
  const { url } = await startSimulatedTarget([
    ...["--servers", "8", "--service", "exponential 100ms", "--queue", "12"],
  ]);
  const promises = ["--slo", "errors<1%", "--slo", "p95<500ms"];
  // Room for 1.3 times the capacity of 66/s, but not for twice as much, whatever a search of 20 s makes of it.
  const load = ["--start", "40", "--max-rate", "110", "--budget", "20s", "--levels", "none"];
  const { stdout, stderr, summary } = await searchUntilFit(["--url", `${url}/`, ...promises, ...load]);
  const { capacity, findings } = summary;
  expect(capacity.saturation, stderr).toBe("sheds");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("; beyond it, it sheds; errors<1% breaks first");
  expect(capacity.overloads).toHaveLength(1);
  expect(capacity.overloads[0].factor).toBeCloseTo(1.3);
  for (const { load: perSec } of capacity.steps) expect(perSec).toBeLessThanOrEqual(110);
  expect(capacity.overloads[0].ratePerSec).toBeLessThanOrEqual(110);
  const leftOut = findings.find(({ code }: { code: string }) => code === "OVERLOAD_LEFT_OUT");
  expect(leftOut?.message).toMatch(/more than the 110\/s that are allowed \(--max-rate\)\.$/);
});
