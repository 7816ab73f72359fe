/** Does latency creep under a load that does not change? A leak, a filling cache, a heap that grows. */
import { studentTQuantile } from "../distributions.ts";
import { autocorrelation } from "./autocorrelation.ts";
import { type ChangePoint, changePoint, standsOut } from "./change-point.ts";
import { hacSlope } from "./hac-slope.ts";
import { hamedRao } from "./mann-kendall.ts";
import { quadraticResiduals } from "./quadratic-residuals.ts";
import { medianOf, theilSen } from "./theil-sen.ts";

/** What the three tests say together, before a sudden change is looked for. */
export interface TrendRule {
  readonly verdict: "drift" | "stable" | "inconclusive";
  /** How often neighbouring windows were merged in pairs, until they no longer resembled one another. */
  readonly mergeCount: number;
  readonly windowCount: number;
  /** Autocorrelation that is left; above .45 the windows are too few to trust their slope. */
  readonly lag1: number;
  readonly isFew: boolean;
  /** Growth of ln y over the series with its 95 % interval. */
  readonly growth: number;
  readonly low: number;
  readonly high: number;
  readonly hamedRaoZ: number;
  /** Theil–Sen slope × n ÷ median. */
  readonly relativeRise: number;
}

export interface Drift extends TrendRule {
  /** Set for a drift: an even creep, or one sudden step. */
  readonly shape: "creep" | "step" | undefined;
  /** Window (of those given) with which the step begins. */
  readonly stepAt: number | undefined;
  /** Last ÷ first − 1, by the line or by the step, and its 95 % interval. */
  readonly total: { readonly ratio: number; readonly low: number; readonly high: number };
}

/** Fewer windows are never judged. */
export const LEAST_DRIFT_WINDOWS = 12;

const MERGE_ABOVE = 0.25;
const FEW_ABOVE = 0.45;
const LEAST_MERGED = 24;
/** A rise below a tenth is no drift, however sure; one that is surely below twice that is stable. */
export const LEAST_DRIFT_RATIO = 0.1;
const STABLE_FACTOR = 2;
const LEAST_Z = 2.33;
const STEP_EXPLAINED = 0.8;
/** A step has one freedom more than a line (where it is), so it must fit better by some way. */
const STEP_FIT = 0.9;

/**
 * The rule and, where it rises or cannot tell, a search for one step that explains at least four fifths of the rise.
 * A step whose two sides are each flat is a drift too: the rule alone calls it inconclusive, because what a line leaves
 * of a step looks like autocorrelation. The rule's measured false alarms and power stand in `docs/accuracy.md`.
 *
 * @param values one positive figure a window, such as its p95; windows ≥ 10 s with ≥ 100 requests each
 * @param leastRatio the rise that is to be told: at least this for a drift, surely below twice this for stable
 * @returns undefined for fewer than twelve windows
 */
export function findDrift(values: readonly number[], leastRatio = LEAST_DRIFT_RATIO): Drift | undefined {
  const rule = trendRule(values, leastRatio);
  if (rule === undefined) return undefined;
  const total = totalOf(rule.growth, rule);
  if (rule.verdict === "stable" || rule.growth <= 0) return { ...rule, shape: undefined, stepAt: undefined, total };
  const logs = values.map(Math.log);
  const change = changePoint(logs);
  if (change !== undefined && isStep(change, leastRatio) && standsOut(logs, change)) {
    return { ...rule, verdict: "drift", shape: "step", stepAt: change.at, total: stepTotal(change) };
  }
  return { ...rule, shape: rule.verdict === "drift" ? "creep" : undefined, stepAt: undefined, total };
}

/**
 * The lower end of the whole rise where each value may hold up to `most` that is not the target's, such as our own
 * lateness. What a value holds of it adds between 0 and δ = −ln(1 − most ÷ value) to its logarithm. The line's growth is a
 * sum of logarithms with weights that are negative before the middle and positive after it, so it is raised most by
 * nothing before the middle and δ in all after it: one and a half times δ where δ is even. A step is a difference of
 * means, so it is raised at most by the mean of δ after it. The interval's lower end less that is sure.
 */
