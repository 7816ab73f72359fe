import type { CapacityOptions } from "../../../packages/plimsoll/src/analysis/capacity/capacity-options.ts";
import type {
  CapacitySlo,
  CapacityStep,
  ObservedStep,
  PlannedStep,
  SloCount,
} from "../../../packages/plimsoll/src/analysis/capacity/capacity-step.ts";
import { isFarBeyond, servedInFlight } from "../../../packages/plimsoll/src/analysis/capacity/overload.ts";
import { backlogOf } from "../../../packages/plimsoll/src/analysis/capacity/step-backlog.ts";
import { ABORTED_DISCARD_RATIO, DISCARD_RATIO } from "../../../packages/plimsoll/src/analysis/capacity/step-shape.ts";
import type { VirtualStep, VirtualTarget } from "./virtual-target.ts";

/** Any controller: the next step, or an end. */
export type Controller<End> = (
  history: readonly CapacityStep[],
  options: CapacityOptions,
) => { readonly kind: "step"; readonly step: PlannedStep } | End;

export interface VirtualSearch<End> {
  readonly history: readonly CapacityStep[];
  readonly end: End;
}

export interface SearchDriver {
  /** After every step, as the engine does: the next begins with as many as were in flight; else only after those that went wrong. */
  readonly drains: "always" | "when-over";
}

/** Runs a whole search against a virtual server, which the controller knows only by what was observed. */
export function runSearch<End extends { readonly kind: string }>(
  target: VirtualTarget,
  options: CapacityOptions,
  controller: Controller<End>,
  { drains }: SearchDriver = { drains: "when-over" },
): VirtualSearch<End> {
  const history: CapacityStep[] = [];
  for (;;) {
    const decision = controller(history, options);
    if (!isStep(decision)) return { history, end: decision };
    const { step: planned } = decision;
    const served = target.abortSees === "in-flight" ? servedInFlight(history, options.slos) : 0;
    const abortCount = (planned.abortAboveCount ?? Number.POSITIVE_INFINITY) + served;
    // Where the queue is not emptied it stays by itself.
    const backlog = drains === "always" ? backlogOf(history.at(-1), planned, options) : undefined;
    const record = target.step(planned.load, planned.durationMs / 1000, abortCount, backlog);
    const observed = observe(record, options.slos, history.length === 0);
    const drainMs = drains === "always" || isFarBeyond(observed, options.slos) ? target.drain() * 1000 : 0;
    history.push({ planned, observed: { ...observed, drainMs } });
  }
}

function isStep<End>(
  decision: { readonly kind: "step"; readonly step: PlannedStep } | End,
): decision is { readonly kind: "step"; readonly step: PlannedStep } {
  return typeof decision === "object" && decision !== null && "step" in decision;
}

/** What a driver would count: requests scheduled after the discard, latency from the scheduled start. */
function observe(record: VirtualStep, slos: readonly CapacitySlo[], isFirst: boolean): ObservedStep {
  const from = record.elapsed * (record.isAborted ? ABORTED_DISCARD_RATIO : DISCARD_RATIO);
  let first = record.arrivals.findIndex((at) => at > from);
  if (first < 0) first = record.arrivals.length;
  return {
    isAborted: record.isAborted,
    elapsedMs: record.elapsed * 1000,
    drainMs: 0,
    counts: slos.map((slo) => ({
      ...countBad(record, first, slo),
      ...(isFirst && { quantileMs: quantileMs(record.latencies.slice(first), 1 - slo.allowedRatio) }),
    })),
    meanInFlight: record.latencies.reduce((sum, latency) => sum + latency, 0) / record.elapsed,
    endInFlight: meanLevel(record, 0.75 * record.elapsed),
  };
}

/** Mean requests of this step in flight, from an instant of it to its end. */
function meanLevel({ arrivals, latencies, elapsed }: VirtualStep, from: number): number {
  const stays = arrivals.map((at, i) => Math.max(0, Math.min(at + latencies[i]!, elapsed) - Math.max(at, from)));
  return stays.reduce((sum, stay) => sum + stay, 0) / (elapsed - from);
}

function quantileMs(latencies: readonly number[], ratio: number): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return 1000 * sorted[Math.ceil(ratio * sorted.length) - 1]!;
}

function countBad({ latencies, errors }: VirtualStep, first: number, { limitMs }: CapacitySlo): SloCount {
  const limit = limitMs === undefined ? Number.POSITIVE_INFINITY : limitMs / 1000;
  let badCount = 0;
  for (let i = first; i < latencies.length; i++) if (errors[i]! || latencies[i]! > limit) badCount++;
  return { count: latencies.length - first, badCount };
}
