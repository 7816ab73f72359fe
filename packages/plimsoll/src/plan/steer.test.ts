import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClosedProfile, OpenProfile } from "../spec/spec.ts";
import { ArrivalCursor } from "./arrivals.ts";
import { resumedTo, steeredTo } from "./steer.ts";
import { UserTimeline } from "./user-timeline.ts";

const CLOSED: ClosedProfile = {
  kind: "closed",
  name: "p",
  durationMs: 60_000,
  stages: [
    { users: 100, spawnPerSec: 5, durationMs: 30_000 },
    { users: 20, spawnPerSec: undefined, durationMs: 30_000 },
  ],
  think: { kind: "none" },
  tags: undefined,
  warmupMs: undefined,
};
const OPEN: OpenProfile = {
  kind: "open",
  name: "p",
  durationMs: 60_000,
  arrivals: "poisson",
  stages: [
    { fromPerSec: 0, toPerSec: 50, durationMs: 30_000 },
    { fromPerSec: 50, toPerSec: 50, durationMs: 30_000 },
  ],
  tags: undefined,
  warmupMs: undefined,
};

function usersAt(profile: typeof CLOSED | OpenProfile, atMs: number): number {
  return profile.kind === "closed" ? new UserTimeline(profile.stages).usersAt(atMs) : Number.NaN;
}

function duesOf(profile: typeof OPEN | ClosedProfile): number[] {
  if (profile.kind === "closed") return [];
  const cursor = new ArrivalCursor(profile, { seed: 7, index: 0, slice: { index: 0, count: 1 } });
  const dues: number[] = [];
  while (cursor.advance()) dues.push(cursor.dueMs);
  return dues;
}

describe("steering users", () => {
  test("users are as planned until the instant, and as ordered from it on", () => {
    const steered = steeredTo(CLOSED, 10_000, 80);
    expect([1000, 9_900].map((atMs) => usersAt(steered, atMs))).toEqual([
      usersAt(CLOSED, 1000),
      usersAt(CLOSED, 9_900),
    ]);
    expect([10_000, 40_000, 59_999].map((atMs) => usersAt(steered, atMs))).toEqual([80, 80, 80]);
    expect(steered.durationMs).toBe(60_000);
  });

  test("a pause empties the target, and what comes after it is the rest of the plan", () => {
    const paused = steeredTo(CLOSED, 10_000, 0);
    const resumed = resumedTo(paused, CLOSED, 35_000);
    expect([12_000, 34_999, 35_000, 59_000].map((atMs) => usersAt(resumed, atMs))).toEqual([0, 0, 20, 20]);
  });

  test("an order after the end changes nothing", () => {
    expect(steeredTo(CLOSED, 60_000, 5)).toBe(CLOSED);
  });
});

describe("steering a rate", () => {
  test("in a ramp the arrivals until the instant are the very ones planned", () => {
    const atMs = 20_000;
    const before = duesOf(OPEN).filter((due) => due < atMs);
    const steered = duesOf(steeredTo(OPEN, atMs, 200));
    expect(steered.slice(0, before.length).map(round)).toEqual(before.map(round));
    expect(steered.slice(before.length).every((due) => due >= atMs - 1e-6)).toBe(true);
    expect(steered.length - before.length).toBeGreaterThan(7000);
  });
});

describe("laws", () => {
  test("a law: whatever was ordered and when, users before it are untouched and the phase is as long", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59_999 }), fc.integer({ min: 0, max: 300 }), (atMs, load) => {
        const steered = steeredTo(CLOSED, atMs, load);
        for (const probe of [0, 0.3, 0.9].map((share) => share * atMs)) {
          if (probe < atMs - 1) expect(usersAt(steered, probe)).toBe(usersAt(CLOSED, probe));
        }
        expect(usersAt(steered, atMs)).toBe(load);
        expect(steered.kind === "closed" && new UserTimeline(steered.stages).durationMs).toBeCloseTo(60_000, 6);
      }),
    );
  });
});

/** To a microsecond: the same instant reached by another sum. */
function round(ms: number): number {
  return Math.round(ms * 1000);
}
