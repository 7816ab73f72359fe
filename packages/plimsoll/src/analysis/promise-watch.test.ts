import { describe, expect, test } from "vitest";
import type { PlannedPhase } from "../records/record.ts";
import type { SecondRecord } from "../records/second.ts";
import { sampleJournal } from "./journal-sample.ts";
import type { WatchedPromise } from "./promise-counts.ts";
import { type BrokenPromise, PromiseWatch } from "./promise-watch.ts";
import type { SampleAnswer, SampleProfile, SampleRequest } from "./sample-load.ts";

const P95: WatchedPromise = { task: undefined, allowedRatio: 0.05, limit: { index: 0, ms: 500 } };

interface Watched {
  readonly promise?: WatchedPromise;
  readonly planned?: Partial<PlannedPhase>;
  readonly promiseCount?: number;
}

/** 40/s for a minute in an open loop, unless said otherwise. */
function watchSeconds(seconds: Iterable<SecondRecord>, { promise = P95, planned, promiseCount = 1 }: Watched = {}) {
  const plannedMs = planned?.plannedMs ?? 60_000;
  const steady: PlannedPhase = {
    name: "steady",
    kind: "open",
    plannedMs,
    drainMs: 30_000,
    rampsMs: [],
    shape: [
      [0, 40],
      [plannedMs, 40],
    ],
  };
  const watch = new PromiseWatch({ promise, planned: { ...steady, ...planned }, promiseCount });
  for (const second of seconds) {
    const broken = watch.add(second);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function watchProfile(profile: Partial<SampleProfile>, watched: Watched = {}): BrokenPromise | undefined {
  const profiles = [{ name: "steady", ratePerSec: 40, durationMs: 60_000, ...profile }];
  const records = sampleJournal({ profiles });
  return watchSeconds(
    records.flatMap((record) => (record.k === "d" ? [record] : [])),
    watched,
  );
}

/** A hundred requests a second, of which `overOf` were over the limit. */
function* evenSeconds(count: number, overOf: (sec: number) => number): Generator<SecondRecord> {
  const [sample] = sampleJournal({ profiles: [{ name: "one", ratePerSec: 40, durationMs: 1000 }] }).flatMap((record) =>
    record.k === "d" ? [record] : [],
  );
  const [name, task] = Object.entries(sample!.tasks)[0]!;
  for (let sec = 0; sec < count; sec++) {
    const cell = { due: 2 * sec, response: [[400, 100] as const], failed: [], censored: [], over: [overOf(sec)] };
    const even = { ...task, planned: 100, sent: 100, completed: 100, failed: 0, inFlight: 0, cells: [cell] };
    yield { ...sample!, sec, tasks: { [name]: even } };
  }
}

const SLOW = (): SampleAnswer => ({ serviceMs: 900 });
const HANGS_FROM_10_S = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 10_000 ? 50 : 1e9 });
const CLOSED = { kind: "closed" } as const;

describe("a promise that is lost", () => {
  test("shows after eight windows of 2 s in which nothing was in time", () => {
    expect(watchSeconds(evenSeconds(60, () => 100))).toEqual({
      kind: "promise-broken",
      count: 1600,
      bad: 1600,
      fromMs: 6000,
      toMs: 22_000,
      waiting: 0,
      waitingLimit: 80,
    });
  });

  test("shows later where it shares the error probability with others", () => {
    const broken = watchSeconds(
      evenSeconds(60, () => 100),
      { promiseCount: 5 },
    );
    expect(broken?.toMs).toBeGreaterThan(22_000);
  });

  test("shows by the requests that hang, in an open loop by its queue", () => {
    expect(watchProfile({ answer: HANGS_FROM_10_S }, { planned: CLOSED })).toMatchObject({ kind: "promise-broken" });
    const broken = watchProfile({ answer: HANGS_FROM_10_S });
    expect(broken).toMatchObject({ kind: "queue-runs-away", waitingLimit: 80 });
    expect(broken?.toMs).toBeLessThanOrEqual(18_000);
  });

  test("shows by a queue that grows", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: 100 + dueMs / 4 });
    expect(watchProfile({ answer, ratePerSec: 100 }, { planned: { shape: [[0, 100]] } })).toMatchObject({
      kind: "queue-runs-away",
    });
  });

  test("shows with the first failure where none is allowed", () => {
    const failure = { kind: "http-5xx", message: "HTTP 500" } as const;
    const answer = ({ dueMs }: SampleRequest): SampleAnswer =>
      dueMs > 30_000 && dueMs < 30_200 ? { serviceMs: 3, failure } : { serviceMs: 50 };
    const none = { task: undefined, allowedRatio: 0, limit: undefined };
    expect(watchProfile({ answer }, { promise: none })).toMatchObject({ kind: "promise-broken", toMs: 32_000 });
    expect(watchProfile({}, { promise: none })).toBeUndefined();
  });
});

