import { describe, expect, test } from "vitest";
import { sampleJournal } from "../journal-sample.ts";
import type { ProfileStats } from "../run-stats.ts";
import type { SampleAnswer, SampleProfile, SampleRequest } from "../sample-load.ts";
import { statsOf } from "./imagined-search.ts";
import { countedFigures, figuresBetween, observeStep, promiseBatches, settledPerSec } from "./observed-step.ts";

const P95 = { expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 };
const ERRORS = { expr: "errors<1%", allowedRatio: 0.01 };
const FAST: SampleAnswer = { serviceMs: 20 };
const SLOW: SampleAnswer = { serviceMs: 900 };
const REFUSED: SampleAnswer = { serviceMs: 2, failure: { kind: "http-5xx", message: "HTTP 503" } };

/** A step of 50/s for 20 s with a drain of 2 s, unless said otherwise. */
function stepOf(answer: (request: SampleRequest) => SampleAnswer, more: Partial<SampleProfile> = {}): ProfileStats {
  const profile = { name: "step 1", ratePerSec: 50, durationMs: 20_000, drainMs: 2000, answer, ...more };
  return statsOf(sampleJournal({ profiles: [profile], limitsMs: [500] })).profiles[0]!;
}

const observe = (profile: ProfileStats, slo: typeof P95 | typeof ERRORS = P95) =>
  observeStep(profile, [slo], [500]).counts[0]!;

describe("what a step came to", () => {
  test("its first fifth does not count: the queue still remembers the load before", () => {
    const counts = observe(stepOf(({ dueMs }) => (dueMs < 3900 ? SLOW : FAST)));
    expect(counts.badCount).toBe(0);
    expect(counts.count).toBeGreaterThan(700);
    expect(counts.count).toBeLessThan(900);
  });

  test("its last quarter tells how many it left in flight", () => {
    const { endInFlight, meanInFlight } = observeStep(
      stepOf(({ dueMs }) => (dueMs < 14_000 ? FAST : SLOW)),
      [P95],
      [500],
    );
    // 50/s that take .9 s each.
    expect(Math.abs(endInFlight! / 45 - 1)).toBeLessThan(0.1);
    expect(meanInFlight!).toBeLessThan(0.7 * endInFlight!);
    const short = observeStep(
      stepOf(() => SLOW, { durationMs: 3300 }),
      [P95],
      [500],
    );
    expect(Math.abs(short.endInFlight! / 45 - 1)).toBeLessThan(0.35);
  });

  test("of one that was ended early only its second half counts", () => {
    const whole = stepOf(({ dueMs }) => (dueMs < 9900 ? FAST : SLOW));
    const aborted = { ...whole, planned: { ...whole.planned, plannedMs: 30_000 } };
    const observed = observeStep(aborted, [P95], [500]);
    expect(observed.isAborted).toBe(true);
    expect(observed.counts[0]!.badCount).toBe(observed.counts[0]!.count);
    expect(observeStep(whole, [P95], [500]).isAborted).toBe(false);
  });

  test("a failed request is beyond a latency limit, however quick", () => {
    const { count, badCount } = observe(stepOf(() => REFUSED));
    expect(badCount).toBe(count);
  });

  test("one still unanswered beyond the limit when the wait was over is bad, never left out", () => {
    const { count, badCount } = observe(stepOf(() => ({ serviceMs: 1e9 })));
    expect(count).toBeGreaterThan(700);
    expect(badCount).toBe(count);
  });

  test("a promise about errors counts those that failed, and no slow ones", () => {
    expect(
      observe(
        stepOf(() => SLOW),
        ERRORS,
      ).badCount,
    ).toBe(0);
    const { count, badCount } = observe(
      stepOf(({ random }) => (random.nextRatio() < 0.1 ? REFUSED : SLOW)),
      ERRORS,
    );
    expect(badCount / count).toBeGreaterThan(0.06);
    expect(badCount / count).toBeLessThan(0.14);
  });

  test("a promise about errors says nothing where no request ended", () => {
    expect(
      observe(
        stepOf(() => ({ serviceMs: 1e9 })),
        ERRORS,
      ),
    ).toMatchObject({ count: 0, badCount: 0 });
  });

  test("of a task that was never asked nothing is counted", () => {
    const { counts } = observeStep(
      stepOf(() => FAST),
      [{ ...P95, task: "nobody" }],
      [500],
    );
    expect(counts[0]).toEqual({ count: 0, badCount: 0 });
  });

  test("the quantile of the promise tells a target that is slow without load", () => {
    expect(observe(stepOf(() => ({ serviceMs: 450 }))).quantileMs).toBeGreaterThan(440);
  });
});

describe("the same in stretches of time", () => {
  test("sum to what the step counts", () => {
    const profile = stepOf(({ random }) => (random.nextRatio() < 0.2 ? SLOW : FAST));
    const batches = promiseBatches(profile, P95, [500]);
    const { count, badCount } = observe(profile);
    expect(batches).toHaveLength(16);
    expect(batches.reduce((sum, batch) => sum + batch.count, 0)).toBe(count);
    expect(batches.reduce((sum, batch) => sum + batch.sum, 0)).toBe(badCount);
  });
});

describe("the throughput of a step", () => {
  test("is that after the first fifth, in which the users of a closed loop are still being added", () => {
    const users = { name: "step 1", users: 100, spawnPerSec: 25, durationMs: 20_000 };
    const journal = sampleJournal({ profiles: [{ ...users, answer: () => ({ serviceMs: 1000 }) }] });
    expect(settledPerSec(statsOf(journal).profiles[0]!)).toBeCloseTo(100, 0);
  });

  test("is counted by when requests ended, not by when they were due", () => {
    const freeAtMs = [0];
    const single = ({ dueMs }: SampleRequest): SampleAnswer => {
      freeAtMs[0] = Math.max(dueMs, freeAtMs[0]!) + 25;
      return { serviceMs: freeAtMs[0] - dueMs };
    };
    // 50/s are due, and all are answered in the end; 40/s get done meanwhile.
    const step = stepOf(single, { drainMs: 60_000 });
    expect(settledPerSec(step)).toBeCloseTo(40, 0);
    const { requests, completedPerSec } = countedFigures(step);
    expect(completedPerSec).toBeCloseTo(40, 0);
    expect(requests).toBeGreaterThan(700);
    expect(figuresBetween(step, 10_000, 20_000).completedPerSec).toBeCloseTo(40, 0);
  });

  test("is the phase's for a part of it that holds no whole second", () => {
    const step = stepOf(() => FAST, { durationMs: 1100 });
    expect(countedFigures(step).completedPerSec).toBe(step.tasks.at(-1)?.completedPerSec);
    expect(step.tasks.at(-1)?.completedPerSec).toBe(step.series[0]?.completed);
  });
});
