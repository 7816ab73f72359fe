import type { ForeignQuantile, ForeignResult, ForeignSource, ForeignTask } from "../foreign-result.ts";

export const AGGREGATED = "Aggregated";

/** A row with what is known of it; all else is undefined. */
export function foreignTask(name: string, known: Partial<ForeignTask> = {}): ForeignTask {
  return {
    name,
    method: "",
    requests: undefined,
    failures: undefined,
    requestsPerSec: undefined,
    failuresPerSec: undefined,
    quantilesMs: [],
    meanMs: undefined,
    minMs: undefined,
    maxMs: undefined,
    ...known,
  };
}

/** Counts as rates over a run's seconds; undefined where either is. */
export function perSecOver(durationSec: number | undefined): (count: number | undefined) => number | undefined {
  return (count) =>
    count === undefined || durationSec === undefined || durationSec <= 0 ? undefined : count / durationSec;
}

/** Of a benchmark without a start, thresholds or rounding of its own: its length, and its rows. */
export function benchmarkResult(
  source: ForeignSource,
  name: string,
  durationSec: number | undefined,
  found: Pick<ForeignResult, "tasks" | "notes">,
): ForeignResult {
  return {
    source,
    name,
    startedAt: undefined,
    durationMs: durationSec === undefined ? undefined : durationSec * 1000,
    thresholds: [],
    rounding: "none",
    ...found,
  };
}

/** Only those whose time is known, by rising ratio. */
export function knownQuantiles(
  quantiles: readonly { readonly ratio: number; readonly ms: number | undefined }[],
): ForeignQuantile[] {
  return quantiles
    .flatMap(({ ratio, ms }) => (ms === undefined ? [] : [{ ratio, ms }]))
    .sort((a, b) => a.ratio - b.ratio);
}

/** The quantiles that thresholds ask for, of single times; nearest rank (type 1 in Hyndman & Fan 1996). */
function quantilesOfTimes(timesMs: readonly number[]): ForeignQuantile[] {
  if (timesMs.length === 0) return [];
  const sorted = [...timesMs].sort((a, b) => a - b);
  return [0.5, 0.75, 0.9, 0.95, 0.99, 0.999].map((ratio) => ({
    ratio,
    ms: sorted[Math.max(1, Math.ceil(ratio * sorted.length - 1e-9)) - 1]!,
  }));
}

/** `meanMs`, `minMs`, `maxMs` and quantiles of single times. */
export function figuresOfTimes(
  timesMs: readonly number[],
): Pick<ForeignTask, "quantilesMs" | "meanMs" | "minMs" | "maxMs"> {
  if (timesMs.length === 0) return { quantilesMs: [], meanMs: undefined, minMs: undefined, maxMs: undefined };
  return {
    quantilesMs: quantilesOfTimes(timesMs),
    meanMs: timesMs.reduce((sum, ms) => sum + ms, 0) / timesMs.length,
    minMs: timesMs.reduce((a, b) => Math.min(a, b)),
    maxMs: timesMs.reduce((a, b) => Math.max(a, b)),
  };
}
