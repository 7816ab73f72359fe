/**
 * The generator judges itself, both ways: starved, stopped or blocked it says so, every time, and lays nothing at the
 * target's door; a target that is slow, closes or errs never makes it unfit.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { type CalibratedTarget, startCalibratedTarget } from "../support/calibrated-target.ts";
import { calm } from "../support/fit-run.ts";
import { testNeeding } from "../support/needs.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { tempDir } from "../support/temp-dir.ts";
import { inLane, isLong, roundsOf, SEED, tell } from "./lane.ts";
import { type CountingTarget, expectOwnFault, type Measured, measure } from "./measure.ts";
import { chanceOf, judgeTurns, type Turns } from "./turns.ts";
import { giveUp, untilFit } from "./until-fit.ts";

describe("a generator that is kept from sending on time makes the run inconclusive, never the target's fault", () => {
  testNeeding(hasTaskset(), "taskset (util-linux)").for(roundsOf(20, 3))(
    "it plans more than its share of one core can send, round %i",
    async () => {
      const target = await startTarget();
      startHogs(3, ["taskset", "-c", "0"]);
      const profile = { rate: "8000/s", arrivals: "constant", for: "2s" };
      const result = await measure(target, { profile, thresholds: ["p95 < 50ms"], node: nodeOnCore(0) });
      expectOwnFault(result);
      expect(result.measured.arrivals).toMatchObject({ planned: 16_000, inFlightAtEnd: 0 });
    },
  );

  test("it may open fewer connections than the plan needs", async () => {
    const target = await startTarget(200);
    const profile = { rate: "100/s", arrivals: "constant", for: "2s" };
    const result = await measure(target, { profile, thresholds: ["p95 < 300ms"], maxConnections: 10 });
    expectOwnFault(result);
    expect(result.measured.arrivals.dropped).toBeGreaterThan(50);
    expect(result.measured.generator.dropped["connection-cap"]).toBe(result.measured.arrivals.dropped);
  });

  test.for(roundsOf(20, 2))("a load thread is blocked for 200 ms every 5 s, round %i", async () => {
    const preload = pathToFileURL(join(import.meta.dirname, "block-load-thread.mjs")).href;
    const result = await measure(await startTarget(), {
      profile: { rate: "100/s", arrivals: "constant", for: "6s" },
      thresholds: ["p95 < 500ms"],
      env: { NODE_OPTIONS: `--import=${preload}` },
    });
    expectOwnFault(result);
    expect(result.measured.generator.longestStallMs).toBeGreaterThan(150);
    // The blocks are ours, so they are in the response times and not in the service times of what was sent after them.
    expect(result.task.responseMs.max).toBeGreaterThan(150);
  });

  test.for(roundsOf(20, 2))("it is stopped for a second (SIGSTOP), round %i", async () => {
    const { result } = await measureStopped();
    expectOwnFault(result);
    expect(result.measured.arrivals).toMatchObject({ planned: 300, sent: 300, completed: 300 });
    expect(result.task.responseMs.max).toBeGreaterThan(900);
    expect(result.run.stdout).toContain("late at p99");
  });

  test.for([300, 80])("a stop of more than a second at %i/s is told as its own alone", async (ratePerSec) => {
    const target = await startTarget();
    const result = await measure(target, {
      profile: { rate: `${ratePerSec}/s`, for: "8s" },
      thresholds: ["p95 < 200ms"],
      onStart: (child) => void stopFor(1300, { child, target, receivedCount: 4 * ratePerSec }),
    });
    expectOwnFault(result);
    expect(result.run.stdout).toContain("The generator stood still for 1.");
  });

  test("a stop of the target before its own is told all the same", async (context) => {
    const { summary } = await untilFit(
      context,
      async () => {
        // No answer leaves from 5.5 to 7 s, nor when all is over.
        const stall = ["--service", "20ms", "--stall", "1500ms every 7s", "--seed", String(SEED)];
        const target = await startSimulatedTarget(stall);
        const { summary, measured } = await measure(target, {
          profile: { rate: "200/s", for: "11s" },
          onStart: (child) => void stopFor(1000, { child, target, receivedCount: 9 * 200 }),
        });
        // Unfit it always is. In one second of eleven it stood still; what nine in ten do not exceed is the machine's.
        const { reasons, eventLoopDelayMs } = measured.generator;
        return { summary, measured: { generator: { health: calmness(eventLoopDelayMs.p99), reasons } } };
      },
      { isFit: (health) => health === "calm" },
    );
    const stops = summary.findings.filter(({ code }: { readonly code: string }) => code === "server-stop");
    expect(stops, JSON.stringify(summary.findings)).toHaveLength(1);
    expect(Math.abs(stops[0].fromMs - 5500)).toBeLessThan(400);
    expect(Math.abs(stops[0].toMs - 7000)).toBeLessThan(400);
  });

  test("what it was late is in the response times, never in the service times", async () => {
    const { result, target, stoppedMs } = await measureStopped();
    const { responseMs, serviceMs } = result.task;
    // Of three seconds' arrivals those of the stop are late, evenly up to its length: a tenth of all by more than its rest.
    const lateMs = stoppedMs - 0.1 * STOPPED_RUN_MS;
    expect(Math.abs(responseMs.p90 - lateMs), `p90 is ${responseMs.p90}, late were ${lateMs}`).toBeLessThan(150);
    expect(serviceMs.p90).toBeLessThan((await target.serviceMs("p90")) + 100);
  });

  test.for(roundsOf(20, 2))("others use every core, round %i", async () => {
    const target = await startTarget();
    startHogs(4 * availableParallelism());
    const profile = { rate: "1000/s", arrivals: "constant", for: "3s" };
    expectOwnFault(await measure(target, { profile, thresholds: ["p95 < 50ms"] }));
  });
});

describe("a target never makes the generator unfit: with it the generator is no worse than with a healthy one", () => {
  const TARGETS: Readonly<Record<string, readonly string[]>> = {
    "slow, with stops": ["--service", "lognormal 400ms cv 1", "--stall", "700ms every 2s"],
    closing: ["--service", "5ms", "--errors", "early-fin 25%, reset 25%, reset-mid-body 10%"],
    erring: ["--service", "5ms", "--errors", "503 30%, 429 10%, garbage 10%, huge-header 5%, wrong-length-short 10%"],
  };
  const RATES = inLane([400], [100, 1000]);
  const ROUNDS = isLong ? 7 : 1;
  /** Suspected so often in a row, it is no chance: noise does not come when called. */
  const MOST_IN_ROW = 2;

  test.for(Object.keys(TARGETS))("one that is %s", { timeout: 900_000 }, async (manner, context) => {
    const started = () => startSimulatedTarget([...TARGETS[manner]!, "--seed", String(SEED)]);
    const counts: Turns[] = [];
    for (const ratePerSec of RATES) {
      const faulty = async () => faultyHealth(await measure(await started(), loadOf(ratePerSec)));
      const healthy = async () => (await measure(await startTarget(), loadOf(ratePerSec))).measured.generator.health;
      counts.push(await takeTurns({ faulty, healthy }, ROUNDS));
    }
    const sumOf = (read: (turns: Turns) => number) => counts.reduce((sum, turns) => sum + read(turns), 0);
    const suspected = sumOf((turns) => turns.suspected);
    const mirrored = sumOf((turns) => turns.mirrored);
    const clear = sumOf((turns) => turns.clear);
    const undecided = sumOf((turns) => turns.undecided);
    const invalid = sumOf((turns) => turns.suspectedInvalid);
    tell(`a target that is ${manner}`, { clear, suspected, invalid, "of healthy ones": mirrored, undecided });
    // A verdict would be lost: of 21 none may be. Degraded alone, that costs none, may be chance.
    expect(invalid, "invalid with the faulty target alone").toBe(0);
    for (const { suspectedInRow } of counts) expect(suspectedInRow, "in a row").toBeLessThanOrEqual(MOST_IN_ROW);
    expect(chanceOf(suspected, mirrored), `${suspected} suspected, ${mirrored} mirrored`).toBeGreaterThan(0.01);
    if (counts.some((turns) => turns.clear < ROUNDS))
      giveUp(context, `the generator was fit in too few runs, also with a healthy target: ${JSON.stringify(counts)}`);
  });

  function loadOf(ratePerSec: number) {
    return { profile: { rate: `${ratePerSec}/s`, for: "2s" }, thresholds: ["p95 < 500ms"] };
  }

  /** What the target did is told as its own, where the generator was fit. It is never excused. */
  function faultyHealth({ run, measured }: Measured): string {
    const { health, dropped } = measured.generator;
    expect(dropped).toEqual({});
    expect(health === "ok" ? [1] : [1, 3], run.stdout).toContain(run.code);
    return health;
  }

  /** Until so many faulty runs were clear, or it is plain that they will not be. One that is clear needs no neighbours. */
  async function takeTurns(
    { faulty, healthy }: { readonly faulty: () => Promise<string>; readonly healthy: () => Promise<string> },
    rounds: number,
  ): Promise<Turns> {
    if (rounds === 1 && (await faulty()) === "ok") return judgeTurns(["", "ok", ""]);
    const healths = [await healthy()];
    for (;;) {
      healths.push(await faulty(), await healthy());
      const turns = judgeTurns(healths);
      const { clear, suspectedInRow } = turns;
      if (clear >= rounds || suspectedInRow > MOST_IN_ROW || healths.length > 6 * rounds + 6) return turns;
      if (clear === 0) await calm();
    }
  }
});

