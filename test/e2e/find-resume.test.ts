/** A search that was ended half-way keeps what it measured, reads back the same, and goes on where it stopped. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordsIn } from "../support/journal-records.ts";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

const FLAGS = [
  "--slo",
  "p95<500ms",
  "--start",
  "20",
  "--budget",
  "20s",
  "--no-overload",
  "--levels",
  "none",
  "--seed",
  "5",
];

/** Names of the phases that a journal holds whole, in order. */
function wholePhases(dir: string): readonly string[] {
  const records = recordsIn(dir);
  const drained = new Set(records.flatMap(({ k, at, phase }) => (k === "phase" && at === "drained" ? [phase] : [])));
  // A step that a signal cut short drains, too, but it was not whole.
  const sentMs = (phase: number): number => {
    const instant = (at: string) =>
      records.find((record) => record.k === "phase" && record.phase === phase && record.at === at)?.atMs;
    return instant("end") - instant("start");
  };
  return records.flatMap(({ k, phase, planned }) =>
    k === "step" && drained.has(phase) && sentMs(phase) > planned.plannedMs - 750 ? [planned.name] : [],
  );
}

function filesOf(dir: string): Record<string, string> {
  const names = readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const kept = names.filter((name) => name !== "run.plj" && !name.startsWith("."));
  return Object.fromEntries(kept.map((name) => [name, readFileSync(join(dir, name), "utf8")]));
}

describe.each([
  ["SIGINT", 130],
  ["SIGKILL", null],
] as const)("ended by %s", (signal, code) => {
  test("keeps its whole steps, renders the same again, and --resume repeats none of them", async () => {
    const dir = join(tempDir(), "out");
    const target = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms", "--seed", "3"]);
    const search = ["find", "--url", `${target.url}/`, ...FLAGS, "--out", dir];
    let isSent = false;
    const first = await runCli(search, {
      onStderr: (text, child) => {
        if (isSent || !text.includes("step 2:")) return;
        isSent = true;
        setTimeout(() => child.kill(signal), 300);
      },
    });
    expect(first.code).toBe(code);
    const before = wholePhases(dir);
    expect(before.length).toBeGreaterThanOrEqual(2);
    if (signal === "SIGINT") {
      expect(first.stdout).toMatch(/^◐ INCONCLUSIVE {2}The search was stopped at /);
      expect(first.stderr).toContain("--resume");
      expect(first.stdout).toMatch(/^Again {4}plimsoll find .* --seed 5 --resume$/m);
      expect(summaryIn(dir)).toMatchObject({ verdict: "inconclusive", interrupted: true, exitCode: 130 });
      expect(summaryIn(dir).capacity.steps.length + summaryIn(dir).capacity.unfitSteps.length).toBe(before.length);
      const again = join(tempDir(), "again");
      expect((await runCli(["report", dir, "--out", again])).code).toBe(0);
      expect(filesOf(again)).toEqual(filesOf(dir));
    }
    const resumed = await runCli([...search, "--resume", "--json"]);
    expect([0, 3], resumed.stderr).toContain(resumed.code);
    const summary = JSON.parse(resumed.stdout);
    expect(summary.interrupted).toBeUndefined();
    expect(resumed.stderr).toMatch(new RegExp(`^Going on after ${before.length} whole steps`, "m"));
    for (const name of before) expect(resumed.stderr).not.toContain(`⦵ ${name} ·`);
    const after = wholePhases(dir);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    expect(new Set(after).size).toBe(after.length);
    const [resumption] = recordsIn(dir).filter((record) => record.code === "RESUMED");
    expect(resumption.message).toBe(`The search goes on after ${before.length} whole steps of an interrupted one.`);
    expect(summary.run.seed).toBe(5);
    expect(summary.imbalances).toEqual([]);
    const other = await runCli([...search, "--resume", "--slo", "p99<1s"]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("was asked something else")]);
  });
});
