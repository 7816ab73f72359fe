import { instantFigure, msFigure } from "../analysis/figure.ts";
import { SLOT_MS } from "../analysis/histogram.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import type { Threshold } from "../spec/spec.ts";
import { assessDrift } from "./assess-drift.ts";
import { assessErrors } from "./assess-errors.ts";
import { assessQuantile } from "./assess-quantile.ts";
import { assessRecovery } from "./assess-recovery.ts";
import { assessRps } from "./assess-rps.ts";
import { assessExtreme, assessMean } from "./assess-time.ts";
import { type Assessment, noData } from "./assessment.ts";
import type { Verdict } from "./judgement.ts";
import { narrow, type Scope } from "./scope.ts";

/**
 * The scope of a threshold: response times are judged after the warm-up cut; failures and throughput over the whole
 * phase, because a warm-up excuses no failure and `rps` is per second of the phase.
 */
export function scopeOf(
  profile: ProfileStats,
  task: TaskStats,
  threshold: Threshold,
  limitsMs: readonly number[],
): Scope {
  const fromMs = isOfTime(threshold) ? profile.warmup.cutMs : 0;
  return narrow({ profile, task, limitsMs, fromMs, toMs: profile.durationMs, slots: [] }, fromMs, profile.durationMs);
}

/** About the response time, so that a warm-up matters. */
export function isOfTime({ metric }: Threshold): boolean {
  const { kind } = metric;
  return kind === "quantile" || kind === "mean" || kind === "min" || kind === "max" || kind === "drift";
}

/** What the scope's requests say of the threshold; with `for`, every window of that length must keep it. */
export function assess(scope: Scope, threshold: Threshold): Assessment {
  return threshold.windowMs === undefined
    ? assessOnce(scope, threshold)
    : assessWindows(scope, threshold, threshold.windowMs);
}

function assessOnce(scope: Scope, threshold: Threshold): Assessment {
  const { metric } = threshold;
  switch (metric.kind) {
    case "quantile":
      return assessQuantile(scope, threshold, metric.ratio);
    case "mean":
      return assessMean(scope, threshold);
    case "min":
    case "max":
      return assessExtreme(scope, threshold, metric.kind);
    case "errors":
      return assessErrors(scope, threshold);
    case "rps":
      return assessRps(scope, threshold);
    case "drift":
      return assessDrift(scope, threshold);
    case "recovery":
      return assessRecovery(scope, threshold);
  }
}

/** Windows begin a tenth of their length apart. The first breach decides, then the first one too close to call. */
function assessWindows(scope: Scope, threshold: Threshold, windowMs: number): Assessment {
  const { fromMs, toMs } = scope;
  if (toMs - fromMs < windowMs) {
    return noData(`The judged part lasts ${msFigure(toMs - fromMs)}, less than one window of ${msFigure(windowMs)}.`);
  }
  const stepMs = Math.max(SLOT_MS, Math.round(windowMs / 10 / SLOT_MS) * SLOT_MS);
  const windows: Assessment[] = [];
  for (let startMs = fromMs; startMs + windowMs <= toMs; startMs += stepMs) {
    windows.push(withinWindow(narrow(scope, startMs, startMs + windowMs), threshold));
    if (windows[windows.length - 1]?.verdict === "fail") break;
  }
  return worstOf(windows, ["fail", "inconclusive", "pass"]);
}

function withinWindow(scope: Scope, threshold: Threshold): Assessment {
  const assessment = assessOnce(scope, threshold);
  return {
    ...assessment,
    why: `From ${instantFigure(scope.fromMs)} to ${instantFigure(scope.toMs)}: ${asClause(assessment.why)}`,
  };
}

function worstOf(windows: readonly Assessment[], order: readonly Verdict[]): Assessment {
  for (const verdict of order) {
    const found = windows.find((window) => window.verdict === verdict);
    if (found === undefined) continue;
    if (verdict !== "pass") return found;
    return { ...found, why: `All ${windows.length} windows keep it; the first: ${asClause(found.why)}` };
  }
  return noData("There was no window to judge.");
}
