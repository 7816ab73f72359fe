import { describe, expect, test } from "vitest";
import { greatestLoadUntil, isEasedAfter, loadLeft, loadOf, meanLoadUntil } from "./planned-load.ts";

/** 40/s, from 10 s to 20 s 200/s, then in a straight line down to 0 at 40 s. */
const SPIKE = [
  [0, 40],
  [10_000, 40],
  [10_000, 200],
  [20_000, 200],
  [20_000, 40],
  [40_000, 0],
] as const;

describe("a planned load", () => {
  test("goes straight from corner to corner; at a step the later one holds", () => {
    expect([0, 9999, 10_000, 20_000, 30_000].map(loadOf(SPIKE))).toEqual([40, 40, 200, 40, 20]);
  });

  test("its greatest until now is not forgotten", () => {
    expect([9000, 15_000, 30_000].map((atMs) => greatestLoadUntil(SPIKE, atMs))).toEqual([40, 200, 200]);
  });

  test("eases where it asks for less, now or later, than it has asked for", () => {
    expect([15_000, 20_000, 30_000].map((atMs) => isEasedAfter(SPIKE, atMs))).toEqual([true, true, true]);
    const climb = [
      [0, 0],
      [10_000, 40],
      [60_000, 40],
    ] as const;
    expect([0, 5000, 10_000, 30_000].some((atMs) => isEasedAfter(climb, atMs))).toBe(false);
  });

  test("its mean until an instant is of what was planned up to there", () => {
    expect([5000, 10_000, 20_000].map((atMs) => meanLoadUntil(SPIKE, atMs))).toEqual([40, 40, 120]);
    expect(meanLoadUntil(SPIKE, 30_000)).toBeCloseTo(90, 9);
    expect(meanLoadUntil([[0, 80]], 8200)).toBe(80);
  });

  test("what is left of a rate is the arrivals to come", () => {
    expect([0, 15_000, 30_000, 40_000].map((atMs) => loadLeft(SPIKE, atMs))).toEqual([2800, 1400, 100, 0]);
  });
});
