import { describe, expect, test } from "vitest";
import { estimateCapacity } from "./capacity-estimate.ts";
import { capacityOptions } from "./capacity-options.ts";
import type { CapacityStep } from "./capacity-step.ts";
import { remainingMs } from "./expected-width.ts";
import { hopelessAboveCount, isHopeless, servedInFlight } from "./overload.ts";
import { answerTarget } from "./target-load.ts";

const SLOS = [
  { name: "p95 < 500ms", allowedRatio: 0.05, limitMs: 500 },
  { name: "errors < 1%", allowedRatio: 0.01 },
];
const OPTIONS = capacityOptions({ by: "rate", slos: SLOS, startLoad: 10 });
const LOADS = [10, 22, 45, 60, 65, 67, 70, 73, 76, 80, 90];

/** Every promise's curve has its own capacity; undefined: never a bad request. */
function stepsOf(capacities: readonly (number | undefined)[], loads: readonly number[] = LOADS): CapacityStep[] {
  return loads.map((load) => ({
    planned: { phase: "search", load, durationMs: 30_000, isNear: true },
    observed: {
      isAborted: false,
      elapsedMs: 30_000,
      drainMs: 0,
      meanInFlight: load / 10,
      counts: SLOS.map(({ allowedRatio }, slo) => {
        const capacity = capacities[slo];
        const logit = -Math.log(1 / allowedRatio - 1) + 25 * Math.log(load / (capacity ?? 1));
        const count = Math.round(24 * load);
        return { count, badCount: capacity === undefined ? 0 : Math.round(count / (1 + Math.exp(-logit))) };
      }),
    },
  }));
}

describe("estimateCapacity", () => {
  test("the promise that breaks first limits; one that never breaks does not widen the interval", () => {
    const both = estimateCapacity(stepsOf([70, undefined]), OPTIONS);
    const alone = estimateCapacity(
      stepsOf([70]).map((step) => ({ ...step, observed: { ...step.observed, counts: [step.observed.counts[0]!] } })),
      { ...OPTIONS, slos: [SLOS[0]!] },
    );
    expect(both.limitedBy).toBe(0);
    expect([both.low, both.load, both.high]).toEqual([alone.low, alone.load, alone.high]);
    expect(estimateCapacity(stepsOf([80, 66]), OPTIONS).limitedBy).toBe(1);
  });

  test("two promises that break together both count towards the interval", () => {
    const { load, low, high, curves } = estimateCapacity(stepsOf([70, 71]), OPTIONS);
    const lows = curves.map(({ fit }) => Math.exp(fit!.lnCapacity - fit!.halfWidth));
    expect(low).toBeCloseTo(Math.min(...lows), 9);
    expect(low).toBeLessThan(load);
    expect(high).toBeGreaterThan(load);
  });

  test("a failure that two clearly higher loads refute is a stall", () => {
    const steps = stepsOf([70, undefined]);
    const stalled = steps.map((step) =>
      step.planned.load === 22
        ? { ...step, observed: { ...step.observed, counts: [{ count: 500, badCount: 200 }, step.observed.counts[1]!] } }
        : step,
    );
    const { curves, load } = estimateCapacity(stalled, OPTIONS);
    expect(curves[0]!.stalledLoads.map(Math.round)).toEqual([22]);
    expect(Math.abs(load / estimateCapacity(steps, OPTIONS).load - 1)).toBeLessThan(0.01);
  });

  test("a promise about a task without requests has no curve, and hides no other", () => {
    const steps = stepsOf([70, undefined]).map(({ planned, observed }) => ({
      planned,
      observed: { ...observed, counts: [observed.counts[0]!, { count: 0, badCount: 0 }] },
    }));
    const { curves, limitedBy, load } = estimateCapacity(steps, OPTIONS);
    expect(curves[1]).toEqual({ name: "errors < 1%", isBroken: false, stalledLoads: [] });
    expect(limitedBy).toBe(0);
    expect(load).toBe(estimateCapacity(stepsOf([70, undefined]), OPTIONS).load);
  });

  test("the time left shrinks to nothing at the tolerance", () => {
    const steps = stepsOf([70, undefined]);
    const estimate = estimateCapacity(steps, OPTIONS);
    expect(remainingMs(steps, { ...estimate, halfWidth: 0.03 }, OPTIONS)).toBe(0);
    expect(remainingMs(steps.slice(0, 5), { ...estimate, halfWidth: 0.01 }, OPTIONS)).toBe(3 * 30_000);
    expect(remainingMs(steps, { ...estimate, halfWidth: 0.036 }, OPTIONS)).toBeGreaterThan(60_000);
    expect(remainingMs(steps, { ...estimate, halfWidth: 3 }, OPTIONS)).toBe(600_000 - 330_000);
  });
});

