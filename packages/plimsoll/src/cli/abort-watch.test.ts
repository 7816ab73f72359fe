import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import type { SampleAnswer, SampleRequest } from "../analysis/sample-load.ts";
import type { PhaseOrder } from "../fleet/coordinator.ts";
import type { PlannedPhase, PlanRecord } from "../records/record.ts";
import type { SecondRecord } from "../records/second.ts";
import { sampleThreshold } from "../verdict/threshold-sample.ts";
import { abortWatchOf } from "./abort-watch.ts";

const P95 = sampleThreshold({ kind: "quantile", ratio: 0.95 }, 500, { expr: "p95 < 500ms", abort: true });
const SLOW = (): SampleAnswer => ({ serviceMs: 900 });
const FAST = (): SampleAnswer => ({ serviceMs: 20 });

/** Two profiles of 60 s at 40/s, and the seconds of the second. */
function played(answer: (request: SampleRequest) => SampleAnswer): {
  readonly plan: PlanRecord;
  readonly seconds: readonly SecondRecord[];
} {
  const profile = { ratePerSec: 40, durationMs: 60_000, drainMs: 2000, answer };
  const records = sampleJournal({
    profiles: [
      { ...profile, name: "calm" },
      { ...profile, name: "busy" },
    ],
  });
  const plan = records.find((record) => record.k === "plan")!;
  return { plan, seconds: records.flatMap((record) => (record.k === "d" && record.phase === 1 ? [record] : [])) };
}

function ordersOf(answer: (request: SampleRequest) => SampleAnswer, thresholds = [P95], profile = "busy") {
  const { plan, seconds } = played(answer);
  const watch = abortWatchOf(plan, thresholds)({ name: profile });
  return seconds.flatMap((second): PhaseOrder[] => {
    const order = watch?.(second);
    return order === undefined ? [] : [order];
  });
}

describe("a threshold with abort", () => {
  test("ends the run once, with the figures that showed it", () => {
    const orders = ordersOf(SLOW);
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({
      end: "run",
      event: {
        k: "ev",
        code: "ABORTED_EARLY",
        level: "error",
        phase: 1,
        message: expect.stringMatching(
          /^p95 < 500ms cannot be kept any more in busy: From 6 s to 22 s, (\d+) of \1 requests \(100 %\) took longer than 500 ms or failed; 5 % allowed \(betting test, error probability 1 %\)\.$/,
        ),
        data: { expr: "p95 < 500ms", profile: "busy", task: null },
      },
    });
  });

  test("leaves a run alone that keeps it", () => {
    expect(ordersOf(FAST)).toEqual([]);
  });

  test("says how long the queue is when that is what shows it", () => {
    const hang = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 10_000 ? 20 : 1e9 });
    expect(ordersOf(hang)[0]?.event?.message).toMatch(
      /in busy: The queue runs away: at 1\d s \d+ requests wait for an answer; beyond 80 the planned rate cannot be answered within 500 ms\.$/,
    );
  });

  test("says so when nothing that the plan still holds could save it", () => {
    const { plan, seconds } = played(SLOW);
    const shape = [[0, 40] as const, [30_000, 40] as const, [30_000, 1] as const, [60_000, 1] as const];
    const phases = plan.phases.map((phase) => ({ ...phase, shape }));
    const watch = abortWatchOf({ ...plan, phases }, [P95])({ name: "busy" });
    const orders = seconds.flatMap((second) => watch?.(second) ?? []);
    expect(orders[0]?.event?.message).toMatch(/5 % allowed, too many even if all still to come are good\.$/);
  });

  test("about errors counts failures, and none may come where none is allowed", () => {
    const failure = { kind: "http-5xx", message: "HTTP 500" } as const;
    const errors = (limit: number) => sampleThreshold({ kind: "errors" }, limit, { expr: "errors < X", abort: true });
    const broken = (): SampleAnswer => ({ serviceMs: 3, failure });
    expect(ordersOf(broken, [errors(0.01)])[0]?.event?.message).toMatch(/\(100 %\) failed; 1 % allowed \(betting/);
    expect(ordersOf(broken, [errors(0)])[0]?.event?.message).toMatch(/From 6 s to 8 s, .* failed; 0 % allowed\.$/);
    expect(ordersOf(SLOW, [errors(0.01)])).toEqual([]);
  });

  test("watches only the profile and the task that it is for", () => {
    expect(ordersOf(SLOW, [{ ...P95, profile: "calm" }])).toEqual([]);
    expect(ordersOf(SLOW, [{ ...P95, profile: "busy", task: "health" }])[0]?.event).toMatchObject({ task: "health" });
    const slowHealth = ({ task }: SampleRequest): SampleAnswer => ({ serviceMs: task === "health" ? 900 : 20 });
    expect(ordersOf(slowHealth, [{ ...P95, task: "single_embed" }])).toEqual([]);
  });
});

describe("without one", () => {
  test("nothing watches", () => {
    const plan = { phases: [] as readonly PlannedPhase[], limitsMs: [500] };
    expect(abortWatchOf(plan, [P95])({ name: "busy" })).toBeUndefined();
    expect(abortWatchOf(played(SLOW).plan, [{ ...P95, abort: false }])({ name: "busy" })).toBeUndefined();
  });
});
