import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SAMPLE_GENERATOR, SAMPLE_LINUX_GENERATOR, SAMPLE_TASK, sampleSecond } from "./sample-journal.ts";
import type { Buckets, Cell, Extent, GeneratorSecond, SecondRecord, TaskSecond } from "./second.ts";
import { mergeSeconds } from "./second-merge.ts";

const IDLE_TASK: TaskSecond = {
  planned: 1,
  sent: 1,
  completed: 0,
  failed: 0,
  inFlight: 1,
  dropped: {},
  errors: {},
  bodyBytes: 0,
  responseMs: { sum: 0, min: 0, max: 0 },
  serviceMs: { sum: 0, min: 0, max: 0 },
  service: [],
  cells: [],
};

describe("mergeSeconds", () => {
  test("adds all that was counted", () => {
    const other: TaskSecond = {
      planned: 10,
      sent: 8,
      completed: 5,
      failed: 2,
      inFlight: 1,
      dropped: { "connection-cap": 1, EMFILE: 1 },
      errors: { timeout: { "no answer within 600 ms": 1 }, reset: { "read ECONNRESET": 1 } },
      bodyBytes: 100,
      responseMs: { sum: 300, min: 20, max: 650 },
      serviceMs: { sum: 290, min: 19, max: 640 },
      service: [[1151, 2]],
      cells: [
        { due: 1, response: [[1, 1]], failed: [], censored: [], over: [0, 0] },
        { due: 2, response: [[1152, 3]], failed: [[1331, 1]], censored: [[9, 1]], over: [2, 1] },
      ],
    };
    const right = { ...sampleSecond(3, { health: other, embed: IDLE_TASK }), users: 5 };
    expect(mergeSeconds({ ...sampleSecond(3), users: 2 }, right)).toEqual({
      phase: 0,
      sec: 3,
      users: 7,
      tasks: {
        health: {
          planned: 14,
          sent: 11,
          completed: 6,
          failed: 3,
          inFlight: 2,
          dropped: { "connection-cap": 2, EMFILE: 1 },
          errors: { timeout: { "no answer within 600 ms": 2 }, reset: { "read ECONNRESET": 1 } },
          bodyBytes: 612,
          responseMs: { sum: 1000, min: 20, max: 650 },
          serviceMs: { sum: 988, min: 19, max: 640 },
          service: [
            [1151, 3],
            [1331, 1],
          ],
          cells: [
            { due: 1, response: [[1, 1]], failed: [], censored: [], over: [0, 0] },
            { due: 2, response: [[1152, 4]], failed: [[1331, 2]], censored: [[9, 1]], over: [3, 1] },
          ],
        },
        embed: IDLE_TASK,
      },
      lag: [[300, 6]],
      gen: { ...SAMPLE_GENERATOR, socketCount: 6, openedCount: 2 },
    });
  });

  test("takes the worst level and the sum of counts of the generators", () => {
    const bad: GeneratorSecond = {
      loopDelayP99Ms: 1,
      loopDelayMaxMs: 90,
      utilisationRatio: 0.9,
      cpuRatio: 0.1,
      cpuRatioByThread: { main: 0.03, "load-0": 0.1, "load-1": 0.9 },
      threadCpuRatios: [0.9, 0.1],
      cpuWaitRatio: 0.3,
      stealRatio: 0.01,
      rssBytes: 3e8,
      gcPauseMs: 1,
      gcMaxPauseMs: 5,
      socketCount: 10,
      openedCount: 20,
      reopenedByUsCount: 30,
      staleRetryCount: 40,
    };
    const { gen } = mergeSeconds({ ...sampleSecond(0), gen: SAMPLE_LINUX_GENERATOR }, { ...sampleSecond(0), gen: bad });
    expect(gen).toEqual({
      loopDelayP99Ms: 1.5,
      loopDelayMaxMs: 90,
      utilisationRatio: 0.9,
      cpuRatio: 0.5,
      cpuRatioByThread: { main: 0.03, "load-0": 0.4, "load-1": 0.9 },
      threadCpuRatios: [0.9, 0.4, 0.1],
      cpuWaitRatio: 0.3,
      stealRatio: 0.02,
      rssBytes: 3e8,
      gcPauseMs: 2,
      gcMaxPauseMs: 5,
      socketCount: 13,
      openedCount: 21,
      reopenedByUsCount: 30,
      staleRetryCount: 40,
    });
  });

  test("what only one system tells is kept, and what none tells stays out", () => {
    const told = { ...sampleSecond(0), gen: SAMPLE_LINUX_GENERATOR };
    const silent = { ...sampleSecond(0), gen: SAMPLE_GENERATOR };
    expect(mergeSeconds(told, silent).gen).toMatchObject({
      cpuRatioByThread: { main: 0.02, "load-0": 0.4 },
      threadCpuRatios: [0.4],
      cpuWaitRatio: 0.05,
      stealRatio: 0.02,
    });
    expect(Object.keys(mergeSeconds(silent, silent).gen)).toEqual(Object.keys(SAMPLE_GENERATOR));
  });

  test("never takes the zeros of an empty extent for the least value, and keeps a true zero", () => {
    const busy = sampleSecond(0);
    const idle = sampleSecond(0, { health: IDLE_TASK });
    expect(mergeSeconds(busy, idle).tasks["health"]?.responseMs).toEqual(SAMPLE_TASK.responseMs);
    expect(mergeSeconds(idle, busy).tasks["health"]?.responseMs).toEqual(SAMPLE_TASK.responseMs);
    const instant = sampleSecond(0, { health: { ...IDLE_TASK, completed: 1 } });
    expect(mergeSeconds(busy, instant).tasks["health"]?.responseMs).toEqual({ sum: 700, min: 0, max: 600 });
  });

  test.each(["__proto__", "constructor", "toString", "(other)", ""])("takes %j for a name like any other", (name) => {
    const errors = { reset: Object.fromEntries([[name, 2]]) };
    const second = sampleSecond(0, Object.fromEntries([[name, { ...SAMPLE_TASK, errors }]]));
    const merged = mergeSeconds(second, second);
    expect(Object.keys(merged.tasks)).toEqual([name]);
    const task = Object.entries(merged.tasks)[0]![1];
    expect(task.sent).toBe(6);
    expect(Object.entries(task.errors.reset ?? {})).toEqual([[name, 4]]);
  });

  test("refuses seconds that are not the same", () => {
    expect(() => mergeSeconds(sampleSecond(1), sampleSecond(2))).toThrow(
      "only equal seconds can be merged, not phase 0 second 1 and phase 0 second 2",
    );
  });
});

