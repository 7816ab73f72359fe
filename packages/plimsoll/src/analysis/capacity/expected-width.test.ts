import { describe, expect, test } from "vitest";
import { capacityOptions } from "./capacity-options.ts";
import { expectedHalfWidth, forecastSearch } from "./expected-width.ts";

const slos = [{ name: "p95 < 500ms", allowedRatio: 0.05, limitMs: 500 }];

describe("the forecast", () => {
  test("1.645 · 2.5 · √(φ(1−q)/(n·q)) ÷ slope", () => {
    expect(expectedHalfWidth(28_800, 0.05, { phi: 80, slope: 22.5 })).toBeCloseTo(0.041989, 5);
    expect(expectedHalfWidth(4 * 28_800, 0.05) / expectedHalfWidth(28_800, 0.05)).toBeCloseTo(0.5, 9);
  });

  test("a busier target is resolved sooner, a slow one not within the budget", () => {
    const options = capacityOptions({ by: "rate", slos, startLoad: 10 });
    const [fast, slow] = [forecastSearch(2000, options), forecastSearch(3.7, { ...options, startLoad: 0.5 })];
    expect(fast.durationMs).toBeLessThan(options.budgetMs);
    expect(fast.durationMs).toBe(fast.rampMs + 240_000);
    expect(slow.durationMs).toBe(options.budgetMs);
    expect(slow.halfWidth).toBeGreaterThan(0.1);
    expect(fast.halfWidth).toBeLessThan(options.toleranceRatio);
  });

  test("the ramp counts its own steps, minimum lengths included", () => {
    const options = capacityOptions({ by: "rate", slos, startLoad: 5 });
    expect(forecastSearch(20, options).rampMs).toBeCloseTo(20_000 + 40_000 / 3 + 3 * 10_000, 6);
  });

  test("users send at least one request a cycle", () => {
    const options = capacityOptions({ by: "users", slos, startLoad: 10, thinkMs: 1000 });
    expect(forecastSearch(97, options).halfWidth).toBeLessThan(0.06);
    expect(forecastSearch(97, { ...options, thinkMs: 60_000 }).halfWidth).toBeGreaterThan(0.1);
  });
});
