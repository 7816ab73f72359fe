/** Does throughput have a peak, a ceiling, or neither, as far as it was driven? */
import { Random } from "../base/random.ts";
import { normalQuantile } from "./distributions.ts";
import { quantileOf } from "./order-statistics.ts";
import type { Interval } from "./proportion.ts";
import { fitScalability, type LoadPoint, type ScalabilityFit, throughputAt } from "./universal-scalability.ts";

export interface MeasuredLoad extends LoadPoint {
  /** Standard error of the throughput ÷ throughput, from its batch means. */
  readonly relativeSd: number;
}

export interface Scalability {
  readonly verdict: "retrograde" | "peak-not-resolved" | "saturates" | "no-ceiling-seen" | "inconclusive";
  readonly fit: ScalabilityFit | undefined;
  /** 95 % by bootstrap of the fit's residuals; undefined where β's interval reaches 0. */
  readonly peakLoad: Interval | undefined;
  /**
   * Where the asymptotes meet, (R0 + Z)·Xmax, with its 95 % interval; undefined where throughput was not seen to reach its
   * greatest, and where the interval is too wide to be told.
   */
  readonly knee: (Interval & { readonly load: number }) | undefined;
}

const LEAST_LOADS = 6;
const LEAST_SPAN = 8;
const LEAST_LAST_STEP = 1.25;
/** Of high ÷ low, of the peak and of the knee. */
const WIDEST_RATIO = 1.5;
const BOOTSTRAP_COUNT = 200;
const BOOTSTRAP_SEED = 0x05c1;

/**
 * Retrograde only if throughput was really seen to fall, the fit follows the points, and its peak's interval is narrow:
 * a plain ceiling is fitted with β > 0 and a tight interval as well (called retrograde in 32–55 % without `fall`).
 */
export function judgeScalability(points: readonly MeasuredLoad[]): Scalability {
  const rising = [...points].sort((a, b) => a.load - b.load);
  const first = rising[0];
  const last = rising[rising.length - 1];
  const fit = fitScalability(rising);
  const isNarrow = new Set(rising.map(({ load }) => load)).size < LEAST_LOADS;
  if (
    fit === undefined ||
    first === undefined ||
    last === undefined ||
    isNarrow ||
    last.load < LEAST_SPAN * first.load
  ) {
    return { verdict: "inconclusive", fit, peakLoad: undefined, knee: undefined };
  }
  const peakLoad = peakInterval(rising, fit);
  const most = rising.reduce((best, point) => (point.throughputPerSec > best.throughputPerSec ? point : best));
  const isFall = Math.log(most.throughputPerSec / last.throughputPerSec) > noiseBetween(most, last);
  if (!isFall && !hasCeiling(rising)) return { verdict: "no-ceiling-seen", fit, peakLoad, knee: undefined };
  if (!isFall) return { verdict: "saturates", fit, peakLoad, knee: kneeOf(first, most) };
  const isResolved = peakLoad !== undefined && peakLoad.high <= WIDEST_RATIO * peakLoad.low;
  return isResolved && !lacksFit(rising, fit)
    ? { verdict: "retrograde", fit, peakLoad, knee: kneeOf(first, most) }
    : { verdict: "peak-not-resolved", fit, peakLoad, knee: undefined };
}

/** Three standard errors of a difference of logarithms. */
function noiseBetween(left: MeasuredLoad, right: MeasuredLoad): number {
  return 3 * Math.hypot(left.relativeSd, right.relativeSd);
}

function hasCeiling(rising: readonly MeasuredLoad[]): boolean {
  const last = rising[rising.length - 1]!;
  const before = rising.findLast(({ load }) => load * LEAST_LAST_STEP <= last.load);
  if (before === undefined) return false;
  return Math.abs(Math.log(last.throughputPerSec / before.throughputPerSec)) < noiseBetween(before, last);
}

function lacksFit(rising: readonly MeasuredLoad[], fit: ScalabilityFit): boolean {
  const n = rising.length;
  const squares = rising.reduce(
    (sum, { load, throughputPerSec }) => sum + Math.log(throughputPerSec / throughputAt(fit, load)) ** 2,
    0,
  );
  const noise = Math.sqrt(rising.reduce((sum, { relativeSd }) => sum + relativeSd ** 2, 0) / n);
  return Math.sqrt(squares / n) * Math.sqrt(n / (n - 3)) > 3 * noise;
}

/** Residuals are drawn anew from a fixed seed, so the same points always give the same interval. */
function peakInterval(rising: readonly MeasuredLoad[], fit: ScalabilityFit): Interval | undefined {
  if (fit.peakLoad === undefined) return undefined;
  const random = new Random(BOOTSTRAP_SEED);
  const n = rising.length;
  const spread = Math.sqrt(n / (n - 3));
  const residuals = rising.map((point) => Math.log(point.throughputPerSec / throughputAt(fit, point.load)) * spread);
  const peaks = Array.from({ length: BOOTSTRAP_COUNT }, () => {
    const drawn = rising.map(({ load }) => ({
      load,
      throughputPerSec: throughputAt(fit, load) * Math.exp(residuals[random.nextInteger(0, n - 1)]!),
    }));
    return fitScalability(drawn)?.peakLoad ?? Number.POSITIVE_INFINITY;
  });
  const low = quantileOf(peaks, 0.025);
  const high = quantileOf(peaks, 0.975);
  return low === undefined || high === undefined || high === Number.POSITIVE_INFINITY ? undefined : { low, high };
}

/** R0 + Z is N/X at the least load, by Little's law; the errors of both throughputs make the interval. */
function kneeOf(first: MeasuredLoad, most: MeasuredLoad): Scalability["knee"] {
  if (!(first.throughputPerSec > 0)) return undefined;
  const load = (first.load / first.throughputPerSec) * most.throughputPerSec;
  const half = normalQuantile(0.975) * Math.hypot(first.relativeSd, most.relativeSd);
  const knee = { load, low: load * Math.exp(-half), high: load * Math.exp(half) };
  return knee.high <= WIDEST_RATIO * knee.low ? knee : undefined;
}
