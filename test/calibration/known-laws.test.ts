/**
 * Response and service times against the target's own: laws with tails, at rates without queueing, drawn anew for every
 * request. Both sides tell quantiles within half a per cent, and of the same requests, so they may differ by one per
 * cent, the loopback and the scheduler's slices; the band (1 % or 10 ms) would hide a tail that is lost.
 */
import { describe, expect, type TestContext, test } from "vitest";
import type { DurationTruth } from "../../packages/plimsoll/src/simulate/durations.ts";
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

/** Loopback and wake-ups of both processes, at each quantile. */
const OVERHEAD_MS = 4;

describe("a law with a tail: p50 to p99 of service times are the target's own, within 1 % and 4 ms", () => {
  test.for(LAWS)("$service at $rate", async (law, context) => checkLaw(law, context));
});

async function checkLaw({ service, rate }: Law, context: TestContext): Promise<void> {
  let own: DurationTruth | undefined;
  const { task, measured, tries } = await untilFit(context, async (): Promise<Measured> => {
    const target = await startSimulatedTarget(["--service", service, "--seed", String(SEED)]);
    const result = await measure(target, { profile: { rate, for: "6s" } });
    own = (await target.truth()).total.serviceMs;
    return result;
  });
  const truth = quantilesOf(own!);
  const { serviceMs, responseMs } = task;
  tell(`${service} at ${rate}`, {
    "p50, p95, p99 ms": figures((key) => serviceMs[key]),
    "the target's own": figures(truth),
    "worst error of p50 to p99, ms": worstError(serviceMs, truth, QUANTILES),
    tries,
  });
  expect(own!.count).toBe(measured.arrivals.completed);
  for (const key of QUANTILES) {
    const [is, should] = [serviceMs[key], truth(key)];
    const told = `${key} is ${is} ms, truly ${should} ms`;
    expect(is, told).toBeGreaterThanOrEqual(should * 0.989);
    expect(is, told).toBeLessThanOrEqual(should * 1.011 + OVERHEAD_MS);
  }
  expectWithin(responseMs, truth, QUANTILES);
  expect(serviceMs.max).toBeGreaterThanOrEqual(own!.max);
}

function figures(quantile: (key: string) => number): string {
  return ["p50", "p95", "p99"].map((key) => Number(quantile(key).toPrecision(4))).join(", ");
}
