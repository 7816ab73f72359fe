/**
 * The instrument against known answers: real sockets, a target in a process of its own whose latency law is known, and
 * the target's own count. Every test has three tries, because a run on a machine that is busy with something else is
 * called inconclusive, and rightly so.
 */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type CalibratedTarget, startCalibratedTarget } from "../support/calibrated-target.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const TRIES = { retry: 2 };
const SEED = "20260102";

interface Measuring {
  readonly profile: object;
  readonly thresholds?: readonly string[];
  readonly drain?: string;
  readonly onStart?: (child: ChildProcess) => void;
}

/** One run against the target, and the target's own books after it. */
async function measure(target: CalibratedTarget, { profile, onStart, ...more }: Measuring) {
  const dir = tempDir();
  const spec = { target: target.url, tasks: { ask: { get: "/" } }, profiles: { only: profile }, ...more };
  const args = ["run", writeSpec(dir, spec), "--seed", SEED, "--out", join(dir, "out")];
  const run = await runCli(args, onStart === undefined ? {} : { onStart });
  const summary = summaryIn(join(dir, "out"));
  const [measured] = summary.profiles;
  const { planned, sent, completed, failed, inFlightAtEnd, dropped } = measured.arrivals;
  // Conservation, in every test: nothing is dropped silently (law 1).
  expect([sent + dropped, completed + failed + inFlightAtEnd]).toEqual([planned, sent]);
  const heardMs = await target.arrivalsMs();
  expect(heardMs.length, "requests by the target's own count").toBe(sent);
  return { run, summary, measured, task: measured.tasks.at(-1), heardMs };
}

function expectFit({ measured, run }: Awaited<ReturnType<typeof measure>>): void {
  expect(measured.generator.health, run.stdout).not.toBe("invalid");
}

describe("a service of 20 ms, open loop", () => {
  // Timers of the target and the network add less than 2 ms; 4 ms are allowed at the median.
  test.each([
    [10, 3],
    [500, 3],
  ])("at %i/s", TRIES, async (ratePerSec, seconds) => {
    const target = await startCalibratedTarget({ serviceMs: 20 });
    const profile = { rate: `${ratePerSec}/s`, arrivals: "constant", for: `${seconds}s` };
    const result = await measure(target, { profile });
    expectFit(result);
    const { responseMs } = result.task;
    expect(result.measured.arrivals).toMatchObject({ planned: ratePerSec * seconds, failed: 0, dropped: 0 });
    expect(responseMs.min).toBeGreaterThanOrEqual(19);
    expect(responseMs.p50).toBeGreaterThanOrEqual(19.5);
    expect(responseMs.p50).toBeLessThanOrEqual(24);
    expect(responseMs.p95).toBeLessThanOrEqual(30);
    expect(responseMs.p99).toBeLessThanOrEqual(80);
  });

  test("at 100/s: the same, and the target sees a Poisson process", TRIES, async () => {
    const target = await startCalibratedTarget({ serviceMs: 20 });
    const result = await measure(target, { profile: { rate: "100/s", for: "8s" } });
    expectFit(result);
    const { responseMs } = result.task;
    expect(responseMs.p50).toBeGreaterThanOrEqual(19.5);
    expect(responseMs.p50).toBeLessThanOrEqual(24);
    expect(responseMs.p95).toBeLessThanOrEqual(30);

    // 800 ± 4·√800 arrivals.
    expect(result.heardMs.length).toBeGreaterThan(686);
    expect(result.heardMs.length).toBeLessThan(914);
    const gapsMs = result.heardMs.slice(1).map((atMs, i) => atMs - result.heardMs[i]!);
    // Kolmogorov's critical value at alpha = .001 is 1.95 / √n (asymptotic).
    expect(distanceFromExponential(gapsMs, 10)).toBeLessThan(1.95 / Math.sqrt(gapsMs.length));
  });
});

/** The greatest distance between the gaps' distribution and 1 − e^(−x/mean): the Kolmogorov-Smirnov statistic. */
function distanceFromExponential(gaps: readonly number[], mean: number): number {
  const sorted = gaps.toSorted((a, b) => a - b);
  return sorted.reduce((most, gap, i) => {
    const expected = 1 - Math.exp(-gap / mean);
    return Math.max(most, expected - i / sorted.length, (i + 1) / sorted.length - expected);
  }, 0);
}

