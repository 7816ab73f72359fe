/** What a target does under too much, and whether it creeps, on the wall clock: a short cut of `npm run test:realtime`. */
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

async function run(url: string, profiles: object) {
  const dir = tempDir();
  const spec = writeSpec(dir, { target: url, tasks: { ask: { get: "/" } }, profiles, thresholds: [] });
  const { stderr } = await runCli(["run", spec, "--out", dir]);
  const [profile] = summaryIn(dir).profiles;
  expect(profile.generator.health, stderr).not.toBe("invalid");
  return profile;
}

test("a server that refuses what it has no room for sheds under a spike of twice its capacity", async () => {
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms", "--queue", "12"]);
  const stages = [
    { rate: "40/s", for: "15s" },
    { rate: "160/s", for: "20s" },
    { rate: "40/s", for: "5s" },
  ];
  const { spike } = await run(url, { spike: { stages } });
  expect(spike).toMatchObject({ class: "sheds" });
  expect(spike.shedRatio).toBeGreaterThan(0.3);
  expect(spike.shedRatio).toBeLessThan(0.7);
});

test("a leak of 20 % a minute shows as a drift within two minutes and a half", { timeout: 200_000 }, async () => {
  const { url } = await startSimulatedTarget(["--service", "lognormal 20ms cv 0.3", "--leak", "20%/min"]);
  const { drift } = await run(url, { steady: { rate: "60/s", for: "150s" } });
  expect(drift).toMatchObject({ verdict: "drift" });
  expect(drift.totalRatio).toBeGreaterThan(0.2);
});
