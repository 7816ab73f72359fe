import { expect, test } from "vitest";
import { capacityOptions } from "./capacity-options.ts";
import type { CapacityStep } from "./capacity-step.ts";
import { nextCapacityStep } from "./pace.ts";

const OPTIONS = capacityOptions({
  by: "rate",
  slos: [{ name: "p95<500ms", allowedRatio: 0.05, limitMs: 500 }],
  startLoad: 20,
  budgetMs: 60_000,
  rampStepMs: 10_000,
});

const step = (load: number, badCount: number, drainMs: number): CapacityStep => ({
  planned: { phase: "ramp", load, durationMs: 10_000, isNear: false },
  observed: { isAborted: false, elapsedMs: 10_000, drainMs, counts: [{ count: 200, badCount }] },
});

test("a step that would end beyond one and a half times the budget is not begun", () => {
  expect(nextCapacityStep([step(20, 0, 45_000)], OPTIONS)).toMatchObject({ kind: "not-found", why: "budget" });
  expect(nextCapacityStep([step(20, 0, 25_000)], OPTIONS)).toMatchObject({ kind: "step" });
});

test("nor is a first step that failed run again", () => {
  expect(nextCapacityStep([step(20, 150, 60_000)], OPTIONS)).toMatchObject({
    kind: "not-found",
    why: "fails-at-start",
  });
  expect(nextCapacityStep([step(20, 150, 1000)], OPTIONS)).toMatchObject({ kind: "step" });
});
