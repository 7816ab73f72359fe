import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

test("doctor tells what this machine can send, how truly, and what stands in the way", async () => {
  const run = await runCli(["doctor", "--json"]);
  expect(run.code).toBe(0);
  const found = JSON.parse(run.stdout);
  expect(found.schema).toBe("plimsoll.doctor/1");
  expect(found.ceilings[0].threads).toBe(1);
  expect(found.ceilings.at(-1).threads).toBe(found.cores);
  for (const { requestsPerSec } of found.ceilings) expect(requestsPerSec).toBeGreaterThan(500);
  expect(found.sendLagMs.p50).toBeGreaterThanOrEqual(0);
  expect(found.sendLagMs.p50).toBeLessThanOrEqual(found.sendLagMs.p99);
  expect(found.advice[0]).toMatch(/^Plan for at most /);
  if (process.platform === "linux") {
    expect(found.limits.ports.last).toBeGreaterThan(found.limits.ports.first);
    expect(found.limits).toHaveProperty("openFiles");
  }
});

test("for people it is a table and sentences; progress goes to standard error", async () => {
  const run = await runCli(["doctor"]);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/threads +requests +CPU a request/);
  expect(run.stdout).toMatch(/open files +\S/);
  expect(run.stdout).toMatch(/ {2}· Plan for at most \S+/);
  expect(run.stderr).toContain("ceiling with 1 load thread");
});
