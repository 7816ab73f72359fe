import { expect, test } from "vitest";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import { responseTail } from "./response-tail.ts";
import type { SlotStats } from "./slot-stats.ts";

interface Counts {
  readonly ms: Readonly<Record<number, number>>;
  readonly failedMs?: Readonly<Record<number, number>>;
}

/** A task whose slots hold so many requests of so many ms. */
function taskOf(slots: readonly Counts[]) {
  const bucketsOf = (counts: Counts["ms"]) =>
    Object.entries(counts).map(([ms, count]) => [bucketIndexOfUs(1000 * Number(ms)), count] as const);
  const countIn = (counts: Counts["ms"]) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const filled = slots.map(({ ms, failedMs = {} }, due): SlotStats => {
    const [completed, failed] = [countIn(ms), countIn(failedMs)];
    return {
      due,
      completed,
      failed,
      response: bucketsOf(ms),
      failedResponse: bucketsOf(failedMs),
      censored: [],
      over: [],
    };
  });
  const failures = filled.reduce((sum, { failed }) => sum + failed, 0);
  const requests = filled.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  const summary = { min: 0, mean: 0, p50: 7, p75: 0, p90: 0, p95: 0, p99: 700, p999: 0, max: 0 };
  return { slots: filled, failures, requests, responseMs: summary };
}

const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);

test("is that of all requests where none failed and we were never late", () => {
  const task = taskOf(times(40, { ms: { 20: 10 } }));
  expect(responseTail(task, [])).toMatchObject({ p50: 7, p99: 700, isOfSuccesses: false, isApart: false });
});

test("is that of the successes: failures that come back at once are left out", () => {
  const tail = responseTail(taskOf(times(40, { ms: { 100: 9, 300: 1 }, failedMs: { 1: 60 } })), []);
  expect(tail).toMatchObject({ isOfSuccesses: true, isApart: false });
  expect(tail!.p50).toBeCloseTo(100, -1);
  expect(tail!.p99).toBeCloseTo(300, -1);
});

test("leaves out the slots of our delays, lesser ones too once the tail without the worst is shorter", () => {
  const task = taskOf([{ ms: { 2000: 10 } }, { ms: { 100: 10 } }, ...times(40, { ms: { 20: 10 } })]);
  const tail = responseTail({ ...task, responseMs: { ...task.responseMs, p99: 2000 } }, [1500, 80]);
  expect(tail!.slots.map(({ due }) => due).slice(0, 2)).toEqual([2, 3]);
  expect(tail).toMatchObject({ isApart: true });
  expect(tail!.p99).toBeCloseTo(20, -1);
});

test("is unknown of fewer successes than a p99 needs, or once ours are left out", () => {
  expect(responseTail(taskOf(times(29, { ms: { 20: 10 }, failedMs: { 1: 60 } })), [])).toBeUndefined();
  expect(responseTail(taskOf(times(40, { ms: { 20: 10 } })), times(40, 900))).toBeUndefined();
});
