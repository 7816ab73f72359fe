import { studentTQuantile } from "../distributions.ts";
import { wilsonInterval } from "../proportion.ts";
import { type CapacityEstimate, NEAR } from "./capacity-estimate.ts";
import type { CapacityOptions } from "./capacity-options.ts";
import { badRatio, type CapacityStep, searchMs } from "./capacity-step.ts";

/** Does the target hold the load that was asked about? */
export type TargetAnswer =
  | { readonly verdict: "held" | "not-held" }
  | {
      readonly verdict: "inconclusive";
      readonly lack: TargetLack;
      /** What the steps that are missing take: no less will do. */
      readonly leastMinutes: number;
      /** Minutes of more search that would about settle it; none when a working day would not do. */
      readonly moreMinutes?: number;
    };

/** What keeps it open: too few steps, next to the capacity or at the load itself, or steps that cannot tell. */
export interface TargetLack {
  readonly kind: "few-near" | "astride" | "few-at-load" | "unsure-at-load";
  /** Steps of that kind. */
  readonly ran: number;
  readonly needed: number;
}

/** Steps next to the capacity that an answer needs at least; with 4 a target 3 % beyond it was called held in 7 %. */
const MIN_STEPS = 6;
/** The same for a load that lies clearly outside: no closer than twice the interval's half-width, nor than a near step. */
const MIN_FAR_STEPS = 3;
const FAR_HALF_WIDTHS = 2;
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
  const atLoad = history.filter(({ planned }) => planned.load >= targetLoad * (1 - 1e-9));
  const direct = atLoad.filter(({ planned }) => planned.phase === "search");
  if (!estimate.isBroken && isHeldDirectly(direct, options)) return { verdict: "held" };
  const nearCount = history.filter(({ planned, observed }) => planned.isNear && !observed.isAborted).length;
  const neededNear = isFar(estimate, targetLoad) ? MIN_FAR_STEPS : MIN_STEPS;
  if (estimate.isBroken && nearCount >= neededNear) {
    if (estimate.low > targetLoad) return { verdict: "held" };
    if (estimate.high < targetLoad) return { verdict: "not-held" };
  }
  const lack = estimate.isBroken
    ? lackOf({ few: "few-near", unsure: "astride" }, nearCount, neededNear)
    : lackOf({ few: "few-at-load", unsure: "unsure-at-load" }, direct.length, MIN_DIRECT_STEPS);
  const leastMinutes = (Math.max(1, lack.needed - lack.ran) * options.stepMs) / 60_000;
  // Steps at the load itself settle it, as long as they are within what is allowed.
  const isWell = !estimate.isBroken && isWithin(atLoad, options);
  const moreMinutes = isWell ? leastMinutes : Math.max(leastMinutes, minutesToPart(history, estimate, targetLoad));
  return { verdict: "inconclusive", lack, leastMinutes, ...(moreMinutes <= MOST_MINUTES && { moreMinutes }) };
}

function isFar({ lnLoad, halfWidth }: CapacityEstimate, targetLoad: number): boolean {
  return Math.abs(lnLoad - Math.log(targetLoad)) > Math.max(NEAR, FAR_HALF_WIDTHS * halfWidth);
}

function lackOf(
  kinds: { readonly few: TargetLack["kind"]; readonly unsure: TargetLack["kind"] },
  ran: number,
  needed: number,
): TargetLack {
  return { kind: ran < needed ? kinds.few : kinds.unsure, ran, needed };
}

/** Until the interval ends between capacity and load: it shrinks with the root of time, so T · (halfWidth / distance)² in all. */
function minutesToPart(
  history: readonly CapacityStep[],
  { lnLoad, halfWidth }: CapacityEstimate,
  targetLoad: number,
): number {
  const minutes = searchMs(history) / 60_000;
  const distance = Math.abs(lnLoad - Math.log(targetLoad));
  return minutes * (halfWidth / distance) ** 2 - minutes;
}

function isHeldDirectly(steps: readonly CapacityStep[], { slos }: CapacityOptions): boolean {
  if (steps.length < MIN_DIRECT_STEPS) return false;
  return slos.every(({ allowedRatio }, slo) => {
    const counts = steps.map(({ observed }) => observed.counts[slo]!);
    return counts.every(({ count }) => count > 0) && upperShare(counts) <= allowedRatio;
  });
}

/** No step is beyond what is allowed, also where there is none yet. */
function isWithin(steps: readonly CapacityStep[], { slos }: CapacityOptions): boolean {
  return slos.every(({ allowedRatio }, slo) =>
    steps.every(({ observed }) => badRatio(observed.counts[slo]!) <= allowedRatio),
  );
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
