import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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
    const lines = readFileSync(join(dir, "run.plj"), "utf8")
      .split("\n")
      .filter((line) => line.includes('"k":"d"'));
    const rssMb = lines.map((line) => JSON.parse(line.slice(9)).gen.rssBytes / 1e6);
    expect(Math.max(...rssMb)).toBeLessThan(150);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // All 1,000 live from the third second on; growth from then to the end would be a leak.
    expect(mean(rssMb.slice(-8)) - mean(rssMb.slice(8, 16))).toBeLessThan(12);
  } finally {
    await server.stop();
  }
}, 90_000);
