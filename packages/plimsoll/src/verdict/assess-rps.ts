import { BATCH_COUNT, rateInterval } from "../analysis/batch-means.ts";
import { countFigure, instantFigure, rateFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { Interval } from "../analysis/proportion.ts";
import { completedBySecond, wholeSeconds } from "../analysis/throughput.ts";
import type { Threshold } from "../spec/spec.ts";
import { type Assessment, noData } from "./assessment.ts";
import { isMet, judgeInterval } from "./comparison.ts";
import type { Scope } from "./scope.ts";

/** `rps > 40`: requests that completed within the scope, per second of it; none of those that its drain brought. */
export function assessRps({ task, profile, fromMs, toMs }: Scope, threshold: Threshold): Assessment {
  if (task.arrivals.sent === 0) return noData("No request was sent.");
  const within = wholeSeconds(fromMs, toMs);
  if (within.count === 0) return noData("The judged part holds no whole second.");
  const rates = completedBySecond(profile.series, within, task.name === AGGREGATED ? undefined : task.name);
  const n = rates.reduce((sum, rate) => sum + rate, 0);
  const value = n / rates.length;
  const { low, high } = intervalAround(value, rates) ?? {};
  const observed = { value, low, high, n, fromMs, toMs };
  const seconds = instantFigure(rates.length * 1000);
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

/** As wide as the stretches say, around the rate over all seconds: the last few may fill no stretch. */
function intervalAround(value: number, rates: readonly number[]): Interval | undefined {
  const means = stretches(rates);
  const spread = rateInterval(means);
  if (spread === undefined) return undefined;
  const half = spread.high - means.reduce((sum, rate) => sum + rate, 0) / means.length;
  return { low: Math.max(0, value - half), high: value + half };
}

/** Means of at most twenty runs of consecutive seconds of equal length; what does not fill the last one is left out. */
function stretches(rates: readonly number[]): readonly number[] {
  const length = Math.max(1, Math.floor(rates.length / BATCH_COUNT));
  return Array.from({ length: Math.floor(rates.length / length) }, (_, index) => {
    const part = rates.slice(index * length, (index + 1) * length);
    return part.reduce((sum, rate) => sum + rate, 0) / length;
  });
}