describe("a promise that may still be kept", () => {
  test("is left alone with .035 bad where .05 are allowed, through 2000 windows", () => {
    const seconds = evenSeconds(4006, (sec) => 3 + (sec % 2));
    expect(watchSeconds(seconds, { planned: { plannedMs: 5_000_000, warmupMs: 6000 } })).toBeUndefined();
  });

  test("is left alone when only its warm-up is bad: a tenth of the phase, 5 s to a minute, or as given", () => {
    const until = (badSec: number, planned?: Partial<PlannedPhase>) =>
      watchSeconds(
        evenSeconds(100, (sec) => (sec < badSec ? 100 : 0)),
        planned === undefined ? {} : { planned },
      );
    expect(until(6)).toBeUndefined();
    expect(until(60, { plannedMs: 600_000 })).toBeUndefined();
    expect(until(60, { plannedMs: 1_800_000 })).toBeUndefined();
    expect(until(90, { plannedMs: 1_800_000 })?.toMs).toBe(76_000);
    expect(until(90, { plannedMs: 1_800_000, warmupMs: 90_000 })).toBeUndefined();
    expect(until(40, { warmupMs: 40_000 })).toBeUndefined();
    expect(until(40)?.toMs).toBe(22_000);
  });

  test("is not given up by what drains after the phase", () => {
    expect(
      watchSeconds(
        evenSeconds(60, (sec) => (sec < 20 ? 0 : 100)),
        { planned: { plannedMs: 20_000 } },
      ),
    ).toBeUndefined();
  });

  test("is not given up by windows in which the generator itself was late", () => {
    expect(watchProfile({ answer: SLOW, sendLagMs: 1 })).toBeDefined();
    expect(watchProfile({ answer: SLOW, sendLagMs: 40 })).toBeUndefined();
  });

  test("is not given up while all requests together still keep it", () => {
    const [fast] = evenSeconds(1, () => 0);
    const few = [...evenSeconds(60, () => 100)].map((second) =>
      second.sec % 8 < 6 ? second : { ...fast!, sec: second.sec, tasks: timesAHundred(fast!, second.sec) },
    );
    expect(watchSeconds(few)).toBeUndefined();
  });

  test("is not given up for the queue that a spike left behind", () => {
    const rateUntil = (perSec: number) =>
      [
        [0, perSec],
        [20_000, perSec],
        [20_000, 10],
        [60_000, 10],
      ] as const;
    const queued = [...evenSeconds(40, () => 0)].map((second) => {
      const [name, task] = Object.entries(second.tasks)[0]!;
      return { ...second, tasks: { [name]: { ...task, inFlight: second.sec > 20 ? 180 : 0 } } };
    });
    expect(watchSeconds(queued, { planned: { shape: rateUntil(100) } })).toBeUndefined();
    const level = watchSeconds(queued, { planned: { shape: rateUntil(10) } });
    expect(level).toMatchObject({ kind: "queue-runs-away", waitingLimit: 50 });
  });

  test("is held against what the whole plan asks where that eases later", () => {
    const shape = [
      [0, 100],
      [20_000, 100],
      [20_000, 10],
      [60_000, 10],
    ] as const;
    const badUntil20 = () => evenSeconds(60, (sec) => (sec < 20 ? 100 : 0));
    // 2000 requests until 20 s and 400 after: 5 % of them are 120.
    const lost = watchSeconds(badUntil20(), { planned: { shape, warmupMs: 0 } });
    expect(lost).toMatchObject({ kind: "beyond-hope" });
    expect(lost?.bad).toBeGreaterThan(120);
    const long = [...shape.slice(0, 3), [4_000_000, 10]] as PlannedPhase["shape"];
    const planned = { shape: long, plannedMs: 4_000_000, warmupMs: 0 };
    expect(watchSeconds(badUntil20(), { planned })).toBeUndefined();
  });
});

function timesAHundred(second: SecondRecord, sec: number): SecondRecord["tasks"] {
  return Object.fromEntries(
    Object.entries(second.tasks).map(([name, task]) => {
      const cells = task.cells.map((cell) => ({ ...cell, due: 2 * sec, response: [[400, 10_000] as const] }));
      return [name, { ...task, sent: 10_000, completed: 10_000, cells }];
    }),
  );
}
