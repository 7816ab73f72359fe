/**
 * PACE, the capacity search: fit a local logistic curve to the pooled counts of all steps, run the next step beside its
 * root. A pure function of the steps so far; it must not know clocks, requests or targets.
 */
import { type CapacityEstimate, estimateCapacity, NEAR } from "./capacity-estimate.ts";
import type { CapacityOptions } from "./capacity-options.ts";
import { type CapacityStep, highestHeldLoad, type PlannedStep, searchMs } from "./capacity-step.ts";
import { countedSteps, failsUnloaded } from "./preflight.ts";
import { nextRampStep, rampLoads, rampStep } from "./ramp.ts";
import { stepAt } from "./step-shape.ts";
import { answerTarget, type TargetAnswer } from "./target-load.ts";

/** What to do next, or the answer. */
export type CapacityDecision =
  | { readonly kind: "step"; readonly step: PlannedStep; readonly estimate?: CapacityEstimate }
  | CapacityResult;

/** How a search ended. */
export type CapacityResult = CapacityFound | CapacityNotFound;

/** The capacity with its interval. */
export interface CapacityFound {
  readonly kind: "found";
  readonly why: "precise" | "budget" | "target-settled";
  readonly estimate: CapacityEstimate;
  readonly highestHeldLoad?: number;
  readonly target?: TargetAnswer;
}

/** No capacity: it lies beyond what was tried, or below it, or nothing was measured. */
export interface CapacityNotFound {
  readonly kind: "not-found";
  readonly why: "fails-at-start" | "holds-max-load" | "budget" | "no-data";
  readonly highestHeldLoad?: number;
  readonly target?: TargetAnswer;
}

const MAX_STEP_UP = 0.4;
const MIN_OFFSET = 0.01;
const COARSE_SD = 0.08;
/** Of the budget, that a step may still end within. */
const MOST_OVERSHOOT = 1.5;
/** Steps at the maximum load that must hold before the search believes it. */
const MAX_LOAD_STEPS = 2;

/** The next step of the search, or its result; the same history and options always give the same decision. */
export function nextCapacityStep(history: readonly CapacityStep[], options: CapacityOptions): CapacityDecision {
  const opening = decidePreflight(history, options);
  if (opening !== undefined) return opening;
  const steps = countedSteps(history);
  const next = nextRampStep(steps, options);
  if (next !== undefined && !isBudgetSpent(history, next, options)) return { kind: "step", step: next };
  if (next !== undefined) return notFound("budget", history, options);
  const estimate = estimateCapacity(steps, options);
  return (
    decideEnd(history, estimate, options) ?? { kind: "step", step: nextSearchStep(steps, estimate, options), estimate }
  );
}

/** The first step is the pre-flight: failed twice, or without requests, it ends the search. */
function decidePreflight(history: readonly CapacityStep[], options: CapacityOptions): CapacityDecision | undefined {
  const [first] = countedSteps(history);
  const start = { kind: "step", step: rampStep(rampLoads(options, 0)[0]!, options) } as const;
  if (first === undefined) return start;
  if (first.observed.counts.every(({ count }) => count === 0)) return notFound("no-data", history, options);
  if (!failsUnloaded(first, options) || history.length > 2) return undefined;
  if (history.length === 1 && !isBudgetSpent(history, start.step, options)) return start;
  return notFound(
    "fails-at-start",
    history,
    options,
    options.targetLoad === undefined ? undefined : { verdict: "not-held" },
  );
}

function decideEnd(
  history: readonly CapacityStep[],
  estimate: CapacityEstimate,
  options: CapacityOptions,
): CapacityResult | undefined {
  const { targetLoad } = options;
  const target = targetLoad === undefined ? undefined : answerTarget(history, estimate, targetLoad, options);
  const isSettled = target !== undefined && target.verdict !== "inconclusive";
  if (holdsMaxLoad(history, estimate, options)) return notFound("holds-max-load", history, options, target);
  const nearCount = history.filter(({ planned, observed }) => planned.isNear && !observed.isAborted).length;
  const isNarrow = nearCount >= options.minNearSteps && estimate.halfWidth <= options.toleranceRatio;
  // With a load to answer for a narrow interval is not enough: it may still hold that load.
  const isPrecise = isNarrow && target === undefined;
  const isSpent = isBudgetSpent(history, nextSearchStep(history, estimate, options), options);
  if (!isSettled && !isPrecise && !isSpent) return undefined;
  if (!isBracketed(history, estimate))
    return notFound(isSettled ? "holds-max-load" : "budget", history, options, target);
  const why = isSettled ? "target-settled" : isPrecise ? "precise" : "budget";
  return { kind: "found", why, estimate, ...heldLoad(history, options), ...(target && { target }) };
}

