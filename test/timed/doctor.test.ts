import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersAfter, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

test("doctor tells what this machine can send, how truly, and what stands in the way, also where it cannot be kept", async () => {
  const cache = join(tempDir(), "a-file");
  writeFileSync(cache, "");
  const run = await runCli(["doctor", "--json"], { env: { XDG_CACHE_HOME: cache } });
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining("not kept for `plimsoll run`: ")]);
  const found = JSON.parse(run.stdout);
  expect(found.schema).toBe("plimsoll.doctor/1");
  expect(found.ceilings[0].threads).toBe(1);
  expect(found.ceilings.at(-1).threads).toBe(found.cores);
  for (const { requestsPerSec } of found.ceilings) expect(requestsPerSec).toBeGreaterThan(500);
  expect(found.clock.stepNs).toBeGreaterThan(0);
  expect(found.clock.stepNs).toBeLessThan(1e6);
  expect(found.clock.readNs).toBeGreaterThan(0);
  for (const { p50, p99, max } of [found.wakeLagMs.metronome, found.wakeLagMs.timer]) {
    expect(p50).toBeGreaterThan(0);
    expect([p50, p99, max]).toEqual([p50, p99, max].sort((a, b) => a - b));
  }
  expect(found.sendLagMs.p50).toBeGreaterThanOrEqual(0);
  expect(found.sendLagMs.p50).toBeLessThanOrEqual(found.sendLagMs.p99);
  expect(found.advice[0]).toMatch(/^Plan for at most /);
  if (process.platform === "linux") {
    expect(found.limits.ports.last).toBeGreaterThan(found.limits.ports.first);
    expect(found.limits).toHaveProperty("openFiles");
    expect(found.clockSource).toMatch(/^[\w-]+$/);
    for (const { cpuPerRequestUs, perCorePerSec, cpuWaitRatio } of found.ceilings) {
      expect(cpuPerRequestUs).toBeGreaterThan(1);
      expect(cpuPerRequestUs).toBeLessThan(1000);
      expect(perCorePerSec).toBeCloseTo(1e6 / cpuPerRequestUs, 6);
      expect(cpuWaitRatio).toBeGreaterThanOrEqual(0);
      expect(cpuWaitRatio).toBeLessThanOrEqual(1);
    }
  }
});

test("for people it is a table and sentences; progress goes to standard error; run warns of plans beyond it", async () => {
  const cache = tempDir();
  const run = await runCli(["doctor"], { env: { XDG_CACHE_HOME: cache } });
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/threads +requests +CPU a request/);
  expect(run.stdout).toMatch(/open files +\S/);
  expect(run.stdout).toMatch(/ {2}· Plan for at most \S+/);
  expect(run.stderr).toContain("ceiling with 1 load thread");
  const kept = join(cache, "plimsoll/doctor.json");
  expect(run.stderr).toContain(kept);

  // As if this machine could do little: then nothing needs to be loaded to see the warnings.
  const found = JSON.parse(readFileSync(kept, "utf8"));
  const ceilings = [{ threads: 1, requestsPerSec: 50 }];
  writeFileSync(kept, JSON.stringify({ ...found, ceilings }));
  const [fit, near, beyond] = [await loaded("20/s", cache), await loaded("40/s", cache), await loaded("90/s", cache)];
  expect([fit.stderr, fit.journal].join()).not.toContain("GENERATOR_LIMIT");
  expect(fit.stderr).not.toContain("warning");
  expect(near.stderr).toMatch(/^warning: run plans 40\/s, 80 % of the ceiling/m);
  expect(near.journal).toMatch(/"code":"GENERATOR_LIMIT","level":"warning".*plans 40\/s/);
  expect(beyond.stderr).toMatch(/^warning: run plans 90\/s, but 1 load thread can send at most 50\/s/m);
});

/** A run of a second with one load thread, and its journal. */
async function loaded(rate: string, cache: string) {
  const server = await startKnownServer(answersAfter(1));
  const out = join(tempDir(), "out");
  const load = ["--url", `${server.url}/`, "--rate", rate, "--duration", "1s", "--threads", "1", "--out", out];
  const run = await runCli(["run", ...load], { env: { XDG_CACHE_HOME: cache } });
  await server.close();
  return { ...run, journal: readFileSync(join(out, "run.plj"), "utf8") };
}
