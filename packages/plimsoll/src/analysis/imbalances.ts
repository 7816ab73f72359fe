import { bucketValueUs, countOf, MAX_BUCKET_INDEX } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { countFigure, msFigure } from "./figure.ts";
import type { ArrivalTotals, LatencySummary, ProfileStats, TaskStats } from "./run-stats.ts";

/** What a histogram stands for is this near to what it holds, value by value, and so in sum. */
const HISTOGRAM_RATIO = 0.005;
/** Values below 1 µs count as 1 µs. */
const LEAST_MS = 0.001;
/** Longer ones count as this. */
const LONGEST_MS = bucketValueUs(MAX_BUCKET_INDEX) / 1000;

/**
 * Nothing vanishes: planned = sent + dropped and sent = completed + failed + in flight at the end, for every task of
 * every finished profile (and so for their sum). Nor do times: every request that ended has a response and a service time
 * in the histograms, and these add up to the exact sums that are kept beside them. One sentence for each that does not hold.
 */
export function imbalancesOf(profiles: readonly ProfileStats[]): readonly string[] {
  return profiles
    .filter(({ isFinished }) => isFinished)
    .flatMap(({ name, tasks }) =>
      tasks
        .slice(0, -1)
        .flatMap((task) =>
          [...arrivalFaults(task.arrivals), ...timeFaults(task)].map((fault) => `${name}, ${task.name}: ${fault}.`),
        ),
    );
}

function arrivalFaults({ planned, sent, completed, failed, inFlightAtEnd, dropped }: ArrivalTotals): readonly string[] {
  const faults: string[] = [];
  if (planned !== sent + dropped) {
    faults.push(`planned ${countFigure(planned)} ≠ sent ${countFigure(sent)} + dropped ${countFigure(dropped)}`);
  }
  if (sent !== completed + failed + inFlightAtEnd) {
    const parts = `completed ${countFigure(completed)} + failed ${countFigure(failed)}`;
    faults.push(`sent ${countFigure(sent)} ≠ ${parts} + in flight ${countFigure(inFlightAtEnd)}`);
  }
  return faults;
}

function timeFaults({
  requests,
  responseMs,
  serviceMs,
  responseBuckets,
  serviceBuckets,
}: TaskStats): readonly string[] {
  return [
    ...histogramFaults("response", { requests, summary: responseMs, buckets: responseBuckets }),
    ...histogramFaults("service", { requests, summary: serviceMs, buckets: serviceBuckets }),
  ];
}

interface KeptTimes {
  /** That ended. */
  readonly requests: number;
  readonly summary: LatencySummary | undefined;
  readonly buckets: Buckets;
}

function histogramFaults(what: string, { requests, summary, buckets }: KeptTimes): readonly string[] {
  const count = countOf(buckets);
  if (count !== requests)
    return [`${countFigure(count)} ${what} times of ${countFigure(requests)} requests that ended`];
  if (summary === undefined || summary.max > LONGEST_MS) return [];
  const sumMs = summary.mean * requests;
  const keptMs = buckets.reduce((sum, [index, held]) => sum + (held * bucketValueUs(index)) / 1000, 0);
  const tolerableMs = HISTOGRAM_RATIO * (1 + 1e-6) * sumMs + LEAST_MS * requests;
  if (Math.abs(keptMs - sumMs) <= tolerableMs) return [];
  return [`${what} times add up to ${msFigure(sumMs)}, those in the histogram to ${msFigure(keptMs)}`];
}
