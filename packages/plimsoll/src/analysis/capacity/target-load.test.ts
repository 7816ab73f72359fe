import { expect, test } from "vitest";
import { estimateCapacity } from "./capacity-estimate.ts";
import { capacityOptions } from "./capacity-options.ts";
import type { CapacityStep } from "./capacity-step.ts";
import { answerTarget } from "./target-load.ts";

const OPTIONS = capacityOptions({
  by: "rate",
  slos: [{ name: "p95<500ms", allowedRatio: 0.05, limitMs: 500 }],
  startLoad: 27,
});

const step = (phase: "ramp" | "search", load: number, count: number, badCount: number): CapacityStep => ({
  planned: { phase, load, durationMs: 10_000, isNear: phase === "search" },
  observed: { isAborted: false, elapsedMs: 10_000, drainMs: 300, counts: [{ count, badCount }] },
});

/** As an endpoint of some 75/s went: three steps beside the limit. */
const HISTORY = [
  step("ramp", 27, 216, 1),
  step("ramp", 40.5, 324, 1),
  step("ramp", 60.75, 486, 1),
  step("ramp", 90, 720, 230),
  step("search", 75.6, 605, 29),
  step("search", 71.1, 569, 8),
  step("search", 76.6, 613, 60),
];

const answer = (targetLoad: number, history = HISTORY) =>
  answerTarget(history, estimateCapacity(history, OPTIONS), targetLoad, OPTIONS);

test("a load far outside the interval is settled by three steps beside the limit", () => {
  expect(answer(110)).toEqual({ verdict: "not-held" });
  expect(answer(50)).toEqual({ verdict: "held" });
});

test("one that is not so far off needs six, even outside the interval", () => {
  const { high } = estimateCapacity(HISTORY, OPTIONS);
  expect(answer(1.001 * high)).toMatchObject({
    verdict: "inconclusive",
    lack: { kind: "few-near", ran: 3, needed: 6 },
  });
});

test("two steps beside the limit settle nothing", () => {
  expect(answer(1000, HISTORY.slice(0, -1))).toMatchObject({ lack: { kind: "few-near", ran: 2, needed: 3 } });
});
