/** Ends a run that cannot keep a threshold with `abort` any more: from the spec's thresholds to orders for the coordinator. */
import { type EarlyAbort, earlyAbortEvent } from "../analysis/early-abort.ts";
import { countFigure, countOfFigure, instantFigure, msFigure, ratioFigure } from "../analysis/figure.ts";
import type { WatchedPromise } from "../analysis/promise-counts.ts";
import { type BrokenPromise, PromiseWatch } from "../analysis/promise-watch.ts";
import type { PhaseOrder } from "../fleet/coordinator.ts";
import type { PhaseWatch } from "../fleet/planned-phases.ts";
import type { PlanRecord } from "../records/record.ts";
import type { Profile, Threshold } from "../spec/spec.ts";
import { allowedShare } from "../verdict/assess-quantile.ts";

/** The watch of a profile; undefined where no threshold with `abort` is for it. */
export function abortWatchOf(
  plan: Pick<PlanRecord, "phases" | "limitsMs">,
  thresholds: readonly Threshold[],
): (profile: Pick<Profile, "name">) => PhaseWatch | undefined {
  return ({ name }) => {
    const phase = plan.phases.findIndex((planned) => planned.name === name);
    const planned = plan.phases[phase];
    const promises = thresholds
      .filter(({ abort, profile }) => abort && (profile === undefined || profile === name))
      .flatMap((threshold) => promiseOf(threshold, plan.limitsMs) ?? []);
    if (planned === undefined || promises.length === 0) return undefined;
    const watches = promises.map((kept) => ({
      ...kept,
      watch: new PromiseWatch({ promise: kept.promise, planned, promiseCount: promises.length }),
    }));
    return watchAll(watches, phase, name);
  };
}

interface KeptPromise {
  readonly threshold: Threshold;
  readonly promise: WatchedPromise;
}

/** Undefined for what cannot be told before the end, such as a mean; the spec's parser refuses `abort` there. */
function promiseOf(threshold: Threshold, limitsMs: readonly number[]): KeptPromise | undefined {
  const { metric, task, limit } = threshold;
  if (metric.kind === "errors") return { threshold, promise: { task, allowedRatio: limit, limit: undefined } };
  if (metric.kind !== "quantile") return undefined;
  const index = limitsMs.indexOf(limit);
  return { threshold, promise: { task, allowedRatio: allowedShare(metric.ratio), limit: { index, ms: limit } } };
}

function watchAll(
  watches: readonly (KeptPromise & { readonly watch: PromiseWatch })[],
  phase: number,
  profile: string,
): PhaseWatch {
  let isOver = false;
  return (second): PhaseOrder | undefined => {
    if (isOver) return undefined;
    for (const { watch, threshold, promise } of watches) {
      const broken = watch.add(second);
      if (broken === undefined) continue;
      isOver = true;
      const { expr, task } = threshold;
      const abort: EarlyAbort = { expr, profile, task, why: whyOf(broken, promise) };
      return { end: "run", event: earlyAbortEvent(abort, phase) };
    }
    return undefined;
  };
}

function whyOf(broken: BrokenPromise, { limit, allowedRatio }: WatchedPromise): string {
  const { count, bad, fromMs, toMs, waiting, waitingLimit = 0 } = broken;
  if (broken.kind === "queue-runs-away") {
    const queue = `The queue runs away: at ${instantFigure(toMs)} ${countOfFigure(waiting, "request")} wait for an answer`;
    return `${queue}; beyond ${countFigure(waitingLimit)} the planned rate cannot be answered within ${msFigure(limit?.ms ?? 0)}.`;
  }
  const what = limit === undefined ? "failed" : `took longer than ${msFigure(limit.ms)} or failed`;
  const counted = `${countFigure(bad)} of ${countOfFigure(count, "request")} (${ratioFigure(bad / count)}) ${what}`;
  return `From ${instantFigure(fromMs)} to ${instantFigure(toMs)}, ${counted}; ${ratioFigure(allowedRatio)} allowed${surenessOf(broken, allowedRatio)}.`;
}

function surenessOf({ kind }: BrokenPromise, allowedRatio: number): string {
  if (kind === "beyond-hope") return ", too many even if all still to come are good";
  return allowedRatio > 0 ? " (betting test, error probability 1 %)" : "";
}
