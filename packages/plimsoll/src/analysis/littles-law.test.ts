import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BookSecond, balanceBooks, littlesLaw, type Stay } from "./littles-law.ts";

interface Checks {
  readonly little: readonly {
    readonly id: string;
    readonly intervals: readonly (readonly [number, number])[];
    readonly window: readonly [number, number];
    readonly expect: Record<"integral" | "L" | "X" | "W" | "ratio", number>;
  }[];
}

const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);
const checks: Checks = JSON.parse(readFileSync(url, "utf8"));

/** Relative 1e-8, as the fixture asks; around 0 absolute. */
function expectNear(actual: number | undefined, wanted: number): void {
  expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-8 * Math.abs(wanted) + 1e-10);
}

describe("littlesLaw agrees with the oracle", () => {
  for (const { id, intervals, window, expect: wanted } of checks.little) {
    test(id, () => {
      const found = littlesLaw(intervals, window);
      expectNear(found.integral, wanted.integral);
      expectNear(found.meanInFlight, wanted.L);
      expectNear(found.throughput, wanted.X);
      expectNear(found.meanStay, wanted.W);
      expectNear(found.ratio, wanted.ratio);
    });
  }
});

function seconds(count: number, of: (at: number) => BookSecond): readonly BookSecond[] {
  return Array.from({ length: count }, (_, at) => of(at));
}

describe("balanceBooks", () => {
  test("what flows is what stands: balanced", () => {
    const books = seconds(60, (at) => ({ inFlight: 10 + (at % 3), endedMs: 1000 * (10 + ((at + 1) % 3)) }));
    expect(balanceBooks(books)).toMatchObject({ verdict: "balanced" });
  });

  test("times a tenth too long are unbalanced, and which way", () => {
    const found = balanceBooks(seconds(60, (at) => ({ inFlight: 10 + (at % 3), endedMs: 1100 * (10 + (at % 3)) })));
    expect(found.verdict).toBe("unbalanced");
    expect(found.ratio).toBeCloseTo(0.1, 9);
  });

  test("a gauge that saw few requests is chance", () => {
    const few = seconds(60, (at) => ({ inFlight: at % 10 === 0 ? 1 : 0, endedMs: 130 }));
    expect(balanceBooks(few).verdict).toBe("inconclusive");
  });

  test("wild scatter, an idle target or less than half a minute say nothing", () => {
    const wild = seconds(60, (at) => ({ inFlight: 10, endedMs: at % 7 === 0 ? 90_000 : 0 }));
    expect(balanceBooks(wild).verdict).toBe("inconclusive");
    expect(balanceBooks(seconds(60, () => ({ inFlight: 0, endedMs: 0 }))).verdict).toBe("inconclusive");
    expect(balanceBooks(seconds(29, () => ({ inFlight: 1, endedMs: 1000 }))).verdict).toBe("inconclusive");
  });
});

describe("laws", () => {
  const stay = fc
    .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 200 }))
    .map(([start, length]): Stay => [start, start + length]);

  test("a window that holds every stay whole balances exactly, in any unit of time", () => {
    fc.assert(
      fc.property(fc.array(stay, { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 1000 }), (stays, unit) => {
        const scaled = stays.map(([start, end]): Stay => [start * unit, end * unit]);
        expect(littlesLaw(scaled, [0, 2000 * unit]).ratio).toBeCloseTo(0, 9);
      }),
    );
  });

  test("the integral over two halves is that over the whole", () => {
    fc.assert(
      fc.property(fc.array(stay, { maxLength: 50 }), fc.integer({ min: 1, max: 1199 }), (stays, cut) => {
        const whole = littlesLaw(stays, [0, 1200]).integral;
        expect(littlesLaw(stays, [0, cut]).integral + littlesLaw(stays, [cut, 1200]).integral).toBeCloseTo(whole, 6);
      }),
    );
  });
});
