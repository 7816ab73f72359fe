import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

let server: KnownServer;

beforeAll(async () => {
  let n = 0;
  server = await startKnownServer((_request, response) => {
    const isBad = ++n % 20 === 0;
    setTimeout(() => response.writeHead(isBad ? 500 : 200).end("x".repeat(n % 50)), n % 40);
  });
});

afterAll(() => server.close());

function runSpec(dir: string): Promise<{ code: number | null }> {
  const spec = writeSpec(dir, {
    target: server.url,
    tasks: { a: { get: "/a", weight: 3 }, b: { post: "/b", json: { n: { counter: true } } } },
    profiles: { ramp_up: { users: 10, spawn: "5/s", for: "4s", think: "50ms" }, steady: { rate: "60/s", for: "3s" } },
    thresholds: ["p95 < 500ms", "a errors < 20%", "steady p50 < 400ms for 1s"],
  });
  return runCli(["run", spec, "--out", join(dir, "out")]);
}

describe("the journal alone is the run", () => {
  test("with everything else deleted, re-rendering gives every file again, byte for byte", async () => {
    const dir = tempDir();
    await runSpec(dir);
    const out = join(dir, "out");
    const names = readdirSync(out).filter((name) => name !== "run.plj");
    expect(names.sort()).toEqual(
      [
        "ramp_up_exceptions.csv",
        "ramp_up_failures.csv",
        "ramp_up_stats.csv",
        "ramp_up_stats_history.csv",
        "report.html",
        "steady_exceptions.csv",
        "steady_failures.csv",
        "steady_stats.csv",
        "steady_stats_history.csv",
        "summary.json",
        "junit.xml",
        "summary.md",
      ].sort(),
    );
    const bare = join(dir, "bare");
    mkdirSync(bare);
    renameSync(join(out, "run.plj"), join(bare, "run.plj"));
    const again = join(dir, "again");
    const report = await runCli(["report", bare, "--out", again]);
    expect(report.code).toBe(0);
    for (const name of names)
      expect(readFileSync(join(again, name), "utf8"), name).toBe(readFileSync(join(out, name), "utf8"));
  });

  test("every format prints what the file holds", async () => {
    const dir = tempDir();
    await runSpec(dir);
    const out = join(dir, "out");
    for (const [format, name] of [
      ["json", "summary.json"],
      ["md", "summary.md"],
      ["junit", "junit.xml"],
      ["html", "report.html"],
    ] as const) {
      const printed = await runCli(["report", out, "--format", format]);
      expect(printed.stdout, format).toBe(readFileSync(join(out, name), "utf8"));
    }
    const csv = await runCli(["report", out, "--format", "csv", "--profile", "steady"]);
    expect(csv.stdout).toBe(readFileSync(join(out, "steady_stats.csv"), "utf8"));
    const which = await runCli(["report", out, "--format", "csv"]);
    expect(which.code).toBe(2);
    expect(which.stderr).toContain("ramp_up, steady");
  });

  test("a second run in the same folder moves the first one whole, and overwrites nothing", async () => {
    const dir = tempDir();
    await runSpec(dir);
    const out = join(dir, "out");
    const first = readFileSync(join(out, "run.plj"));
    await runSpec(dir);
    const [moved] = readdirSync(join(out, "runs"));
    expect(moved).toMatch(/^\d{8}T\d{6}Z-[a-z0-9-]+$/);
    expect(readFileSync(join(out, "runs", moved!, "run.plj")).equals(first)).toBe(true);
    expect(readdirSync(join(out, "runs", moved!))).toHaveLength(13);
    expect(readdirSync(out).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
