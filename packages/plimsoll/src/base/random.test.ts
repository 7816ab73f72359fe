import { describe, expect, test } from "vitest";
import { Random, STREAM } from "./random.ts";

describe("a stream", () => {
  test("is the same for the same coordinates and another for any other", () => {
    const first = (seed: number, purpose: number, major: number, minor: number) =>
      new Random(seed, purpose, major, minor).nextUint32();
    expect(first(1, 2, 3, 4)).toBe(first(1, 2, 3, 4));
    const others = [
      first(2, 2, 3, 4),
      first(1, 3, 3, 4),
      first(1, 2, 4, 4),
      first(1, 2, 3, 5),
      first(2 ** 32 + 1, 2, 3, 4),
    ];
    expect(new Set([first(1, 2, 3, 4), ...others]).size).toBe(6);
  });

  test("of neighbouring users and iterations is uniform in its first draw", () => {
    const bins = new Array<number>(20).fill(0);
    const random = new Random(0);
    for (let user = 0; user < 200; user++)
      for (let iteration = 0; iteration < 100; iteration++)
        bins[Math.floor(random.reseed(42, STREAM.task, user, iteration).nextRatio() * 20)]!++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 99.9 % quantile of chi-square with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.8);
  });

  test("reseeding starts it again from its beginning", () => {
    const random = new Random(5, 1, 1, 1);
    const first = [random.nextUint32(), random.nextUint32()];
    random.reseed(5, 1, 1, 1);
    expect([random.nextUint32(), random.nextUint32()]).toEqual(first);
  });
});

test("integers hold both ends and nothing beyond", () => {
  const random = new Random(9);
  const seen = new Set(Array.from({ length: 500 }, () => random.nextInteger(3, 6)));
  expect([...seen].sort()).toEqual([3, 4, 5, 6]);
});
