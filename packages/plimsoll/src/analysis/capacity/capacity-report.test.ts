import { describe, expect, test } from "vitest";
import type { SampleProfile } from "../sample-load.ts";
import { capacityReport, type OverloadRow } from "./capacity-report.ts";
import { askedSearch, finishedSearch, stationAnswer, statsOf } from "./imagined-search.ts";
import type { NextStep } from "./search-course.ts";

type Answer = NonNullable<SampleProfile["answer"]>;

/** What was seen beyond the capacity of an imagined target: at 1.3 times, then at twice as much upon a base. */
function overloadsOf(target: (step: NextStep) => Answer, timeoutMs?: number): readonly OverloadRow[] {
  const slos = [
    { expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 },
    { expr: "errors<1%", allowedRatio: 0.01 },
  ];
  const asked = askedSearch({ startLoad: 30, budgetMs: 120_000, isOverloadTested: true, levels: [], slos });
  const stats = statsOf(finishedSearch({ asked, seed: 11, limitsMs: [500], target }));
  const spec = timeoutMs === undefined ? {} : { timeouts: { totalMs: timeoutMs } };
  return capacityReport({ ...stats, plan: { ...stats.plan, spec } })!.overloads;
}

/** Eight servers of 100 ms that refuse whoever finds twelve waiting. */
function sheddingAnswer(): Answer {
  const station = stationAnswer(8, 100);
  let endsMs: number[] = [];
  return (request) => {
    endsMs = endsMs.filter((endMs) => endMs > request.dueMs);
    if (endsMs.length >= 20) return { serviceMs: 1, failure: { kind: "http-5xx", message: "status 503" } };
    const answer = station(request);
    endsMs.push(request.dueMs + answer.serviceMs);
    return answer;
  };
}

/** Slower by this much from the overload's begin on, as a cache is that was thrown out. */
function slowedBy(answer: Answer, ms: number): Answer {
  return (request) => {
    const { serviceMs, ...rest } = answer(request);
    return { ...rest, serviceMs: request.dueMs > 55_000 && rest.failure === undefined ? serviceMs + ms : serviceMs };
  };
}

describe("what lies beyond the capacity", () => {
  const [once, twice] = overloadsOf(() => stationAnswer(8, 100));

  test("is looked at at 1.3 times and at twice what was found, the second upon a base that it carries", () => {
    expect([once?.factor, twice?.factor]).toEqual([1.3, 2]);
    expect([once?.spike, twice?.spike?.peak]).toEqual([undefined, twice?.ratePerSec]);
    expect(twice?.spike?.base).toBeCloseTo(0.3 * twice!.ratePerSec);
  });

  test("gets no more done than it can, though all of it is answered in the end", () => {
    expect(once!.requests).toBeGreaterThan(1.2 * 80 * 20);
    for (const { completedPerSec } of [once!, twice!]) expect(completedPerSec).toBeLessThan(80 * 1.05);
    expect(once?.completedPerSec).toBeGreaterThan(80 * 0.9);
  });

  test("a station queues, and is as before when its queue has drained, which is what it must take", () => {
    expect(twice).toMatchObject({ class: "queues", unsure: [], shedRatio: 0 });
    const { recovery, fluidDrainMs } = twice!.spike!;
    expect(recovery.kind).toBe("recovered");
    const afterMs = recovery.kind === "recovered" ? recovery.afterMs : 0;
    expect(afterMs).toBeGreaterThan(30_000);
    expect(Math.abs(afterMs / fluidDrainMs! - 1)).toBeLessThan(0.15);
  });

  test("when requests would time out at either is told, once the timeout is known", () => {
    expect([once?.timesOutAfterMs, twice?.timesOutAfterMs]).toEqual([undefined, undefined]);
    const rows = overloadsOf(() => stationAnswer(8, 100), 60_000);
    // 80 are done a second, so that the last of 4800 waits for a minute.
    const { ratePerSec, timesOutAfterMs } = rows[1]!;
    expect(Math.abs(timesOutAfterMs! / (4_800_000 / (ratePerSec - 80)) - 1)).toBeLessThan(0.15);
  });

  test("one that refuses what it has no room for sheds at both, and is soon as before", () => {
    const rows = overloadsOf(sheddingAnswer);
    expect(rows.map((row) => [row.class, row.unsure])).toEqual([
      ["sheds", []],
      ["sheds", []],
    ]);
    const { recovery } = rows[1]!.spike!;
    expect(recovery.kind === "recovered" && recovery.afterMs).toBeLessThanOrEqual(5000);
  });

  test("one that gets half as much done under either as in the search collapses", () => {
    const rows = overloadsOf(({ purpose }) => stationAnswer(8, purpose === "overload" ? 200 : 100));
    expect(rows.map((row) => [row.class, row.unsure])).toEqual([
      ["collapses", []],
      ["collapses", []],
    ]);
  });

  test("one that stays slow is not as before within a minute", () => {
    const [, slowed] = overloadsOf(() => slowedBy(sheddingAnswer(), 150));
    expect(slowed?.spike?.recovery).toMatchObject({ kind: "not-recovered", withinMs: 60_000 });
  });
});

describe("the table by users", () => {
  const asked = askedSearch({ startLoad: 40, budgetMs: 60_000, levels: [1, 5, 100] });
  const records = finishedSearch({ asked, seed: 11, limitsMs: [500], target: () => stationAnswer(8, 100) });
  const { levels } = capacityReport(statsOf(records))!;

  test("has the throughput and the times that so many users get of eight servers of 100 ms", () => {
    const [alone, few, many] = levels;
    expect(levels.map(({ users }) => users)).toEqual([1, 5, 100]);
    expect(alone?.completedPerSec).toBeCloseTo(10, -1);
    expect(few?.completedPerSec).toBeCloseTo(50, -1);
    expect(many?.completedPerSec).toBeCloseTo(80, -1);
    // A hundred users at 80 a second wait for 1.25 s.
    expect(many?.p50).toBeCloseTo(1250, -2.5);
    expect(few?.p95).toBeLessThan(400);
  });

  test("of a promise each row has the interval of its share of bad requests", () => {
    const shares = levels.map(({ counts }) => counts[0]!);
    expect(shares[1]!.high).toBeLessThan(0.05);
    expect(shares[2]!.low).toBeGreaterThan(0.9);
  });
});
