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

/** A target this near to its law kept to it; one that was later itself proves nothing of us. */
const LAWFUL_MS = 2;
const LAWFUL_RATIO = 0.01;

/**
 * Within the same band of the law itself, at those quantiles at which the target's own clock agrees with it.
 *
 * @returns these quantiles
 */
export function expectWithinLaw(
  measured: Quantiles,
  { law, own }: Readonly<Record<"law" | "own", (key: string) => number>>,
): readonly string[] {
  const lawful = QUANTILES.filter(
    (key) => Math.abs(own(key) - law(key)) <= Math.max(LAWFUL_MS, LAWFUL_RATIO * law(key)),
  );
  expectWithin(measured, law, lawful);
  return lawful;
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
