/**
 * The instrument against known answers: real sockets, a target in a process of its own whose latency law is known, and
 * the target's own count. Every test has three tries, because a run on a machine that is busy with something else is
 * called inconclusive, and rightly so.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { arrivalCountLimit, countsOf, indexOfDispersion, plannedDuesMs } from "../support/arrival-law.ts";
import { startCalibratedTarget } from "../support/calibrated-target.ts";
import { csvRows } from "../support/csv-rows.ts";
import { tempDir } from "../support/temp-dir.ts";
import { inLane, SEED, tell } from "./lane.ts";
import { type Measured, measure, untilFit } from "./measure.ts";

const TRIES = { retry: 2 };

function expectFit({ measured, run }: Measured): void {
  expect(measured.generator.health, run.stdout).not.toBe("invalid");
}

describe("a service of 20 ms, open loop, by a target in which nothing is Plimsoll's", () => {
  test("at 500/s", TRIES, async () => {
    const target = await startCalibratedTarget({ serviceMs: 20 });
    const result = await measure(target, { profile: { rate: "500/s", arrivals: "constant", for: "3s" } });
    expectFit(result);
    const { responseMs } = result.task;
    expect(result.measured.arrivals).toMatchObject({ planned: 1500, failed: 0, dropped: 0 });
    expect(responseMs.min).toBeGreaterThanOrEqual(19);
    // Timers of the target and the network add less than 2 ms; 4 ms are allowed at the median.
    expect(responseMs.p50).toBeGreaterThanOrEqual(19.5);
    expect(responseMs.p50).toBeLessThanOrEqual(24);
    expect(responseMs.p95).toBeLessThanOrEqual(30);
    expect(responseMs.p99).toBeLessThanOrEqual(80);
  });

  const rates = inLane(
    [{ ratePerSec: 100, seconds: 6 }],
    [
      { ratePerSec: 50, seconds: 16 },
      { ratePerSec: 20, seconds: 30 },
    ],
  );
  test.for(rates)("at $ratePerSec/s: it sees a Poisson process", async ({ ratePerSec, seconds }, context) => {
    let heardMs: readonly number[] = [];
    let raw = "";
    await untilFit(context, async () => {
      const target = await startCalibratedTarget({ serviceMs: 20 });
      raw = join(tempDir(), "rows.csv");
      const result = await measure(target, { profile: { rate: `${ratePerSec}/s`, for: `${seconds}s` }, raw });
      heardMs = await target.arrivalsMs();
      return result;
    });
    const expected = ratePerSec * seconds;
    expect(Math.abs(heardMs.length - expected)).toBeLessThan(arrivalCountLimit(expected));
    expectAsUneven(csvRows(raw), plannedDuesMs({ ratePerSec, seconds }, "poisson", SEED), 1000 * seconds);
    const gapsMs = heardMs.slice(1).map((atMs, i) => atMs - heardMs[i]!);
    const distance = distanceFromExponential(gapsMs, 1000 / ratePerSec);
    // Kolmogorov's critical value at alpha = .001 is 1.95 / √n (asymptotic).
    const critical = 1.95 / Math.sqrt(gapsMs.length);
    tell(`Poisson arrivals at ${ratePerSec}/s, by the target's clock`, { n: gapsMs.length, D: distance, critical });
    expect(distance).toBeLessThan(critical);
  });
});

/** What is sent is as unevenly spread over windows of 100 ms as the plan, within a tenth; `rows` are those of `--raw`. */
function expectAsUneven(
  rows: readonly Readonly<Record<string, string>>[],
  duesMs: readonly number[],
  untilMs: number,
): void {
  const columnMs = (name: string) => rows.map((row) => Number(row[name])).sort((a, b) => a - b);
  const rawDuesMs = columnMs("due_ms");
  const startMs = rawDuesMs[0]! - duesMs[0]!;
  // Rows hold microseconds.
  expect(rawDuesMs.map((dueMs, i) => Math.abs(dueMs - startMs - duesMs[i]!)).filter((offMs) => offMs > 0.002)).toEqual(
    [],
  );
  const uneven = (timesMs: readonly number[]) => indexOfDispersion(countsOf(timesMs, 100, untilMs));
  const [planned, sent] = [uneven(duesMs), uneven(columnMs("sent_ms").map((atMs) => atMs - startMs))];
  tell("index of dispersion of 100-ms counts", { planned, sent });
  expect(Math.abs(sent / planned - 1)).toBeLessThan(0.1);
}

/** The greatest distance between the gaps' distribution and 1 − e^(−x/mean): the Kolmogorov-Smirnov statistic. */
function distanceFromExponential(gaps: readonly number[], mean: number): number {
  const sorted = gaps.toSorted((a, b) => a - b);
  return sorted.reduce((most, gap, i) => {
    const expected = 1 - Math.exp(-gap / mean);
    return Math.max(most, expected - i / sorted.length, (i + 1) / sorted.length - expected);
  }, 0);
}

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
    const heardMs = await target.arrivalsMs();
    const startMs = heardMs[0]!;
    const counted = heardMs.filter((atMs) => atMs >= startMs + 1_000 && atMs < startMs + 4_000).length;
    expect(Math.abs(counted / 3 - 200) / 200, `${counted} in 3 s`).toBeLessThan(0.03);
  });
});