describe("coordinated omission", () => {
  test("a target frozen 2 s in every 10 s: the time in the queue is charged from the schedule", TRIES, async () => {
    const target = await startCalibratedTarget({
      serviceMs: 20,
      freeze: { periodMs: 10_000, atMs: 4_000, forMs: 2_000 },
    });
    const profile = { rate: "100/s", arrivals: "constant", for: "20s" };
    const result = await measure(target, { profile });
    expectFit(result);
    expect(result.measured.arrivals).toMatchObject({ planned: 2_000, completed: 2_000 });
    // The freezes begin 4 and 14 s into the 20 s: two whole periods. One request in five is due in a freeze, u ms after
    // it began, u even over 0 to 2000, and is answered after 2000 − u + 20 ms; the other four take 20 ms. So for
    // q ≥ 0.8 the quantile is 20 + 2000·(1 − (1 − q) / 0.2) ms. A generator that waits for answers before it sends, or
    // counts from the send, sees 20 ms at p95.
    const truthMs = (q: number): number => (q < 0.8 ? 20 : 20 + 2_000 * (1 - (1 - q) / 0.2));
    const { responseMs } = result.task;
    for (const [key, q] of Object.entries({ p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 })) {
      const truth = truthMs(q);
      const band = q < 0.8 ? 10 : Math.max(0.05 * truth, 40);
      expect(Math.abs(responseMs[key] - truth), `${key} is ${responseMs[key]} ms, truly ${truth} ms`).toBeLessThan(
        band,
      );
    }
    expect(responseMs.max).toBeGreaterThan(1_950);
  });
});

describe("a target that hangs", () => {
  test("every arrival is sent and censored: the verdict is fail, with a latency limit and without", TRIES, async () => {
    for (const thresholds of [["p95 < 500ms"], []]) {
      const target = await startCalibratedTarget({ serviceMs: undefined });
      const profile = { rate: "60/s", arrivals: "constant", for: "1500ms" };
      const result = await measure(target, { profile, thresholds, drain: "800ms" });
      expect(result.measured.arrivals).toEqual({
        planned: 90,
        sent: 90,
        completed: 0,
        failed: 0,
        inFlightAtEnd: 90,
        dropped: 0,
      });
      expect([result.run.code, result.summary.verdict], result.run.stdout).toEqual([1, "fail"]);
    }
  });
});

describe("closed loop", () => {
  test("throughput is users / (think + service)", TRIES, async () => {
    const target = await startCalibratedTarget({ serviceMs: 20 });
    // 50 users who think 230 ms: 50 / 0.25 s = 200/s, once all are there after 0.5 s.
    const result = await measure(target, { profile: { users: 50, spawn: "100/s", for: "4500ms", think: "230ms" } });
    expectFit(result);
    const startMs = result.heardMs[0]!;
    const counted = result.heardMs.filter((atMs) => atMs >= startMs + 1_000 && atMs < startMs + 4_000).length;
    expect(Math.abs(counted / 3 - 200) / 200, `${counted} in 3 s`).toBeLessThan(0.03);
  });
});

describe("a generator that is starved", () => {
  test(
    "makes the run inconclusive; its own delay is in the response times, never in the service times",
    TRIES,
    async () => {
      const target = await startCalibratedTarget({ serviceMs: 20 });
      const result = await measure(target, {
        profile: { rate: "100/s", arrivals: "constant", for: "3s" },
        thresholds: ["p95 < 200ms"],
        onStart: (child) => void stopForASecond(child, target),
      });
      // Had the limit been judged as if the target had been slow, this would be 1.
      expect([result.run.code, result.summary.verdict], result.run.stdout).toEqual([3, "inconclusive"]);
      expect(result.measured.generator.health).toBe("invalid");
      expect(result.measured.arrivals).toMatchObject({ planned: 300, sent: 300, completed: 300 });
      // A third of the arrivals fell due while the process stood still, the earliest for a second: p90 is about 700 ms.
      const { responseMs, serviceMs } = result.task;
      expect(responseMs.max).toBeGreaterThan(900);
      expect(responseMs.p90).toBeGreaterThan(550);
      expect(responseMs.p90).toBeLessThan(850);
      expect(serviceMs.p90).toBeLessThan(150);
      expect(result.run.stdout).toContain("late at p99");
    },
  );
});

/** Stops the whole process (SIGSTOP: no thread of it runs) for a second, once its load is going on. */
async function stopForASecond(child: ChildProcess, target: CalibratedTarget): Promise<void> {
  while ((await target.arrivalsMs()).length < 50) await sleep(20);
  child.kill("SIGSTOP");
  await sleep(1_000);
  child.kill("SIGCONT");
}
