import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalRecord, PlannedSearch, StepRecord } from "../../records/record.ts";
import { capacityReport } from "./capacity-report.ts";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "./imagined-search.ts";
import { mostInFlight, mostPerSec, mostUsers } from "./load-ceiling.ts";

describe("a ceiling", () => {
  test("of a rate is one of arrivals, of users one of requests in flight", () => {
    expect([mostPerSec({ by: "rate", maxLoad: 75 }), mostPerSec({ by: "users", maxLoad: 75 })]).toEqual([
      75,
      Number.POSITIVE_INFINITY,
    ]);
    expect(mostInFlight({ by: "users", maxLoad: 75, maxConnections: 1000 })).toBe(75);
    expect(mostInFlight({ by: "users", maxLoad: 5000, maxConnections: 1000 })).toBe(1000);
    expect(mostInFlight({ by: "rate", maxLoad: 75, maxConnections: 1000 })).toBe(1000);
  });

  test("of a rate allows so many users as cannot ask more often, however quick the target is", () => {
    expect(mostUsers({ by: "rate", maxLoad: 75, thinkMs: 0 }, 100)).toBe(7);
    expect(mostUsers({ by: "rate", maxLoad: 75, thinkMs: 2000 }, 100)).toBe(150);
    expect(mostUsers({ by: "rate", maxLoad: 75, thinkMs: 0 }, 0)).toBe(0);
    expect(mostUsers({ by: "users", maxLoad: 75, thinkMs: 0 }, 100)).toBe(75);
  });

  test("that was not given is none", () => {
    expect(mostPerSec({ by: "rate" })).toBe(Number.POSITIVE_INFINITY);
    expect(mostInFlight({ by: "users", maxConnections: 1000 })).toBe(1000);
    expect(mostUsers({ by: "rate", thinkMs: 0 }, 100)).toBe(Number.POSITIVE_INFINITY);
  });
});

/** A short search of eight servers of 100 ms, with all that comes after it: they hold some 72/s, or 97 users. */
function searchBelow(maxLoad: number, more: Partial<PlannedSearch>): readonly JournalRecord[] {
  const { levels: _usual, ...asked } = askedSearch({ budgetMs: 60_000, isOverloadTested: true, maxLoad, ...more });
  return imaginedSearch({ asked, seed: 11, limitsMs: [500], target: () => stationAnswer(8, 100) });
}

const stepsOf = (records: readonly JournalRecord[]): readonly StepRecord[] =>
  records.flatMap((record) => (record.k === "step" ? [record] : []));

const purposes = (records: readonly JournalRecord[]) => new Set(stepsOf(records).map(({ purpose }) => purpose));

/** Of each second of a phase. */
function secondsOf(records: readonly JournalRecord[], phase: number, count: "planned" | "inFlight"): readonly number[] {
  return records.flatMap((record) =>
    record.k === "d" && record.phase === phase
      ? [Object.values(record.tasks).reduce((sum, task) => sum + task[count], 0)]
      : [],
  );
}

function expectRateBelow(maxPerSec: number, records: readonly JournalRecord[]): void {
  for (const { phase, planned } of stepsOf(records)) {
    if (planned.kind === "open") for (const [, load] of planned.shape) expect(load).toBeLessThanOrEqual(maxPerSec);
    const arrivals = secondsOf(records, phase, "planned").reduce((sum, one) => sum + one, 0);
    const mean = (maxPerSec * planned.plannedMs) / 1000;
    // As many as chance adds to the greatest rate.
    expect(arrivals, planned.name).toBeLessThanOrEqual(mean + 4 * Math.sqrt(mean) + 1);
  }
}

function expectUsersBelow(maxUsers: number, records: readonly JournalRecord[]): void {
  for (const { phase, planned, load } of stepsOf(records)) {
    if (planned.kind === "closed") expect(load, planned.name).toBeLessThanOrEqual(maxUsers);
    expect(Math.max(...secondsOf(records, phase, "inFlight")), planned.name).toBeLessThanOrEqual(maxUsers);
  }
}

describe("no phase goes beyond it", () => {
  test("of a rate just above the capacity: neither overload is offered, and the table ends early", () => {
    const records = searchBelow(85, {});
    expectRateBelow(85, records);
    expect(purposes(records)).toEqual(new Set(["probe", "search", "level"]));
    const { levels, barredLevels } = capacityReport(statsOf(records))!;
    expect(levels.map(({ users }) => users)).toEqual([1, 2, 5]);
    expect(barredLevels[0]).toBe(10);
  });

  test("of a rate between both overloads: the first is offered", () => {
    const records = searchBelow(120, { startLoad: 40 });
    expectRateBelow(120, records);
    expect(stepsOf(records).filter(({ purpose }) => purpose === "overload")).toHaveLength(1);
  });

  test("of three users: the second probe has three, and there is no row of more", () => {
    const records = searchBelow(3, { by: "users" });
    expectUsersBelow(3, records);
    expect(stepsOf(records).flatMap(({ purpose, load }) => (purpose === "probe" ? [load] : []))).toEqual([1, 3]);
  });

  test("of users who are more than the capacity: no overload whose queue they could not be", () => {
    const records = searchBelow(150, { by: "users", thinkMs: 1000, startLoad: 40 });
    expectUsersBelow(150, records);
    expect(purposes(records)).toEqual(new Set(["search", "level"]));
  });
});

describe("laws", () => {
  test("no arrivals beyond any greatest rate", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 250, noNaN: true }), (maxPerSec) =>
        expectRateBelow(maxPerSec, searchBelow(maxPerSec, {})),
      ),
      { numRuns: 8 },
    );
  });

  test("no users, and no requests in flight, beyond any greatest number of users", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0, 1000), (maxUsers, thinkMs) =>
        expectUsersBelow(maxUsers, searchBelow(maxUsers, { by: "users", thinkMs })),
      ),
      { numRuns: 8 },
    );
  });
});
