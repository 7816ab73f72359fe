import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { curvePosterior, type LoadPoint } from "../../packages/plimsoll/src/analysis/capacity/grid-posterior.ts";
import { fitCapacity } from "../../packages/plimsoll/src/analysis/capacity/logistic-fit.ts";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import { goldenTraces } from "./kit/golden-trace.ts";
import { plainLogisticFit } from "./kit/plain-logistic.ts";
import { expectAtMost, seedsOf, tell } from "./lane.ts";

interface PlainCase {
  readonly id: string;
  readonly q: number;
  readonly rate: readonly number[];
  readonly bad: readonly number[];
  readonly n: readonly number[];
  readonly weight: readonly number[];
  readonly expect: {
    readonly centre: number;
    readonly covCentred: readonly number[];
    readonly intercept: number;
    readonly slope: number;
    readonly root: number;
    readonly capacity: number;
    readonly seRoot: number;
  };
}

const url = new URL("../fixtures/statistics/logistic-fit.json", import.meta.url);
const plainCases: readonly PlainCase[] = JSON.parse(readFileSync(url, "utf8")).cases;

function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

function pointsOf({ rate, bad, n }: PlainCase) {
  return rate.map((load, i) => ({ lnLoad: Math.log(load), count: n[i]!, badCount: bad[i]! }));
}

describe("the fit of the golden traces", () => {
  test.each(goldenTraces)("$id: every intermediate figure is the reference's", ({ q, steps }) => {
    steps.forEach(({ decision }, i) => {
      if (decision.m === undefined) return;
      const points = steps.slice(0, i).map(({ observed }) => ({
        lnLoad: Math.log(observed!.rate),
        count: observed!.n,
        badCount: observed!.bad,
      }));
      const fit = fitCapacity(points, q);
      const actual = [
        fit.lnCapacity,
        fit.sd,
        fit.slope,
        fit.phi,
        fit.kernelWidth,
        fit.effectiveSteps,
        fit.se,
        fit.halfWidth,
        fit.bracket.low,
        fit.bracket.high,
        fit.opening.lnCapacity,
        fit.opening.sd,
        fit.opening.slope,
      ];
      const { m, sd, slope, phi, h, meff, se, halfWidth, first } = decision;
      const expected = [m, sd, slope, phi, h, meff, se, halfWidth, ...first!];
      actual.forEach((value, k) => {
        expect(relative(value, expected[k]!)).toBeLessThan(1e-6);
      });
    });
  });
});

describe("the plain logistic fit", () => {
  test.each(plainCases)("$id: Newton's maximum is the fixture's", (row) => {
    const fit = plainLogisticFit(pointsOf(row), row.weight, row.q);
    expect(relative(fit.intercept, row.expect.intercept)).toBeLessThan(1e-7);
    expect(relative(fit.slope, row.expect.slope)).toBeLessThan(1e-7);
    expect(relative(fit.root, row.expect.root)).toBeLessThan(1e-7);
    expect(relative(Math.exp(fit.root), row.expect.capacity)).toBeLessThan(1e-7);
    expect(relative(fit.seRoot, row.expect.seRoot)).toBeLessThan(1e-7);
    expect(relative(fit.centre, row.expect.centre)).toBeLessThan(1e-7);
    fit.covariance.forEach((value, at) => {
      expect(relative(value, row.expect.covCentred[at]!)).toBeLessThan(1e-7);
    });
  });

  test.each(plainCases)("$id: the posterior lies about that maximum", (row) => {
    const { root, seRoot } = row.expect;
    const roots = { low: root - 6 * seRoot, high: root + 6 * seRoot };
    const posterior = curvePosterior(pointsOf(row), row.weight, roots, Math.log(row.q / (1 - row.q)));
    // Its 14 slopes lie 40 % apart, so with this many requests it knows one or two of them only.
    expect(Math.abs(posterior.lnCapacity - root)).toBeLessThan(2 * seRoot);
    expect(posterior.sd / seRoot).toBeGreaterThan(0.2);
    expect(posterior.sd / seRoot).toBeLessThan(2);
  });
});

/** Steps about a capacity, each a little off a curve up to so steep, between two far ones. */
function drawnSteps(seed: number, steepest: number): readonly LoadPoint[] {
  const random = new Random(seed, 21);
  const within = (low: number, high: number): number => low + (high - low) * random.nextRatio();
  const slope = within(8, steepest);
  const offsets = [-0.5, 0.5, ...Array.from({ length: random.nextInteger(8, 16) }, () => within(-0.12, 0.12))];
  return offsets.map((offset, at) => {
    const count = at < 2 ? 500 : random.nextInteger(300, 3000);
    const noise = at < 2 ? 0 : within(-0.7, 0.7);
    const share = 1 / (1 + Math.exp(Math.log(19) - slope * offset - noise));
    return { lnLoad: Math.log(70) + offset, count, badCount: Math.round(count * share) };
  });
}

/** How far the capacity moves, in half-widths, when the steps of these places have twice as many bad requests. */
function moveOf(steps: readonly LoadPoint[], isWorse: (at: number) => boolean): number {
  const before = fitCapacity(steps, 0.05);
  const worse = steps.map((step, at) =>
    isWorse(at) ? { ...step, badCount: Math.min(step.count, 2 * step.badCount) } : step,
  );
  return (fitCapacity(worse, 0.05).lnCapacity - before.lnCapacity) / before.halfWidth;
}

describe("a search that went worse", () => {
  test.each([
    { steepest: 30, every: 0, one: 12 },
    { steepest: 80, every: 5, one: 25 },
  ])(
    "slopes to $steepest: every step raises it in at most $every of 100, one in at most $one",
    ({ steepest, ...most }) => {
      const seeds = seedsOf(500, 100);
      const moves = seeds.map((seed) => {
        const steps = drawnSteps(seed, steepest);
        return { every: moveOf(steps, () => true), one: moveOf(steps, (at) => at === seed % steps.length) };
      });
      const rises = (key: "every" | "one") => moves.map((move) => move[key]).filter((move) => move > 1e-9);
      const [every, one] = [rises("every"), rises("one")];
      tell(`twice as many bad requests, slopes to ${steepest}, ${seeds.length} searches`, {
        raisedByEvery: every.length,
        most: Math.max(0, ...every),
        raisedByOne: one.length,
        mostByOne: Math.max(0, ...one),
      });
      expectAtMost(every.length, seeds.length, most.every);
      expectAtMost(one.length, seeds.length, most.one);
      expect(Math.max(0, ...every, ...one)).toBeLessThan(1);
    },
  );
});
