import type { Behaviour } from "./behaviour.ts";
import { Draws } from "./draws.ts";
import { Station, type Visit } from "./station.ts";

export interface VirtualOptions {
  readonly seed: number;
  /** As the live server would hear it: another path draws other numbers. */
  readonly path?: string;
  /** By arrival number, instead of the behaviour's service law and its batches. */
  readonly serviceMs?: (number: number) => number;
}

/**
 * What the live server would do with these arrivals (ms, never falling), computed at once: one visit for each, in
 * their order, with its start, its end and its outcome.
 */
export function simulateVirtually(
  behaviour: Behaviour,
  arrivalsMs: Iterable<number>,
  { seed, path, serviceMs }: VirtualOptions,
): readonly Visit<undefined>[] {
  const station = new Station<undefined>(behaviour, { draws: new Draws(seed, path), onDecided: () => {} });
  const visits: Visit<undefined>[] = [];
  for (const atMs of arrivalsMs) visits.push(station.arrive(atMs, undefined, serviceMs?.(station.arrivalCount)));
  station.advance(Number.POSITIVE_INFINITY);
  return visits;
}
