import { quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import type { CountedExtent } from "./counted-extent.ts";
import type { LatencySummary } from "./run-stats.ts";

/**
 * Least, mean and greatest are exact; quantiles come from the histogram (µs) within 0.5 %, held within the exact ends.
 * @returns undefined when nothing was recorded
 */
export function latencySummary(buckets: Buckets, extent: CountedExtent): LatencySummary | undefined {
  if (extent.count === 0) return undefined;
  const quantileMs = (ratio: number): number =>
    Math.min(extent.max, Math.max(extent.min, (quantileUs(buckets, ratio) ?? 0) / 1000));
  return {
    min: extent.min,
    mean: extent.sum / extent.count,
    p50: quantileMs(0.5),
    p75: quantileMs(0.75),
    p90: quantileMs(0.9),
    p95: quantileMs(0.95),
    p99: quantileMs(0.99),
    p999: quantileMs(0.999),
    max: extent.max,
  };
}
