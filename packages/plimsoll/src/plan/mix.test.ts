import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { compileMix } from "./mix.ts";

function countsOf(weights: readonly number[], draws: number): number[] {
  const mix = compileMix(weights);
  const counts = weights.map(() => 0);
  const random = new Random(1);
  for (let i = 0; i < draws; i++) counts[mix.pick(random)]!++;
  return counts;
}

test("tasks are drawn in the ratio of their weights", () => {
  const [embed, batch, never, health] = countsOf([8, 2, 0, 1], 11_000);
  // Four standard deviations of a binomial count: 4·√(n·p·(1 − p)).
  expect(Math.abs(embed! - 8000)).toBeLessThan(187);
  expect(Math.abs(batch! - 2000)).toBeLessThan(162);
  expect(Math.abs(health! - 1000)).toBeLessThan(121);
  expect(never).toBe(0);
});

test("a draw at the border of two tasks is the second's", () => {
  class Fixed extends Random {
    readonly #ratio: number;
    constructor(ratio: number) {
      super(0);
      this.#ratio = ratio;
    }
    override nextRatio(): number {
      return this.#ratio;
    }
  }
  const mix = compileMix([1, 0, 1]);
  expect([0, 0.499, 0.5, 0.999].map((ratio) => mix.pick(new Fixed(ratio)))).toEqual([0, 0, 2, 2]);
});

test("shares are weight ÷ sum of weights", () => {
  expect(compileMix([3, 1, 0]).shares).toEqual([0.75, 0.25, 0]);
});

describe("laws", () => {
  test("a task of weight 0 is never drawn, and a draw takes one number", () => {
    const weights = fc
      .array(fc.constantFrom(0, 0, 1, 0.1, 7), { minLength: 1, maxLength: 6 })
      .filter((list) => list.some((one) => one > 0));
    fc.assert(
      fc.property(weights, fc.nat(), (list, seed) => {
        const random = new Random(seed);
        const other = new Random(seed);
        const index = compileMix(list).pick(random);
        other.nextRatio();
        expect(list[index]).toBeGreaterThan(0);
        expect(random.nextUint32()).toBe(other.nextUint32());
      }),
    );
  });
});
