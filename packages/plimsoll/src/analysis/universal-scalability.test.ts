import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeScalability } from "./scalability-verdict.ts";
import { fitScalability, throughputAt } from "./universal-scalability.ts";

interface Case {
  readonly id: string;
  readonly load: readonly number[];
  readonly throughput: readonly number[];
  readonly curve: string;
  readonly expect: {
    readonly gamma: number;
    readonly alpha: number;
    readonly beta: number;
    readonly peakLoad: number | null;
    readonly peakThroughput: number | null;
    readonly asymptote: number | null;
    readonly relResiduals: readonly number[];
  };
}

const url = new URL("../../../../test/fixtures/statistics/usl.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(url, "utf8"));

function expectNear(actual: number | undefined, wanted: number | null, absolute = 1e-9): void {
  if (wanted === null) expect(actual).toBeUndefined();
  else expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-6 * Math.abs(wanted) + absolute);
}

function pointsOf({ load, throughput }: Case) {
  return load.map((value, at) => ({ load: value, throughputPerSec: throughput[at]! }));
}

describe("fitScalability agrees with the oracle", () => {
  for (const row of cases) {
    test(row.id, () => {
      const fit = fitScalability(pointsOf(row));
      expectNear(fit?.gamma, row.expect.gamma);
      expectNear(fit?.alpha, row.expect.alpha, 1e-9);
      expectNear(fit?.beta, row.expect.beta, 1e-12);
      expectNear(fit?.peakLoad, row.expect.peakLoad);
      expectNear(fit?.peakPerSec, row.expect.peakThroughput);
      expectNear(fit?.asymptotePerSec, row.expect.asymptote, 1e-4);
      for (const [at, { load, throughputPerSec }] of pointsOf(row).entries()) {
        const residual = throughputPerSec / throughputAt(fit!, load) - 1;
        expectNear(residual, row.expect.relResiduals[at]!, 1e-8);
      }
    });
  }

  test("no throughput, no fit", () => {
    expect(fitScalability([])).toBeUndefined();
    expect(fitScalability([{ load: 1, throughputPerSec: 0 }])).toBeUndefined();
  });
});

describe("judgeScalability", () => {
  const wanted = { retrograde: "retrograde", saturates: "saturates", linear: "no-ceiling-seen" } as const;
  for (const row of cases) {
    test(`${row.id} is ${row.curve}`, () => {
      const points = pointsOf(row).map((point) => ({ ...point, relativeSd: 0.03 }));
      const found = judgeScalability(points).verdict;
      expect(found).toBe(wanted[row.curve === "retrograde" || row.curve === "linear" ? row.curve : "saturates"]);
    });
  }

  test("fewer than six loads, or a span below 8, are not judged", () => {
    const of = (loads: readonly number[]) =>
      judgeScalability(loads.map((load) => ({ load, throughputPerSec: 10 * load, relativeSd: 0.01 }))).verdict;
    expect(of([1, 2, 4, 8, 16])).toBe("inconclusive");
    expect(of([10, 20, 30, 40, 50, 60])).toBe("inconclusive");
    expect(of([1, 2, 3, 4, 6, 8])).toBe("no-ceiling-seen");
  });

  const ceiling = (relativeSd: number) =>
    [1, 2, 4, 8, 16, 32].map((load) => ({ load, throughputPerSec: Math.min(80, 10 * load), relativeSd }));

  test("the knee is where the two asymptotes meet, as sure as their throughputs", () => {
    const { verdict, knee } = judgeScalability(ceiling(0.05));
    expect(verdict).toBe("saturates");
    expect(knee?.load).toBeCloseTo(8);
    expect(knee?.low).toBeCloseTo(8 * Math.exp(-1.96 * Math.hypot(0.05, 0.05)), 2);
    expect(knee!.low * knee!.high).toBeCloseTo(64);
  });

  test("a knee whose interval is wide is none, nor is there one before throughput has reached its greatest", () => {
    expect(judgeScalability(ceiling(0.08))).toMatchObject({ verdict: "saturates", knee: undefined });
    const rising = [1, 2, 3, 4, 6, 8].map((load) => ({ load, throughputPerSec: 10 * load, relativeSd: 0.01 }));
    expect(judgeScalability(rising)).toMatchObject({ verdict: "no-ceiling-seen", knee: undefined });
  });

  test("a fall that the law cannot follow has no resolved peak", () => {
    const points = [1, 2, 4, 8, 16, 32, 64].map((load) => ({
      load,
      throughputPerSec: load === 64 ? 40 : Math.min(80, 10 * load),
      relativeSd: 0.01,
    }));
    expect(judgeScalability(points)).toMatchObject({ verdict: "peak-not-resolved", knee: undefined });
  });

  test("nor has one that the law follows so loosely that the peak may lie at twice the load", () => {
    const measured = [8, 25, 37, 50, 115, 89, 48, 46];
    const points = measured.map((throughputPerSec, at) => ({ load: 2 ** at, throughputPerSec, relativeSd: 0.2 }));
    const { verdict, peakLoad } = judgeScalability(points);
    expect(verdict).toBe("peak-not-resolved");
    expect(peakLoad!.high / peakLoad!.low).toBeGreaterThan(1.5);
  });
});

describe("laws", () => {
  test("the order of the points and the unit of throughput change γ alone", () => {
    const share = fc.double({ min: 0, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(
        share,
        fc.double({ min: 0, max: 0.001, noNaN: true }),
        fc.constantFrom(0.5, 4),
        (alpha, beta, scale) => {
          const exact = {
            gamma: 10,
            alpha,
            beta,
            peakLoad: undefined,
            peakPerSec: undefined,
            asymptotePerSec: undefined,
          };
          const points = [1, 3, 9, 27, 81, 160].map((load, at) => ({
            load,
            throughputPerSec: throughputAt(exact, load) * (1 + 0.01 * Math.sin(7 * at)),
          }));
          const fit = fitScalability(points)!;
          const other = fitScalability(
            [...points]
              .reverse()
              .map(({ load, throughputPerSec }) => ({ load, throughputPerSec: throughputPerSec * scale })),
          )!;
          expect(other.gamma / fit.gamma).toBeCloseTo(scale, 6);
          expect(other.alpha).toBeCloseTo(fit.alpha, 6);
          expect(other.beta).toBeCloseTo(fit.beta, 8);
        },
      ),
    );
  });
});
