import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyOverload, type OverloadBatch, saturationClass } from "./saturation-class.ts";

interface Checks {
  readonly saturation: readonly (Record<
    "good" | "offered" | "capRef" | "inflightSlopePerOffered" | "shedShare" | "timeoutShare",
    number
  > & { readonly expect: string })[];
}

const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);
const checks: Checks = JSON.parse(readFileSync(url, "utf8"));

describe("saturationClass agrees with the oracle", () => {
  for (const row of checks.saturation) {
    test(JSON.stringify(row), () => {
      const found = saturationClass({
        goodPerSec: row.good,
        offeredPerSec: row.offered,
        referencePerSec: row.capRef,
        growthRatio: row.inflightSlopePerOffered,
        shedRatio: row.shedShare,
        timeoutRatio: row.timeoutShare,
      });
      expect(found.toUpperCase().replace("-", " ")).toBe(row.expect);
    });
  }
});

/** Twenty batches of 750 ms at 100/s offered. */
function overload(batchOf: (at: number) => Partial<OverloadBatch>) {
  const batches = Array.from({ length: 20 }, (_, at) => ({
    offered: 75,
    good: 60,
    shed: 0,
    timedOut: 0,
    inFlight: 10 + (at % 2),
    ...batchOf(at),
  }));
  return { batches, batchMs: 750, referencePerSec: 80 };
}

describe("classifyOverload", () => {
  test("growing in flight without losses queues, and surely", () => {
    const found = classifyOverload(overload((at) => ({ inFlight: 20 * at + (at % 2) })));
    expect(found).toMatchObject({ class: "queues", unsure: [] });
    expect(found.figures.growthRatio).toBeCloseTo(20 / 0.75 / 100, 2);
  });

  test("losses in equal parts are not surely shed", () => {
    const found = classifyOverload(overload((at) => ({ shed: 5 + (at % 3), timedOut: 5 + ((at + 1) % 3) })));
    expect(found.unsure).toContain("shed-or-timeout");
  });

  test("good requests around four fifths of the reference leave a collapse open", () => {
    expect(classifyOverload(overload((at) => ({ good: at % 2 === 0 ? 40 : 56, shed: 20 }))).unsure).toContain("good");
  });

  test("a few batches settle nothing", () => {
    const { batches, ...rest } = overload(() => ({ good: 20 }));
    expect(classifyOverload({ ...rest, batches: batches.slice(0, 3) }).unsure.length).toBeGreaterThan(0);
  });
});

describe("laws", () => {
  test("counts and rates in another unit of time leave the class as it is", () => {
    const figure = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(figure, figure, figure, fc.double({ min: 0.1, max: 100, noNaN: true }), (good, shed, lost, scale) => {
        const of = (unit: number) =>
          saturationClass({
            goodPerSec: 100 * good * unit,
            offeredPerSec: 130 * unit,
            referencePerSec: 80 * unit,
            growthRatio: 0.2,
            shedRatio: shed,
            timeoutRatio: lost,
          });
        expect(of(2 ** Math.round(Math.log2(scale)))).toBe(of(1));
      }),
    );
  });
});
