import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserTimeline } from "./user-timeline.ts";

describe("a rising ramp", () => {
  const timeline = new UserTimeline([{ users: 100, spawnPerSec: 5, durationMs: 120_000 }]);

  test("5/s to 100 means 50 users after 10 s and 100 after 20 s, as in Locust", () => {
    expect(timeline.usersAt(9_999)).toBe(50);
    expect(timeline.usersAt(20_000)).toBe(100);
    expect(timeline.usersAt(119_999)).toBe(100);
  });

  test("spawning is evenly spaced, one user every 200 ms, the first at once", () => {
    expect([0, 1, 2].map((user) => timeline.spansOf(user)[0]![0])).toEqual([0, 200, 400]);
    expect(timeline.spansOf(99)).toEqual([[19_800, 120_000]]);
  });

  test("the ramp is told to the warm-up test, the plateau is not", () => {
    expect(timeline.rampSpans()).toEqual([[0, 19_800]]);
  });
});

test("without a spawn rate all users come at once", () => {
  const timeline = new UserTimeline([{ users: 3, spawnPerSec: undefined, durationMs: 1000 }]);
  expect([0, 1, 2].map((user) => timeline.spansOf(user))).toEqual([[[0, 1000]], [[0, 1000]], [[0, 1000]]]);
  expect(timeline.rampSpans()).toEqual([]);
});

test("a falling ramp takes the highest numbers first, and they come back when it rises again", () => {
  const timeline = new UserTimeline([
    { users: 4, spawnPerSec: undefined, durationMs: 1000 },
    { users: 1, spawnPerSec: 2, durationMs: 2000 },
    { users: 3, spawnPerSec: 1, durationMs: 5000 },
  ]);
  expect(timeline.spansOf(3)).toEqual([[0, 1000]]);
  expect(timeline.spansOf(2)).toEqual([
    [0, 1500],
    [4000, 8000],
  ]);
  expect(timeline.spansOf(1)).toEqual([
    [0, 2000],
    [3000, 8000],
  ]);
  expect(timeline.spansOf(0)).toEqual([[0, 8000]]);
});

test("a ramp cut short by its stage goes on from the number it reached", () => {
  const timeline = new UserTimeline([
    { users: 100, spawnPerSec: 1, durationMs: 3000 },
    { users: 3, spawnPerSec: undefined, durationMs: 1000 },
  ]);
  expect(timeline.maxUsers).toBe(3);
  expect(timeline.usersAt(2999)).toBe(3);
});

describe("laws", () => {
  const stage = fc.record({
    users: fc.integer({ min: 0, max: 30 }),
    spawnPerSec: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
    durationMs: fc.integer({ min: 1, max: 5000 }),
  });

  test("usersAt counts exactly the users whose spans hold the instant", () => {
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), fc.nat(20_000), (stages, atMs) => {
        const timeline = new UserTimeline(stages);
        const alive = Array.from({ length: timeline.maxUsers }, (_, user) => timeline.spansOf(user)).filter((spans) =>
          spans.some(([from, to]) => from <= atMs + 1e-6 && atMs + 1e-6 < to),
        );
        expect(timeline.usersAt(atMs + 1e-6)).toBe(alive.length);
      }),
    );
  });
});
