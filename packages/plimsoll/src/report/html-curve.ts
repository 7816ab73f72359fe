import { countOf, quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { roundForChart } from "./html-round.ts";

/**
 * A distribution read along its tail: `valuesMs[i]` is the quantile at ratio 1 − 10^−`tails[i]`, so that p90, p99 and
 * p99.9 stand at 1, 2 and 3. Ends at the maximum. Example: `{tails: [0, 0.1, …, 2.6], valuesMs: [8.1, 9.3, …, 412]}`.
 */
export interface LatencyCurve {
  readonly tails: readonly number[];
  readonly valuesMs: readonly number[];
}

const POINTS_A_DECADE = 12;

/** The curve of a histogram in µs; empty without records. `maxMs` is the exact maximum, where known. */
export function curveOf(buckets: Buckets, maxMs: number | undefined): LatencyCurve {
  const count = countOf(buckets);
  if (count === 0) return { tails: [], valuesMs: [] };
  const tails: number[] = [];
  const valuesMs: number[] = [];
  const last = Math.log10(count);
  for (let step = 0; step / POINTS_A_DECADE < last; step++) {
    const tail = step / POINTS_A_DECADE;
    tails.push(roundForChart(tail));
    valuesMs.push(roundForChart((quantileUs(buckets, 1 - 10 ** -tail) ?? 0) / 1000));
  }
  tails.push(roundForChart(last));
  valuesMs.push(roundForChart(maxMs ?? (quantileUs(buckets, 1) ?? 0) / 1000));
  return { tails, valuesMs };
}
