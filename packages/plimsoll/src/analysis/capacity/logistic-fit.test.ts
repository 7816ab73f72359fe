import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadPoint } from "./grid-posterior.ts";
import { fitCapacity } from "./logistic-fit.ts";

const ALLOWED = 0.05;

/** Counts of a curve with a capacity and a slope up to `steepest`, each a little off. */
const searched = (steepest = 80) =>
  fc
    .record({
      capacity: fc.integer({ min: 1, max: 1000 }),
      slope: fc.integer({ min: 8, max: steepest }),
      steps: fc.array(
        fc.record({
          offset: thousandths(120),
          count: fc.integer({ min: 300, max: 3000 }),
          noise: thousandths(700),
        }),
        { minLength: 8, maxLength: 16 },
      ),
    })
    .map(({ capacity, slope, steps }): readonly LoadPoint[] => {
      const ends = [
        { offset: -0.5, count: 500, noise: 0 },
        { offset: 0.5, count: 500, noise: 0 },
      ];
      return [...ends, ...steps].map(({ offset, count, noise }) => {
        const share = 1 / (1 + Math.exp(Math.log(1 / ALLOWED - 1) - slope * offset - noise));
        return { lnLoad: Math.log(capacity) + offset, count, badCount: Math.round(count * share) };
      });
    });

/** Evenly from −most to most: arbitrary doubles are mostly next to nothing. */
function thousandths(most: number) {
  return fc.integer({ min: -most, max: most }).map((value) => value / 1000);
}

describe("fitCapacity", () => {
  const exact = [-0.3, -0.1, -0.05, 0, 0.05, 0.1, 0.3].map((offset) => {
    const share = 1 / (1 + Math.exp(Math.log(19) - 25 * offset));
    return { lnLoad: Math.log(70) + offset, count: 4000, badCount: Math.round(4000 * share) };
  });

  test("finds the curve that the counts were made from", () => {
    const fit = fitCapacity(exact, ALLOWED);
    expect(Math.abs(Math.exp(fit.lnCapacity) / 70 - 1)).toBeLessThan(0.005);
    expect(Math.abs(fit.slope / 25 - 1)).toBeLessThan(0.15);
    expect(fit.bracket.high).toBeCloseTo(Math.log(70) + 0.05, 9);
  });

  test("steps that disagree widen the interval more than their counts would say", () => {
    const torn = exact.map((point, i) => ({
      ...point,
      badCount: Math.round(point.badCount * (i % 2 === 0 ? 0.5 : 1.5)),
    }));
    expect(fitCapacity(torn, ALLOWED).phi).toBeGreaterThan(3 * fitCapacity(exact, ALLOWED).phi);
    expect(fitCapacity(torn, ALLOWED).halfWidth).toBeGreaterThan(2 * fitCapacity(exact, ALLOWED).halfWidth);
  });

  test("a step without requests changes nothing", () => {
    const fit = fitCapacity(exact, ALLOWED);
    const more = fitCapacity([...exact, { lnLoad: Math.log(70), count: 0, badCount: 0 }], ALLOWED);
    expect(more).toEqual(fit);
  });
});

describe("laws", () => {
  test("the order of the steps does not matter", () => {
    fc.assert(
      fc.property(searched(), fc.integer(), (points, salt) => {
        const mixed = points.toSorted((a, b) => Math.sin(salt + a.lnLoad * 1e4) - Math.sin(salt + b.lnLoad * 1e4));
        const [fit, other] = [fitCapacity(points, ALLOWED), fitCapacity(mixed, ALLOWED)];
        expect(other.lnCapacity).toBeCloseTo(fit.lnCapacity, 7);
        expect(other.halfWidth).toBeCloseTo(fit.halfWidth, 7);
      }),
      { numRuns: 60 },
    );
  });

  test("the unit of load does not matter", () => {
    fc.assert(
      fc.property(searched(), fc.double({ min: -3, max: 3, noNaN: true }), (points, shift) => {
        const fit = fitCapacity(points, ALLOWED);
        const moved = fitCapacity(
          points.map((point) => ({ ...point, lnLoad: point.lnLoad + shift })),
          ALLOWED,
        );
        expect(moved.lnCapacity - shift).toBeCloseTo(fit.lnCapacity, 6);
        expect(moved.halfWidth).toBeCloseTo(fit.halfWidth, 6);
      }),
      { numRuns: 60 },
    );
  });

  /** One more in fifty, or twice as many. */
  const worsening = fc.constantFrom(
    ({ count, badCount }: LoadPoint) => badCount + Math.round(count / 50),
    ({ badCount }: LoadPoint) => 2 * badCount,
  );

  // Steeper ones leave few steps between good and bad: how seldom it fails there stands in test/statistics/logistic-fit.
  test("more bad requests in every step lower the capacity, on curves as steep as that of M/M/8 and flatter", () => {
    fc.assert(
      fc.property(searched(30), worsening, (points, badCountOf) => {
        const worse = points.map((point) => ({ ...point, badCount: Math.min(point.count, badCountOf(point)) }));
        expect(fitCapacity(worse, ALLOWED).lnCapacity).toBeLessThan(fitCapacity(points, ALLOWED).lnCapacity);
      }),
      { numRuns: 200 },
    );
  });
});
