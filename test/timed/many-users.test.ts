import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordsIn } from "../support/journal-records.ts";
import { startProcess } from "../support/processes.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

/** A trivial server in a process of its own: the test's own event loop must not be what is measured. */
const SERVER = `
import { createServer } from "node:http";
const server = createServer((request, response) => {
  request.resume();
  setTimeout(() => response.end("ok"), 20);
});
server.keepAliveTimeout = 120_000;
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => console.log("ready: http://127.0.0.1:" + server.address().port));
`;

test("1,000 users for 30 s: no error of ours, below 150 MB, memory flat over time", async () => {
  const dir = tempDir();
  const server = await startProcess(process.execPath, ["--input-type=module", "--eval", SERVER], {
    ready: /ready: (\S+)/,
  });
  try {
    const spec = writeSpec(dir, {
      target: server.url,
      tasks: { ask: { get: "/" } },
      profiles: { many: { users: 1000, spawn: "500/s", for: "30s", think: { uniform: ["500ms", "1500ms"] } } },
      thresholds: ["errors < 1%"],
    });
    const run = await runCli(["run", spec, "--out", dir]);
    const summary = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8"));
    const [profile] = summary.profiles;
    expect(profile.users, run.stdout).toBe(1000);
    expect(profile.arrivals).toMatchObject({ failed: 0, dropped: 0, inFlightAtEnd: 0 });
    expect(profile.arrivals.completed).toBeGreaterThan(15_000);
    const seconds = recordsIn(dir).filter(({ k }) => k === "d");
    expectTelemetry(seconds, profile.generator);
    const rssMb = seconds.map(({ gen }) => gen.rssBytes / 1e6);
    expect(Math.max(...rssMb)).toBeLessThan(150);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // All 1,000 live from the third second on; growth from then to the end would be a leak.
    expect(mean(rssMb.slice(-8)) - mean(rssMb.slice(8, 16))).toBeLessThan(12);
  } finally {
    await server.stop();
  }
}, 90_000);

/** What the generator tells of itself in a real run: each figure is there, and moves. */
function expectTelemetry(seconds: ReturnType<typeof recordsIn>, generator: Record<string, unknown>): void {
  const sumOf = (figure: (second: (typeof seconds)[number]) => number) =>
    seconds.reduce((sum, second) => sum + figure(second), 0);
  const countOf = (buckets: [number, number][]) => buckets.reduce((sum, [, count]) => sum + count, 0);
  const sentIn = ({ tasks }: (typeof seconds)[number]) => tasks.ask?.sent ?? 0;
  // A lag for every request that was sent.
  expect(sumOf(({ lag }) => countOf(lag))).toBe(sumOf(sentIn));
  for (const figure of [
    "loopDelayP99Ms",
    "loopDelayMaxMs",
    "utilisationRatio",
    "cpuRatio",
    "gcPauseMs",
    "gcMaxPauseMs",
  ])
    expect(
      sumOf(({ gen }) => gen[figure]),
      figure,
    ).toBeGreaterThan(0);
  for (const { gen } of seconds) {
    expect(gen.gcMaxPauseMs).toBeLessThanOrEqual(gen.gcPauseMs);
    expect(gen.loopDelayP99Ms).toBeLessThanOrEqual(gen.loopDelayMaxMs);
    expect(gen.rssBytes).toBeGreaterThan(2e7);
  }
  expect(Math.max(...seconds.map(({ gen }) => gen.socketCount))).toBeGreaterThan(900);
  expect(sumOf(({ gen }) => gen.openedCount)).toBeGreaterThanOrEqual(1000);
  if (process.platform !== "linux") return;
  const told = seconds.filter(({ gen }) => gen.threadCpuRatios !== undefined);
  expect(told.length).toBeGreaterThan(20);
  expect(Object.keys(told[0].gen.cpuRatioByThread).slice(0, 2)).toEqual(["main", "load-0"]);
  expect(generator["cpuRatioByThread"]).toMatchObject({ main: expect.any(Number), "load-0": expect.any(Number) });
  expect(Math.max(...told.map(({ gen }) => gen.threadCpuRatios[0]))).toBeGreaterThan(0);
  expect(Math.max(...told.map(({ gen }) => gen.cpuRatioByThread.main))).toBeGreaterThan(0);
}