describe("answerTarget", () => {
  const steps = stepsOf([70, undefined]);
  const estimate = { ...estimateCapacity(steps, OPTIONS), low: 68, high: 72, lnLoad: Math.log(70), halfWidth: 0.03 };

  test("an interval above the load holds it, one below does not", () => {
    expect(answerTarget(steps, estimate, 67, OPTIONS)).toEqual({ verdict: "held" });
    expect(answerTarget(steps, estimate, 73, OPTIONS)).toEqual({ verdict: "not-held" });
  });

  test("astride it, it says how much longer: T·(half-width ÷ distance)²; nothing when that is a working day", () => {
    const minutes = 5.5 * ((0.03 / Math.log(71 / 70)) ** 2 - 1);
    expect(answerTarget(steps, estimate, 71, OPTIONS)).toEqual({
      verdict: "inconclusive",
      lack: { kind: "astride", ran: 11, needed: 6 },
      leastMinutes: 0.5,
      moreMinutes: expect.closeTo(minutes, 9),
    });
    expect(answerTarget(steps, estimate, 70, OPTIONS)).toEqual({
      verdict: "inconclusive",
      lack: { kind: "astride", ran: 11, needed: 6 },
      leastMinutes: 0.5,
    });
  });

  test("where steps are missing it says how many, and takes at least as long as they do", () => {
    const few = { lack: { kind: "few-near", ran: 3, needed: 6 }, moreMinutes: 1.5 };
    expect(answerTarget(steps.slice(0, 3), estimate, 67, OPTIONS)).toMatchObject(few);
    const easy = stepsOf([undefined, undefined], [40, 40, 40]);
    const unbroken = estimateCapacity(easy, OPTIONS);
    const atLoad = (ran: number, needed: number) => ({ lack: { kind: "few-at-load", ran, needed } });
    expect(answerTarget(easy.slice(1), unbroken, 40, OPTIONS)).toMatchObject({ ...atLoad(2, 3), moreMinutes: 0.5 });
    expect(answerTarget(easy, unbroken, 41, OPTIONS)).toMatchObject({ ...atLoad(0, 3), moreMinutes: 1.5 });
    // A ramp step at the load that was beyond what is allowed: three more of them need not settle it.
    const [step] = easy;
    const counts = step!.observed.counts.map(({ count }) => ({ count, badCount: Math.round(0.06 * count) }));
    const ramp = {
      planned: { ...step!.planned, phase: "ramp" as const, load: 41 },
      observed: { ...step!.observed, counts },
    };
    const near = { ...unbroken, lnLoad: Math.log(42), halfWidth: 0.1 };
    const minutes = 2 * ((0.1 / Math.log(42 / 41)) ** 2 - 1);
    expect(answerTarget([...easy, ramp], near, 41, OPTIONS)).toMatchObject({
      ...atLoad(0, 3),
      moreMinutes: expect.closeTo(minutes, 6),
    });
  });

  test("few steps settle nothing, and neither do steps without a bad request below the load", () => {
    expect(answerTarget(steps.slice(0, 5), estimate, 67, OPTIONS).verdict).toBe("inconclusive");
    const easy = stepsOf([undefined, undefined], [40, 40, 40]);
    const unbroken = estimateCapacity(easy, OPTIONS);
    expect(answerTarget(easy, unbroken, 40, OPTIONS)).toEqual({ verdict: "held" });
    expect(answerTarget(easy, unbroken, 41, OPTIONS).verdict).toBe("inconclusive");
    expect(answerTarget(easy.slice(1), unbroken, 40, OPTIONS).verdict).toBe("inconclusive");
  });

  test("while nothing broke, steps within the promise hold a load only if more such steps surely would", () => {
    const answerAfter = (badRatios: readonly number[]) => {
      const ran = stepsOf([undefined, undefined], [60, 60, 60]).map((step, at) => {
        const [{ count }, errors] = [step.observed.counts[0]!, step.observed.counts[1]!];
        const counts = [{ count, badCount: Math.round(badRatios[at]! * count) }, errors];
        return { ...step, observed: { ...step.observed, counts } };
      });
      return answerTarget(ran, estimateCapacity(ran, OPTIONS), 60, OPTIONS).verdict;
    };
    expect(answerAfter([0.03, 0.03, 0.03])).toBe("held");
    // 4.7 % of 4,320 requests may be 5.3 %; and steps so unlike one another may be 10 % on average.
    expect(answerAfter([0.047, 0.047, 0.047])).toBe("inconclusive");
    expect(answerAfter([0.01, 0.01, 0.08])).toBe("inconclusive");
  });
});

describe("overload", () => {
  test("hopeless above four limits' worth of arrivals, at least 50, beyond what is being served", () => {
    expect(hopelessAboveCount(100, SLOS)).toBe(200);
    expect(hopelessAboveCount(10, SLOS)).toBe(50);
    expect(hopelessAboveCount(100, [SLOS[1]!])).toBeUndefined();
    expect(isHopeless(207, 7, 200)).toBe(false);
    expect(isHopeless(208, 7, 200)).toBe(true);
    expect(isHopeless(1e6, 0, undefined)).toBe(false);
  });

  test("what is being served is read at the last step that held", () => {
    expect(servedInFlight(stepsOf([70, undefined]), SLOS)).toBe(7);
    expect(servedInFlight([], SLOS)).toBe(0);
  });
});
