import { shareInterval, totalOf } from "../analysis/batch-means.ts";
import { countFigure, ratioFigure } from "../analysis/figure.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import type { Threshold } from "../spec/spec.ts";
import { type Assessment, noData } from "./assessment.ts";
import { isMet, isUpperBound, judgeInterval } from "./comparison.ts";
import { batchesOf, type Scope } from "./scope.ts";

/** `errors < 1%`: failed ÷ ended requests, of those due in the scope. */
export function assessErrors(scope: Scope, threshold: Threshold): Assessment {
  const batches = batchesOf(scope, ({ completed, failed }) => ({ sum: failed, count: completed + failed }));
  const { sum: failed, count: n } = totalOf(batches);
  if (n === 0) return noData("No request had ended.");
  const interval = shareInterval(batches);
  const value = failed / n;
  const fact = `${countFigure(failed)} of ${countFigure(n)} requests failed (${ratioFigure(value)}); limit ${ratioFigure(threshold.limit)}`;
  const observed = { value, ...interval, n, fromMs: scope.fromMs, toMs: scope.toMs };
  // Where none may fail, one that did settles it and nothing else can: there is no interval to wait for.
  if (threshold.strict === "point" || threshold.limit <= 0) {
    return { verdict: isMet(value, threshold) ? "pass" : "fail", observed, why: `${fact}.` };
  }
  const verdict = judgeInterval(interval, threshold);
  const needed = minimumCount(1 - threshold.limit);
  if (verdict === "pass" && isUpperBound(threshold) && n < needed)
    return { verdict: "inconclusive", observed, why: `${fact}; too few requests, ${countFigure(needed)} are needed.` };
  if (verdict !== "inconclusive") return { verdict, observed, why: `${fact}.` };
  const between = `${ratioFigure(interval.low)} and ${ratioFigure(interval.high)}`;
  const lack = n < needed ? `too few requests, ${countFigure(needed)} are needed` : "too close to call, run longer";
  return { verdict, observed, why: `${fact}; the true share lies between ${between}: ${lack}.` };
}
