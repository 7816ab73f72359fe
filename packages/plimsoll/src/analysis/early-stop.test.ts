import { describe, expect, test } from "vitest";
import {
  type EarlyStopPlan,
  type StopWindow,
  startEarlyStop,
  stepEarlyStop,
  stopWindowMs,
  waitingLimitOf,
} from "./early-stop.ts";

const PLAN: EarlyStopPlan = { allowedRatio: 0.05, promiseCount: 1, waitingLimit: 200 };

function after(windows: readonly StopWindow[], plan = PLAN) {
  return windows.reduce((state, window) => stepEarlyStop(state, window, plan), startEarlyStop(plan));
}

function repeated(count: number, window: StopWindow): readonly StopWindow[] {
  return Array.from({ length: count }, () => window);
}

describe("stepEarlyStop", () => {
  test("a run in which nothing is in time ends after eight windows", () => {
    const bad = { count: 100, bad: 100, waiting: 0 };
    expect(after(repeated(7, bad)).verdict).toBe("go-on");
    expect(after(repeated(8, bad)).verdict).toBe("promise-broken");
  });

  test("a run within its promise goes on for ever", () => {
    expect(after(repeated(2000, { count: 100, bad: 4, waiting: 5 })).verdict).toBe("go-on");
  });

  test("windows of fewer than twenty requests are put together", () => {
    const few = { count: 5, bad: 5, waiting: 0 };
    expect(after(repeated(31, few)).verdict).toBe("go-on");
    expect(after(repeated(32, few)).verdict).toBe("promise-broken");
    expect(after(repeated(3, few)).held).toEqual({ count: 15, bad: 15 });
  });

  test("a queue beyond its limit in two windows running ends the run, in two apart does not", () => {
    const full = { count: 100, bad: 0, waiting: 201 };
    const empty = { count: 100, bad: 0, waiting: 0 };
    expect(after([full, empty, full]).verdict).toBe("go-on");
    expect(after([empty, full, full, empty]).verdict).toBe("queue-runs-away");
    expect(after([full, full], { ...PLAN, waitingLimit: undefined }).verdict).toBe("go-on");
  });

  test("more promises watched at once ask for more evidence", () => {
    const bad = { count: 100, bad: 100, waiting: 0 };
    expect(after(repeated(8, bad), { ...PLAN, promiseCount: 10 }).verdict).toBe("go-on");
  });

  test("windows last 2 s or four limits; 50 waiting are never too many", () => {
    expect([stopWindowMs(100), stopWindowMs(1000)]).toEqual([2000, 4000]);
    expect([waitingLimitOf(10, 500), waitingLimitOf(100, 500)]).toEqual([50, 200]);
  });
});
