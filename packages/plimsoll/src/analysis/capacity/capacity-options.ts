import type { CapacitySlo } from "./capacity-step.ts";

/** How a search goes about it; every number but the first four has a measured default. */
export interface CapacityOptions {
  /** Open loop (Poisson arrivals per second) or closed loop (users who wait for their answer and think). */
  readonly by: "rate" | "users";
  readonly slos: readonly CapacitySlo[];
  /** Load of the first step. */
  readonly startLoad: number;
  /** Think time of a user between answer and next request; only by users. */
  readonly thinkMs: number;
  /** Never load the target more than this. */
  readonly maxLoad: number;
  /** Answer whether this load is held, and stop once that is settled. */
  readonly targetLoad?: number;
  /** Checked between steps, so that the last may overshoot it. */
  readonly budgetMs: number;
  /** Half-width of the interval at which the search may stop. */
  readonly toleranceRatio: number;
  readonly minNearSteps: number;
  /** A step next to the capacity; half of it while the estimate is still coarse. */
  readonly stepMs: number;
  readonly rampStepMs: number;
  readonly rampFactor: number;
  /** A step lasts until so many requests are expected … */
  readonly minRequests: number;
  /** … but no longer than this for their sake. */
  readonly maxWaitForRequestsMs: number;
  /** A step lasts at least so many latency limits. */
  readonly limitsPerStep: number;
}

/** What a search cannot guess. */
export type AskedCapacity = Partial<CapacityOptions> & Pick<CapacityOptions, "by" | "slos" | "startLoad">;

/** Latency limits from here on make a target slow: its steps then last five limits, since its queue forgets slowly. */
const SLOW_LIMIT_MS = 5_000;

/** A search ends by itself once its interval is as narrow as this, either way. */
export const TOLERANCE_RATIO = 0.03;

/** The constants of PACE under what was asked. */
export function capacityOptions(asked: AskedCapacity): CapacityOptions {
  return {
    thinkMs: 0,
    maxLoad: Number.POSITIVE_INFINITY,
    budgetMs: 600_000,
    toleranceRatio: TOLERANCE_RATIO,
    minNearSteps: 8,
    stepMs: 30_000,
    rampStepMs: 10_000,
    rampFactor: 1.5,
    minRequests: asked.by === "users" ? 200 : 100,
    maxWaitForRequestsMs: 120_000,
    limitsPerStep: largestLimitMs(asked.slos) >= SLOW_LIMIT_MS ? 5 : 3,
    ...asked,
  };
}

/** 0 when every promise is about errors alone. */
export function largestLimitMs(slos: readonly CapacitySlo[]): number {
  return Math.max(0, ...slos.map(({ limitMs = 0 }) => limitMs));
}
