import { describe, expect, test } from "vitest";
import type { JournalRecord, PlannedSearch } from "../../records/record.ts";
import type { SampleRequest } from "../sample-load.ts";
import { capacityReport } from "./capacity-report.ts";
import { capacitySlosOf, isOver } from "./capacity-step.ts";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "./imagined-search.ts";
import { type NextStep, nextStep } from "./search-course.ts";
import { searchProgress } from "./search-progress.ts";

/** Without a word on levels. */
function withUsualLevels(more: Partial<PlannedSearch>): PlannedSearch {
  const { levels: _levels, ...rest } = askedSearch(more);
  return rest;
}

/** Eight servers of 100 ms: 72.2/s within 500 ms for 95 % (statistics.md, section 16). */
const TRUTH_PER_SEC = 72.19;
const search = (more: Partial<PlannedSearch> = {}) =>
  imaginedSearch({ asked: askedSearch(more), seed: 13, limitsMs: [500], target: () => stationAnswer(8, 100) });

const purposes = (records: readonly JournalRecord[]) =>
  records.flatMap((record) => (record.k === "step" ? [record.purpose] : []));

describe("the course of a search", () => {
  const records = search();

  test("probes come first, then the search, then the table of levels, and then it is over", () => {
    const order = purposes(records);
    expect(order.slice(0, 2)).toEqual(["probe", "probe"]);
    expect(order.slice(-2)).toEqual(["level", "level"]);
    expect(new Set(order.slice(2, -2))).toEqual(new Set(["search"]));
    expect(nextStep(statsOf(records))).toBeUndefined();
  });

  test("the capacity of a known queue is found from the journal alone, and its interval holds the truth", () => {
    const report = capacityReport(statsOf(records));
    expect(report?.result?.kind).toBe("found");
    const estimate = report?.estimate;
    expect(Math.abs(estimate!.load - TRUTH_PER_SEC)).toBeLessThan(0.07 * TRUTH_PER_SEC);
    expect(estimate!.low).toBeLessThan(TRUTH_PER_SEC);
    expect(estimate!.high).toBeGreaterThan(TRUTH_PER_SEC);
  });

  test("a step begins with what the one before left in flight, but not after one that went far beyond", () => {
    const { steps } = searchProgress(statsOf(records))!;
    const slos = capacitySlosOf(askedSearch().slos);
    const first = steps.map(({ record }) => record.planned.shape[0]![1] / record.load);
    expect(first[0]).toBe(1);
    for (const [at, { step }] of steps.slice(0, -1).entries()) {
      const { shape, plannedMs } = steps[at + 1]!.record.planned;
      if (isOver(step.observed, slos, 4)) expect(first[at + 1]).toBe(1);
      else {
        const extra = shape[0]![1] - steps[at + 1]!.record.load;
        expect((extra * shape[1]![0]) / 1000).toBeCloseTo(step.observed.endInFlight!, 6);
        expect(shape[1]![0]).toBeLessThanOrEqual(0.1 * plannedMs);
      }
    }
    expect(first.filter((ratio) => ratio > 1).length).toBeGreaterThan(5);
  });

  test("a search that was cut off after any step goes on with the very step that came", () => {
    const steps = records.flatMap((record, at) => (record.k === "step" ? [{ record, at }] : []));
    for (const { record, at } of steps) {
      const next = nextStep(statsOf(records.slice(0, at)));
      expect(next?.name).toBe(record.planned.name);
      expect(next?.load).toBe(record.load);
    }
  });

  test("a step that somebody cut off in the middle says nothing of the target, and is not counted", () => {
    const at = records.findIndex((record) => record.k === "step" && record.planned.name.startsWith("step 3"));
    const { phase } = records.flatMap((record) => (record.k === "step" ? [record] : []))[4]!;
    const own = records.slice(at).filter((record) => "phase" in record && record.phase === phase);
    const startMs = own.flatMap((record) => (record.k === "phase" && record.at === "start" ? [record.atMs] : []))[0]!;
    const cut = own
      .filter((record) => record.k !== "d" || record.sec < 3)
      .map((record) => (record.k === "phase" && record.at !== "start" ? { ...record, atMs: startMs + 3000 } : record));
    const before = searchProgress(statsOf(records.slice(0, at)))!;
    const progress = searchProgress(statsOf([...records.slice(0, at), ...cut]))!;
    expect(progress.steps.length).toBe(before.steps.length);
    expect(progress.unfit).toEqual([]);
    const message = "ended for the target's sake";
    const told = { k: "ev", code: "STEP_ENDED", level: "info", atMs: startMs + 3000, phase, message } as const;
    const ended = searchProgress(statsOf([...records.slice(0, at), ...cut, told]))!;
    expect(ended.steps.length).toBe(before.steps.length + 1);
  });

  test("no two phases bear the same name, by which their figures are told apart", () => {
    const names = records.flatMap((record) => (record.k === "step" ? [record.planned.name] : []));
    expect(new Set(names).size).toBe(names.length);
  });

  test("a start that was given needs no probe", () => {
    expect(purposes(search({ startLoad: 20, levels: [] })).includes("probe")).toBe(false);
  });

  test.each([
    [30, "held"],
    [120, "not-held"],
  ])("whether %d/s are held is settled long before the budget, and ends it", (targetLoad, verdict) => {
    const asked = askedSearch({ startLoad: 30, targetLoad, levels: [] });
    const records = imaginedSearch({ asked, seed: 12, limitsMs: [500], target: () => stationAnswer(8, 100) });
    const { result, steps } = capacityReport(statsOf(records))!;
    expect(result?.target?.verdict).toBe(verdict);
    expect(steps.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0)).toBeLessThan(0.7 * asked.budgetMs);
    expect(new Set(purposes(records))).toEqual(new Set(["search"]));
    expect(nextStep(statsOf(records))).toBeUndefined();
  });

  test("the usual levels end at twice the capacity; those asked for do not", () => {
    const usual = imaginedSearch({
      asked: withUsualLevels({ budgetMs: 120_000 }),
      seed: 11,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
    });
    const users = usual.flatMap((record) => (record.k === "step" && record.purpose === "level" ? [record.load] : []));
    const most = capacityReport(statsOf(usual))?.capacityUsers ?? 0;
    expect(users.length).toBeGreaterThan(2);
    expect(Math.max(...users)).toBeLessThanOrEqual(2 * most);
    expect(purposes(search({ budgetMs: 120_000, levels: [1, 500] })).slice(-2)).toEqual(["level", "level"]);
  });

  test("users who think are more for the same rate: as many as think and wait at once", () => {
    const records = imaginedSearch({
      asked: withUsualLevels({ budgetMs: 120_000, thinkMs: 1000 }),
      seed: 11,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
    });
    const { capacityUsers, capacityPerSec, levels } = capacityReport(statsOf(records))!;
    expect(capacityUsers! / capacityPerSec!).toBeGreaterThan(1.1);
    expect(capacityUsers! / capacityPerSec!).toBeLessThan(1.4);
    expect(levels.at(-1)?.users).toBe(100);
  });
});

