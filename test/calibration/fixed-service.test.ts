/** A service of known length at known rates, over three decades: one rate alone would hide what hangs on the rate. */
import { describe, expect, type TestContext, test } from "vitest";
import type { Truth } from "../../packages/plimsoll/src/simulate/truth.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { expectWithin, expectWithinLaw, QUANTILES, quantilesOf, worstError } from "./bands.ts";
import { inLane, SEED, tell } from "./lane.ts";
import { measure } from "./measure.ts";
import { untilFit } from "./until-fit.ts";

interface Cell {
  readonly serviceMs: number;
  readonly ratePerSec: number;
}

const CELLS: readonly Cell[] = inLane(
  [
    { serviceMs: 20, ratePerSec: 10 },
    { serviceMs: 200, ratePerSec: 100 },
    { serviceMs: 5, ratePerSec: 1000 },
    { serviceMs: 20, ratePerSec: 1000 },
  ],
  [
    { serviceMs: 5, ratePerSec: 10 },
    { serviceMs: 200, ratePerSec: 10 },
    { serviceMs: 5, ratePerSec: 100 },
    { serviceMs: 20, ratePerSec: 100 },
    { serviceMs: 20, ratePerSec: 5000 },
    { serviceMs: 200, ratePerSec: 1000 },
    { serviceMs: 5, ratePerSec: 5000 },
    { serviceMs: 200, ratePerSec: 5000 },
  ],
);
const SECONDS = 3;
/** Longer standstills, added up, reach the slowest hundredth of so short a run: what is seen then is the machine. */
const MOST_DELAY_MS = 15;
/** At the median: half a per cent of the histogram, a millisecond of the target's timers, loopback, our own lag. */
const MEDIAN_BAND_MS = 2.5;

describe("a service of fixed length, open loop: every arrival is sent, every quantile is within 1 % or 10 ms", () => {
  test.for(CELLS)("$serviceMs ms at $ratePerSec/s", async (cell, context) => checkCell(cell, context));
});

async function checkCell({ serviceMs, ratePerSec }: Cell, context: TestContext): Promise<void> {
  const profile = { rate: `${ratePerSec}/s`, arrivals: "constant", for: `${SECONDS}s` };
  let own: Truth | undefined;
  const measureOnce = async () => {
    const target = await startSimulatedTarget(["--service", `${serviceMs}ms`, "--seed", String(SEED)]);
    const result = await measure(target, { profile });
    own = await target.truth();
    return result;
  };
  const { measured, task, tries } = await untilFit(context, measureOnce, { mostDelayMs: MOST_DELAY_MS });
  const { total } = own!;
  const truth = quantilesOf(total.serviceMs!);
  const { responseMs, serviceMs: measuredServiceMs } = task;
  const lawful = expectWithinLaw(responseMs, { law: () => serviceMs, own: truth });
  tell(`fixed ${serviceMs} ms at ${ratePerSec}/s`, {
    "p50 ms": responseMs.p50,
    "p99 ms": responseMs.p99,
    "the target's own p99 ms": truth("p99"),
    "worst error of p50 to p99, ms": worstError(responseMs, truth, QUANTILES),
    "also by the law": lawful.join(", "),
    "send lag p99 ms": measured.generator.sendLagMs.p99,
    tries,
  });
  expect(measured.arrivals).toMatchObject({ planned: ratePerSec * SECONDS, failed: 0, dropped: 0, inFlightAtEnd: 0 });
  expect(total.answered).toEqual({ "200": measured.arrivals.completed });
  // By the law, p95 and p99 where the target kept to it; and all by the target's own clock: what it was late itself is no
  // error of ours.
  expectWithin(responseMs, () => serviceMs, ["p50", "p75", "p90"]);
  expectWithin(responseMs, truth, QUANTILES);
  expectWithin(measuredServiceMs, truth, QUANTILES);
  expect(responseMs.min).toBeGreaterThanOrEqual(serviceMs * 0.995);
  expect(responseMs.p50 - serviceMs).toBeLessThanOrEqual(MEDIAN_BAND_MS + serviceMs * 0.005);
}
