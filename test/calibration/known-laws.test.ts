/**
 * Response and service times against the target's own: laws with tails, at rates without queueing, drawn anew for every
 * request. Both sides tell quantiles within half a per cent, and of the same requests, so they may differ by one per
 * cent, the loopback and the scheduler's slices; the band (1 % or 10 ms) would hide a tail that is lost.
 */
import { describe, expect, type TestContext, test } from "vitest";
import { Durations, type DurationTruth } from "../../packages/plimsoll/src/simulate/durations.ts";
import { planSimulation } from "../../packages/plimsoll/src/simulate/plan-simulation.ts";
import type { PathTruth } from "../../packages/plimsoll/src/simulate/truth.ts";
import { simulateVirtually } from "../../packages/plimsoll/src/simulate/virtual.ts";
import { writtenSimulation } from "../../packages/plimsoll/src/simulate/written-simulation.ts";
import { plannedDuesMs } from "../support/arrival-law.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { expectWithin, QUANTILES, quantilesOf, worstError } from "./bands.ts";
import { inLane, SEED, tell } from "./lane.ts";
import { type Measured, measure } from "./measure.ts";
import { untilFit } from "./until-fit.ts";

interface Law {
  readonly service: string;
  readonly rate: string;
}

const LAWS: readonly Law[] = inLane<Law>(
  [
    { service: "exponential 50ms", rate: "100/s" },
    { service: "lognormal 50ms cv 1.5", rate: "100/s" },
  ],
  [
    { service: "exponential 20ms", rate: "50/s" },
    { service: "exponential 200ms", rate: "100/s" },
    { service: "lognormal 200ms cv 0.5", rate: "20/s" },
    { service: "lognormal 20ms cv 3", rate: "100/s" },
  ],
);

const SECONDS = 6;
/** Loopback and wake-ups of both processes, at each quantile. */
const OVERHEAD_MS = 4;

describe("a law with a tail: p50 to p99 of service times are the target's own, within 1 % and 4 ms", () => {
  test.for(LAWS)("$service at $rate", async (law, context) => checkLaw(law, context));
});

async function checkLaw({ service, rate }: Law, context: TestContext): Promise<void> {
  let total: PathTruth | undefined;
  const { task, measured, tries } = await untilFit(context, async (): Promise<Measured> => {
    const target = await startSimulatedTarget(["--service", service, "--seed", String(SEED)]);
    const result = await measure(target, { profile: { rate, for: `${SECONDS}s` } });
    total = (await target.truth()).total;
    return result;
  });
  const own = total!.serviceMs!;
  expectTwin(service, total!);
  expectArrivals(total!, Number.parseFloat(rate));
  const truth = quantilesOf(own);
  const { serviceMs, responseMs } = task;
  tell(`${service} at ${rate}`, {
    "p50, p95, p99 ms": figures((key) => serviceMs[key]),
    "the target's own": figures(truth),
    "worst error of p50 to p99, ms": worstError(serviceMs, truth, QUANTILES),
    tries,
  });
  expect(own.count).toBe(measured.arrivals.completed);
  for (const key of QUANTILES) {
    const [is, should] = [serviceMs[key], truth(key)];
    const told = `${key} is ${is} ms, truly ${should} ms`;
    expect(is, told).toBeGreaterThanOrEqual(should * 0.989);
    expect(is, told).toBeLessThanOrEqual(should * 1.011 + OVERHEAD_MS);
  }
  expectWithin(responseMs, truth, QUANTILES);
  expect(serviceMs.max).toBeGreaterThanOrEqual(own.max);
}

/**
 * The target's account of itself is held against its seeded twin in virtual time, which drew the same law for the same
 * numbers: it was late by what it says, and by nothing else.
 */
function expectTwin(service: string, { serviceMs: own, lateMs: late }: PathTruth): void {
  const twin = twinOf(service, own!.count);
  // Both means are exact; reading the clock between them takes some microseconds.
  expect(Math.abs(own!.mean - twin.mean - late!.mean), "mean, ms").toBeLessThan(0.1);
  for (const key of QUANTILES) {
    const [is, should] = [quantilesOf(own!)(key), quantilesOf(twin)(key)];
    const told = `the target's ${key} is ${is} ms, its twin's ${should} ms`;
    expect(is, told).toBeGreaterThanOrEqual(should * 0.99);
    expect(is, told).toBeLessThanOrEqual(should * 1.01 + late!.max);
  }
}

/** What the target tells of the times between requests is what was planned: all of them, and as far apart. */
function expectArrivals({ received, interArrivalMs }: PathTruth, ratePerSec: number): void {
  const duesMs = plannedDuesMs({ ratePerSec, seconds: SECONDS }, "poisson", SEED);
  const meanMs = (duesMs.at(-1)! - duesMs[0]!) / (duesMs.length - 1);
  expect([received, interArrivalMs!.count]).toEqual([duesMs.length, duesMs.length - 1]);
  expect(Math.abs(interArrivalMs!.mean / meanMs - 1), "mean between arrivals").toBeLessThan(0.01);
}

function twinOf(service: string, count: number): DurationTruth {
  const planned = planSimulation([writtenSimulation.parse({ service, seed: SEED })], SEED);
  if (planned.kind === "problems") throw new Error(JSON.stringify(planned.problems));
  const drawn = new Durations();
  const together = new Array<number>(count).fill(0);
  for (const { endMs } of simulateVirtually(planned.simulation.otherwise, together, { seed: SEED }))
    drawn.record(endMs);
  return drawn.truth()!;
}

function figures(quantile: (key: string) => number): string {
  return ["p50", "p95", "p99"].map((key) => Number(quantile(key).toPrecision(4))).join(", ");
}
