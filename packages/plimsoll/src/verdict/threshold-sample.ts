/** Thresholds as the spec's parser makes them, for tests. */
import type { Threshold } from "../spec/spec.ts";

/** `sampleThreshold({ kind: "quantile", ratio: 0.95 }, 500)` is `p95 < 500ms` on all tasks of all profiles. */
export function sampleThreshold(
  metric: Threshold["metric"],
  limit: number,
  more: Partial<Omit<Threshold, "metric" | "limit">> = {},
): Threshold {
  return {
    expr: `${metric.kind} ${more.op ?? "<"} ${limit}`,
    profile: undefined,
    task: undefined,
    metric,
    op: "<",
    limit,
    windowMs: undefined,
    strict: "interval",
    abort: false,
    ...more,
  };
}
