import { BATCH_COUNT, rateInterval } from "../analysis/batch-means.ts";
import { countFigure, instantFigure, rateFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { Threshold } from "../spec/spec.ts";
import { type Assessment, noData } from "./assessment.ts";
import { isMet, judgeInterval } from "./comparison.ts";
import type { Scope } from "./scope.ts";

/** `rps > 40`: completed requests per second of the scope. The whole phase counts those that ended in its drain, too. */
export function assessRps(scope: Scope, threshold: Threshold): Assessment {
  const { task, profile, fromMs, toMs } = scope;
  if (task.arrivals.sent === 0) return noData("No request was sent.");
  const rates = completedPerSec(scope);
  const isWhole = fromMs === 0 && toMs === profile.durationMs;
  const mean = rates.length === 0 ? 0 : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const value = isWhole ? task.completedPerSec : mean;
  const spread = rateInterval(stretches(rates));
  const low = spread === undefined ? undefined : Math.max(0, value - (mean - spread.low));
  const high = spread === undefined ? undefined : value + (spread.high - mean);
  const n = isWhole ? task.arrivals.completed : Math.round(mean * rates.length);
  const observed = { value, low, high, n, fromMs, toMs };
  const seconds = instantFigure(toMs - fromMs);
  const fact = `${countFigure(n)} requests completed in ${seconds}: ${rateFigure(value)}; limit ${rateFigure(threshold.limit)}`;
  if (threshold.strict === "point")
    return { verdict: isMet(value, threshold) ? "pass" : "fail", observed, why: `${fact}.` };
  if (low === undefined || high === undefined)
    return { verdict: "inconclusive", observed, why: `${fact}; too few seconds for an interval.` };
  const verdict = judgeInterval({ low, high }, threshold);
  const between = `the true rate lies between ${rateFigure(low)} and ${rateFigure(high)}`;
  return {
    verdict,
    observed,
    why: verdict === "inconclusive" ? `${fact}; ${between}: too close to call.` : `${fact}.`,
  };
}

/** In each whole second of the scope. */
function completedPerSec({ profile, task, fromMs, toMs }: Scope): readonly number[] {
  return profile.series
    .filter(({ atMs }) => atMs >= fromMs && atMs + 1000 <= toMs)
    .map((point) => (task.name === AGGREGATED ? point.completed : (point.byTask[task.name]?.completed ?? 0)));
}

/** Means of at most twenty runs of consecutive seconds of equal length; what does not fill the last one is left out. */
function stretches(rates: readonly number[]): readonly number[] {
  const length = Math.max(1, Math.floor(rates.length / BATCH_COUNT));
  return Array.from({ length: Math.floor(rates.length / length) }, (_, index) => {
    const part = rates.slice(index * length, (index + 1) * length);
    return part.reduce((sum, rate) => sum + rate, 0) / length;
  });
}
