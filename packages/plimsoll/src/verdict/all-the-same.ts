/** What is true of a run whose measurement is spoilt: what failed in profiles that were measured well, wrong answers, an early end. */

import { totalOf } from "../analysis/batch-means.ts";
import { earlyAbortOf } from "../analysis/early-abort.ts";
import { instantFigure, ratioFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { Threshold } from "../spec/spec.ts";
import { assess, scopeOf } from "./assess.ts";
import { isUpperBound } from "./comparison.ts";
import type { ThresholdJudgement } from "./judgement.ts";
import { isCutShort } from "./run-faults.ts";
import { batchesOf } from "./scope.ts";
import { steersOf } from "./steered.ts";
import { undoubtedFailures } from "./undoubted-failures.ts";

/** A threshold on one profile, with what its judgement came to. */
export interface JudgedPart {
  readonly threshold: Threshold;
  readonly judged: ThresholdJudgement;
}

/** ` All the same, errors < 1% does not hold in heavy: 100 % failed, …; it was ended early by abort at 46 s.`, or nothing. */
export function allTheSame(stats: RunStats, parts: readonly JudgedPart[]): string {
  const broken = parts.flatMap((part) => {
    const why = part.judged.verdict === "fail" ? "" : wrongAnswers(stats, part);
    return why === undefined ? [] : [{ ...part, why }];
  });
  const early = earlyAbortOf(stats.events);
  const at = instantFigure(stats.end.atMs);
  // The threshold that ended the run says most.
  const isOfAbort = ({ judged }: JudgedPart): boolean =>
    judged.expr === early?.expr && judged.profile === early.profile;
  const first = broken.find(isOfAbort) ?? broken[0];
  if (first === undefined)
    return early === undefined ? "" : ` The run was ended early by abort at ${at} (${early.expr}).`;
  const more = broken.length > 1 ? `, and ${broken.length - 1} more` : "";
  const end =
    early === undefined
      ? ""
      : isOfAbort(first)
        ? `; it was ended early by abort at ${at}`
        : `; the run was ended early by abort at ${at} (${early.expr})`;
  return ` All the same, ${first.judged.expr} does not hold${whereOf(first.judged)}${more}${first.why}${end}.`;
}

/** `: 100 % failed, most often http-4xx: status 404` where that many answers were wrong, however late we asked. */
function wrongAnswers(stats: RunStats, { threshold, judged }: JudgedPart): string | undefined {
  const profile = stats.profiles.find(({ name }) => name === judged.profile);
  const task = profile?.tasks.find(({ name }) => name === judged.task);
  if (profile?.generator.health !== "invalid" || task === undefined) return undefined;
  if (threshold.metric.kind !== "errors" || !isUpperBound(threshold)) return undefined;
  const isUnasked = steersOf(stats, profile.name).length > 0;
  if (isUnasked || (stats.end.kind !== "aborted" && isCutShort(stats, profile))) return undefined;
  const scope = scopeOf(profile, task, threshold, stats.plan.limitsMs);
  const { verdict, observed } = assess(scope, threshold);
  if (verdict !== "fail" || observed === undefined) return undefined;
  const { count: ended } = totalOf(
    batchesOf(scope, (slot) => ({ sum: slot.failed, count: slot.completed + slot.failed })),
  );
  const { count, most } = undoubtedFailures(task);
  const margin = threshold.strict === "point" ? 0 : observed.value - (observed.low ?? observed.value);
  if (count / ended - margin <= threshold.limit) return undefined;
  return `: ${ratioFigure(observed.value)} failed, most often ${most}`;
}

/** ` in spike`, or ` on batch_embed in spike`, without what the threshold itself already names. */
export function whereOf({ expr, task, profile }: ThresholdJudgement): string {
  const onTask = task === AGGREGATED || expr.includes(task) ? "" : ` on ${task}`;
  return expr.includes(profile) ? onTask : `${onTask} in ${profile}`;
}
