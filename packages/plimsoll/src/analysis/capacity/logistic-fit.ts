import { studentTQuantile } from "../distributions.ts";
import { type CurvePosterior, curvePosterior, type LoadPoint, type RootRange } from "./grid-posterior.ts";

/** A local logistic curve through pooled counts, its capacity with an interval; logs are natural. */
export interface CapacityFit extends CurvePosterior {
  /** Overdispersion: how many requests count as one independent request. */
  readonly phi: number;
  /** Width in ln(load) of the kernel that weighs steps by their distance from the capacity. */
  readonly kernelWidth: number;
  /** How many steps' worth of weight the estimate rests on. */
  readonly effectiveSteps: number;
  /** Standard error of ln(capacity), with whole steps as the independent units. */
  readonly se: number;
  /** Half-width of the interval of ln(capacity). */
  readonly halfWidth: number;
  /** Where the root was looked for at first: the last load clearly held, the first clearly not. */
  readonly bracket: RootRange;
  readonly opening: CurvePosterior;
}

/** How much each point counts near one curve's capacity. */
interface LocalView {
  readonly width: number;
  readonly weights: readonly number[];
  readonly phi: number;
}

const OPENING_WEIGHT = 1 / 20;
const PASSES = 3;
const INFLATION = 1.3;
const SHRINK_COUNT = 2;
const SHRINK_PHI = 20;
const CONFIDENCE_QUANTILE = 0.975;

/**
 * The PACE fit: an opening fit over all steps, then three over the steps near its root, overdispersion shrunk towards
 * 20, and a standard error with steps as clusters. The nominal 95 % interval covers about 90 % under queueing.
 */
export function fitCapacity(points: readonly LoadPoint[], allowedRatio: number): CapacityFit {
  const allowedLogit = Math.log(allowedRatio / (1 - allowedRatio));
  const bracket = bracketOf(points, allowedRatio);
  const all = points.map(() => OPENING_WEIGHT);
  const opening = curvePosterior(points, all, { low: bracket.low - 0.35, high: bracket.high + 0.15 }, allowedLogit);
  let curve = opening;
  let view = localView(points, curve, allowedLogit);
  for (let pass = 1; ; pass++) {
    const reach = Math.max(0.12, 5 * curve.sd);
    const roots = { low: curve.lnCapacity - reach, high: curve.lnCapacity + reach };
    const { weights, phi } = view;
    curve = curvePosterior(
      points,
      weights.map((weight) => weight / phi),
      roots,
      allowedLogit,
    );
    if (pass === PASSES) break;
    view = localView(points, curve, allowedLogit);
  }
  const spread = clusteredSpread(points, view.weights, curve, allowedLogit);
  return { ...curve, phi: view.phi, kernelWidth: view.width, ...spread, bracket, opening };
}

/** The first load with more than twice the allowed share, the last below it with less than half of it. */
function bracketOf(points: readonly LoadPoint[], allowedRatio: number): RootRange {
  const counted = points.filter(({ count }) => count > 0);
  const loads = counted.map(({ lnLoad }) => lnLoad);
  const broken = counted.filter(({ count, badCount }) => badCount > 2 * allowedRatio * count);
  const high = broken.length > 0 ? Math.min(...broken.map(({ lnLoad }) => lnLoad)) : Math.max(...loads) + 0.7;
  const held = counted.filter(({ lnLoad, count, badCount }) => lnLoad < high && badCount < 0.5 * allowedRatio * count);
  const low = held.length > 0 ? Math.max(...held.map(({ lnLoad }) => lnLoad)) : Math.min(...loads) - 0.7;
  return { low: Math.min(low, high - 0.05), high };
}

function localView(points: readonly LoadPoint[], curve: CurvePosterior, allowedLogit: number): LocalView {
  const { lnCapacity, sd, slope } = curve;
  const width = Math.max(Math.min(0.15, 1.2 / slope), 1.5 * sd, 0.02);
  const cut = kernelWeights(points, lnCapacity, width).map((weight) => (weight < 0.05 ? 0 : weight));
  const isThin = cut.filter((weight) => weight > 0).length < 2;
  const weights = isThin ? kernelWeights(points, lnCapacity, 3 * width) : cut;
  return { width, weights, phi: overdispersion(points, weights, expectedShares(points, curve, allowedLogit)) };
}

function kernelWeights(points: readonly LoadPoint[], centre: number, width: number): readonly number[] {
  return points.map(({ lnLoad, count }) => (count > 0 ? Math.exp(-0.5 * ((lnLoad - centre) / width) ** 2) : 0));
}

/** The bad share that the curve expects at each point. */
function expectedShares(
  points: readonly LoadPoint[],
  { lnCapacity, slope }: CurvePosterior,
  allowedLogit: number,
): readonly number[] {
  return points.map(({ lnLoad }) => {
    const z = allowedLogit + slope * (lnLoad - lnCapacity);
    return 1 / (1 + Math.exp(-Math.min(Math.max(z, -30), 30)));
  });
}

/** Pearson's χ² per step, shrunk as if two steps with φ = 20 had been seen before. */
function overdispersion(points: readonly LoadPoint[], weights: readonly number[], expected: readonly number[]): number {
  let weightSum = 0;
  let chiSum = 0;
  points.forEach(({ count, badCount }, i) => {
    const p = expected[i]!;
    weightSum += weights[i]!;
    chiSum += (weights[i]! * (badCount - count * p) ** 2) / (count * p * (1 - p) + 1e-9);
  });
  const df = Math.max(weights.filter((weight) => weight > 0.3).length - 1, 1);
  const chi = (chiSum / weightSum) * ((df + 1) / df);
  return Math.max(1, (chi * df + SHRINK_COUNT * SHRINK_PHI) / (df + SHRINK_COUNT));
}

/** Sandwich standard error of the root with one cluster a step, and Student's interval on the effective steps. */
function clusteredSpread(
  points: readonly LoadPoint[],
  weights: readonly number[],
  curve: CurvePosterior,
  allowedLogit: number,
): { readonly effectiveSteps: number; readonly se: number; readonly halfWidth: number } {
  const expected = expectedShares(points, curve, allowedLogit);
  let weightSum = 0;
  let squareSum = 0;
  let scoreSum = 0;
  let informationSum = 0;
  points.forEach(({ count, badCount }, i) => {
    const weight = weights[i]!;
    const p = expected[i]!;
    weightSum += weight;
    squareSum += weight * weight;
    scoreSum += (weight * (badCount - count * p)) ** 2;
    informationSum += weight * count * p * (1 - p);
  });
  const effectiveSteps = weightSum ** 2 / squareSum;
  const correction = effectiveSteps / Math.max(effectiveSteps - 1.5, 0.5);
  const clustered = Math.sqrt(scoreSum * correction) / Math.max(informationSum, 1e-9) / curve.slope;
  const se = Math.max(clustered, 0.5 * curve.sd);
  const t = studentTQuantile(CONFIDENCE_QUANTILE, Math.max(effectiveSteps - 1, 1.5));
  return { effectiveSteps, se, halfWidth: t * se * INFLATION };
}
