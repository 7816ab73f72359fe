import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalRecord } from "../records/record.ts";
import { type SampleOptions, sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";
import type { RunStats } from "./run-stats.ts";

function fold(records: readonly JournalRecord[]): RunStats {
  return runFold.done(records.reduce(runFold.step, runFold.init()));
}

const TWO_PROFILES: SampleOptions = {
  profiles: [
    { name: "steady", ratePerSec: 20, durationMs: 8000, drainMs: 1000, answer: slowOrBroken },
    { name: "ramp", users: 6, spawnPerSec: 2, thinkMs: 200, durationMs: 6000, droppedPerSec: 1 },
  ],
};

/** Whole ms, so that sums are exact in any order; one in ten fails, one in fifty never answers. */
function slowOrBroken({ random }: { random: { nextRatio(): number } }) {
  const draw = random.nextRatio();
  if (draw < 0.02) return { serviceMs: 1e6 };
  const failure = { kind: "http-5xx", message: "HTTP 503" } as const;
  return draw < 0.12 ? { serviceMs: 12, failure } : { serviceMs: Math.round(800 * draw), bodyBytes: 100 };
}

/** One request after the other, each of them `serviceMs` long. */
function singleServer(serviceMs: number) {
  let freeAtMs = 0;
  return ({ dueMs }: { dueMs: number }) => {
    freeAtMs = Math.max(dueMs, freeAtMs) + serviceMs;
    return { serviceMs: freeAtMs - dueMs };
  };
}

function numbered(records: readonly JournalRecord[]): readonly JournalRecord[] {
  return records.map((record, n) => ({ ...record, n }));
}

describe("runFold", () => {
  test("counts every request of a profile once, and as rates those that ended while it lasted", () => {
    const records: JournalRecord[] = [
      ...sampleJournal({ profiles: [{ name: "p", ratePerSec: 50, durationMs: 10_000 }] }),
    ];
    const stats = fold(records);
    const [profile] = stats.profiles;
    const fin = records[records.length - 1];
    expect(fin?.k === "fin" && fin.totals).toEqual(profile?.arrivals);
    expect(profile?.durationMs).toBe(10_000);
    const all = profile?.tasks.at(-1);
    expect(all?.name).toBe("Aggregated");
    const inDrain = profile?.series
      .filter(({ atMs }) => atMs >= 10_000)
      .reduce((sum, { completed }) => sum + completed, 0);
    expect(inDrain).toBeGreaterThan(0);
    expect(all?.requestsPerSec).toBe(((all?.requests ?? 0) - inDrain!) / 10);
    expect(profile?.tasks.map(({ name }) => name)).toEqual(["single_embed", "batch_embed", "health", "Aggregated"]);
    expect(profile?.tasks.slice(0, -1).reduce((sum, { requests }) => sum + requests, 0)).toBe(all?.requests);
    expect(stats.imbalances).toEqual([]);
    expect(stats.end.kind).toBe("complete");
  });

  test("a fixed journal gives the figures counted by hand", () => {
    const stats = fold(handmade());
    const [profile] = stats.profiles;
    const task = profile?.tasks[0];
    expect(profile?.arrivals).toEqual({ planned: 5, sent: 4, completed: 2, failed: 1, inFlightAtEnd: 1, dropped: 1 });
    expect(task?.responseMs).toMatchObject({ min: 1, mean: 37, max: 100, p99: 100 });
    expect(task?.responseMs?.p50).toBeCloseTo(10, 1);
    expect(task?.errorRatio).toBeCloseTo(1 / 3, 10);
    expect(task?.errors).toEqual([
      { kind: "reset", count: 1, message: "reset by peer", firstAtMs: 1000, lastAtMs: 1000 },
    ]);
    expect(profile?.series.map(({ atMs, inFlight }) => [atMs, inFlight])).toEqual([
      [0, 2],
      [1000, 1],
    ]);
    expect(profile?.generator.health).toBe("invalid");
    expect(profile?.generator.dropped).toEqual({ EMFILE: 1 });
    expect(stats.imbalances).toEqual([]);
  });

  test("instants as clocks tell them leave no dust behind in what lies between them", () => {
    const atMs = { start: 1234.567891, end: 4567.901224, drained: 4567.901224000001 + 0.1 };
    const records = handmade().map((record) => (record.k === "phase" ? { ...record, atMs: atMs[record.at] } : record));
    expect(atMs.end - atMs.start).toBe(3333.3333330000005);
    const { profiles } = fold(records);
    expect(profiles[0]).toMatchObject({ startedAtMs: 1234.567891, durationMs: 3333.333333, drainMs: 0.1 });
    expect(profiles[0]?.tasks[0]?.errors[0]?.firstAtMs).toBe(2234.567891);
  });

  test("quantiles of a summary never leave the exact least and greatest value", () => {
    const stats = fold(
      sampleJournal({
        profiles: [{ name: "p", ratePerSec: 5, durationMs: 3000, answer: () => ({ serviceMs: 99.7 }) }],
      }),
    );
    const summary = stats.profiles[0]?.tasks.at(-1)?.responseMs;
    expect(summary?.p50).toBeGreaterThanOrEqual(summary?.min ?? Number.POSITIVE_INFINITY);
    expect(summary?.p999).toBeLessThanOrEqual(summary?.max ?? 0);
  });

  test("a journal without its end reads as interrupted, up to the last second known", () => {
    const stats = fold(sampleJournal({ ...TWO_PROFILES, end: "killed" }));
    expect(stats.end).toEqual({ kind: "interrupted", atMs: expect.any(Number), signal: undefined });
    expect(stats.profiles[1]).toMatchObject({ isFinished: false, durationMs: 2000 });
    expect(stats.imbalances).toEqual([]);
  });

  test("the seconds of a drain still under way do not stretch the phase", () => {
    const profile = { name: "p", ratePerSec: 20, durationMs: 3000, answer: () => ({ serviceMs: 2500 }) };
    const records = sampleJournal({ profiles: [profile] });
    const unmarked = records.filter(({ k }, at) => k === "d" || at < 4);
    expect(fold(unmarked).profiles[0]).toMatchObject({ durationMs: 3000, isFinished: false });
    expect(fold(unmarked).profiles[0]?.series).toHaveLength(6);
  });

  test("a phase whose load was changed by hand is planned as its last change left it; the others as they were", () => {
    const records = sampleJournal(TWO_PROFILES);
    const { phases } = fold(records).plan;
    const [paced, ramp] = phases;
    const steerTo = (ratePerSec: number, atMs: number): JournalRecord => ({
      ...{ k: "steer", phase: 0, atMs, who: "page", what: { ratePerSec } },
      planned: { ...paced!, ratePerSec, shape: [...paced!.shape, [atMs, ratePerSec]], plannedArrivals: 7 },
    });
    const given = [steerTo(90, 2000), steerTo(5, 6000)] as const;
    const steered = [...records.slice(0, 6), given[0], ...records.slice(6, 10), given[1], ...records.slice(10)];
    const stats = fold(steered);
    const last = { ratePerSec: 5, shape: [...paced!.shape, [6000, 5]], plannedArrivals: 7 };
    expect(stats.plan.phases).toEqual([{ ...paced, ...last }, ramp]);
    expect(stats.profiles.map(({ planned }) => planned)).toEqual(stats.plan.phases);
    expect(stats.profiles[0]?.ratePerSec).toBe(5);
    expect(stats.steers).toEqual(given);
    for (const at of [8, 12]) {
      const [left, right] = [steered.slice(0, at), steered.slice(at)].map((half) =>
        half.reduce(runFold.step, runFold.init()),
      );
      expect(runFold.done(runFold.merge(left!, right!)).plan.phases).toEqual(stats.plan.phases);
    }
    // As it stood between the two.
    expect(fold(steered.slice(0, 9)).plan.phases[0]).toMatchObject({
      ratePerSec: 90,
      shape: [...paced!.shape, [2000, 90]],
    });
  });

  test("a target that does half of what it is asked completes half a second, in every task", () => {
    const profile = { name: "p", ratePerSec: 100, durationMs: 20_000, answer: singleServer(20) };
    const [stats] = fold(sampleJournal({ profiles: [profile] })).profiles;
    const all = stats?.tasks.at(-1);
    expect(all?.requests).toBe(stats?.arrivals.planned);
    expect(all?.requests).toBeGreaterThan(1900);
    expect(Math.abs(all!.completedPerSec - 50)).toBeLessThan(1);
    const shares = stats!.tasks.slice(0, -1).map(({ completedPerSec }) => completedPerSec);
    expect(shares.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(all!.completedPerSec, 9);
    expect(shares[0]! / all!.completedPerSec).toBeCloseTo(8 / 11, 1);
  });

  test("a rate that was broken off is that of the time that ran, and that of the plan when it ran to its end", () => {
    const corners = [
      [0, 20],
      [10_000, 20],
      [10_000, 100],
      [20_000, 100],
    ] as const;
    const records = sampleJournal({ profiles: [{ name: "p", ratePerSec: 100, corners, durationMs: 20_000 }] });
    const endedAt = (endMs: number) =>
      fold(records.map((record) => (record.k === "phase" && record.at === "end" ? { ...record, atMs: endMs } : record)))
        .profiles[0]?.ratePerSec;
    expect([endedAt(20_000), endedAt(12_500), endedAt(5000)]).toEqual([60, 36, 20]);
  });

  test("a signal and an abort are told apart", () => {
    expect(fold(sampleJournal({ end: "interrupted" })).end).toMatchObject({ kind: "interrupted", signal: "SIGINT" });
    expect(fold(sampleJournal({ end: "aborted" })).end).toMatchObject({
      kind: "aborted",
      why: expect.stringMatching(/p95/),
    });
  });

  test("missing records make a complete run damaged, and are all that is said of its books", () => {
    const records = numbered(sampleJournal(TWO_PROFILES)).filter((_, n) => n !== 6 && n !== 8 && n !== 9);
    const stats = fold(records);
    expect(stats.end.kind).toBe("damaged");
    expect(stats.imbalances).toEqual(["the journal is damaged, records 6, 8–9 are missing."]);
  });

  test("totals that disagree with the seconds are an imbalance", () => {
    const records = sampleJournal(TWO_PROFILES).map((record) =>
      record.k === "fin" ? { ...record, totals: { ...record.totals, sent: record.totals.sent + 1 } } : record,
    );
    expect(fold(records).imbalances).toHaveLength(1);
    expect(fold(records).imbalances[0]).toMatch(/totals at the end .* sent/);
  });

  test("a request that is nowhere is an imbalance of its task", () => {
    const records = sampleJournal().map((record) => {
      if (record.k !== "d" || record.sec !== 3) return record;
      const task = record.tasks["health"]!;
      return { ...record, tasks: { ...record.tasks, health: { ...task, completed: task.completed - 1 } } };
    });
    expect(fold(records).imbalances.join(" ")).toMatch(/steady, health: sent \d+ ≠ completed/);
  });

  test("what it returned is not changed by what is folded later", () => {
    const records = sampleJournal(TWO_PROFILES);
    const state = records.slice(0, 9).reduce(runFold.step, runFold.init());
    const early = runFold.done(state);
    const copy = JSON.stringify(early);
    const late = runFold.done(records.slice(9).reduce(runFold.step, state));
    expect(JSON.stringify(early)).toBe(copy);
    expect(late).toEqual(fold(records));
  });

  test("without a plan there is nothing to report", () => {
    expect(() => fold(sampleJournal().slice(0, 1))).toThrow(/holds no plan/);
  });

  describe("laws", () => {
    test("folding two halves and merging gives what folding the whole gives", () => {
      const records = numbered(sampleJournal(TWO_PROFILES));
      const whole = fold(records);
      expect(whole.profiles).toHaveLength(2);
      fc.assert(
        fc.property(fc.nat(records.length), fc.nat(records.length), (a, b) => {
          const [first, second] = a < b ? [a, b] : [b, a];
          const parts = [records.slice(0, first), records.slice(first, second), records.slice(second)];
          const states = parts.map((part) => part.reduce(runFold.step, runFold.init()));
          expectSame(runFold.done(states.reduce(runFold.merge)), whole);
        }),
        { numRuns: 60 },
      );
    });

    test("one second told in two records counts as one", () => {
      const records = sampleJournal({
        profiles: [{ name: "p", ratePerSec: 30, durationMs: 4000, answer: slowOrBroken, drainMs: 1000 }],
      });
      const split = records.flatMap((record): readonly JournalRecord[] => {
        if (record.k !== "d") return [record];
        const { health, ...others } = record.tasks;
        if (health === undefined) return [record];
        const none = { sum: 0, min: 0, max: 0 };
        const counts = { planned: 0, sent: 0, completed: 0, failed: 0, bodyBytes: 0, dropped: {}, errors: {} };
        const waiting = { ...counts, inFlight: 1, responseMs: none, serviceMs: none, service: [], cells: [] };
        const rest = { ...health, inFlight: health.inFlight - 1 };
        return [
          { ...record, tasks: { ...others, health: waiting } },
          { ...record, users: 0, lag: [], tasks: { health: rest } },
        ];
      });
      const [a, b] = [fold(records).profiles[0], fold(split).profiles[0]];
      expect(b?.tasks.at(-1)?.responseBuckets).toEqual(a?.tasks.at(-1)?.responseBuckets);
      expect(b?.series).toEqual(a?.series);
    });
  });
});

/** Equal, but for the last bits of sums of milliseconds. */
function expectSame(a: unknown, b: unknown): void {
  const rounded = (value: unknown): string =>
    JSON.stringify(value, (_, part) => (typeof part === "number" ? Number(part.toPrecision(12)) : part));
  expect(rounded(a)).toBe(rounded(b));
}

/** Two seconds of one task: 1, 10 and 100 ms (the last one failed), one never answered, one dropped. */
function handmade(): readonly JournalRecord[] {
  const opening = sampleJournal({ profiles: [{ name: "p", ratePerSec: 2, durationMs: 2000, drainMs: 0 }] }).slice(0, 3);
  const idle = {
    loopDelayP99Ms: 1,
    loopDelayMaxMs: 1,
    utilisationRatio: 0.1,
    cpuRatio: 0.1,
    rssBytes: 1,
    gcPauseMs: 0,
    gcMaxPauseMs: 0,
    socketCount: 1,
    openedCount: 1,
    reopenedByUsCount: 0,
    staleRetryCount: 0,
  };
  const mark = { k: "phase", phase: 0, wall: "2026-01-02T03:00:00.000Z" } as const;
  const second = { k: "d", q: null, vec: {}, phase: 0, users: 0, lag: [], gen: idle } as const;
  const quick = { sum: 11, min: 1, max: 10 };
  const broken = { sum: 100, min: 100, max: 100 };
  return [
    ...opening,
    { ...mark, at: "start", atMs: 0 },
    {
      ...second,
      sec: 0,
      tasks: {
        single_embed: {
          planned: 4,
          sent: 4,
          completed: 2,
          failed: 0,
          inFlight: 2,
          dropped: {},
          errors: {},
          bodyBytes: 20,
          responseMs: quick,
          serviceMs: quick,
          service: [
            [691, 1],
            [922, 1],
          ],
          cells: [
            {
              due: 0,
              response: [
                [691, 1],
                [922, 1],
              ],
              failed: [],
              censored: [],
              over: [0],
            },
          ],
        },
      },
    },
    {
      ...second,
      sec: 1,
      tasks: {
        single_embed: {
          planned: 1,
          sent: 0,
          completed: 0,
          failed: 1,
          inFlight: 1,
          dropped: { EMFILE: 1 },
          errors: { reset: { "reset by peer": 1 } },
          bodyBytes: 0,
          responseMs: broken,
          serviceMs: broken,
          service: [[1152, 1]],
          cells: [{ due: 0, response: [], failed: [[1152, 1]], censored: [[1220, 1]], over: [2] }],
        },
      },
    },
    { ...mark, at: "end", atMs: 2000 },
    { ...mark, at: "drained", atMs: 2000 },
    {
      k: "fin",
      reason: "complete",
      atMs: 2000,
      wall: "2026-01-02T03:00:02.000Z",
      totals: { planned: 5, sent: 4, completed: 2, failed: 1, dropped: 1, inFlightAtEnd: 1 },
    },
  ];
}
