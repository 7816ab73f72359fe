/** The planned load of a phase over its time: users, or arrivals per second. */
import type { PlannedPhase } from "../records/record.ts";

type Shape = PlannedPhase["shape"];

/** Straight lines between the corners; of two corners at one instant the later holds. */
export function loadOf(shape: Shape): (atMs: number) => number {
  return (atMs) => {
    const at = shape.findLastIndex(([cornerMs]) => cornerMs <= atMs);
    const corner = shape[at];
    const next = shape[at + 1];
    if (corner === undefined) return shape[0]?.[1] ?? 0;
    if (next === undefined || next[0] === corner[0]) return corner[1];
    return corner[1] + ((next[1] - corner[1]) * (atMs - corner[0])) / (next[0] - corner[0]);
  };
}

/** The greatest load planned from the phase's begin to `atMs`. */
export function greatestLoadUntil(shape: Shape, atMs: number): number {
  return shape.reduce((load, corner) => (corner[0] <= atMs ? Math.max(load, corner[1]) : load), loadOf(shape)(atMs));
}

/** True when the plan asks for less, from `atMs` on or later, than it has asked for until then. */
export function isEasedAfter(shape: Shape, atMs: number): boolean {
  const load = greatestLoadUntil(shape, atMs);
  return loadOf(shape)(atMs) < load || shape.some((corner) => corner[0] > atMs && corner[1] < load);
}

/** The mean load planned from the phase's begin to `atMs`. */
export function meanLoadUntil(shape: Shape, atMs: number): number {
  const load = loadOf(shape);
  const within = shape.filter(([cornerMs]) => cornerMs > 0 && cornerMs <= atMs);
  const corners = [[0, load(0)] as const, ...within, [atMs, load(atMs)] as const];
  let mean = 0;
  for (let at = 1; at < corners.length; at++) {
    const [fromMs, from] = corners[at - 1]!;
    const [toMs, to] = corners[at]!;
    mean += ((from + to) / 2) * ((toMs - fromMs) / atMs);
  }
  return mean;
}

/** Load × time planned after `atMs`, in loads × seconds: of a rate, the arrivals still to come. */
export function loadLeft(shape: Shape, atMs: number): number {
  const rest = [[atMs, loadOf(shape)(atMs)] as const, ...shape.filter((corner) => corner[0] > atMs)];
  let area = 0;
  for (let at = 1; at < rest.length; at++) {
    const [fromMs, from] = rest[at - 1]!;
    const [toMs, to] = rest[at]!;
    area += (((from + to) / 2) * (toMs - fromMs)) / 1000;
  }
  return area;
}
