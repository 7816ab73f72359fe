import { describe, expect, test } from "vitest";
import type { CapacityStep, ObservedStep } from "./capacity-step.ts";
import { backlogOf } from "./step-backlog.ts";

const OPTIONS = {
  by: "rate" as const,
  maxLoad: Number.POSITIVE_INFINITY,
  slos: [{ name: "p95 < 500ms", allowedRatio: 0.05, limitMs: 500 }],
};
const STEP = { load: 70, durationMs: 30_000 };

/** A step that held and ended with so many in flight, unless said otherwise. */
function ended(observed: Partial<ObservedStep>): CapacityStep {
  return {
    planned: { phase: "search", load: 68, durationMs: 30_000, isNear: true },
    observed: {
      isAborted: false,
      elapsedMs: 30_000,
      drainMs: 400,
      counts: [{ count: 1600, badCount: 40 }],
      endInFlight: 12,
      ...observed,
    },
  };
}

describe("a step begins with", () => {
  test("as many requests more as the one before had left in flight, within half a second", () => {
    expect(backlogOf(ended({}), STEP, OPTIONS)).toEqual({ extraPerSec: 24, durationMs: 500 });
  });

  test("at most three times its own rate, however many they are", () => {
    const slow = backlogOf(ended({ endInFlight: 60 }), { load: 4, durationMs: 80_000 }, OPTIONS)!;
    expect(slow).toEqual({ extraPerSec: 8, durationMs: 7500 });
    expect((slow.extraPerSec * slow.durationMs) / 1000).toBe(60);
  });

  test("no more than there is time for in the half of its discard", () => {
    const cut = backlogOf(ended({ endInFlight: 600 }), { load: 4, durationMs: 80_000 }, OPTIONS);
    expect(cut).toEqual({ extraPerSec: 8, durationMs: 8000 });
  });

  test("no more a second than the maximum load", () => {
    expect(backlogOf(ended({}), STEP, { ...OPTIONS, maxLoad: 76 })).toEqual({ extraPerSec: 6, durationMs: 2000 });
    expect(backlogOf(ended({}), STEP, { ...OPTIONS, maxLoad: 70 })).toBeUndefined();
  });

  test.each<[string, CapacityStep | undefined]>([
    ["the first one", undefined],
    ["one after a step that was ended early", ended({ isAborted: true })],
    ["one after a step far beyond a promise", ended({ counts: [{ count: 1600, badCount: 400 }] })],
    ["one after a step that left nothing in flight", ended({ endInFlight: 0 })],
  ])("nothing: %s", (_, previous) => {
    expect(backlogOf(previous, STEP, OPTIONS)).toBeUndefined();
  });

  test("nothing where users come: they are added one by one", () => {
    expect(backlogOf(ended({}), STEP, { ...OPTIONS, by: "users" })).toBeUndefined();
  });
});
