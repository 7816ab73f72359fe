import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AskedCapacity, type CapacityOptions, capacityOptions } from "./capacity-options.ts";
import type { CapacityStep, PlannedStep } from "./capacity-step.ts";
import { type CapacityResult, nextCapacityStep } from "./pace.ts";

const P95 = { name: "p95 < 500ms", allowedRatio: 0.05, limitMs: 500 };
const ASKED: AskedCapacity = { by: "rate", slos: [P95], startLoad: 10 };

/** A server without chance: exactly the expected share is bad; waiting only shows beyond 1.3 times its capacity. */
function answer(planned: PlannedStep, capacity: number, slope = 25): CapacityStep {
  const share = 1 / (1 + Math.exp(Math.log(19) - slope * Math.log(planned.load / capacity)));
  const count = Math.round((0.8 * planned.load * planned.durationMs) / 1000);
  const isAborted = planned.abortAboveCount !== undefined && planned.load > 1.3 * capacity;
  const counts = [{ count, badCount: isAborted ? count : Math.round(count * share) }];
  return { planned, observed: { isAborted, elapsedMs: planned.durationMs, drainMs: 0, counts } };
}

function search(asked: AskedCapacity, server: (planned: PlannedStep) => CapacityStep) {
  const options = capacityOptions(asked);
  const history: CapacityStep[] = [];
  for (;;) {
    const decision = nextCapacityStep(history, options);
    if (decision.kind !== "step") return { history, result: decision, options };
    history.push(server(decision.step));
  }
}

function loadOf(result: CapacityResult): number {
  return result.kind === "found" ? result.estimate.load : Number.NaN;
}

describe("nextCapacityStep", () => {
  test("ramps by half as much again until a step breaks, then searches beside the root", () => {
    const { history, result } = search(ASKED, (planned) => answer(planned, 70));
    const ramp = history.filter(({ planned }) => planned.phase === "ramp").map(({ planned }) => planned.load);
    expect(ramp).toEqual([10, 15, 22.5, 33.75, 50.625, 75.9375]);
    expect(result).toMatchObject({ kind: "found", why: "precise" });
    expect(Math.abs(loadOf(result) / 70 - 1)).toBeLessThan(0.02);
    const searched = history.slice(ramp.length).map(({ planned }) => Math.abs(Math.log(planned.load / 70)));
    expect(Math.max(...searched.slice(3))).toBeLessThan(0.13);
  });

  test("is a pure function of the history: a search resumed from it goes on the same way", () => {
    const { history, options } = search(ASKED, (planned) => answer(planned, 70));
    const written: readonly CapacityStep[] = JSON.parse(JSON.stringify(history));
    written.forEach(({ planned }, i) => {
      expect(nextCapacityStep(written.slice(0, i), options)).toMatchObject({ kind: "step", step: planned });
    });
  });

  test("the budget ends it between steps", () => {
    const { history, result } = search({ ...ASKED, budgetMs: 100_000, toleranceRatio: 0 }, (planned) =>
      answer(planned, 70),
    );
    const totalMs = history.reduce((sum, { observed }) => sum + observed.elapsedMs, 0);
    expect(result).toMatchObject({ kind: "found", why: "budget" });
    expect(totalMs).toBeGreaterThanOrEqual(100_000);
    expect(totalMs - history.at(-1)!.observed.elapsedMs).toBeLessThan(100_000);
    expect(search({ ...ASKED, budgetMs: 20_000 }, (planned) => answer(planned, 70)).result).toMatchObject({
      kind: "not-found",
      why: "budget",
    });
  });

  test("a target that holds the maximum load is never loaded beyond it", () => {
    const { history, result } = search({ ...ASKED, maxLoad: 40 }, (planned) => answer(planned, 70));
    expect(result).toMatchObject({ kind: "not-found", why: "holds-max-load", highestHeldLoad: 40 });
    expect(Math.max(...history.map(({ planned }) => planned.load))).toBe(40);
    expect(history.length).toBeLessThan(12);
  });

  test("nor is it by what rounding adds, whether the maximum is far off or next to the load asked about", () => {
    for (let maxLoad = 20; maxLoad <= 100; maxLoad += 2.5) {
      for (const targetLoad of [undefined, 0.97 * maxLoad, maxLoad]) {
        const asked = { ...ASKED, maxLoad, ...(targetLoad === undefined ? {} : { targetLoad }) };
        const { history } = search(asked, (planned) => answer(planned, 70));
        expect(Math.max(...history.map(({ planned }) => planned.load))).toBeLessThanOrEqual(maxLoad);
      }
    }
  });

  test("a load next to the capacity is asked about until the budget is over, however narrow the interval", () => {
    expect(search(ASKED, (planned) => answer(planned, 70)).result).toMatchObject({ why: "precise" });
    const { history, result } = search({ ...ASKED, targetLoad: 70 }, (planned) => answer(planned, 70));
    expect(result).toMatchObject({ kind: "found", why: "budget", target: { verdict: "inconclusive" } });
    expect(history.reduce((sum, { observed }) => sum + observed.elapsedMs, 0)).toBeGreaterThanOrEqual(600_000);
  });

  test("a capacity just below the maximum load is still found", () => {
    const { history, result } = search({ ...ASKED, maxLoad: 72 }, (planned) => answer(planned, 70));
    expect(Math.abs(loadOf(result) / 70 - 1)).toBeLessThan(0.03);
    expect(Math.max(...history.map(({ planned }) => planned.load))).toBeLessThanOrEqual(72);
  });

  test("failing at the start load twice ends it; once is a cold start and is forgotten", () => {
    const hopeless = search({ ...ASKED, targetLoad: 20 }, (planned) => answer(planned, 5)).result;
    expect(hopeless).toMatchObject({ why: "fails-at-start", target: { verdict: "not-held" } });
    let calls = 0;
    const { history, result } = search(ASKED, (planned) => answer(planned, calls++ === 0 ? 5 : 70));
    expect(history.slice(0, 3).map(({ planned }) => planned.load)).toEqual([10, 10, 15]);
    expect(Math.abs(loadOf(result) / 70 - 1)).toBeLessThan(0.02);
  });

  test("with a load to answer for below the start load, it starts there", () => {
    const { history, result } = search({ ...ASKED, targetLoad: 5 }, (planned) => answer(planned, 70));
    expect(history[0]!.planned.load).toBe(5);
    expect(result.target).toEqual({ verdict: "held" });
    expect(Math.max(...history.map(({ planned }) => planned.load))).toBeLessThan(5.6);
  });

  test("no requests at the start is no data", () => {
    const silent = (planned: PlannedStep): CapacityStep => {
      const step = answer(planned, 70);
      return { ...step, observed: { ...step.observed, counts: [{ count: 0, badCount: 0 }] } };
    };
    expect(search(ASKED, silent).result).toMatchObject({ kind: "not-found", why: "no-data" });
  });

  test("users are whole, their interval is half a user wider, and no step of theirs is aborted", () => {
    const asked: AskedCapacity = { by: "users", slos: [P95], startLoad: 1, thinkMs: 1000 };
    const { history, result } = search(asked, (planned) => answer(planned, 30.4));
    expect(history.every(({ planned }) => Number.isInteger(planned.load))).toBe(true);
    expect(history.every(({ planned }) => planned.abortAboveCount === undefined)).toBe(true);
    expect(history.slice(0, 5).map(({ planned }) => planned.load)).toEqual([1, 2, 3, 5, 8]);
    if (result.kind !== "found") throw new Error(result.why);
    const { load, low, lnLoad, halfWidth } = result.estimate;
    expect(Math.abs(load / 30.4 - 1)).toBeLessThan(0.04);
    expect(Math.exp(lnLoad - halfWidth) - low).toBeCloseTo(0.5, 9);
  });
});

