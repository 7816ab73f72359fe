import { instantFigure } from "../analysis/figure.ts";
import { SLOT_MS } from "../analysis/histogram.ts";
import { profileSpike } from "../analysis/profile-spike.ts";
import type { ProfileSpike } from "../analysis/run-stats.ts";
import { drainReading } from "../analysis/spike-recovery.ts";
import type { Threshold } from "../spec/spec.ts";
import { type Assessment, noData } from "./assessment.ts";
import { isMet, isUpperBound, judgeInterval } from "./comparison.ts";
import type { Observed, Verdict } from "./judgement.ts";
import type { Scope } from "./scope.ts";

/** `recovery < 20s`: from the planned end of a spike until three seconds running are as before it; observed in seconds. */
export function assessRecovery(scope: Scope, threshold: Threshold): Assessment {
  const { profile, task } = scope;
  const { planned, durationMs, series, warmup } = profile;
  const spike = profileSpike({ planned, durationMs, warmup, slots: task.slots, series });
  if (spike === undefined) {
    return noData(
      "The profile has no spike to recover from: it needs stages with a level load, a rise, and that load again.",
    );
  }
  const limit = { op: threshold.op, limit: threshold.limit / 1000 };
  const why = recoverySentence(spike);
  const seen = observedOf(spike, scope);
  if (seen === undefined) return noData(`${why}.`);
  return {
    verdict: judge(seen, limit, threshold.strict),
    observed: seen,
    why: `${why}; limit ${instantFigure(threshold.limit)}.`,
  };
}

/** Without an upper end it had not recovered when the watching ended. */
function judge(seen: Observed, limit: Pick<Threshold, "op" | "limit">, strict: Threshold["strict"]): Verdict {
  const { value, low, high } = seen;
  if (low === undefined || high === undefined) {
    if (value < limit.limit) return "inconclusive";
    return isUpperBound(limit) ? "fail" : "pass";
  }
  if (strict === "point") return isMet(value, limit) ? "pass" : "fail";
  return judgeInterval({ low, high }, limit);
}

function observedOf({ recovery, recoveryErrorMs, toMs }: ProfileSpike, { task, profile }: Scope): Observed | undefined {
  const n = task.slots
    .filter(({ due }) => due * SLOT_MS >= toMs)
    .reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  const scope = { n, fromMs: toMs, toMs: profile.durationMs };
  switch (recovery.kind) {
    case "recovered": {
      const { afterMs } = recovery;
      const low = Math.max(0, afterMs - recoveryErrorMs) / 1000;
      return { value: afterMs / 1000, low, high: (afterMs + recoveryErrorMs) / 1000, ...scope };
    }
    case "not-recovered":
      return { value: recovery.withinMs / 1000, low: recovery.withinMs / 1000, high: undefined, ...scope };
    case "inconclusive": {
      const { watchedMs } = recovery;
      if (watchedMs === undefined) return undefined;
      return { value: watchedMs / 1000, low: watchedMs / 1000, high: undefined, ...scope };
    }
  }
}

/** `As before 24 s (± 1 s) after the spike; its queue alone needs 21.9 s`, without its full stop. */
export function recoverySentence({ recovery, recoveryErrorMs, fluidDrainMs }: ProfileSpike): string {
  const drain = fluidDrainMs === undefined ? "" : `; its queue alone needs ${instantFigure(fluidDrainMs)}`;
  switch (recovery.kind) {
    case "recovered":
      return `As before ${instantFigure(recovery.afterMs)} (± ${instantFigure(recoveryErrorMs)}) after the spike${drain}`;
    case "not-recovered":
      return `Not as before within ${instantFigure(recovery.withinMs)} after the spike${drain}`;
    case "inconclusive":
      return recovery.why.replace(/\.$/, "");
  }
}

/** Above it the base is so near to what gets done that the drain hangs on a small difference of two rates. */
const SURE_ERROR_MS = 1000;

/** What a recovery says that took much longer, or surely much less, than its queue needs to drain; else nothing. */
export function drainNote({ recovery, recoveryErrorMs, fluidDrainMs }: ProfileSpike): string {
  if (recovery.kind !== "recovered" || fluidDrainMs === undefined || fluidDrainMs < 1000) return "";
  if (recoveryErrorMs > SURE_ERROR_MS) return "";
  if (drainReading(recovery.afterMs, fluidDrainMs) === "slow")
    return ": something else holds it up, such as a cold cache, retries or pauses";
  const isShed = drainReading(recovery.afterMs + recoveryErrorMs, fluidDrainMs) === "shed";
  return isShed ? ": sooner than that, so part of it was given up" : "";
}
