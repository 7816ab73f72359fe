/**
 * What another tool's result file says of a run: point figures only, without intervals, warm-up or generator health.
 *
 * Parsers fill it, `verdict/judge-points.ts` judges it. A figure that the file lacks is `undefined`, never 0 and
 * never a guess: a gate on it is then inconclusive. Times ms, rates per second, ratios 0–1.
 */
const FOREIGN_SOURCES = [
  "locust-csv",
  "locust-json",
  "k6-summary",
  "vllm-json",
  "guidellm-json",
  "aiperf-json",
  "oha-json",
  "vegeta-json",
  "plimsoll-summary",
] as const;

export type ForeignSource = (typeof FOREIGN_SOURCES)[number];

export interface ForeignResult {
  readonly source: ForeignSource;
  /** The file or the run's own name for it, safe to print; stands where a profile's name would. */
  readonly name: string;
  /** ISO wall time, where the file tells it. */
  readonly startedAt: string | undefined;
  readonly durationMs: number | undefined;
  /** Its total row, if any, is named "Aggregated" and last; with one task only, that row may be absent. */
  readonly tasks: readonly ForeignTask[];
  /** The verdicts that the tool itself reached. */
  readonly thresholds: readonly ForeignThreshold[];
  /** How its latencies were rounded: Locust's buckets make a percentile uncertain by half a bucket. */
  readonly rounding: "none" | "locust-buckets";
  /** What a reader should know of the import, one sentence each, such as rows skipped or a known lost tail. */
  readonly notes: readonly string[];
}

/** One row, such as `{name: "/embed [single]", requests: 1419, failures: 0, quantilesMs: [{ratio: 0.95, ms: 2100}], …}`. */
export interface ForeignTask {
  readonly name: string;
  /** HTTP method, or what the tool calls the type; empty when unknown. */
  readonly method: string;
  /** Ended requests, failed ones included. */
  readonly requests: number | undefined;
  /** Of `requests`. */
  readonly failures: number | undefined;
  /** Ended requests, failed ones included. */
  readonly requestsPerSec: number | undefined;
  readonly failuresPerSec: number | undefined;
  /** Response times, rising ratio; only those that the file gives. */
  readonly quantilesMs: readonly ForeignQuantile[];
  readonly meanMs: number | undefined;
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
}

/** `{ratio: 0.95, ms: 2100}`: p95 is 2100 ms. */
export interface ForeignQuantile {
  readonly ratio: number;
  readonly ms: number;
}

/** A gate of the tool's own, such as k6's `p(95)<500` on `http_req_duration`. */
export interface ForeignThreshold {
  /** As the tool writes it, the metric's name included. */
  readonly expr: string;
  /** `undefined`: it had no data, whatever the tool made of that (k6 calls it ok). */
  readonly isMet: boolean | undefined;
}