describe("steps", () => {
  const options: CapacityOptions = capacityOptions(ASKED);

  test("last long enough for a hundred requests, but no longer than two minutes for their sake", () => {
    const first = (startLoad: number) => nextCapacityStep([], { ...options, startLoad });
    expect(first(1)).toMatchObject({ step: { durationMs: 100_000 } });
    expect(first(0.5)).toMatchObject({ step: { durationMs: 120_000 } });
    expect(first(50)).toMatchObject({ step: { durationMs: 10_000 } });
  });

  test("of users last for two hundred requests and two cycles of thinking and waiting", () => {
    const first = (startLoad: number, thinkMs: number) =>
      nextCapacityStep([], capacityOptions({ by: "users", slos: [P95], startLoad, thinkMs }));
    expect(first(10, 1000)).toMatchObject({ step: { durationMs: 30_000 } });
    expect(first(1000, 9500)).toMatchObject({ step: { durationMs: 20_000 } });
  });

  test("last three latency limits, five of a slow target", () => {
    const first = (limitMs: number) =>
      nextCapacityStep([], capacityOptions({ ...ASKED, slos: [{ ...P95, limitMs }], startLoad: 100 }));
    expect(first(4000)).toMatchObject({ step: { durationMs: 12_000 } });
    expect(first(16_000)).toMatchObject({ step: { durationMs: 80_000 } });
  });
});

describe("laws", () => {
  const slope = fc.integer({ min: 8, max: 80 });
  const capacity = fc.integer({ min: 30, max: 900 });

  test("a target that holds a twentieth less is found to hold less, and one that is twice as fast, twice as much", () => {
    fc.assert(
      fc.property(capacity, slope, (holds, steep) => {
        const found = (truth: number) => loadOf(search(ASKED, (planned) => answer(planned, truth, steep)).result);
        const all = found(holds);
        expect(found(0.95 * holds)).toBeLessThan(all);
        expect(Math.abs(found(2 * holds) / all / 2 - 1)).toBeLessThan(0.03);
      }),
      { numRuns: 40 },
    );
  });
});
