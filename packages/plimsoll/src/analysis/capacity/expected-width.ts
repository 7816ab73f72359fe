import type { CapacityEstimate } from "./capacity-estimate.ts";
import { type CapacityOptions, largestLimitMs } from "./capacity-options.ts";
import { type CapacityStep, searchMs } from "./capacity-step.ts";
import { rampLoads, rampStep } from "./ramp.ts";
import { DISCARD_RATIO } from "./step-shape.ts";

/** What a search will cost and yield, before it starts. */
export interface SearchForecast {
  readonly rampMs: number;
  /** Ramp and search together, at most the budget. */
  readonly durationMs: number;
  /** Expected half-width of the interval, in ln(load): about the ratio. */
  readonly halfWidth: number;
}

/** How a server behaves near its capacity: requests that count as one, and d logit(bad share) / d ln(load). */
export interface NearCapacity {
  readonly phi: number;
  readonly slope: number;
}

/** Between the servers of the kit: φ 8–250, slopes 9–73. */
const TYPICAL: NearCapacity = { phi: 80, slope: 20 };
/** The estimate's real spread over that of so many independent requests: 1.1–3.4 measured. */
const SPREAD_FACTOR = 2.5;
const NORMAL_90 = 1.645;

/** sd(ln capacity) ≈ 2.5 · √(φ(1−q)/(n·q)) / slope with n requests near the capacity; 90 % half-width of it. */
export function expectedHalfWidth(requestCount: number, allowedRatio: number, near: NearCapacity = TYPICAL): number {
  const spread = Math.sqrt((near.phi * (1 - allowedRatio)) / (requestCount * allowedRatio)) / near.slope;
  return NORMAL_90 * SPREAD_FACTOR * spread;
}

/** What to expect if the capacity lies about `guessLoad`. */
export function forecastSearch(
  guessLoad: number,
  options: CapacityOptions,
  near: NearCapacity = TYPICAL,
): SearchForecast {
  const rampMs = rampLoads(options, guessLoad)
    .map((load) => rampStep(load, options).durationMs)
    .reduce((sum, durationMs) => sum + durationMs, 0);
  const mostMs = Math.max(options.budgetMs - rampMs, options.stepMs);
  const halfWidthAfter = (ms: number) =>
    Math.max(
      ...options.slos.map(({ allowedRatio }) =>
        expectedHalfWidth((1 - DISCARD_RATIO) * ms * requestsPerMs(guessLoad, options), allowedRatio, near),
      ),
    );
  const enoughMs = mostMs * (halfWidthAfter(mostMs) / options.toleranceRatio) ** 2;
  const takenMs = Math.min(mostMs, Math.max(enoughMs, options.minNearSteps * options.stepMs));
  return { rampMs, durationMs: rampMs + takenMs, halfWidth: halfWidthAfter(takenMs) };
}

/** A user sends at least one request a cycle of thinking and the longest latency allowed. */
function requestsPerMs(load: number, options: CapacityOptions): number {
  return options.by === "users" ? load / (options.thinkMs + largestLimitMs(options.slos) + 1) : load / 1000;
}

/** Time left of a search that has an estimate: to its tolerance as its interval shrinks, at most to its budget. */
export function remainingMs(
  history: readonly CapacityStep[],
  estimate: CapacityEstimate,
  options: CapacityOptions,
): number {
  const rampMs = searchMs(history.filter(({ planned }) => planned.phase === "ramp"));
  const totalMs = searchMs(history);
  const nearCount = history.filter(({ planned, observed }) => planned.isNear && !observed.isAborted).length;
  const steadyMs = Math.max(totalMs - rampMs, options.stepMs);
  const toToleranceMs = steadyMs * ((estimate.halfWidth / options.toleranceRatio) ** 2 - 1);
  const toCountMs = (options.minNearSteps - nearCount) * options.stepMs;
  return Math.max(0, Math.min(options.budgetMs - totalMs, Math.max(toToleranceMs, toCountMs)));
}
