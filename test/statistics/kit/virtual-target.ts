import type { Backlog } from "../../../packages/plimsoll/src/analysis/capacity/step-backlog.ts";
import type { Random } from "../../../packages/plimsoll/src/base/random.ts";

/** What the requests of one step met; all times in seconds. */
export interface VirtualStep {
  /** Scheduled starts, counted from the beginning of the step, in order. */
  readonly arrivals: readonly number[];
  /** From the scheduled start, also of those that end after the step. */
  readonly latencies: readonly number[];
  readonly errors: readonly boolean[];
  /** Shorter than asked when the step was aborted. */
  readonly elapsed: number;
  readonly isAborted: boolean;
}

/** A server with a known truth, in virtual time. Its queue carries over from step to step. */
export interface VirtualTarget {
  /** What the abort count is held against: a simulator knows who waits, a client only who is in flight. */
  readonly abortSees?: "waiting" | "in-flight";
  /** Load is a rate per second, or users; the step ends early once more than `abortCount` wait. */
  step(load: number, duration: number, abortCount: number, backlog?: Backlog): VirtualStep;
  /** Waits until nothing is in flight; how long that took. */
  drain(): number;
  /** An idle server again. */
  reset(): void;
}

/** The Poisson arrival after `at`, s from the step's beginning, one draw ahead. */
export function arrivalAfter(at: number, ratePerSec: number, backlog: Backlog | undefined, random: Random): number {
  const until = backlog === undefined ? 0 : backlog.durationMs / 1000;
  const highPerSec = ratePerSec + (backlog?.extraPerSec ?? 0);
  const area = random.nextExponential(1);
  const areaLeft = Math.max(0, until - at) * highPerSec;
  return area < areaLeft ? at + area / highPerSec : Math.max(at, until) + (area - areaLeft) / ratePerSec;
}

/** Draws one service time, s. */
export type ServiceLaw = (random: Random) => number;

export function exponential(mean: number): ServiceLaw {
  return (random) => random.nextExponential(mean);
}

export function constant(time: number): ServiceLaw {
  return () => time;
}

/** Log-normal with this mean and coefficient of variation. */
export function logNormal(mean: number, cv: number): ServiceLaw {
  const variance = Math.log(1 + cv * cv);
  const location = Math.log(mean) - variance / 2;
  return (random) => Math.exp(location + Math.sqrt(variance) * random.nextNormal());
}
