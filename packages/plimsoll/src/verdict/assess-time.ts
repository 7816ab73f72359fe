/** `mean`, `min` and `max` of the response time: every ended request, and the ages of those never answered. */
import { type Batch, batchInterval, totalOf } from "../analysis/batch-means.ts";
import { countFigure, msFigure } from "../analysis/figure.ts";
import type { Buckets } from "../analysis/histogram.ts";
import { bucketIndexOfUs, bucketValueUs, countOf } from "../analysis/histogram.ts";
import type { SlotStats } from "../analysis/slot-stats.ts";
import type { Threshold } from "../spec/spec.ts";
import { type Assessment, noData } from "./assessment.ts";
import { isMet, judgeInterval } from "./comparison.ts";
import { batchesOf, type Scope } from "./scope.ts";

/** The mean, with its interval over time batches. An age counts as the time it has reached: the least it can be. */
export function assessMean(scope: Scope, threshold: Threshold): Assessment {
  const batches = batchesOf(scope, sumMs);
  const { sum, count: n } = totalOf(batches);
  if (n === 0) return noData("There were no requests to judge.");
  const value = sum / n;
  const interval = batchInterval(batches);
  const observed = {
    value,
    low: interval?.low,
    high: interval?.high,
    n,
    fromMs: scope.fromMs,
    toMs: scope.toMs,
  };
  const fact = `the mean of ${countFigure(n)} requests is ${msFigure(value)}; limit ${msFigure(threshold.limit)}`;
  const failed = failedAll(scope);
  if (failed !== undefined) return { verdict: "fail", observed, why: failed };
  if (threshold.strict === "point")
    return { verdict: isMet(value, threshold) ? "pass" : "fail", observed, why: `${capital(fact)}.` };
  if (interval === undefined)
    return { verdict: "inconclusive", observed, why: `${capital(fact)}; too few requests for an interval.` };
  const verdict = judgeInterval(interval, threshold);
  const between = `the true mean lies between ${msFigure(interval.low)} and ${msFigure(interval.high)}`;
  const lack = verdict === "inconclusive" ? `; ${between}: too close to call, run longer` : "";
  return { verdict, observed, why: `${capital(fact)}${lack}.` };
}

/** The least or greatest time: one request decides, so there is no interval. */
export function assessExtreme(scope: Scope, threshold: Threshold, which: "min" | "max"): Assessment {
  const n = scope.slots.reduce((sum, slot) => sum + sumMs(slot).count, 0);
  if (n === 0) return noData("There were no requests to judge.");
  const value = which === "max" ? greatestMs(scope) : leastMs(scope);
  const observed = { value, low: undefined, high: undefined, n, fromMs: scope.fromMs, toMs: scope.toMs };
  const failed = failedAll(scope);
  if (failed !== undefined) return { verdict: "fail", observed, why: failed };
  const word = which === "max" ? "slowest" : "fastest";
  const why = `The ${word} of ${countFigure(n)} requests took ${msFigure(value)}; limit ${msFigure(threshold.limit)}.`;
  return { verdict: isMet(value, threshold) ? "pass" : "fail", observed, why };
}

/** A target that refuses everything answers quickly; its times must not pass for a promise kept. */
function failedAll({ slots }: Scope): string | undefined {
  if (slots.some(({ completed }) => completed > 0)) return undefined;
  const failed = slots.reduce((sum, slot) => sum + slot.failed + countOf(slot.censored), 0);
  return `None of ${countFigure(failed)} requests succeeded, so there is no response time to keep a promise with.`;
}

/** Of every request that has a time, be it an answer, a failure or an age. */
export function sumMs(slot: SlotStats): Batch {
  let sum = 0;
  let count = 0;
  for (const buckets of [slot.response, slot.failedResponse, slot.censored]) {
    for (const [index, more] of buckets) {
      sum += (bucketValueUs(index) / 1000) * more;
      count += more;
    }
  }
  return { sum, count };
}

/** Exact when the slowest request of the whole phase is within; else its bucket's value. */
function greatestMs({ slots, task }: Scope): number {
  const ends = slots.flatMap(({ response, failedResponse, censored }) =>
    [response, failedResponse, censored].map(lastIndex),
  );
  return exactly(Math.max(...ends), task.responseMs?.max);
}

function leastMs({ slots, task }: Scope): number {
  const starts = slots.flatMap(({ response, failedResponse }) => [response, failedResponse].map(firstIndex));
  return exactly(Math.min(...starts), task.responseMs?.min);
}

function exactly(index: number, exactMs: number | undefined): number {
  if (exactMs !== undefined && bucketIndexOfUs(exactMs * 1000) === index) return exactMs;
  return bucketValueUs(index) / 1000;
}

function lastIndex(buckets: Buckets): number {
  return buckets[buckets.length - 1]?.[0] ?? 0;
}

function firstIndex(buckets: Buckets): number {
  return buckets[0]?.[0] ?? Number.POSITIVE_INFINITY;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
