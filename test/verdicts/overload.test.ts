/** What a target does under too much, and whether it creeps, on the wall clock: a short cut of `npm run test:realtime`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runUntilFit } from "../support/fit-run.ts";
import { type CliOptions, runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

async function run(url: string, profiles: object, options: CliOptions = {}) {
  const dir = tempDir();
  const spec = writeSpec(dir, { target: url, tasks: { ask: { get: "/" } }, profiles, thresholds: [] });
  const { stdout, stderr } = await runUntilFit(["run", spec], dir, options);
  return { ...saidIn(dir), stdout, stderr };
}

function saidIn(dir: string) {
  const { findings, profiles } = summaryIn(dir);
  return { findings, drift: profiles[0].drift };
}

/** Measured once, whatever its generator was: what must not be said must not be said of that either. */
async function runOnce(url: string, profiles: object) {
  const dir = tempDir();
  const spec = writeSpec(dir, { target: url, tasks: { ask: { get: "/" } }, profiles, thresholds: [] });
  const { stderr } = await runCli(["run", spec, "--out", dir]);
  return { ...saidIn(dir), stderr };
}

/** This Node, which tells of every collection on standard output. */
function tracingNode(): string {
  const path = join(tempDir(), "node");
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' --trace-gc "$@"\n`, { mode: 0o755 });
  return path;
}

test("a server that refuses what it has no room for sheds under a spike of twice its capacity", async () => {
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms", "--queue", "12"]);
  const stages = [
    { rate: "40/s", for: "15s" },
    { rate: "160/s", for: "20s" },
    { rate: "40/s", for: "5s" },
  ];
  const { findings } = await run(url, { spike: { stages } });
  const spike = findings.find(({ code }: { code: string }) => code === "spike");
  expect(spike?.message).toMatch(
    /^Under the spike it sheds load: \d+ requests in flight at most, [3-7]\d?(\.\d+)? % shed\./,
  );
});

test("a server that does 50/s, asked for 80/s, is no server of 70/s, whatever it answers once nobody asks", async () => {
  const { url } = await startSimulatedTarget(["--servers", "1", "--service", "20ms"]);
  const out = tempDir();
  const load = ["--url", `${url}/`, "--rate", "80/s", "--duration", "12s"];
  // The longest wait is promised so that the generator may be as late as a busy machine makes it.
  const promises = ["rps > 70/s", "errors < 1%", "p95 < 30s"].flatMap((expr) => ["--threshold", expr]);
  const { code, stderr } = await runUntilFit(["run", ...load, ...promises], out);
  expect(code, stderr).toBe(1);
  const { thresholds, profiles } = summaryIn(out);
  const [rps, ...others] = thresholds;
  expect(rps.verdict).toBe("fail");
  expect(others.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["pass", "pass"]);
  expect(rps.observed.value).toBeGreaterThan(40);
  expect(rps.observed.value).toBeLessThan(50.5);
  const all = profiles[0].tasks.at(-1);
  expect(all.completedPerSec).toBe(rps.observed.value);
  // All of it was answered in the end.
  expect(all.requests).toBeGreaterThan(12 * 65);
});

test("200 users who come to it at once hear that it sheds them", async () => {
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms", "--queue", "12"]);
  const { findings } = await run(url, { spike: { users: 200, spawn: "200/s", think: "500ms", for: "10s" } });
  const spike = findings.find(({ code }: { code: string }) => code === "spike");
  expect(spike?.message).toMatch(
    /^With 200 users at once the target sheds load: \d+ requests in flight at most, half of the answers within [1-9]\d\d? ms, [6-9]\d(\.\d+)? % shed, 0 % timed out\.$/,
  );
  expect(findings.map(({ code }: { code: string }) => code)).toContain("shed");
});

const STATION = ["--service", "lognormal 100ms cv 0.3"];
const LEVEL = { steady: { rate: "40/s", for: "130s", warmup: "0s" } };

// Both at the same time, since neither has much to do: what a busy machine adds to 100 ms is little beside the leak.
test("in some two minutes a leak of 20 % a minute shows as a drift, and a target that stays as it is does not", {
  timeout: 320_000,
  retry: 1,
}, async () => {
  const [leaking, staying] = await Promise.all([
    startSimulatedTarget([...STATION, "--leak", "20%/min"]),
    startSimulatedTarget(STATION),
  ]);
  const node = tracingNode();
  const [leak, stay] = await Promise.all([run(leaking.url, LEVEL, { node }), runOnce(staying.url, LEVEL)]);

  expect(leak.drift, leak.stderr).toMatchObject({ verdict: "drift" });
  expect(leak.drift.totalRatio).toBeGreaterThan(0.15);
  // As short as this one may leave open whether it creeps, but it was judged, and nobody is alarmed.
  expect(stay.drift, stay.stderr).toMatchObject({ verdict: expect.stringMatching(/^(stable|inconclusive)$/) });
  expect(stay.findings.map(({ code }: { code: string }) => code)).not.toContain("drift");

  // A thread with as little to do as this one was paused for 5 to 20 ms to give memory back (docs/decisions/0008).
  const collections = [...leak.stdout.matchAll(/^\[\d+:(0x[\da-f]+)\] .* ms: (.*)$/gm)];
  const ofThreads = collections.filter(([, heap]) => heap !== collections[0]?.[1]);
  expect(ofThreads.length).toBeGreaterThan(3);
  expect(ofThreads.map(([line]) => line).filter((line) => line.includes("(reduce)"))).toEqual([]);
});
