import { studentTQuantile } from "../distributions.ts";
import { wilsonInterval } from "../proportion.ts";
import type { CapacityEstimate } from "./capacity-estimate.ts";
import type { CapacityOptions } from "./capacity-options.ts";
import { badRatio, type CapacityStep, searchMs } from "./capacity-step.ts";

/** Does the target hold the load that was asked about? */
export interface TargetAnswer {
  readonly verdict: "held" | "not-held" | "inconclusive";
  /** Minutes of more search that would about settle it; none when settled, or when a working day would not do. */
  readonly moreMinutes?: number;
}

/** Steps next to the capacity that an answer needs at least; with 4 a target 3 % beyond it was called held in 7 %. */
const MIN_STEPS = 6;
const MIN_DIRECT_STEPS = 3;
const MOST_MINUTES = 480;

/**
 * Held when the capacity's interval lies above the load, or when that load and a little more were run three times
 * clearly within every promise and nothing broke; not held when the interval lies below it.
 */
export function answerTarget(
  history: readonly CapacityStep[],
  estimate: CapacityEstimate,
  targetLoad: number,
  options: CapacityOptions,
): TargetAnswer {
  if (!estimate.isBroken && isHeldDirectly(history, targetLoad, options)) return { verdict: "held" };
  const nearCount = history.filter(({ planned, observed }) => planned.isNear && !observed.isAborted).length;
  if (estimate.isBroken && nearCount >= MIN_STEPS) {
    if (estimate.low > targetLoad) return { verdict: "held" };
    if (estimate.high < targetLoad) return { verdict: "not-held" };
  }
  const moreMinutes = minutesMissing(history, estimate, targetLoad, options);
  return { verdict: "inconclusive", ...(moreMinutes <= MOST_MINUTES && { moreMinutes }) };
}

/** The interval shrinks with the root of time: T · (halfWidth / distance)² in all. */
function minutesMissing(
  history: readonly CapacityStep[],
  { lnLoad, halfWidth }: CapacityEstimate,
  targetLoad: number,
  { stepMs }: CapacityOptions,
): number {
  const minutes = searchMs(history) / 60_000;
  const distance = Math.abs(lnLoad - Math.log(targetLoad));
  return Math.max(minutes * (halfWidth / distance) ** 2 - minutes, stepMs / 60_000);
}

function isHeldDirectly(history: readonly CapacityStep[], targetLoad: number, { slos }: CapacityOptions): boolean {
  const steps = history.filter(({ planned }) => planned.phase === "search" && planned.load >= targetLoad * (1 - 1e-9));
  if (steps.length < MIN_DIRECT_STEPS) return false;
  return slos.every(({ allowedRatio }, slo) => {
    const counts = steps.map(({ observed }) => observed.counts[slo]!);
    return counts.every(({ count }) => count > 0) && upperShare(counts) <= allowedRatio;
  });
}

/** Upper end of the bad share: over whole steps as over independent requests, whichever is more careful. */
function upperShare(counts: readonly { readonly count: number; readonly badCount: number }[]): number {
  const n = counts.length;
  const shares = counts.map(badRatio);
  const mean = shares.reduce((sum, share) => sum + share, 0) / n;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (n - 1);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const bad = counts.reduce((sum, { badCount }) => sum + badCount, 0);
  return Math.max(
    mean + studentTQuantile(0.975, n - 1) * Math.sqrt(variance / n),
    wilsonInterval(bad, total, 0.95).high,
  );
}
