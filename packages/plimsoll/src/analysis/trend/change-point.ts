/** One sudden change in a series: where it is, and whether it alone explains the rise. */
import { Random } from "../../base/random.ts";
import { hacSlope } from "./hac-slope.ts";

export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Mean after less mean before, in the values' own unit. */
  readonly rise: number;
  /** Energy distance between the two sides. */
  readonly energy: number;
  /** 1 − growth that is left once the step is taken out ÷ rise: near 1 for a step, near ½ for an even creep. */
  readonly explainedRatio: number;
  /** Squares left about the step ÷ squares left about the least-squares line: below 1 the step fits better. */
  readonly fitRatio: number;
  /** The series without the step. */
  readonly residual: readonly number[];
}

/** A change nearer to an end cannot be told from a wild value. */
const LEAST_SEGMENT = 5;
const SHUFFLE_COUNT = 199;
const SHUFFLE_SEED = 0x51eb;

/**
 * The split with the greatest energy distance between its two sides, m·k/(m+k) · (2·E|X−Y| − E|X−X′| − E|Y−Y′|):
 * E-divisive for a single change (Matteson & James 2014).
 * @returns undefined for fewer than ten values
 */
export function changePoint(values: readonly number[]): ChangePoint | undefined {
  if (values.length < 2 * LEAST_SEGMENT) return undefined;
  const { at, energy } = greatestEnergy(values);
  const rise = meanOf(values.slice(at)) - meanOf(values.slice(0, at));
  const residual = values.map((value, i) => (i < at ? value : value - rise));
  const left = hacSlope(residual)?.growth ?? 0;
  const explainedRatio = rise === 0 ? 0 : 1 - Math.abs(left) / Math.abs(rise);
  const fitRatio = squaresOf(residual) / Math.max(Number.MIN_VALUE, lineSquares(values));
  return { at, rise, energy, explainedRatio, fitRatio, residual };
}

function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function lineSquares(values: readonly number[]): number {
  const n = values.length;
  const slope = (hacSlope(values)?.growth ?? 0) / n;
  return squaresOf(values.map((value, i) => value - slope * (i - (n - 1) / 2)));
}

/** None of 199 shuffles (from a fixed seed) shows as clear a change: p ≤ .005, as far as windows are independent. */
export function standsOut(values: readonly number[], { energy }: ChangePoint): boolean {
  const random = new Random(SHUFFLE_SEED);
  const shuffled = [...values];
  for (let round = 0; round < SHUFFLE_COUNT; round++) {
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = random.nextInteger(0, i);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    if (greatestEnergy(shuffled).energy >= energy) return false;
  }
  return true;
}

interface Split {
  readonly at: number;
  readonly energy: number;
}

/** Sums of distances move from one side to the other as the split moves on, so all splits cost n² together. */
function greatestEnergy(values: readonly number[]): Split {
  const n = values.length;
  let before = 0;
  let after = 0;
  let across = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) after += Math.abs(values[i]! - values[j]!);
  let best: Split = { at: LEAST_SEGMENT, energy: Number.NEGATIVE_INFINITY };
  for (let at = 1; at < n; at++) {
    const moved = values[at - 1]!;
    let toBefore = 0;
    let toAfter = 0;
    for (let i = 0; i < at - 1; i++) toBefore += Math.abs(values[i]! - moved);
    for (let i = at; i < n; i++) toAfter += Math.abs(values[i]! - moved);
    before += toBefore;
    after -= toAfter;
    across += toAfter - toBefore;
    if (at < LEAST_SEGMENT || n - at < LEAST_SEGMENT) continue;
    const rest = n - at;
    const distance = (2 * across) / (at * rest) - (2 * before) / (at * at) - (2 * after) / (rest * rest);
    const energy = ((at * rest) / n) * distance;
    if (energy > best.energy) best = { at, energy };
  }
  return best;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
