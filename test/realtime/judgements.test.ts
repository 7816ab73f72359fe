/** Drift and `plimsoll compare` on the wall clock against servers of known truth. */
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";
import { printTable, tell } from "./rows.ts";

afterAll(printTable);

/** Truly 72.2/s within p95 < 500 ms. */
const MM8 = ["--servers", "8", "--service", "exponential 100ms"];

async function run(url: string, dir: string, load: object) {
  const spec = { target: url, tasks: { ask: { get: "/" } }, profiles: { steady: load }, thresholds: [] };
  const { stderr } = await runCli(["run", writeSpec(tempDir(), spec), "--seed", "7", "--out", dir]);
  const [profile] = summaryIn(dir).profiles;
  expect(profile.generator.health, stderr).not.toBe("invalid");
  return profile;
}

test.each([
  ["+20 % a minute", ["--leak", "20%/min"], "drift"],
  ["none", [], "stable"],
] as const)("a leak of %s over three minutes", async (leak, flags, expected) => {
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms", ...flags]);
  const { drift } = await run(url, tempDir(), { rate: "40/s", for: "3m", warmup: "0s" });
  const [low, high] = [drift.low, drift.high].map((ratio: number) => (100 * ratio).toFixed(0));
  tell("drift in 3 min at half load", `leak ${leak}`, `${drift.verdict}, ${low} % to ${high} % in all`);
  if (expected === "drift") expect(drift.verdict).toBe("drift");
  else expect(drift.verdict).not.toBe("drift");
});

test("a build slower by 15 % fails against the one before, the same build does not", async () => {
  const dir = tempDir();
  const load = { rate: "48/s", for: "2m" };
  for (const [name, service] of [
    ["base", "exponential 100ms"],
    ["same", "exponential 100ms"],
    ["slower", "exponential 115ms"],
  ] as const) {
    const { url } = await startSimulatedTarget(["--servers", "8", "--service", service, "--seed", "3"]);
    await run(url, join(dir, name), load);
  }
  const verdicts: string[] = [];
  for (const name of ["same", "slower"]) {
    const { stdout } = await runCli(["compare", join(dir, "base"), join(dir, name), "--json"]);
    const { verdict, because } = JSON.parse(stdout);
    verdicts.push(verdict);
    tell(
      "`compare`, two runs of 2 min at 60 % load",
      name === "same" ? "the same build" : "15 % slower",
      `${verdict}: ${because}`,
    );
  }
  expect(verdicts[0]).not.toBe("fail");
  expect(verdicts[1]).toBe("fail");
});

test("without a load two targets are compared at 65 % of what BASE holds", async () => {
  const [base, next] = [await startSimulatedTarget(MM8), await startSimulatedTarget(MM8)];
  const out = tempDir();
  const { code, stdout, stderr } = await runCli([
    ...["compare", base.url, next.url, "--slo", "p95<500ms", "--duration", "30s", "--max-pairs", "1", "--seed", "7"],
    ...["--json", "--out", out],
  ]);
  const { because } = JSON.parse(stdout);
  const { value } = summaryIn(join(out, "find")).capacity;
  tell(
    "`compare --slo`, M/M/8 of 100 ms: what BASE holds, and its pairs",
    "72.19/s",
    `${value.toFixed(1)}/s: ${because}`,
  );
  expect([0, 3], stderr).toContain(code);
  expect(value / 72.19).toBeGreaterThan(0.8);
  expect(value / 72.19).toBeLessThan(1.2);
  for (const side of ["base", "new"]) {
    expect(summaryIn(join(out, side)).profiles[0].ratePerSec / value).toBeCloseTo(0.65, 6);
  }
});
