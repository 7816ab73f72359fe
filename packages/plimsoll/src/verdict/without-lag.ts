import { shareInterval, totalOf } from "../analysis/batch-means.ts";
import { countAboveUs } from "../analysis/histogram.ts";
import { slotShare } from "../analysis/slot-share.ts";
import type { Threshold } from "../spec/spec.ts";
import { assess } from "./assess.ts";
import { driftFailsWithoutLag } from "./assess-drift.ts";
import { allowedShare } from "./assess-quantile.ts";
import { isUpperBound } from "./comparison.ts";
import { batchesOf, type Scope } from "./scope.ts";

/**
 * Would a failed threshold fail even if our own lateness were taken off? Errors do not depend on it. Throughput does,
 * in a way that cannot be undone, so it never holds. Response times are lowered by as much lateness as there can have
 * been, in the two ways that the records allow; if either still fails, the target is at fault.
 */
export function failsWithoutLag(scope: Scope, threshold: Threshold): boolean {
  const { metric } = threshold;
  if (metric.kind === "errors") return true;
  if (!isUpperBound(threshold) || metric.kind === "rps") return false;
  if (metric.kind === "drift") return driftFailsWithoutLag(scope, threshold);
  // Lateness may come with the spike, and cannot be taken off what it did to the band before it.
  if (metric.kind === "recovery") return false;
  if (metric.kind === "quantile" && threshold.windowMs === undefined) {
    if (serviceFails(scope, threshold, metric.ratio)) return true;
  }
  const raised = { ...threshold, limit: threshold.limit + scope.profile.generator.sendLagMs.max };
  return assess(scope, raised).verdict === "fail";
}

/**
 * The share by service time. Service times are kept for the whole phase and all outcomes, so this is the least that the
 * judged part can hold: slow services less those that may have been before the cut, plus failures that were quick.
 */
function serviceFails(scope: Scope, threshold: Threshold, ratio: number): boolean {
  const { task, profile, slots } = scope;
  const limitUs = threshold.limit * 1000;
  const judged = new Set(slots);
  let bad = countAboveUs(task.serviceBuckets, limitUs);
  for (const slot of task.slots) {
    if (!judged.has(slot)) bad -= countAboveUs(slot.response, limitUs) + countAboveUs(slot.failedResponse, limitUs);
  }
  bad = Math.max(0, bad);
  const lagUs = profile.generator.sendLagMs.max * 1000;
  for (const slot of slots) {
    bad += slot.failed - countAboveUs(slot.failedResponse, limitUs) + countAboveUs(slot.censored, limitUs + lagUs);
  }
  const batches = batchesOf(scope, (slot) => slotShare(slot, threshold.limit, scope.limitsMs));
  const { sum: over, count: n } = totalOf(batches);
  if (n === 0) return false;
  const margin = threshold.strict === "point" ? 0 : over / n - shareInterval(batches).low;
  return bad / n - margin > allowedShare(ratio);
}
