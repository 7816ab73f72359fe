import { readFileSync } from "node:fs";
import fc from "fast-check";
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

describe("laws", () => {
  const series = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 60 });
  const batch = fc.integer({ min: 1, max: 5 });

  test("another zero and another unit cut at the same place", () => {
    fc.assert(
      fc.property(series, batch, fc.integer({ min: -500, max: 500 }), (values, size, shift) => {
        const cut = mser(values, size);
        const moved = mser(
          values.map((value) => 8 * value + shift),
          size,
        );
        expect({ ...moved, objective: 0 }).toEqual({ ...cut, objective: 0 });
        expect(moved.objective).toBeCloseTo(64 * cut.objective, 3);
      }),
    );
  });

  test("the order within a batch does not matter", () => {
    fc.assert(
      fc.property(series, batch, (values, size) => {
        const turned = values.map((_, at) => {
          const first = at - (at % size);
          const last = first + size - 1;
          return last < values.length ? values[first + last - at]! : values[at]!;
        });
        expect(mser(turned, size)).toEqual(mser(values, size));
      }),
    );
  });

  test("at most half is cut, and what is left has a mean at least as sure as that of all", () => {
    fc.assert(
      fc.property(series, batch, (values, size) => {
        const { batches, cutBatches, cutCount, objective } = mser(values, size);
        expect(cutBatches).toBeLessThanOrEqual(batches / 2);
        expect(cutCount).toBe(cutBatches * size);
        const { objective: single } = mser(values, 1);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        expect(single).toBeLessThanOrEqual(squares / values.length ** 2 + 1e-9);
        expect(objective).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("slow values put before a level series are cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 900 }), (slow, height) => {
        const values = Array.from({ length: 40 }, (_, at) => (at < slow ? 100 + height : 100 + (at % 2)));
        expect(mser(values, 1).cutBatches).toBe(slow);
      }),
    );
  });
});
