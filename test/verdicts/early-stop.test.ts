import { describe, expect, onTestFinished, test } from "vitest";
import { planSimulation } from "../../packages/plimsoll/src/simulate/plan-simulation.ts";
import { startSimulator } from "../../packages/plimsoll/src/simulate/simulator.ts";
import { writtenSimulation } from "../../packages/plimsoll/src/simulate/written-simulation.ts";
import { runUntilFit } from "../support/fit-run.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

/** Runs a minute, and after it another profile, against a simulated server. */
async function runAgainst(simulation: object, profile: object, threshold: string, thresholds: readonly string[] = []) {
  const planned = planSimulation([writtenSimulation.parse(simulation)], 11);
  if (planned.kind === "problems") throw new Error(JSON.stringify(planned.problems));
  const simulator = await startSimulator(planned.simulation, { host: "127.0.0.1", port: 0, die: () => {} });
  onTestFinished(() => simulator[Symbol.asyncDispose]());
  const dir = tempDir();
  const spec = {
    target: simulator.url,
    tasks: { ask: { get: "/" } },
    profiles: { steady: { for: "60s", warmup: 0, ...profile }, after: { rate: "40/s", for: "2s" } },
    thresholds: [{ expr: threshold, abort: true }, ...thresholds],
    drain: "1s",
  };
  const run = await runUntilFit(["run", writeSpec(dir, spec)], dir);
  return { run, summary: summaryIn(dir) };
}

describe("abort", () => {
  test("ends a run whose answers are never in time after a quarter of its minute, and it has failed", async () => {
    const { run, summary } = await runAgainst({ service: "900ms" }, { users: 20 }, "p95 < 500ms", ["errors < 1%"]);
    expect(run.code).toBe(1);
    expect(run.stdout.replace(/\s+/g, " ")).toMatch(
      /✗ FAIL p95 < 500ms does not hold in steady: from 0 s to \d+ s, .* So the run was ended early\. p95 < 500ms broke at 0 s in steady, as soon as it was judged, with \d+ users\. The run was ended at/,
    );
    expect(summary.profiles.map(({ name }: { name: string }) => name)).toEqual(["steady"]);
    expect(summary.profiles[0].durationMs).toBeLessThan(30_000);
    expect(summary.thresholds.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      "fail",
      "inconclusive",
      "inconclusive",
      "inconclusive",
    ]);
  });

  test("ends an overload by its queue within seconds", async () => {
    const overload = { service: "100ms", servers: 1 };
    const { run, summary } = await runAgainst(overload, { rate: "60/s" }, "p95 < 500ms");
    expect(run.code).toBe(1);
    expect(run.stdout.replace(/\s+/g, " ")).toContain("The queue runs away: at ");
    expect(summary.profiles[0].durationMs).toBeLessThan(20_000);
  });

  test("leaves a run alone that keeps its promise", async () => {
    const { run, summary } = await runAgainst({ service: "20ms" }, { rate: "60/s", for: "10s" }, "p95 < 500ms");
    expect(run.stdout).not.toContain("ended early");
    expect(run.code).not.toBe(1);
    expect(summary.profiles[0].durationMs).toBeCloseTo(10_000, -2);
    expect(summary.profiles.map(({ name }: { name: string }) => name)).toEqual(["steady", "after"]);
  });
});
