/** `plimsoll find` on the wall clock: is the capacity that it states the one that a server is known to have? */
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { startProcess } from "../support/processes.ts";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { printTable, tell } from "./rows.ts";

afterAll(printTable);

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

async function find(flags: readonly string[]) {
  const dir = tempDir();
  const run = await runCli(["find", ...flags, "--out", dir]);
  process.stdout.write(run.stdout);
  return { ...run, capacity: summaryIn(dir).capacity, because: summaryIn(dir).because };
}

interface Stated {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

function intervalText({ value, low, high }: Stated): string {
  const text = (load: number | null): string => load?.toFixed(1) ?? "?";
  return `${text(value)}/s (${text(low)}–${text(high)})`;
}

test("M/M/8 of 100 ms within 7 % in ten minutes", async () => {
  const truth = 72.19;
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms"]);
  const { capacity, stderr } = await find([
    ...["--url", `${url}/`, "--slo", "p95<500ms", "--budget", "10m"],
    ...["--no-overload", "--levels", "none"],
  ]);
  tell("`find`, M/M/8 of 100 ms, p95 < 500 ms, 10 min", `${truth}/s`, intervalText(capacity));
  expect(capacity.value, stderr).not.toBeNull();
  expect(Math.abs(capacity.value / truth - 1), stderr).toBeLessThan(0.07);
});

test("a server that refuses what it has no room for is classed: it sheds", async () => {
  const truth = 66.4;
  const { url } = await startSimulatedTarget(["--servers", "8", "--service", "exponential 100ms", "--queue", "12"]);
  const { capacity, because, stderr } = await find([
    ...["--url", `${url}/`, "--slo", "errors<1%", "--slo", "p95<2s"],
    ...["--budget", "3m", "--levels", "none"],
  ]);
  tell(
    "`find`, 12 waiting places, errors < 1 %, 3 min",
    `${truth}/s, sheds`,
    `${intervalText(capacity)}, ${capacity.saturation}`,
  );
  expect(capacity.saturation, stderr).toBe("sheds");
  expect(because).toContain("beyond it, it sheds");
  expect(capacity.limitedBy).toEqual({ slo: "errors<1%", task: null });
  expect(Math.abs(capacity.value / truth - 1)).toBeLessThan(0.15);
});

test("the reference endpoint, end to end, with its table of levels", async () => {
  const ready = /(http:\/\/127\.0\.0\.1:\d+)/;
  const { url, stop } = await startProcess(process.execPath, [BIN, "serve", "--port", "0"], { ready });
  onTestFinished(stop);
  const body = JSON.stringify({ texts: ["the load line of a ship"] });
  const { code, capacity, stderr } = await find([
    ...["--url", `${url}/embed`, "--body", body, "--by", "rate", "--slo", "p95<500ms", "--slo", "errors<1%"],
    ...["--budget", "3m", "--levels", "1,2,5,10,20"],
  ]);
  tell(
    "`find`, the reference endpoint, p95 < 500 ms, 3 min",
    "unknown",
    `${intervalText(capacity)}, ${capacity.saturation ?? "class not sure"}`,
  );
  expect([0, 3], stderr).toContain(code);
  expect(capacity.value).toBeGreaterThan(0);
  expect(capacity.levels.map(({ users }: { users: number }) => users)).toEqual([1, 2, 5, 10, 20]);
  for (const level of capacity.levels) expect(level.completedPerSec).toBeGreaterThan(0);
});
