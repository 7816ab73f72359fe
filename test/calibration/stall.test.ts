/**
 * Coordinated omission: a target stops for 2 s in every 10 s, and the arrivals go on. Whoever waits for answers before
 * sending, or counts from the send, sees 20 ms at p95, where callers waited a second and a half.
 */
import { describe, expect, test } from "vitest";
import type { Truth } from "../../packages/plimsoll/src/simulate/truth.ts";
import { type CalibratedTarget, type Freeze, startCalibratedTarget } from "../support/calibrated-target.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { expectWithin, QUANTILES, worstError } from "./bands.ts";
import { roundsOf, SEED, tell } from "./lane.ts";
import { type Measured, measure } from "./measure.ts";
import { untilFit } from "./until-fit.ts";

const SERVICE_MS = 20;
const GAP_MS = 10;
const PROFILE = { rate: "100/s", arrivals: "constant", for: "10s" };
const RATIOS: Readonly<Record<string, number>> = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };

describe("a target that stops 2 s in every 10 s: p50 to p99 are charged from the schedule, within 1 % or 10 ms", () => {
  test.for(roundsOf(5, 1))("answers are held back, work goes on; round %i", async (_, context) => {
    let own: Truth | undefined;
    const { measured, summary, task, tries } = await untilFit(context, async () => {
      const service = ["--service", `${SERVICE_MS}ms`, "--stall", "2s every 10s"];
      const target = await startSimulatedTarget([...service, "--seed", String(SEED)]);
      const result = await measure(target, { profile: PROFILE });
      own = await target.truth();
      return result;
    });
    expect(measured.arrivals).toMatchObject({ planned: 1_000, completed: 1_000 });
    // No answer leaves from 8 to 10 s. Who is due to be answered then, a fifth of all, waits until 10 s: 20 to 2020 ms,
    // evenly. So for q ≥ 0.8 the quantile is 20 + 2000·(1 − (1 − q) / 0.2) ms.
    const law: Readonly<Record<string, number>> = { p50: 20, p75: 20, p90: 1_020, p95: 1_520, p99: 1_920 };
    const truth = (key: string): number => law[key]!;
    tellStall("answers held back 2 s in 10 s, 100/s", task.responseMs, truth, tries);
    expectStop(summary, { fromMs: 8_000, toMs: 10_000 });
    // The target's own quantiles come in steps of 1 % as ours do: a wave of even answers may fall on either side of one.
    expect(Math.abs(task.serviceMs.mean - own!.total.serviceMs!.mean)).toBeLessThan(10);
    expectWithin(task.responseMs, truth, QUANTILES);
  });

  test.for(roundsOf(5, 1))("the whole process is frozen; round %i", async (_, context) => {
    let truth = (_key: string): number => 0;
    let frozen: Freeze | undefined;
    const { measured, summary, task, tries } = await untilFit(context, async () => {
      // Halfway between two arrivals: one on the edge would be in the freeze or not by chance.
      const freeze = { periodMs: 10_000, atMs: 3_995, forMs: 2_000 };
      const target = await startCalibratedTarget({ serviceMs: SERVICE_MS, freeze });
      const result = await measure(target, { profile: PROFILE });
      truth = await replayed(target);
      frozen = await firstFreeze(target);
      return result;
    });
    expect(measured.arrivals).toMatchObject({ planned: 1_000, completed: 1_000 });
    tellStall("target frozen 2 s in 10 s, 100/s", task.responseMs, truth, tries);
    expectStop(summary, frozen!);
    // What is read after the freeze is served another 20 ms, and what was in service when it began waits it out: 1,040 ms
    // at p90 and 1,940 at p99, more where a busy machine woke the target late.
    for (const [key, least] of Object.entries({ p90: 1_025, p99: 1_925 })) expect(truth(key)).toBeGreaterThan(least);
    expectWithin(task.responseMs, truth, QUANTILES);
  });
});

/** How far off the told ends of a stop may be: it is known by seconds and half seconds. */
const STOP_BAND_MS = 300;

/** The stop of the target is told, once, with its times and with who waited. */
function expectStop(summary: Measured["summary"], truly: Freeze): void {
  const stops = summary.findings.filter(({ code }: { readonly code: string }) => code === "server-stop");
  expect(stops).toHaveLength(1);
  const [{ fromMs, toMs, message }] = stops;
  expect(Math.abs(fromMs - truly.fromMs), `from ${fromMs}, truly ${truly.fromMs} ms`).toBeLessThan(STOP_BAND_MS);
  expect(Math.abs(toMs - truly.toMs), `to ${toMs}, truly ${truly.toMs} ms`).toBeLessThan(STOP_BAND_MS);
  const inFlight = Number(/ with (\d+) requests in flight, then went on/.exec(message)?.[1]);
  // 100/s for 2 s, as seen at the end of its last whole second.
  expect(inFlight, message).toBeGreaterThan(90);
  expect(inFlight, message).toBeLessThan(220);
}

/** On the phase clock: the first request is due at its start. */
async function firstFreeze(target: CalibratedTarget): Promise<Freeze> {
  const [firstMs = 0] = await target.arrivalsMs();
  const [{ fromMs, toMs } = { fromMs: 0, toMs: 0 }] = await target.freezes();
  return { fromMs: fromMs - firstMs, toMs: toMs - firstMs };
}

function tellStall(
  cell: string,
  responseMs: Readonly<Record<string, number>>,
  truth: (key: string) => number,
  tries: number,
): void {
  const told = (quantile: (key: string) => number) =>
    ["p50", "p90", "p95", "p99"].map((key) => quantile(key).toFixed(1)).join(", ");
  tell(cell, {
    "p50, p90, p95, p99 ms": told((key) => responseMs[key]!),
    truly: told(truth),
    "worst error ms": worstError(responseMs, truth, QUANTILES),
    tries,
  });
}

/** Quantiles of the response times that follow from the target's own books: when it read each request, when it froze. */
async function replayed(target: CalibratedTarget): Promise<(key: string) => number> {
  const heardMs = await target.arrivalsMs();
  const freezes = await target.freezes();
  const firstMs = heardMs[0]!;
  const sorted = heardMs
    .map((atMs, k) => answeredAtMs(atMs + SERVICE_MS, freezes) - (firstMs + k * GAP_MS))
    .toSorted((a, b) => a - b);
  return (key) => sorted[Math.ceil(RATIOS[key]! * sorted.length) - 1]!;
}

function answeredAtMs(dueMs: number, freezes: readonly Freeze[]): number {
  return freezes.find(({ fromMs, toMs }) => fromMs <= dueMs && dueMs < toMs)?.toMs ?? dueMs;
}
