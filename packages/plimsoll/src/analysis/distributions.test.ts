import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { betaRatio, lnGamma, normalCdf, normalQuantile, studentTCdf, studentTQuantile } from "./distributions.ts";

type Rows = readonly (readonly number[])[];
const url = new URL("../../../../test/fixtures/statistics/distributions.json", import.meta.url);
const fixture: Record<string, Rows> = JSON.parse(readFileSync(url, "utf8"));

const oracles: readonly (readonly [string, (args: readonly number[]) => number])[] = [
  ["normal_ppf", ([p = 0]) => normalQuantile(p)],
  ["normal_cdf", ([x = 0]) => normalCdf(x)],
  ["student_t_ppf", ([df = 0, p = 0]) => studentTQuantile(p, df)],
  ["student_t_cdf", ([x = 0, df = 0]) => studentTCdf(x, df)],
  ["ln_gamma", ([x = 0]) => lnGamma(x)],
  ["beta_inc", ([a = 0, b = 0, x = 0]) => betaRatio(a, b, x)],
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
