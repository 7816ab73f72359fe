import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalRecord } from "../records/record.ts";
import type { TaskSecond } from "../records/second.ts";
import { sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";

/** What the fold finds wrong with a run of 20 s and one task whose seconds were tampered with. */
function imbalances(change: (task: TaskSecond) => TaskSecond, serviceMs?: readonly number[]): readonly string[] {
  let at = 0;
  const answer = serviceMs && (() => ({ serviceMs: serviceMs[at++ % serviceMs.length]! }));
  const records = sampleJournal({
    tasks: [{ name: "ask", method: "GET", path: "/", share: 1 }],
    profiles: [{ name: "p", ratePerSec: 40, durationMs: 20_000, ...(answer && { answer }) }],
  });
  const changed = records.map((record): JournalRecord => {
    if (record.k !== "d") return record;
    return { ...record, tasks: Object.fromEntries(Object.entries(record.tasks).map(([k, task]) => [k, change(task)])) };
  });
  return runFold.done(changed.reduce(runFold.step, runFold.init())).imbalances;
}

const scaled = (ratio: number) => (task: TaskSecond) => ({
  ...task,
  serviceMs: { ...task.serviceMs, sum: ratio * task.serviceMs.sum },
});

describe("imbalancesOf", () => {
  test("a run as it was has none", () => {
    expect(imbalances((task) => task)).toEqual([]);
  });

  test.each([1.02, 1.1, 0.9, 0.98])("service times %s times as long in one of two books are told of", (ratio) => {
    expect(imbalances(scaled(ratio))).toEqual([
      expect.stringMatching(/^p, ask: service times add up to [\d.]+ m?s?.*, those in the histogram to [\d.]+/),
    ]);
  });

  test("response times that the slots lost are told of, and how many", () => {
    const lost = imbalances((task) => ({ ...task, cells: task.cells.slice(1) }));
    expect(lost).toEqual([expect.stringMatching(/^p, ask: \d+ response times of 8\d\d requests that ended\.$/)]);
  });

  test("an end that was never counted is told of", () => {
    let isLost = false;
    const one = imbalances((task) => {
      const isFirst = !isLost && task.completed > 0;
      isLost ||= isFirst;
      return isFirst ? { ...task, completed: task.completed - 1 } : task;
    });
    expect(one.join(" ")).toMatch(/p, ask: sent .* ≠ completed /);
  });

  test("law: whatever the times, the books of the engine's own histograms balance", () => {
    const ms = fc.oneof(fc.double({ min: 0, max: 0.01, noNaN: true }), fc.double({ min: 0.01, max: 9e5, noNaN: true }));
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 20 }), (times) => {
        expect(imbalances((task) => task, times)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