describe("a search by users", () => {
  /** Eight servers of 100 ms, users who think for a second: 97.4 of them, and 78.5/s, within 500 ms for 95 %. */
  const asked = askedSearch({
    by: "users",
    thinkMs: 1000,
    minRequests: 200,
    budgetMs: 300_000,
    isOverloadTested: true,
  });
  const records = imaginedSearch({
    asked: { ...asked, levels: [1, 50, 200] },
    seed: 11,
    limitsMs: [500],
    target: () => stationAnswer(8, 100),
  });
  const steps = records.flatMap((record) => (record.k === "step" ? [record] : []));
  const report = capacityReport(statsOf(records))!;

  test("finds how many of them a known target holds, as users and as the throughput there", () => {
    expect(report.result?.kind).toBe("found");
    expect(Math.abs(report.estimate!.load / 97.37 - 1)).toBeLessThan(0.07);
    expect(report.estimate!.low).toBeLessThan(97.37);
    expect(report.estimate!.high).toBeGreaterThan(97.37);
    expect(Math.abs(report.capacityPerSec! / 78.5 - 1)).toBeLessThan(0.05);
    expect(report.capacityUsers).toBe(report.estimate?.load);
  });

  test("goes the whole course: users who think in its steps, what lies beyond as a rate, the table", () => {
    const order = steps.map(({ purpose }) => purpose);
    expect(order.slice(0, 2)).toEqual(["probe", "probe"]);
    expect(order.slice(-6)).toEqual(["overload", "overload", "again", "level", "level", "level"]);
    for (const { purpose, planned, load } of steps) {
      const isRate = purpose === "overload" || purpose === "again";
      expect(planned.kind).toBe(isRate ? "open" : "closed");
      if (!isRate) expect(load).toBe(Math.round(load));
    }
    expect(steps.find(({ purpose }) => purpose === "overload")?.load).toBeCloseTo(1.3 * report.capacityPerSec!);
    expect(report.overloads.at(-1)).toMatchObject({ class: "queues", unsure: [] });
    expect(report.hysteresis?.verdict).toBe("as-before");
  });

  test("says what fewer and more of them get", () => {
    const [alone, fewer, more] = report.levels;
    expect(alone?.completedPerSec).toBeCloseTo(1 / 1.1, 0);
    expect(fewer?.completedPerSec).toBeCloseTo(50 / 1.1, -1);
    expect(more?.completedPerSec).toBeCloseTo(80, -1);
    expect(fewer!.counts[0]!.high).toBeLessThan(0.05);
    expect(more!.counts[0]!.low).toBeGreaterThan(0.5);
  });
});

