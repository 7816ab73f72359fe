import { describe, expect, test } from "vitest";
import { countOf } from "../../records/latency-histogram.ts";
import { totalOf } from "../batch-means.ts";
import { sampleJournal } from "../journal-sample.ts";
import { runFold } from "../run-fold.ts";
import type { SampleProfile } from "../sample-load.ts";
import type { ComparedRun } from "./compared-run.ts";
import { judgedBatches, sharedWindow } from "./judged-batches.ts";

/** Due in the first 10 s: 503 after a second; later: 50 ms, and from 35 s on no answer at all. */
function run(more: Partial<SampleProfile> = {}): ComparedRun {
  const answer: SampleProfile["answer"] = ({ dueMs }) => {
    if (dueMs >= 35_000) return { serviceMs: 1e9 };
    return dueMs < 10_000 ? { serviceMs: 1000, failure: { kind: "http-5xx", message: "503" } } : { serviceMs: 50 };
  };
  const profile = {
    name: "steady",
    ratePerSec: 20,
    durationMs: 40_000,
    drainMs: 5000,
    warmupMs: 10_000,
    answer,
    ...more,
  };
  const folded = sampleJournal({ profiles: [profile] }).reduce(
    (state, record) => runFold.step(state, record),
    runFold.init(),
  );
  const done = runFold.done(folded);
  return { run: done, profile: done.profiles[0]! };
}

describe("sharedWindow", () => {
  test("runs from the latest warm-up cut to the earliest end, in stretches of one slot at least", () => {
    expect(sharedWindow([run()])).toEqual({ fromMs: 10_000, toMs: 40_000, batchCount: 20 });
    expect(sharedWindow([run({ warmupMs: 12_200 }), run()])).toEqual({ fromMs: 12_500, toMs: 40_000, batchCount: 20 });
    expect(sharedWindow([run(), run({ durationMs: 16_000 })])).toEqual({
      fromMs: 10_000,
      toMs: 16_000,
      batchCount: 12,
    });
    expect(sharedWindow([run(), run({ durationMs: 14_000 })])).toBeUndefined();
    expect(sharedWindow([run(), run({ durationMs: 9000 })])).toBeUndefined();
  });
});

describe("judgedBatches", () => {
  const compared = run();
  const task = compared.profile.tasks.at(-1)!;

  test("holds requests due within the window only", () => {
    const { errors, latency } = judgedBatches(task, { fromMs: 10_000, toMs: 35_000, batchCount: 20 });
    const due = task.slots.filter((slot) => slot.due >= 20 && slot.due < 70);
    const count = due.reduce((sum, slot) => sum + slot.completed + slot.failed, 0);
    expect(totalOf(errors)).toEqual({ sum: 0, count });
    expect(latency.reduce((sum, buckets) => sum + countOf(buckets), 0)).toBe(count);
    expect(errors.every((batch) => batch.count > 0)).toBe(true);
  });

  test("counts failed ones, and those never answered by their age alone", () => {
    const all = judgedBatches(task, { fromMs: 0, toMs: 40_000, batchCount: 20 });
    const { arrivals } = compared.profile;
    expect(totalOf(all.errors)).toEqual({ sum: arrivals.failed, count: arrivals.completed + arrivals.failed });
    expect(arrivals.inFlightAtEnd).toBeGreaterThan(0);
    expect(all.latency.reduce((sum, buckets) => sum + countOf(buckets), 0)).toBe(arrivals.sent);
  });

  test("of a task that a run does not have there are none", () => {
    expect(totalOf(judgedBatches(undefined, { fromMs: 0, toMs: 40_000, batchCount: 20 }).errors).count).toBe(0);
  });
});