/** Over, or the next step would end far beyond it, if it drains no longer than the one before. */
function isBudgetSpent(history: readonly CapacityStep[], next: PlannedStep, { budgetMs }: CapacityOptions): boolean {
  const spentMs = searchMs(history);
  const drainMs = history.at(-1)?.observed.drainMs ?? 0;
  return spentMs >= budgetMs || spentMs + next.durationMs + drainMs > MOST_OVERSHOOT * budgetMs;
}

/** Something broke, or the root lies among the loads that were run: it is no extrapolation. */
function isBracketed(history: readonly CapacityStep[], estimate: CapacityEstimate): boolean {
  return estimate.isBroken || history.some(({ planned }) => planned.load >= estimate.load);
}

function holdsMaxLoad(
  history: readonly CapacityStep[],
  estimate: CapacityEstimate,
  { maxLoad, targetLoad }: CapacityOptions,
): boolean {
  if (estimate.isBroken || estimate.load < maxLoad || (targetLoad !== undefined && targetLoad < maxLoad)) return false;
  const atMax = history.filter(({ planned }) => planned.phase === "search" && planned.load >= 0.999 * maxLoad);
  return atMax.length >= MAX_LOAD_STEPS;
}

/** Beside the root, first below it, then alternately, as far off as the estimate is vague. */
function nextSearchStep(
  history: readonly CapacityStep[],
  estimate: CapacityEstimate,
  options: CapacityOptions,
): PlannedStep {
  const { sd, slope } = estimate.fit;
  const offset = Math.min(Math.max(MIN_OFFSET, 0.7 * sd, 0.4 / slope), NEAR);
  const searchCount = history.filter(({ planned }) => planned.phase === "search").length;
  const side = searchCount % 2 === 0 ? -1 : 1;
  const lnHighest = Math.log(Math.max(...history.map(({ planned }) => planned.load)));
  const lnLoad = Math.min(estimate.lnLoad + side * offset, lnHighest + MAX_STEP_UP, lnCeiling(estimate, options, side));
  // A step pushed to the full distance must not count as near: rounding would decide it.
  const isNear = Math.abs(lnLoad - estimate.lnLoad) < NEAR - 1e-9;
  const durationMs = sd < COARSE_SD ? options.stepMs : options.stepMs / 2;
  return stepAt({ phase: "search", load: Math.exp(lnLoad), durationMs, isNear }, options);
}

/**
 * With a load to answer for, the search goes little beyond it; while the capacity looks clearly higher it runs that
 * load itself and a little more in turn, since a queue that only began to grow still looks empty.
 */
function lnCeiling({ lnLoad }: CapacityEstimate, { maxLoad, targetLoad }: CapacityOptions, side: number): number {
  if (targetLoad === undefined) return Math.log(maxLoad);
  const lnTarget = Math.log(targetLoad);
  const isFarBelow = lnLoad > lnTarget + NEAR;
  return Math.min(Math.log(maxLoad), isFarBelow && side < 0 ? lnTarget : lnTarget + NEAR);
}

function notFound(
  why: CapacityNotFound["why"],
  history: readonly CapacityStep[],
  options: CapacityOptions,
  target?: TargetAnswer,
): CapacityNotFound {
  return { kind: "not-found", why, ...heldLoad(history, options), ...(target && { target }) };
}

function heldLoad(history: readonly CapacityStep[], { slos }: CapacityOptions): { readonly highestHeldLoad?: number } {
  const load = highestHeldLoad(history, slos);
  return load === undefined ? {} : { highestHeldLoad: load };
}
