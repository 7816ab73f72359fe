/** What a percentile is of, wherever two of one profile stand on one page. */
import type { ThresholdJudgement } from "../verdict/judgement.ts";

const VERDICT_TIMES =
  "Times here: of the judged part; in percentiles failed requests are slower than any answer. A verdict rests on its interval.";

/** Of tables of tasks. */
export const TABLE_TIMES = "of the whole phase, failed requests by the time they took";

/** Of the intervals beside them. */
export const TABLE_INTERVALS = "wider than a verdict's, to allow for a queue's slow swings";

/** Beside a table of thresholds: `undefined` where none is about times with an interval. */
export function verdictTimesNote(thresholds: readonly ThresholdJudgement[]): string | undefined {
  const isTold = thresholds.some(
    ({ unit, observed }) => unit === "ms" && (observed?.low ?? observed?.high) !== undefined,
  );
  return isTold ? VERDICT_TIMES : undefined;
}