function startTarget(serviceMs = 20): Promise<CountingTarget> {
  return startSimulatedTarget(["--service", `${serviceMs}ms`, "--seed", String(SEED)]);
}

/** Processes that want a core each, until the test is over. */
function startHogs(count: number, before: readonly string[] = []): void {
  const [command = process.execPath, ...args] = [...before, process.execPath, "-e", "for (;;);"];
  const hogs = Array.from({ length: count }, () => spawn(command, args, { stdio: "ignore" }));
  onTestFinished(() => {
    for (const hog of hogs) hog.kill("SIGKILL");
  });
}

/** This Node, which may use one core only. */
function nodeOnCore(core: number): string {
  const path = join(tempDir(), "node");
  writeFileSync(path, `#!/bin/sh\nexec taskset -c ${core} '${process.execPath}' "$@"\n`, { mode: 0o755 });
  return path;
}

function hasTaskset(): boolean {
  try {
    execFileSync("taskset", ["-c", "0", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const STOPPED_RUN_MS = 3000;

interface Stopped {
  readonly result: Measured;
  readonly target: CalibratedTarget;
  /** How long it really was, by our clock. */
  readonly stoppedMs: number;
}

/** A run that is stopped for a second of its three. Judged as if the target had been slow, its exit code would be 1. */
async function measureStopped(): Promise<Stopped> {
  const target = await startCalibratedTarget({ serviceMs: 20 });
  let stopping: Promise<number> | undefined;
  const result = await measure(target, {
    profile: { rate: "100/s", arrivals: "constant", for: `${STOPPED_RUN_MS}ms` },
    thresholds: ["p95 < 200ms"],
    onStart: (child) => {
      stopping = stopFor(1000, { child, target, receivedCount: 50 });
    },
  });
  return { result, target, stoppedMs: await stopping! };
}

function calmness(loopDelayP99Ms: number): string {
  return loopDelayP99Ms < 25 ? "calm" : "busy";
}

interface Stopping {
  readonly child: ChildProcess;
  readonly target: CountingTarget;
  /** The stop begins when the target has read so many. */
  readonly receivedCount: number;
}

/** Stops the whole process (no thread of it runs), once its load is going on; tells for how long it really did. */
async function stopFor(forMs: number, { child, target, receivedCount }: Stopping): Promise<number> {
  while ((await target.receivedCount()) < receivedCount) await sleep(20);
  child.kill("SIGSTOP");
  const stoppedAtMs = performance.now();
  await sleep(forMs);
  child.kill("SIGCONT");
  return performance.now() - stoppedAtMs;
}
