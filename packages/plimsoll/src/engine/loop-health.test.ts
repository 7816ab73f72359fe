import { afterEach, beforeEach, expect, test } from "vitest";
import type { Transport } from "../transport/transport.ts";
import { LoopHealth } from "./loop-health.ts";

const counters = { socketCount: 0, openedCount: 0, reopenedByUsCount: 0, staleRetryCount: 0 };
const transport: Transport = {
  counters,
  connection: () => {
    throw new Error("none is opened here");
  },
  close: async () => {},
};

/** Lets the delay be looked at and the garbage collector's observer be called. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 30));

let health: LoopHealth;

beforeEach(async () => {
  health = new LoopHealth();
  await turns();
  health.sample(transport);
});

afterEach(() => health.stop());

/** Holds the loop, and makes more garbage than the young generation holds. */
function holdAndAllocate(ms: number): number {
  const untilMs = performance.now() + ms;
  let kept: number[][] = [];
  let count = 0;
  while (performance.now() < untilMs) {
    kept.push([count++, count, count, count]);
    if (kept.length === 50_000) kept = [];
  }
  return count;
}

test("a loop that is held shows in its delay and in how busy it was, garbage in the pauses of its collection", async () => {
  holdAndAllocate(80);
  await turns();
  const held = health.sample(transport);
  expect(held.loopDelayMaxMs).toBeGreaterThan(60);
  expect(held.loopDelayP99Ms).toBeGreaterThan(60);
  expect(held.utilisationRatio).toBeGreaterThan(0.3);
  expect(held.utilisationRatio).toBeLessThanOrEqual(1);
  expect(held.gcPauseMs).toBeGreaterThan(0);
  expect(held.gcMaxPauseMs).toBeGreaterThan(0);
  expect(held.gcMaxPauseMs).toBeLessThanOrEqual(held.gcPauseMs);
});

test("a standstill at whose end the sample is taken, before anything else had its turn, is told in it", () => {
  holdAndAllocate(80);
  expect(health.sample(transport).loopDelayMaxMs).toBeGreaterThan(60);
});

test("each sample tells of what came since the last alone", async () => {
  Object.assign(counters, { socketCount: 3, openedCount: 5, reopenedByUsCount: 2, staleRetryCount: 1 });
  holdAndAllocate(80);
  await turns();
  const first = health.sample(transport);
  Object.assign(counters, { socketCount: 4, openedCount: 6 });
  const second = health.sample(transport);
  expect(first).toMatchObject({ socketCount: 3, openedCount: 5, reopenedByUsCount: 2, staleRetryCount: 1 });
  expect(second).toMatchObject({ socketCount: 4, openedCount: 1, reopenedByUsCount: 0, staleRetryCount: 0 });
  expect(second.loopDelayMaxMs).toBeLessThan(first.loopDelayMaxMs);
  // No turn of the loop in between: nothing can have been told.
  expect(first.gcPauseMs).toBeGreaterThan(0);
  expect(second).toMatchObject({ gcPauseMs: 0, gcMaxPauseMs: 0 });
});