describe("steps that say nothing of the target", () => {
  const spoilt = { loopDelayP99Ms: 400, loopDelayMaxMs: 900, utilisationRatio: 0.99 };

  test("a step in which the generator was unfit is run again, and counts only against the budget", () => {
    const records = imaginedSearch({
      asked: askedSearch({ startLoad: 40, levels: [] }),
      seed: 3,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
      generator: (_step, index) => (index === 1 ? spoilt : {}),
    });
    const progress = searchProgress(statsOf(records))!;
    expect(progress.unfit.map(({ profile }) => profile.name)).toEqual(["step 2: 60.0/s"]);
    expect(progress.steps[1]?.record.load).toBe(progress.unfit[0]?.record.load);
    expect(progress.options!.budgetMs).toBeLessThan(600_000);
  });

  test("a generator that is never fit ends the search instead of blaming the target", () => {
    const records = imaginedSearch({
      asked: askedSearch({ startLoad: 40, levels: [] }),
      seed: 3,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
      generator: () => spoilt,
    });
    const report = capacityReport(statsOf(records))!;
    expect(report.isGivenUp).toBe(true);
    expect(report.steps).toEqual([]);
    expect(report.unfit.length).toBeLessThan(20);
  });

  test("a neighbour that was busy for half a minute of ten is waited out", () => {
    const records = imaginedSearch({
      asked: askedSearch({ startLoad: 40, levels: [] }),
      seed: 3,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
      generator: (_step, index) => (index < 4 ? spoilt : {}),
    });
    const report = capacityReport(statsOf(records))!;
    expect([report.isGivenUp, report.unfit.length, report.result?.kind]).toEqual([false, 4, "found"]);
  });

  test("of a search that was given up no table is made", () => {
    const records = imaginedSearch({
      asked: askedSearch({ startLoad: 40, levels: [1, 10], budgetMs: 60_000 }),
      seed: 3,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
      generator: () => spoilt,
    });
    expect(purposes(records)).not.toContain("level");
  });
});

