/**
 * Intervals from the spread over some 20 batches of time. Requests under a queue resemble their neighbours; batches
 * long enough do not, so their spread holds what counting requests as independent would leave out.
 */
import { studentTQuantile } from "./distributions.ts";
import { CONFIDENCE_RATIO } from "./order-statistics.ts";
import { type Interval, wilsonInterval } from "./proportion.ts";

/** Sum of something over `count` requests of one batch: bad ones, or their milliseconds. */
export interface Batch {
  readonly sum: number;
  readonly count: number;
}

export const BATCH_COUNT = 20;
/** With fewer the spread itself is too uncertain to use. */
const LEAST_BATCHES = 5;

/**
 * Interval (two-sided 90 %, so each end is a one-sided bound of 95 %) of Σ sum ÷ Σ count over the batches.
 * Ratio estimator: se² = m/(m−1) · Σ(sum_i − r·count_i)² ÷ (Σ count)², with Student's t of m − 1 degrees of freedom.
 * @returns undefined when fewer than five batches hold requests
 */
export function batchInterval(batches: readonly Batch[]): Interval | undefined {
  const filled = batches.filter(({ count }) => count > 0);
  const m = filled.length;
  if (m < LEAST_BATCHES) return undefined;
  const total = totalOf(filled);
  const ratio = total.sum / total.count;
  const squares = filled.reduce((sum, batch) => sum + (batch.sum - ratio * batch.count) ** 2, 0);
  const half = (studentTQuantile(CONFIDENCE_RATIO, m - 1) * Math.sqrt((squares * m) / (m - 1))) / total.count;
  return { low: ratio - half, high: ratio + half };
}

/**
 * Interval of a share: Wilson's or the batches', whichever reaches further at each end. Wilson's holds at 0 and at 1
 * and with few batches; the batches' is wider when bad requests come in clusters.
 */
export function shareInterval(batches: readonly Batch[]): Interval {
  const total = totalOf(batches);
  const wilson = wilsonInterval(total.sum, total.count, 2 * CONFIDENCE_RATIO - 1);
  const spread = batchInterval(batches);
  if (spread === undefined) return wilson;
  return { low: Math.max(0, Math.min(wilson.low, spread.low)), high: Math.min(1, Math.max(wilson.high, spread.high)) };
}

/**
 * Interval of a rate from its value in consecutive stretches of equal length. The spread is taken from successive
 * differences (von Neumann 1941), so that a planned ramp does not pass for noise.
 * @returns undefined for fewer than five stretches
 */
export function rateInterval(ratesPerSec: readonly number[]): Interval | undefined {
  const m = ratesPerSec.length;
  if (m < LEAST_BATCHES) return undefined;
  const mean = ratesPerSec.reduce((sum, rate) => sum + rate, 0) / m;
  let squares = 0;
  for (let i = 1; i < m; i++) squares += (ratesPerSec[i]! - ratesPerSec[i - 1]!) ** 2;
  const half = studentTQuantile(CONFIDENCE_RATIO, m - 1) * Math.sqrt(squares / (2 * (m - 1)) / m);
  return { low: Math.max(0, mean - half), high: mean + half };
}

/** Into which of `batchCount` equal stretches of [from, to) a position falls. */
export function batchIndex(at: number, [from, to]: readonly [number, number], batchCount: number): number {
  return Math.min(batchCount - 1, Math.max(0, Math.floor(((at - from) * batchCount) / (to - from))));
}

export function totalOf(batches: readonly Batch[]): Batch {
  let sum = 0;
  let count = 0;
  for (const batch of batches) {
    sum += batch.sum;
    count += batch.count;
  }
  return { sum, count };
}
