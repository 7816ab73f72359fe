import type { CapacityOptions } from "./capacity-options.ts";
import { badRatio, type CapacityStep } from "./capacity-step.ts";
import type { LoadPoint } from "./grid-posterior.ts";
import { type CapacityFit, fitCapacity } from "./logistic-fit.ts";

/** One promise's curve over the shared steps. */
export interface SloCurve {
  readonly name: string;
  /** Left out while no request of its task was counted: such a promise is unproven, whatever the others say. */
  readonly fit?: CapacityFit;
  /** Some step went clearly beyond this promise (over twice the allowed share), so the curve has an upper end. */
  readonly isBroken: boolean;
  /** Loads whose failure was refuted by higher ones that held: a stall, not the load. */
  readonly stalledLoads: readonly number[];
}

/** The load at which the first promise breaks, so far. */
export interface CapacityEstimate {
  readonly load: number;
  readonly low: number;
  readonly high: number;
  readonly lnLoad: number;
  /** Half-width of the interval of ln(load): about the ratio. */
  readonly halfWidth: number;
  /** Index of the promise that breaks first. */
  readonly limitedBy: number;
  /** The curve of that promise. */
  readonly fit: CapacityFit;
  readonly isBroken: boolean;
  readonly curves: readonly SloCurve[];
}

/** How far in ln(load) from the capacity a step still speaks about it. */
export const NEAR = 0.1;
/** How much higher, in ln(load), two steps must hold to refute one that failed. */
const REFUTES_ABOVE = 0.15;

/**
 * Fits one curve a promise, from steps that counted something; the capacity is the smallest root of those that broke (of all, while none has). Its
 * interval also covers every promise that is as close to breaking there: pooled near it, over half its allowed share.
 */
export function estimateCapacity(history: readonly CapacityStep[], options: CapacityOptions): CapacityEstimate {
  const curves = options.slos.map((_, slo) => curveOf(history, slo, options));
  const isBroken = curves.some((curve) => curve.isBroken);
  const fits = curves.flatMap((curve, slo) => (curve.fit === undefined ? [] : [{ ...curve, fit: curve.fit, slo }]));
  const limiting = fits
    .filter((curve) => curve.isBroken === isBroken)
    .reduce((least, curve) => (curve.fit.lnCapacity < least.fit.lnCapacity ? curve : least));
  const { lnCapacity: lnLoad } = limiting.fit;
  const contenders = fits.filter(({ slo }) => slo === limiting.slo || isClose(history, slo, lnLoad, options));
  const lnLow = Math.min(...contenders.map(({ fit }) => fit.lnCapacity - fit.halfWidth));
  const lnHigh = Math.min(...contenders.map(({ fit }) => fit.lnCapacity + fit.halfWidth));
  const margin = options.by === "users" ? 0.5 : 0;
  return {
    load: Math.exp(lnLoad),
    low: Math.max(0, Math.exp(lnLow) - margin),
    high: Math.exp(lnHigh) + margin,
    lnLoad,
    halfWidth: Math.max(lnLoad - lnLow, lnHigh - lnLoad),
    limitedBy: limiting.slo,
    fit: limiting.fit,
    isBroken,
    curves,
  };
}

function curveOf(history: readonly CapacityStep[], slo: number, { slos }: CapacityOptions): SloCurve {
  const { name, allowedRatio } = slos[slo]!;
  const points = history.map(({ planned, observed }) => ({
    lnLoad: Math.log(planned.load),
    count: observed.counts[slo]!.count,
    badCount: observed.counts[slo]!.badCount,
  }));
  const stalled = points.filter((point, i) => isRefuted(point, points.slice(i + 1), allowedRatio));
  const kept = points.filter((point) => !stalled.includes(point));
  return {
    name,
    ...(kept.some(({ count }) => count > 0) && { fit: fitCapacity(kept, allowedRatio) }),
    isBroken: kept.some((point) => badRatio(point) > 2 * allowedRatio),
    stalledLoads: stalled.map(({ lnLoad }) => Math.exp(lnLoad)),
  };
}

/** Two later steps at clearly higher loads held well: no curve does both, so something else disturbed this one. */
function isRefuted(point: LoadPoint, later: readonly LoadPoint[], allowedRatio: number): boolean {
  if (badRatio(point) <= 2 * allowedRatio) return false;
  const holding = later.filter(
    (other) => other.lnLoad >= point.lnLoad + REFUTES_ABOVE && other.count > 0 && badRatio(other) < 0.5 * allowedRatio,
  );
  return holding.length >= 2;
}

function isClose(history: readonly CapacityStep[], slo: number, lnLoad: number, { slos }: CapacityOptions): boolean {
  const near = history.filter(({ planned }) => Math.abs(Math.log(planned.load) - lnLoad) <= NEAR);
  const count = near.reduce((sum, { observed }) => sum + observed.counts[slo]!.count, 0);
  const badCount = near.reduce((sum, { observed }) => sum + observed.counts[slo]!.badCount, 0);
  return count > 0 && badCount / count >= 0.5 * slos[slo]!.allowedRatio;
}
