import { expect } from "vitest";
import type { DurationTruth } from "../../packages/plimsoll/src/simulate/durations.ts";

type Quantiles = Readonly<Record<string, number>>;

/** The quantiles that are compared. */
export const QUANTILES = ["p50", "p75", "p90", "p95", "p99"] as const;

/** Within 1 % or 10 ms, whichever is more: of a law, or of what the target itself tells. */
export function expectWithin(measured: Quantiles, truth: (key: string) => number, keys: readonly string[]): void {
  for (const key of keys) {
    const [is, should] = [measured[key]!, truth(key)];
    const told = `${key} is ${is.toFixed(2)} ms, truly ${should.toFixed(2)} ms`;
    expect(Math.abs(is - should), told).toBeLessThanOrEqual(Math.max(10, 0.01 * should));
  }
}

/** The greatest error over the quantiles, ms, with its sign: what the table tells. */
export function worstError(measured: Quantiles, truth: (key: string) => number, keys: readonly string[]): number {
  return keys.reduce((worst, key) => {
    const error = measured[key]! - truth(key);
    return Math.abs(error) > Math.abs(worst) ? error : worst;
  }, 0);
}

/** The quantiles that a simulated target tells of itself, by name. */
export function quantilesOf({ p50, p75, p90, p95, p99 }: DurationTruth): (key: string) => number {
  const known: Quantiles = { p50, p75, p90, p95, p99 };
  return (key) => known[key]!;
}
