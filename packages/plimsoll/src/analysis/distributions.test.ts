import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  betaRatio,
  criticalValue,
  lnGamma,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from "./distributions.ts";

type Rows = readonly (readonly number[])[];
const url = new URL("../../../../test/fixtures/statistics/distributions.json", import.meta.url);
const fixture: Record<string, Rows> = JSON.parse(readFileSync(url, "utf8"));

interface Ranks {
  readonly order_statistic_95: readonly {
    readonly p: number;
    readonly n: number;
    readonly rank: number;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly coverage: number | null;
  }[];
  readonly proportion: readonly {
    readonly k: number;
    readonly n: number;
    readonly confidence: number;
    readonly clopper_pearson: readonly [number, number];
  }[];
  readonly early_stopping: readonly (readonly [number, number, number, number])[];
}
const ranksUrl = new URL("../../../../test/fixtures/statistics/quantile-ci.json", import.meta.url);
const ranks: Ranks = JSON.parse(readFileSync(ranksUrl, "utf8"));

/** P(B ≤ k) for n trials of this ratio: the incomplete beta function's own use. */
function atMost(k: number, n: number, ratio: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : 1 - betaRatio(k + 1, n - k, ratio);
}

const oracles: readonly (readonly [string, (args: readonly number[]) => number])[] = [
  ["normal_ppf", ([p = 0]) => normalQuantile(p)],
  ["normal_cdf", ([x = 0]) => normalCdf(x)],
  ["student_t_ppf", ([df = 0, p = 0]) => studentTQuantile(p, df)],
  ["student_t_cdf", ([x = 0, df = 0]) => studentTCdf(x, df)],
  ["ln_gamma", ([x = 0]) => lnGamma(x)],
  ["beta_inc", ([a = 0, b = 0, x = 0]) => betaRatio(a, b, x)],
  ["binom_cdf", ([k = 0, n = 0, p = 0]) => atMost(k, n, p)],
];

describe("distributions", () => {
  for (const [name, compute] of oracles) {
    test(`${name} agrees with the reference within 1e-8`, () => {
      const rows = fixture[name] ?? [];
      expect(rows.length).toBeGreaterThan(5);
      for (const row of rows) {
        const expected = row[row.length - 1]!;
        const actual = compute(row.slice(0, -1));
        expect(Math.abs(actual - expected), `${name}(${row.slice(0, -1)})`).toBeLessThanOrEqual(
          1e-8 * Math.abs(expected) + 1e-12,
        );
      }
    });
  }
});

describe("the binomial distribution by the incomplete beta function", () => {
  const TAIL = 0.025;

  for (const { p, n, rank, lower, upper, coverage } of ranks.order_statistic_95) {
    test(`ranks around p${100 * p} of ${n} hold it at 95 %, and no narrower ones do`, () => {
      expect(Math.max(1, Math.ceil(p * n - 1e-9))).toBe(rank);
      const low = lower ?? 0;
      expect(atMost(low - 1, n, p)).toBeLessThanOrEqual(TAIL);
      expect(atMost(low, n, p)).toBeGreaterThan(TAIL);
      const high = upper ?? n + 1;
      if (upper !== null) expect(atMost(high - 1, n, p)).toBeGreaterThanOrEqual(1 - TAIL);
      expect(atMost(high - 2, n, p)).toBeLessThan(1 - TAIL);
      if (coverage !== null) expect(atMost(high - 1, n, p) - atMost(low - 1, n, p)).toBeCloseTo(coverage, 8);
    });
  }

  for (const { k, n, confidence, clopper_pearson: ends } of ranks.proportion) {
    test(`Clopper–Pearson: ${k} of ${n} at ${confidence}`, () => {
      const tail = (1 - confidence) / 2;
      if (k > 0) expect(1 - atMost(k - 1, n, ends[0])).toBeCloseTo(tail, 7);
      else expect(ends[0]).toBe(0);
      if (k < n) expect(atMost(k, n, ends[1])).toBeCloseTo(tail, 7);
      else expect(ends[1]).toBe(1);
    });
  }

  for (const [p, c, t, h] of ranks.early_stopping) {
    test(`${h} under the limit and ${t} over it show p${100 * p} at ${c}, one fewer does not`, () => {
      expect(betaRatio(h, t + 1, p)).toBeLessThan(1 - c);
      expect(betaRatio(h - 1, t + 1, p)).toBeGreaterThanOrEqual(1 - c);
    });
  }
});

test("critical values are those of the two-sided interval, by degrees of freedom, asked once or twice", () => {
  for (const _ of [1, 2]) {
    expect(criticalValue(0.9)).toBe(normalQuantile(0.95));
    expect(criticalValue(0.9, 19)).toBe(studentTQuantile(0.95, 19));
    expect(criticalValue(0.95, 19)).toBe(studentTQuantile(0.975, 19));
    expect(criticalValue(0.95, 4)).toBe(studentTQuantile(0.975, 4));
  }
});
