/** What is still to come of a search, in words: how long it takes, and what follows. */
import type { CapacityOptions } from "../analysis/capacity/capacity-options.ts";
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { forecastSearch } from "../analysis/capacity/expected-width.ts";
import type { SearchAhead } from "../analysis/capacity/search-ahead.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countOfFigure } from "../analysis/figure.ts";
import { formatDuration } from "../base/format-number.ts";

/** What to expect before anything broke, then how long it still takes; and what comes after. Empty when nothing does. */
export function outlookText(report: CapacityReport): string {
  const { result, remainingMs, estimate, ahead, options } = report;
  const then = aheadText(ahead);
  if (report.isGivenUp || report.early !== undefined) return "";
  if (result !== undefined) return then === "" ? "" : `Still to come: ${then}.`;
  if (remainingMs === undefined || estimate?.isBroken !== true)
    return options === undefined ? "" : forecastText(options);
  return `About ${roundedDuration(remainingMs)} left${then === "" ? "" : `; then ${then}`}.`;
}

/** `what lies beyond it (about 3 m), 6 rows by number of users (about 2 m)`; empty when nothing comes. */
export function aheadText({ overloadMs, levelCount, levelsMs }: SearchAhead): string {
  return [
    ...(overloadMs > 0 ? [`what lies beyond it (about ${roundedDuration(overloadMs)})`] : []),
    ...(levelCount > 0
      ? [`${countOfFigure(levelCount, "row")} by number of users (about ${roundedDuration(levelsMs)})`]
      : []),
  ].join(", ");
}

/** Said before the search begins: at once where that was told, else when the probes have found out. */
export function forecastText(options: CapacityOptions): string {
  const guess = options.targetLoad ?? Math.min(options.maxLoad, options.startLoad * 3);
  const { durationMs, halfWidth } = forecastSearch(guess, options);
  const from = loadText(options.by, options.startLoad);
  const width = Math.min(999, Math.max(1, Math.round(100 * halfWidth)));
  return `Beginning at ${from}. If the limit lies about ${loadText(options.by, guess)}, expect some ${roundedDuration(durationMs)} and an interval of about ± ${width} %.`;
}

/** To ten seconds. */
export function roundedDuration(ms: number): string {
  return formatDuration(Math.max(10_000, Math.round(ms / 10_000) * 10_000));
}
