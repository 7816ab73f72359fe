import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RawServer, startRawServer } from "../support/raw-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Takes every connection and answers none. */
let server: RawServer;

beforeAll(async () => {
  server = await startRawServer(() => {});
});

afterAll(() => server.close());

/** This Node, allowed to open 200 files. */
function poorNode(dir: string): string {
  const path = join(dir, "node");
  writeFileSync(path, `#!/bin/sh\nulimit -n 200\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  return path;
}

async function run(dir: string, ...load: readonly string[]) {
  const out = join(dir, "out");
  const args = ["--url", `${server.url}/`, ...load, "--drain", "100ms", "--threads", "1", "--out", out];
  return { ...(await runCli(["run", ...args], { node: poorNode(dir) })), out };
}

/** All that a run leaves, and nothing half written. */
const EVERY_FILE = [
  "junit.xml",
  "report.html",
  "run.plj",
  "run_exceptions.csv",
  "run_failures.csv",
  "run_stats.csv",
  "run_stats_history.csv",
  "summary.json",
  "summary.md",
];

describe.skipIf(process.platform !== "linux")("a plan beyond what this machine can open", () => {
  test("does not start: exit 2, nothing is sent, and the message says how many are planned", async () => {
    const before = server.requestLines.length;
    const result = await run(tempDir(), "--users", "300", "--duration", "1s");
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/plans 300 users, .* may open 200 files \[GENERATOR_LIMIT\]/);
    expect(server.requestLines).toHaveLength(before);
    expect(existsSync(join(result.out, "run.plj"))).toBe(false);
  });

  test("starts with a warning where it is only tight, and goes on to its report when the files run out", async () => {
    const { code, stderr, out } = await run(tempDir(), "--users", "190", "--duration", "2s");
    expect(stderr).toContain("warning: run plans 190 users");
    expect(code).toBe(3);
    expect(readdirSync(out).sort()).toEqual(EVERY_FILE);
    const journal = readFileSync(join(out, "run.plj"), "utf8");
    expect(journal).toContain('"code":"GENERATOR_LIMIT"');
    expect(journal).toMatch(/"dropped":\{"EMFILE":\d/);
    const [{ arrivals }] = summaryIn(out).profiles;
    expect(arrivals.planned).toBe(arrivals.sent + arrivals.dropped);
    // Users without a connection try ten times a second, not as fast as the system can refuse.
    expect(arrivals.dropped).toBeLessThan(190 * 20);
  });

  test("of arrivals that wait for answers drops what is too much, and leaves itself the files that it needs", async () => {
    const { code, stdout, out } = await run(tempDir(), "--rate", "150/s", "--duration", "2s");
    expect(code).toBe(3);
    expect(stdout).toMatch(/arrivals never sent: the limit\s+of\s+open\s+files\s+was\s+reached/);
    expect(readdirSync(out).sort()).toEqual(EVERY_FILE);
    expect(readFileSync(join(out, "run.plj"), "utf8")).toMatch(/"dropped":\{"EMFILE":\d/);
    expect(summaryIn(out).profiles[0].arrivals).toMatchObject({ sent: 200 - 64, inFlightAtEnd: 200 - 64 });
  });
});
