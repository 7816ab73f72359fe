import { studentTQuantile } from "../distributions.ts";
import { badRatio, type CapacitySlo, type CapacityStep } from "./capacity-step.ts";

/** The target got slower while it was searched: a load held at first, a clearly lower one broke the promise later. */
export interface SearchDrift {
  /** Indices of the steps, in the order of the history. */
  readonly heldAt: number;
  readonly brokenAt: number;
}

/** Fewer steps show no trend beside the load's own effect. */
const LEAST_STEPS = 7;
/** How far in ln(load) from the median of the search a step still lies on a straight line. */
const REACH = 0.4;
/** How much higher, in ln(load), the load that held must be. */
const LEAST_DROP = 0.1;
/** Of a one-sided test; two such steps must show it as well, and both together call few stationary servers slower (docs/accuracy.md). */
const CONFIDENCE = 0.95;

/**
 * Whether bad requests became more frequent at the same load, by a straight line through the steps' log-odds in ln(load)
 * and time with steps as the units, and two steps show it; undefined where that may be chance.
 */
export function searchDrift(
  history: readonly CapacityStep[],
  slo: number,
  slos: readonly CapacitySlo[],
): SearchDrift | undefined {
  const { allowedRatio } = slos[slo]!;
  let clockMs = 0;
  const points = history.map(({ planned, observed }, at) => {
    const beganMs = clockMs;
    clockMs += observed.elapsedMs + observed.drainMs;
    const { count, badCount } = observed.counts[slo]!;
    const share = (badCount + 0.5) / (count + 1);
    return {
      at,
      planned,
      observed,
      count,
      lnLoad: Math.log(planned.load),
      atMs: beganMs,
      logit: Math.log(share / (1 - share)),
    };
  });
  const middle = median(points.filter(({ planned }) => planned.phase === "search").map(({ lnLoad }) => lnLoad));
  const near = points.filter(({ count, lnLoad }) => count > 0 && Math.abs(lnLoad - middle) <= REACH);
  if (near.length < LEAST_STEPS || trendT(near) < studentTQuantile(CONFIDENCE, near.length - 3)) return undefined;
  const held = near.filter(({ observed }) => !observed.isAborted && badRatio(observed.counts[slo]!) <= allowedRatio);
  const broken = near.filter(({ observed }) => badRatio(observed.counts[slo]!) > 2 * allowedRatio);
  const pairs = broken.flatMap((later) =>
    held
      .filter((early) => early.at < later.at && early.lnLoad - later.lnLoad >= LEAST_DROP)
      .map((early) => ({ early, later })),
  );
  const [first] = pairs.sort((a, b) => b.early.lnLoad - b.later.lnLoad - (a.early.lnLoad - a.later.lnLoad));
  return first === undefined ? undefined : { heldAt: first.early.at, brokenAt: first.later.at };
}

interface TrendPoint {
  readonly lnLoad: number;
  readonly atMs: number;
  readonly logit: number;
}

/** Student's t of time in `logit ~ ln(load) + time`, by least squares: what ln(load) does not tell. */
function trendT(points: readonly TrendPoint[]): number {
  const load = points.map(({ lnLoad }) => lnLoad);
  const time = withoutTrend(
    points.map(({ atMs }) => atMs),
    load,
  );
  const logit = withoutTrend(
    points.map(({ logit }) => logit),
    load,
  );
  const spread = dot(time, time);
  if (spread <= 0) return 0;
  const slope = dot(time, logit) / spread;
  const rest = logit.map((value, i) => value - slope * time[i]!);
  const variance = dot(rest, rest) / (points.length - 3);
  return variance > 0 ? slope / Math.sqrt(variance / spread) : 0;
}

/** What is left of the values when their straight line over `by` is taken off. */
function withoutTrend(values: readonly number[], by: readonly number[]): readonly number[] {
  const centred = centre(values);
  const base = centre(by);
  const slope = dot(base, centred) / Math.max(dot(base, base), 1e-12);
  return centred.map((value, i) => value - slope * base[i]!);
}

function centre(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
