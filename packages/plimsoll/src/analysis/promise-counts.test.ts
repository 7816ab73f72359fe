import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SecondRecord } from "../records/second.ts";
import { sampleJournal } from "./journal-sample.ts";
import { PromiseCounts, type PromiseWindow, type WatchedPromise } from "./promise-counts.ts";
import type { SampleAnswer, SampleProfile, SampleRequest } from "./sample-load.ts";

const P95: WatchedPromise = { task: undefined, allowedRatio: 0.05, limit: { index: 0, ms: 500 } };
const ERRORS: WatchedPromise = { task: undefined, allowedRatio: 0.01, limit: undefined };

/** 40/s for 20 s, unless said otherwise. */
function secondsOf(profile: Partial<SampleProfile>, seed = 1): readonly SecondRecord[] {
  const profiles = [{ name: "steady", ratePerSec: 40, durationMs: 20_000, drainMs: 5000, ...profile }];
  return sampleJournal({ profiles, seed }).flatMap((record) => (record.k === "d" ? [record] : []));
}

function windowsOf(
  seconds: readonly SecondRecord[],
  promise = P95,
  { fromSec = 0, everySec = 2 } = {},
): readonly PromiseWindow[] {
  const counts = new PromiseCounts(promise, fromSec);
  return seconds.flatMap((second) => {
    counts.add(second);
    return second.sec % everySec === everySec - 1 ? [counts.take()] : [];
  });
}

function sum(windows: readonly PromiseWindow[], of: "count" | "bad"): number {
  return windows.reduce((total, window) => total + window[of], 0);
}

describe("what a window tells", () => {
  test("requests that ended, and those over the limit or failed", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 10_000 ? 600 : 20 });
    const windows = windowsOf(secondsOf({ answer, sendLagMs: 0 }), P95);
    expect(sum(windows, "bad") / sum(windows, "count")).toBeCloseTo(0.5, 1);
    expect(windows.slice(0, 4).every(({ count, bad }) => count === bad)).toBe(true);
    expect(windows.slice(6).every(({ count, bad }) => count > 0 && bad === 0)).toBe(true);
  });

  test("requests that hang are bad once their time is over, although none of them ever ends", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 8000 ? 20 : 1e9 });
    const windows = windowsOf(secondsOf({ answer }).slice(0, 20), P95);
    expect(sum(windows.slice(0, 4), "bad")).toBe(0);
    for (const window of windows.slice(5)) expect(window).toMatchObject({ bad: window.count });
    expect(windows.slice(5).every(({ count }) => count > 50)).toBe(true);
  });

  test("one told as late is not told again when it ends", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 6000 ? 9000 - dueMs : 20 });
    const seconds = secondsOf({ answer, sendLagMs: 0 });
    const windows = windowsOf(seconds, P95);
    const slow = seconds.flatMap(({ tasks }) =>
      Object.values(tasks).flatMap(({ cells }) => cells.map(({ over }) => over[0] ?? 0)),
    );
    expect(sum(windows, "bad")).toBe(slow.reduce((total, over) => total + over, 0));
  });

  test("failures are bad for a promise about errors, slow answers and unanswered requests are not", () => {
    const failure = { kind: "http-5xx", message: "HTTP 500" } as const;
    const slow = windowsOf(secondsOf({ answer: () => ({ serviceMs: 3000 }) }), ERRORS);
    const broken = windowsOf(secondsOf({ answer: () => ({ serviceMs: 3, failure }) }), ERRORS);
    expect(sum(slow, "bad")).toBe(0);
    expect(broken.every(({ count, bad }) => count === bad)).toBe(true);
  });

  test("only the task that the promise is on counts", () => {
    const answer = ({ task }: SampleRequest): SampleAnswer => ({ serviceMs: task === "health" ? 900 : 20 });
    const seconds = secondsOf({ answer });
    expect(sum(windowsOf(seconds, { ...P95, task: "single_embed" }), "bad")).toBe(0);
    expect(sum(windowsOf(seconds, { ...P95, task: "health" }), "bad")).toBeGreaterThan(20);
    expect(sum(windowsOf(seconds, { ...P95, task: "nobody" }), "count")).toBe(0);
  });

  test("requests due before the first second count nowhere, whenever they end", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 6000 ? 4000 : 20 });
    expect(sum(windowsOf(secondsOf({ answer }), P95, { fromSec: 6 }), "bad")).toBe(0);
  });

  test("a generator that sends late marks its windows", () => {
    expect(windowsOf(secondsOf({ sendLagMs: 1 })).some(({ isLagged }) => isLagged)).toBe(false);
    expect(windowsOf(secondsOf({ sendLagMs: 40 }).slice(0, 20)).every(({ isLagged }) => isLagged)).toBe(true);
  });
});

describe("laws", () => {
  test("no more is told than was sent, and no more bad than really was", () => {
    const any = fc.record({
      seed: fc.integer({ min: 1, max: 999 }),
      slowRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      hangUntilMs: fc.integer({ min: 0, max: 20_000 }),
      fromSec: fc.integer({ min: 0, max: 8 }),
      everySec: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(any, ({ seed, slowRatio, hangUntilMs, fromSec, everySec }) => {
        let badCount = 0;
        const answer = ({ dueMs, random }: SampleRequest): SampleAnswer => {
          const isHanging = dueMs < hangUntilMs && random.nextRatio() < slowRatio;
          const serviceMs = isHanging ? hangUntilMs - dueMs + 30 : 20;
          if (serviceMs > 500 && dueMs >= fromSec * 1000) badCount++;
          return { serviceMs };
        };
        const seconds = secondsOf({ answer, sendLagMs: 0 }, seed);
        const sent = seconds.reduce(
          (total, { tasks }) => Object.values(tasks).reduce((more, task) => more + task.sent, total),
          0,
        );
        const windows = windowsOf(seconds, P95, { fromSec, everySec });
        expect(windows.every(({ count, bad }) => bad >= 0 && bad <= count)).toBe(true);
        expect(sum(windows, "count")).toBeLessThanOrEqual(sent);
        expect(sum(windows, "bad")).toBeLessThanOrEqual(badCount);
      }),
      { numRuns: 60 },
    );
  });
});
