import { describe, expect, test } from "vitest";
import type { SecondRecord, TaskSecond } from "../records/second.ts";
import { SecondAssembly } from "./second-assembly.ts";

const NONE = { sum: 0, min: 0, max: 0 };

function second(sec: number, inFlight: number): SecondRecord {
  const ask: TaskSecond = {
    planned: 1,
    sent: 1,
    completed: 1,
    failed: 0,
    inFlight,
    dropped: {},
    errors: {},
    bodyBytes: 0,
    responseMs: NONE,
    serviceMs: NONE,
    service: [],
    cells: [],
  };
  const gen = {
    loopDelayP99Ms: 1,
    loopDelayMaxMs: 1,
    utilisationRatio: 0.1,
    cpuRatio: 0,
    rssBytes: 0,
    gcPauseMs: 0,
    gcMaxPauseMs: 0,
    socketCount: 1,
    openedCount: 1,
    reopenedByUsCount: 0,
    staleRetryCount: 0,
  };
  return { phase: 0, sec, users: 2, tasks: { ask }, lag: [], gen };
}

function assemble(workerCount: number) {
  const whole: SecondRecord[] = [];
  return { whole, assembly: new SecondAssembly(workerCount, (each) => whole.push(each)) };
}

describe("seconds of several workers", () => {
  test("one is whole when every worker has told it, and then holds the sum", () => {
    const { whole, assembly } = assemble(2);
    assembly.told(0, second(0, 0));
    assembly.told(0, second(1, 0));
    expect(whole).toHaveLength(0);
    assembly.told(1, second(0, 0));
    expect(whole.map(({ sec }) => sec)).toEqual([0]);
    expect(whole[0]!.tasks["ask"]!.completed).toBe(2);
    expect(whole[0]!.users).toBe(4);
  });

  test("a worker that ended early is not waited for, and what it gave up on stays in flight to the end", () => {
    const { whole, assembly } = assemble(2);
    assembly.told(0, second(0, 3));
    assembly.ended(0);
    for (const sec of [0, 1, 2]) assembly.told(1, second(sec, 1));
    assembly.ended(1);
    expect(whole.map(({ sec }) => sec)).toEqual([0, 1, 2]);
    expect(whole.map(({ tasks }) => tasks["ask"]!.inFlight)).toEqual([4, 4, 4]);
    expect(whole.map(({ tasks }) => tasks["ask"]!.completed)).toEqual([2, 1, 1]);
    expect(whole.map(({ users }) => users)).toEqual([4, 2, 2]);
    expect(assembly.isEnded).toBe(true);
  });

  test("with one worker every second passes at once, and none is made up after its end", () => {
    const { whole, assembly } = assemble(1);
    assembly.told(0, second(0, 1));
    expect(whole).toHaveLength(1);
    assembly.told(0, second(1, 1));
    assembly.ended(0);
    expect(whole).toHaveLength(2);
  });
});