export function leastRiseWithout(
  values: readonly number[],
  most: number,
  { total, stepAt, mergeCount }: Drift,
): number {
  const added = values.map((value) => (value > most ? -Math.log1p(-most / value) : Number.POSITIVE_INFINITY));
  if (stepAt !== undefined) {
    const after = added.slice(stepAt);
    return Math.expm1(Math.log1p(total.low) - after.reduce((sum, one) => sum + one, 0) / after.length);
  }
  let merged: readonly number[] = added;
  for (let merges = 0; merges < mergeCount; merges++) merged = mergePairs(merged, (one, next) => (one + next) / 2);
  const n = merged.length;
  const squares = (n * (n * n - 1)) / 12;
  let tilt = 0;
  for (let i = Math.ceil(n / 2); i < n; i++) tilt += ((i - (n - 1) / 2) * n * merged[i]!) / squares;
  return Math.expm1(Math.log1p(total.low) - tilt);
}

/** Slope (with autocorrelation), ranks and size must agree (statistics.md §10 in the design). */
export function trendRule(values: readonly number[], leastRatio = LEAST_DRIFT_RATIO): TrendRule | undefined {
  if (values.length < LEAST_DRIFT_WINDOWS || values.some((value) => !(value > 0))) return undefined;
  const { merged, mergeCount, lag1 } = mergeWhileAlike(values);
  const isFew = lag1 > FEW_ABOVE;
  const slope = hacSlope(merged.map(Math.log));
  if (slope === undefined) return undefined;
  const { growth, low, high } = slope;
  const hamedRaoZ = hamedRao(merged).z;
  const relativeRise = (theilSen(merged).slope * merged.length) / medianOf(merged);
  const isDrift = low > (isFew ? leastRatio : 0) && hamedRaoZ > LEAST_Z && relativeRise >= leastRatio;
  const isStable = !isFew && high < STABLE_FACTOR * leastRatio;
  const verdict = isDrift ? "drift" : isStable ? "stable" : "inconclusive";
  const windowCount = merged.length;
  return { verdict, mergeCount, windowCount, lag1, isFew, growth, low, high, hamedRaoZ, relativeRise };
}

function isStep({ rise, explainedRatio, fitRatio, residual }: ChangePoint, leastRatio: number): boolean {
  if (rise < Math.log(1 + leastRatio) || explainedRatio < STEP_EXPLAINED || fitRatio > STEP_FIT) return false;
  const left = trendRule(residual.map(Math.exp), leastRatio);
  return left?.mergeCount === 0 && left.verdict === "stable";
}

function totalOf(lnRatio: number, { low, high }: { readonly low: number; readonly high: number }): Drift["total"] {
  return { ratio: Math.expm1(lnRatio), low: Math.expm1(low), high: Math.expm1(high) };
}

/** What is left without the step is as good as independent, so the plain error of a difference of means holds. */
function stepTotal({ at, rise, residual }: ChangePoint): Drift["total"] {
  const n = residual.length;
  const mean = residual.reduce((sum, value) => sum + value, 0) / n;
  const variance = residual.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 2);
  const half = studentTQuantile(0.975, n - 2) * Math.sqrt(variance / at + variance / (n - at));
  return totalOf(rise, { low: rise - half, high: rise + half });
}

interface MergedWindows {
  readonly merged: readonly number[];
  readonly mergeCount: number;
  readonly lag1: number;
}

/** Pairs become their geometric mean. */
function mergeWhileAlike(values: readonly number[]): MergedWindows {
  let merged = values;
  let mergeCount = 0;
  let lag1 = lag1Of(merged);
  while (lag1 > MERGE_ABOVE && merged.length >= LEAST_MERGED) {
    merged = mergePairs(merged, (one, next) => Math.sqrt(one * next));
    mergeCount++;
    lag1 = lag1Of(merged);
  }
  return { merged, mergeCount, lag1 };
}

/** With an odd count the first goes. */
function mergePairs(values: readonly number[], meanOf: (one: number, next: number) => number): readonly number[] {
  const even = values.length % 2 === 1 ? values.slice(1) : values;
  return Array.from({ length: even.length / 2 }, (_, i) => meanOf(even[2 * i]!, even[2 * i + 1]!));
}

/** With the bias that a short series has, and that fitting a parabola adds, put back. */
function lag1Of(values: readonly number[]): number {
  return (autocorrelation(quadraticResiduals(values.map(Math.log)), 1) ?? 0) + 2.5 / values.length;
}
