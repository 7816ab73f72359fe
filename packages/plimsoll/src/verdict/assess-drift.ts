import { countFigure, instantFigure, ratioFigure } from "../analysis/figure.ts";
import { SLOT_MS } from "../analysis/histogram.ts";
import { type DriftEvidence, leastDriftRatio, profileDrift } from "../analysis/profile-drift.ts";
import type { ProfileDrift } from "../analysis/run-stats.ts";
import type { Threshold } from "../spec/spec.ts";
import { type Assessment, noData } from "./assessment.ts";
import { isMet, isUpperBound, judgeInterval } from "./comparison.ts";
import type { Verdict } from "./judgement.ts";
import type { Scope } from "./scope.ts";

/**
 * `drift < 10%`: the rise of p95 over the level part. Fail when slope, ranks and size all tell of a rise of at least the
 * limit; pass when it is surely below twice the limit and does not look like more than the limit; else inconclusive.
 */
export function assessDrift(scope: Scope, threshold: Threshold): Assessment {
  const { task } = scope;
  const drift = profileDrift(evidenceOf(scope), leastRatioOf(threshold));
  if (drift === undefined) {
    return noData(
      "Too short to tell drift: it needs 2 min of level load after the warm-up, in twelve windows of 100 requests.",
    );
  }
  const n = task.slots
    .filter(({ due }) => due * SLOT_MS >= drift.fromMs && due * SLOT_MS < drift.toMs)
    .reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  const { totalRatio: value, low, high, fromMs, toMs } = drift;
  const observed = { value, low, high, n, fromMs, toMs };
  const verdict = judgeDrift(drift, threshold);
  const limit = `limit ${ratioFigure(threshold.limit)}`;
  const span = `${driftSentence(drift)} over ${countFigure(n)} requests; ${limit}`;
  const lack = verdict === "inconclusive" ? "; too close to call, run twice as long" : "";
  return { verdict, observed, why: `${span}${lack}.` };
}

/** `drift < 10%` failed: does it still when as much of the rise is our own lateness as there can have been? */
export function driftFailsWithoutLag(scope: Scope, threshold: Threshold): boolean {
  const least = leastDriftRatio(evidenceOf(scope), scope.profile.generator.sendLagMs.max, leastRatioOf(threshold));
  return least !== undefined && !isMet(least, threshold);
}

function evidenceOf({ profile, task }: Scope): DriftEvidence {
  const { planned, durationMs, warmup } = profile;
  return { planned, durationMs, warmup, slots: task.slots };
}

function leastRatioOf({ limit }: Threshold): number | undefined {
  return limit > 0 ? limit : undefined;
}

function judgeDrift({ verdict, totalRatio, low, high }: ProfileDrift, threshold: Threshold): Verdict {
  const isPointMet = isMet(totalRatio, threshold);
  if (threshold.strict === "point") return isPointMet ? "pass" : "fail";
  if (!isUpperBound(threshold)) return judgeInterval({ low, high }, threshold);
  if (verdict === "drift" && !isPointMet) return "fail";
  return verdict === "stable" && isPointMet ? "pass" : "inconclusive";
}

/** `p95 rose by 23 % (12 % to 35 %) from 12 s to 3 m, evenly`, without its full stop. */
export function driftSentence({ verdict, totalRatio, low, high, fromMs, toMs, shape, stepAtMs }: ProfileDrift): string {
  const by = `${ratioFigure(Math.abs(totalRatio))} (${ratioFigure(low)} to ${ratioFigure(high)})`;
  const move = `p95 ${totalRatio < 0 ? "fell" : "rose"} by ${by} from ${instantFigure(fromMs)} to ${instantFigure(toMs)}`;
  if (verdict !== "drift") return move;
  const isStep = shape === "step" && stepAtMs !== undefined;
  return `${move}, ${isStep ? `in one step at ${instantFigure(stepAtMs)}` : "evenly, as with a leak"}`;
}
