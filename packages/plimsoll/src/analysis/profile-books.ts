/** Little's law over the level part of one phase, from its seconds: a check of our own books. */
import type { PlannedPhase } from "../records/record.ts";
import { meanAgeMs } from "./in-flight-levels.ts";
import { type BookBalance, balanceBooks } from "./littles-law.ts";
import { firstLevel, isSpike } from "./planned-shape.ts";
import type { ArrivalTotals, LatencySummary, SecondPoint, TaskStats } from "./run-stats.ts";

type LedgerSecond = Pick<SecondPoint, "atMs" | "inFlight" | "serviceSumMs" | "responseSumMs">;

export interface BooksEvidence {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  readonly cutMs: number;
  readonly isFinished: boolean;
  readonly series: readonly LedgerSecond[];
  /** All requests together. */
  readonly all: Pick<TaskStats, "serviceBuckets" | "responseBuckets"> & {
    readonly arrivals: Pick<ArrivalTotals, "inFlightAtEnd">;
    readonly serviceMs: Pick<LatencySummary, "max"> | undefined;
  };
}

/** Requests longer than this part of the stretch overlap its ends too much for the law to hold. */
const LONGEST_STAY_RATIO = 0.1;
const UNKNOWN: BookBalance = { verdict: "inconclusive", ratio: undefined, interval: undefined };

/**
 * In flight over a second is taken as the mean of its two ends. Two loads tell nothing: a request that is never answered
 * stands in the gauge and in no sum of times; and evenly spaced arrivals keep step with a gauge that is read every second.
 */
export function profileBooks({ planned, durationMs, cutMs, isFinished, series, all }: BooksEvidence): BookBalance {
  if (isSpike(planned) || planned.arrivals === "constant" || all.serviceMs === undefined) return UNKNOWN;
  if (!isFinished || all.arrivals.inFlightAtEnd > 0) return UNKNOWN;
  const level = firstLevel(planned, durationMs);
  const fromMs = Math.max(level[0], cutMs);
  if (all.serviceMs.max > LONGEST_STAY_RATIO * (level[1] - fromMs)) return UNKNOWN;
  const ageMs = { least: meanAgeMs(all.serviceBuckets) ?? 0, most: meanAgeMs(all.responseBuckets) ?? 0 };
  const seconds = series.flatMap((point, at) => {
    const before = series[at - 1];
    const { atMs, inFlight, serviceSumMs, responseSumMs } = point;
    if (atMs < fromMs || atMs + 1000 > level[1] || before?.atMs !== atMs - 1000) return [];
    if (serviceSumMs === undefined || responseSumMs === undefined) return [];
    const more = inFlight - before.inFlight;
    return {
      inFlight: (before.inFlight + inFlight) / 2,
      leastMs: serviceSumMs + ageMs.least * more,
      mostMs: responseSumMs + ageMs.most * more,
    };
  });
  return balanceBooks(seconds);
}
