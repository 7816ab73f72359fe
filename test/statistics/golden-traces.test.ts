import { describe, expect, test } from "vitest";
import type { CapacityStep } from "../../packages/plimsoll/src/analysis/capacity/capacity-step.ts";
import { nextCapacityStep } from "../../packages/plimsoll/src/analysis/capacity/pace.ts";
import { goldenOptions, goldenStep, goldenTraces } from "./kit/golden-trace.ts";

function relative(actual: number | undefined, expected: number): number {
  return Math.abs((actual ?? Number.NaN) / expected - 1);
}

describe("golden traces, fed only what was observed", () => {
  test.each(goldenTraces)("$id: every decision of the controller is the reference's", (trace) => {
    const options = goldenOptions(trace);
    expect(options.limitsPerStep).toBe(trace.kx);
    const history: CapacityStep[] = [];
    for (const { decision: expected, observed } of trace.steps) {
      const decision = nextCapacityStep(history, options);
      if (expected.next === undefined) {
        if (decision.kind !== "found") throw new Error(`${trace.id} ended as ${decision.kind}`);
        const { capacity, lower, upper, why } = expected.result!;
        expect(decision.why).toBe(why === "time" ? "budget" : why);
        expect(relative(decision.estimate.load, capacity)).toBeLessThan(1e-6);
        expect(relative(decision.estimate.low, lower)).toBeLessThan(1e-6);
        expect(relative(decision.estimate.high, upper)).toBeLessThan(1e-6);
        continue;
      }
      if (decision.kind !== "step") throw new Error(`${trace.id} ended after ${history.length} steps`);
      expect(decision.step.phase).toBe(expected.next.phase);
      expect(relative(decision.step.load, expected.next.rate)).toBeLessThan(1e-6);
      expect(relative(decision.step.durationMs, 1000 * expected.next.durationS)).toBeLessThan(1e-6);
      if (expected.near !== undefined) {
        expect(history.filter(({ planned, observed }) => planned.isNear && !observed.isAborted)).toHaveLength(
          expected.near,
        );
      }
      history.push(goldenStep(decision.step, observed!));
    }
    expect(history).toHaveLength(trace.steps.length - 1);
  });
});
