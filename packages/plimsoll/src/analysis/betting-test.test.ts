import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bets, isBroken, openBets, placeBet, stakeOf } from "./betting-test.ts";

interface Case {
  readonly id: string;
  readonly q: number;
  readonly alpha: number;
  readonly y: readonly number[];
  readonly expect: { readonly stopWindow: number | null; readonly lambda_lnK: readonly (readonly [number, number])[] };
}

const url = new URL("../../../../test/fixtures/statistics/sequential.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(url, "utf8"));

describe("the betting test agrees with the oracle", () => {
  for (const { id, q, alpha, y, expect: wanted } of cases) {
    test(id, () => {
      let bets: Bets = openBets(q);
      let stopWindow: number | null = null;
      for (const [at, share] of y.entries()) {
        const told = wanted.lambda_lnK[at];
        const stake = stakeOf(bets, q);
        bets = placeBet(bets, share, q);
        if (stopWindow === null && isBroken(bets, alpha)) stopWindow = at + 1;
        if (told === undefined) continue;
        expect(Math.abs(stake - told[0])).toBeLessThanOrEqual(1e-9 * Math.abs(told[0]) + 1e-11);
        expect(Math.abs(bets.lnCapital - told[1])).toBeLessThanOrEqual(1e-9 * Math.abs(told[1]) + 1e-11);
      }
      expect(stopWindow).toBe(wanted.stopWindow);
    });
  }
});

describe("laws", () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });

  test("the stake lies between nothing and half the odds, and knows only the past", () => {
    fc.assert(
      fc.property(shares, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (y, q) => {
        let bets = openBets(q);
        for (const share of y) {
          const stake = stakeOf(bets, q);
          expect(stake).toBeGreaterThanOrEqual(0);
          expect(stake).toBeLessThanOrEqual(0.5 / q + 1e-9);
          bets = placeBet(bets, share, q);
          expect(bets.lnCapital).not.toBeNaN();
        }
      }),
    );
  });

  test("windows that keep the promise never break it", () => {
    fc.assert(
      fc.property(shares, (y) => {
        const kept = y
          .map((share) => share * 0.05)
          .reduce((bets, share) => placeBet(bets, share, 0.05), openBets(0.05));
        expect(isBroken(kept, 0.01)).toBe(false);
      }),
    );
  });
});
