/** Where a planned load is a spike upon a level base: a rise, and a fall back to where it was. */
import type { PlannedPhase } from "../records/record.ts";
import { loadOf } from "./planned-load.ts";

/** Instants on the phase clock; loads in users or arrivals per second. */
export interface PlannedSpike {
  readonly base: number;
  readonly peak: number;
  /** The base is level from here … */
  readonly baseFromMs: number;
  /** … to here, where the load begins to rise; … */
  readonly fromMs: number;
  /** … until here, where it is back. */
  readonly toMs: number;
  /** The base goes on until here. */
  readonly untilMs: number;
}

const GRID_MS = 500;
/** A load that changed less long ago is still on its way. */
const LEAST_BASE_MS = 10_000;
const LEAST_FACTOR = 1.2;
const BACK_FACTOR = 1.05;
/** What lasts longer is a load to hold, not a spike. */
const LONGEST_MS = 120_000;

/**
 * The first spike of a phase: a load at least 1.2 times a level base, for at most two minutes, then the base again.
 * A phase that is a spike from its first second has no base, so there is nothing to recover to: undefined.
 */
export function plannedSpike(planned: PlannedPhase, durationMs: number): PlannedSpike | undefined {
  const loadAt = loadOf(planned.shape);
  let baseFromMs = 0;
  let base = loadAt(0);
  for (let atMs = GRID_MS; atMs < durationMs; atMs += GRID_MS) {
    const load = loadAt(atMs);
    if (load >= LEAST_FACTOR * base && base > 0 && atMs - baseFromMs >= LEAST_BASE_MS) {
      const spike = spikeFrom(loadAt, { base, baseFromMs, fromMs: atMs, durationMs });
      if (spike !== undefined) return spike;
    }
    if (load !== base) {
      base = load;
      baseFromMs = atMs;
    }
  }
  return undefined;
}

type LoadAt = (atMs: number) => number;

function spikeFrom(
  loadAt: LoadAt,
  {
    base,
    baseFromMs,
    fromMs,
    durationMs,
  }: Pick<PlannedSpike, "base" | "baseFromMs" | "fromMs"> & { durationMs: number },
): PlannedSpike | undefined {
  let peak = base;
  let toMs = fromMs;
  while (toMs < durationMs && loadAt(toMs) > BACK_FACTOR * base) {
    peak = Math.max(peak, loadAt(toMs));
    toMs += GRID_MS;
  }
  if (toMs >= durationMs || toMs - fromMs > LONGEST_MS || loadAt(toMs) < base / BACK_FACTOR) return undefined;
  let untilMs = toMs;
  while (untilMs < durationMs && Math.abs(loadAt(untilMs) - base) <= (BACK_FACTOR - 1) * base) untilMs += GRID_MS;
  return { base, peak, baseFromMs, fromMs, toMs, untilMs: Math.min(untilMs, durationMs) };
}
