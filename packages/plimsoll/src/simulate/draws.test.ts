import { describe, expect, test } from "vitest";
import type { DurationLaw } from "./behaviour.ts";
import { Draws } from "./draws.ts";

const COUNT = 100_000;

function moments(law: DurationLaw) {
  const draws = new Draws(5, "/x");
  const values = Array.from({ length: COUNT }, (_, number) => draws.serviceMs(law, number));
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
  return { mean, cvRatio: Math.sqrt(variance) / mean };
}

describe("draws", () => {
  test("a fixed time is always the same", () => {
    expect(moments({ kind: "fixed", ms: 20 })).toEqual({ mean: 20, cvRatio: 0 });
  });

  test("an exponential time has its mean, and as much deviation", () => {
    const { mean, cvRatio } = moments({ kind: "exponential", meanMs: 100 });
    expect(Math.abs(mean - 100)).toBeLessThan(2);
    expect(Math.abs(cvRatio - 1)).toBeLessThan(0.02);
  });

  test("a log-normal time has its mean and its coefficient of variation", () => {
    const { mean, cvRatio } = moments({ kind: "lognormal", meanMs: 100, cvRatio: 1.5 });
    expect(Math.abs(mean - 100)).toBeLessThan(2);
    expect(Math.abs(cvRatio - 1.5)).toBeLessThan(0.15);
  });

  test("each is found by its number alone, whatever was drawn before", () => {
    const law = { kind: "exponential", meanMs: 100 } as const;
    const draws = new Draws(5, "/x");
    const forward = [0, 1, 2].map((number) => draws.serviceMs(law, number));
    draws.batchFactor(0.1, 7);
    expect([2, 1, 0].map((number) => draws.serviceMs(law, number)).reverse()).toEqual(forward);
    expect(new Set(forward).size).toBe(3);
  });

  test("tokens come one after the other, as many as asked for; fewer are the beginning of more", () => {
    const draws = new Draws(5);
    const tokens = (tokenCount: number) =>
      draws.tokenOffsetsMs({ kind: "fixed", ms: 200 }, { kind: "exponential", meanMs: 20 }, { number: 4, tokenCount });
    const many = tokens(50);
    expect(many[0]).toBe(200);
    expect(many).toEqual(many.toSorted((left, right) => left - right));
    expect(tokens(10)).toEqual(many.slice(0, 10));
  });
});