/** Whole milliseconds, so that sums are exact in any order. */
const count = fc.nat(50);
const buckets: fc.Arbitrary<Buckets> = fc
  .uniqueArray(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 9 })), { selector: ([index]) => index, maxLength: 5 })
  .map((pairs) => pairs.sort((a, b) => a[0] - b[0]));
const cell: fc.Arbitrary<Omit<Cell, "due">> = fc.record({
  response: buckets,
  failed: buckets,
  censored: buckets,
  over: fc.array(count, { maxLength: 3 }),
});
const cells: fc.Arbitrary<Cell[]> = fc
  .uniqueArray(fc.tuple(fc.nat(6), cell), { selector: ([due]) => due, maxLength: 4 })
  .map((pairs) => pairs.sort((a, b) => a[0] - b[0]).map(([due, rest]) => ({ due, ...rest })));
const extent: fc.Arbitrary<Extent> = fc.record({ sum: count, min: count, max: count });
const task: fc.Arbitrary<TaskSecond> = fc
  .record({
    planned: count,
    sent: count,
    completed: fc.nat(2),
    failed: fc.nat(1),
    inFlight: count,
    dropped: fc.record({ EMFILE: count, "connection-cap": count }, { requiredKeys: [] }),
    errors: fc.record({ reset: fc.dictionary(fc.constantFrom("a", "__proto__"), count) }, { requiredKeys: [] }),
    bodyBytes: count,
    responseMs: extent,
    serviceMs: extent,
    service: buckets,
    cells,
  })
  .map((task) => (task.completed + task.failed > 0 ? task : { ...task, ...emptyExtents }));
const emptyExtents = { responseMs: { sum: 0, min: 0, max: 0 }, serviceMs: { sum: 0, min: 0, max: 0 } };
const level = fc.nat(9);
const toldBySystem = fc.record(
  {
    cpuRatioByThread: fc.dictionary(fc.constantFrom("main", "load-0", "__proto__"), level, { minKeys: 1 }),
    threadCpuRatios: fc.array(level, { minLength: 1, maxLength: 3 }).map((ratios) => ratios.sort((a, b) => b - a)),
    cpuWaitRatio: level,
    stealRatio: level,
  },
  { requiredKeys: [] },
);
const gen: fc.Arbitrary<GeneratorSecond> = fc
  .record({
    loopDelayP99Ms: level,
    loopDelayMaxMs: level,
    utilisationRatio: level,
    cpuRatio: level,
    rssBytes: level,
    gcPauseMs: level,
    gcMaxPauseMs: level,
    socketCount: count,
    openedCount: count,
    reopenedByUsCount: count,
    staleRetryCount: count,
  })
  .chain((always) => toldBySystem.map((told) => ({ ...always, ...told })));
const second: fc.Arbitrary<SecondRecord> = fc.record({
  phase: fc.constant(0),
  sec: fc.constant(1),
  users: count,
  tasks: fc.dictionary(fc.constantFrom("a", "b", "__proto__"), task),
  lag: buckets,
  gen,
});

describe("laws", () => {
  test("order makes no difference", () => {
    fc.assert(
      fc.property(second, second, (a, b) => {
        expect(entriesOf(mergeSeconds(a, b))).toEqual(entriesOf(mergeSeconds(b, a)));
      }),
    );
  });

  test("grouping makes no difference", () => {
    fc.assert(
      fc.property(second, second, second, (a, b, c) => {
        const left = mergeSeconds(mergeSeconds(a, b), c);
        expect(entriesOf(left)).toEqual(entriesOf(mergeSeconds(a, mergeSeconds(b, c))));
      }),
    );
  });
});

/** Objects as sorted entries: equality then sees a `__proto__` too. */
function entriesOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(entriesOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .map(([name, held]): readonly [string, unknown] => [name, entriesOf(held)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
