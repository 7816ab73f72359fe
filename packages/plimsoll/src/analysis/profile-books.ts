/** Little's law over the level part of one phase, from its seconds: a check of our own books. */
import type { PlannedPhase } from "../records/record.ts";
import { type BookBalance, balanceBooks } from "./littles-law.ts";
import { firstLevel, isSpike } from "./planned-shape.ts";
import type { SecondPoint, TaskStats } from "./run-stats.ts";

export interface BooksEvidence {
  readonly planned: PlannedPhase;
  readonly durationMs: number;
  readonly cutMs: number;
  readonly series: readonly Pick<SecondPoint, "atMs" | "inFlight" | "serviceSumMs">[];
  readonly serviceMs: TaskStats["serviceMs"];
}

/** Requests longer than this part of the stretch overlap its ends too much for the law to hold. */
const LONGEST_STAY_RATIO = 0.1;
/** Where a second does not tell: it is not known to balance. */
const UNKNOWN: BookBalance = { verdict: "inconclusive", ratio: undefined, interval: undefined };

/** In flight over a second is taken as the mean of its two ends. */
export function profileBooks({ planned, durationMs, cutMs, series, serviceMs }: BooksEvidence): BookBalance {
  if (isSpike(planned) || serviceMs === undefined) return UNKNOWN;
  const level = firstLevel(planned, durationMs);
  const fromMs = Math.max(level[0], cutMs);
  if (serviceMs.max > LONGEST_STAY_RATIO * (level[1] - fromMs)) return UNKNOWN;
  const seconds = series.flatMap((point, at) => {
    const before = series[at - 1];
    const isWithin = point.atMs >= fromMs && point.atMs + 1000 <= level[1];
    if (!isWithin || before === undefined || before.atMs + 1000 !== point.atMs) return [];
    return [{ inFlight: (before.inFlight + point.inFlight) / 2, endedMs: point.serviceSumMs ?? 0 }];
  });
  return balanceBooks(seconds);
}
