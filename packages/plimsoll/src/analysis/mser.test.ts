import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mser } from "./mser.ts";

interface Expected {
  readonly batches: number;
  readonly cutBatches: number;
  readonly cutObservations: number;
  readonly objective: number;
  readonly atCap: boolean;
}
interface Case {
  readonly id: string;
  readonly latencyMs?: readonly number[];
  readonly series?: readonly number[];
  readonly mser5?: Expected;
  readonly mser1?: Expected;
}

const url = new URL("../../../../test/fixtures/statistics/warmup.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(url, "utf8"));

describe("mser", () => {
  for (const { id, latencyMs, series, mser5, mser1 } of cases) {
    const values = latencyMs ?? series ?? [];
    for (const [batchSize, expected] of [
      [5, mser5],
      [1, mser1],
    ] as const) {
      if (expected === undefined) continue;
      test(`${id}: batches of ${batchSize} cut where the reference does`, () => {
        const cut = mser(values, batchSize);
        expect(cut.batches).toBe(expected.batches);
        expect(cut.cutBatches).toBe(expected.cutBatches);
        expect(cut.cutCount).toBe(expected.cutObservations);
        expect(cut.isAtCap).toBe(expected.atCap);
        expect(Math.abs(cut.objective / expected.objective - 1)).toBeLessThan(1e-9);
      });
    }
  }

  test("a constant series is never cut", () => {
    expect(mser(new Array<number>(40).fill(7), 1)).toMatchObject({ cutBatches: 0, objective: 0, isAtCap: false });
  });
});
