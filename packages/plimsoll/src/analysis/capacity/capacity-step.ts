import type { PlannedSlo } from "../../records/record.ts";

/** One promise under test: a request is bad for it when it failed, or took longer than its limit. */
export interface CapacitySlo {
  /** As the user wrote it: `p95 < 500ms`, `batch_embed p95 < 2s`. */
  readonly name: string;
  /** The share of requests that may be bad: 0.05 for p95. */
  readonly allowedRatio: number;
  /** The latency limit from the scheduled start; left out by a promise about errors alone. */
  readonly limitMs?: number;
}

/** What the controller asks for. */
export interface PlannedStep {
  readonly phase: "ramp" | "search";
  /** Arrivals per second, or whole users. */
  readonly load: number;
  readonly durationMs: number;
  /** The step is hopeless once more requests than this wait; never, if left out. */
  readonly abortAboveCount?: number;
  /** Aimed close enough at the estimate of its moment to count towards the stop rule. */
  readonly isNear: boolean;
}

/** One promise's share of a step, of the requests scheduled after the discard. */
export interface SloCount {
  readonly count: number;
  /** Those still unanswered beyond the limit included. */
  readonly badCount: number;
  /** The (1 − allowed) quantile of latency, where known: tells an unloaded target that is too slow already. */
  readonly quantileMs?: number;
}

/** What came of it: counts in the order of the SLOs. */
export interface ObservedStep {
  readonly isAborted: boolean;
  /** Arrivals ran for this long; shorter than planned when aborted. */
  readonly elapsedMs: number;
  /** Waited afterwards, until nothing was in flight. */
  readonly drainMs: number;
  readonly counts: readonly SloCount[];
  /** Mean requests in flight, where known. */
  readonly meanInFlight?: number;
  /** Requests in flight over the last quarter of it, where known. */
  readonly endInFlight?: number;
}

/** A step as it was asked for and as it went: the whole memory of a search, so a journal of them resumes it. */
export interface CapacityStep {
  readonly planned: PlannedStep;
  readonly observed: ObservedStep;
}

/** The promises of a planned search as its controller takes them. */
export function capacitySlosOf(slos: readonly PlannedSlo[]): readonly CapacitySlo[] {
  return slos.map(({ expr, allowedRatio, limitMs }) => ({
    name: expr,
    allowedRatio,
    ...(limitMs === undefined ? {} : { limitMs }),
  }));
}

/** The share of bad requests; 0 without requests. */
export function badRatio({ count, badCount }: SloCount): number {
  return count === 0 ? 0 : badCount / count;
}

/** Some promise had more than `factor` times its allowed share of bad requests. */
export function isOver({ counts }: ObservedStep, slos: readonly CapacitySlo[], factor: number): boolean {
  return slos.some(({ allowedRatio }, i) => badRatio(counts[i]!) > factor * allowedRatio);
}

/** Ran to its end within every promise, with requests for each. */
export function isHeld({ observed }: CapacityStep, slos: readonly CapacitySlo[]): boolean {
  return !observed.isAborted && observed.counts.every(({ count }) => count > 0) && !isOver(observed, slos, 1);
}

/** Time that a search has taken so far, waiting for recovery included. */
export function searchMs(history: readonly CapacityStep[]): number {
  return history.reduce((sum, { observed }) => sum + observed.elapsedMs + observed.drainMs, 0);
}

/** The highest load measured within every promise. */
export function highestHeldLoad(history: readonly CapacityStep[], slos: readonly CapacitySlo[]): number | undefined {
  const loads = history.filter((step) => isHeld(step, slos)).map(({ planned }) => planned.load);
  return loads.length === 0 ? undefined : Math.max(...loads);
}
