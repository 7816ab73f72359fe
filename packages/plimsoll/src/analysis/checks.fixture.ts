/** The oracle's checks, for the tests of this folder. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";

export interface Checks {
  readonly little: readonly {
    readonly id: string;
    readonly intervals: readonly (readonly [number, number])[];
    readonly window: readonly [number, number];
    readonly expect: Record<"integral" | "L" | "X" | "W" | "ratio", number>;
  }[];
  readonly recovery: readonly {
    readonly id: string;
    readonly preMedianMs: readonly number[];
    readonly preInflight: readonly number[];
    readonly postMedianMs: readonly number[];
    readonly postInflight: readonly number[];
    readonly expect: Record<"medianBand" | "inflightBand" | "recoveredS" | "fluidDrainS", number>;
  }[];
  readonly saturation: readonly (Record<
    "good" | "offered" | "capRef" | "inflightSlopePerOffered" | "shedShare" | "timeoutShare",
    number
  > & { readonly expect: string })[];
  readonly steady: readonly {
    readonly id: string;
    readonly T: number;
    readonly offered: number;
    readonly completed: number;
    readonly inflight: readonly number[];
    readonly expect: Record<"growth" | "se" | "cv" | "mean", number> & {
      readonly slopePositive: boolean;
      readonly unstable: boolean;
    };
  }[];
}

const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);

export const checks: Checks = JSON.parse(readFileSync(url, "utf8"));

/** Relative 1e-8, as the fixture asks; around 0 absolute. */
export function expectNear(actual: number | undefined, wanted: number): void {
  expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-8 * Math.abs(wanted) + 1e-10);
}