describe("a promise about errors alone", () => {
  const errorsOnly = askedSearch({ slos: [{ expr: "errors<1%", allowedRatio: 0.01 }], startLoad: 20, levels: [] });
  const play = (target: () => ReturnType<typeof stationAnswer>) =>
    capacityReport(statsOf(imaginedSearch({ asked: errorsOnly, seed: 7, limitsMs: [], target })))!;

  test("ends where requests pile up without failing, instead of pushing ever harder", () => {
    const report = play(() => stationAnswer(8, 100));
    expect(report.queuesAtLoad).toBe(Math.max(...report.steps.map(({ load }) => load)));
    expect(report.queuesAtLoad).toBeLessThan(2.25 * 80);
    expect(report.result).toBeUndefined();
  });

  test("has its limit where a target refuses, however slow it is", () => {
    const report = play(() => {
      const dues: number[] = [];
      return ({ dueMs }) => {
        while (dues[0] !== undefined && dues[0] < dueMs - 3000) dues.shift();
        if (dues.length >= 100) return { serviceMs: 1, failure: { kind: "http-5xx", message: "HTTP 503" } };
        dues.push(dueMs);
        return { serviceMs: 3000 };
      };
    });
    expect(report.queuesAtLoad).toBeUndefined();
    expect(report.result?.kind).toBe("found");
    expect(report.estimate!.load).toBeGreaterThan(25);
    expect(report.estimate!.load).toBeLessThan(40);
  });
});

describe("what was observed", () => {
  test("a target that is too slow from the start is no capacity of zero, but none", () => {
    const records = imaginedSearch({
      asked: askedSearch({ levels: [] }),
      seed: 5,
      limitsMs: [500],
      target:
        () =>
        ({ random }) => ({ serviceMs: random.nextRatio() < 0.3 ? 900 : 80 }),
    });
    expect(capacityReport(statsOf(records))?.result).toMatchObject({ kind: "not-found", why: "fails-at-start" });
  });

  test("the task that breaks first is named, unless there is only one", () => {
    const alone = search({ startLoad: 40, levels: [] });
    expect(capacityReport(statsOf(alone))?.limitedBy).toEqual({ slo: "p95<500ms", task: undefined });
    const records = imaginedSearch({
      asked: askedSearch({ startLoad: 40, levels: [] }),
      seed: 11,
      limitsMs: [500],
      tasks: [
        { name: "quick", method: "GET", path: "/", share: 0.5 },
        { name: "slow", method: "GET", path: "/", share: 0.5 },
      ],
      target: () => {
        const station = stationAnswer(8, 100);
        return (request) => {
          const { serviceMs } = station(request);
          return { serviceMs: request.task === "slow" ? serviceMs : serviceMs / 10 };
        };
      },
    });
    expect(capacityReport(statsOf(records))?.limitedBy).toEqual({ slo: "p95<500ms", task: "slow" });
  });

  /** The task that breaks first, of two with these shares of the mix. */
  function firstOf(
    startLoad: number,
    shares: readonly [number, number],
    target: (step: NextStep) => (request: SampleRequest, stationMs: number) => number,
  ) {
    const records = imaginedSearch({
      asked: askedSearch({ startLoad, levels: [] }),
      seed: 11,
      limitsMs: [500],
      tasks: shares.map((share, at) => ({ name: at === 0 ? "one" : "other", method: "GET", path: "/", share })),
      target: (step) => {
        const station = stationAnswer(8, 100);
        const serviceMsOf = target(step);
        return (request) => ({ serviceMs: serviceMsOf(request, station(request).serviceMs) });
      },
    });
    return capacityReport(statsOf(records))!;
  }

  test("a rare task of which most are too slow breaks before a usual one of which more are", () => {
    const report = firstOf(
      40,
      [0.1, 0.9],
      () =>
        ({ task }, ms) =>
          task === "one" ? 1.6 * ms : ms,
    );
    expect(report.limitedBy).toEqual({ slo: "p95<500ms", task: "one" });
  });

  test("what breaks far beyond the capacity does not break first", () => {
    const isFar = (load: number): boolean => load > 90;
    const report = firstOf(46, [0.5, 0.5], ({ load }) => ({ task }, ms) => {
      if (isFar(load)) return task === "one" ? 10 : 5000;
      return task === "one" ? 1.1 * ms : ms;
    });
    expect(report.steps.filter(({ load }) => isFar(load))).toHaveLength(1);
    expect(report.limitedBy).toEqual({ slo: "p95<500ms", task: "one" });
  });
});
