/** What a reader of a search should know beside its answer: what lies beyond the capacity, and what to doubt. */

import type { CapacityReport, OverloadRow, StepRow } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { instantFigure } from "../analysis/figure.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { SaturationClass } from "../analysis/saturation-class.ts";
import { asClause } from "../base/clause.ts";
import { formatRatio } from "../base/format-number.ts";
import type { Finding } from "./judgement.ts";
import { lateSteps } from "./late-steps.ts";
import { isSure, leftOutFindings, overloadFindings } from "./overload-findings.ts";
import { NOWHERE, type StepPlace, searchFinding } from "./search-finding.ts";

/** What the target does beyond its capacity, in words. */
export const BEYOND: Readonly<Record<SaturationClass, string>> = {
  queues: "it queues",
  sheds: "it sheds",
  "times-out": "requests time out",
  collapses: "it collapses",
  absorbs: "it still absorbs twice as much",
};

/** The class of saturation: collapse at either overload, else what the greater one shows; undefined while unsure. */
export function saturationOf(overloads: readonly OverloadRow[]): SaturationClass | undefined {
  const sure = overloads.filter(isSure);
  return sure.find((row) => row.class === "collapses")?.class ?? sure.at(-1)?.class;
}

/** One such step of many moves no answer. */
const LEAST_LATE_STEPS = 2;

/** A sentence each: what spoilt a part of the search, and what makes its answer doubtful. */
export function searchReasons(report: CapacityReport): readonly string[] {
  const { unfit, steps, illConditioned, isGivenUp, early, result } = report;
  const all = steps.length + unfit.length;
  const reasons: string[] = [];
  if (early !== undefined) return reasons;
  if (unfit.length > 0 && !isGivenUp)
    reasons.push(
      `${unfit.length} of ${all} steps did not count, because the generator was not fit meanwhile: ${asClause(unfit[0]!.reasons[0] ?? "")}`,
    );
  const late = lateSteps(report).length;
  const wrong = steps.filter(({ isHeld }) => !isHeld).length;
  if (late >= LEAST_LATE_STEPS)
    reasons.push(
      `In ${late} of the ${wrong} steps that went wrong the generator was late itself, which counts against the target: it may hold more.`,
    );
  // Of a target that is over its limit already "close to" would say too little.
  if (result?.kind !== "not-found" || result.why !== "fails-at-start")
    reasons.push(...illConditioned.map(illConditionedText));
  return reasons;
}

/** Of a promise whose limit is no measure of the load: said as soon as the first step shows it. */
export function illConditionedText(expr: string): string {
  return `Even without load the target is close to the limit of ${expr}: where it breaks can hardly be told.`;
}

export function searchFindings(stats: RunStats, report: CapacityReport): readonly Finding[] {
  const { estimate, asked } = report;
  const stalled = estimate?.curves[estimate.limitedBy]?.stalledLoads ?? [];
  return [
    ...(asked.leftOut ?? []).map(({ expr, why }) =>
      searchFinding("THRESHOLD_LEFT_OUT", "info", `The search did not look at ${expr}: ${why}.`),
    ),
    ...overloadFindings(report, stats),
    ...(stats.end.kind === "complete" ? leftOutFindings(report) : []),
    ...driftFindings(report),
    ...failureFindings(report),
    ...stalled.map((load) =>
      searchFinding(
        "STALLED_STEP",
        "warning",
        `At ${loadText(asked.by, load)} the target failed once, but higher loads held: a stall, not the load.`,
        stepPlace(report, load),
      ),
    ),
  ];
}

function driftFindings({ drift, asked }: CapacityReport): readonly Finding[] {
  if (drift === undefined) return [];
  const { held, broken } = drift;
  const text = (row: StepRow): string => loadText(asked.by, row.load);
  return [
    searchFinding(
      "SLOWER_IN_SEARCH",
      "warning",
      `The target got slower during the search: ${text(held)} held at ${instantFigure(held.startedAtMs)}, ${text(broken)} broke the promise at ${instantFigure(broken.startedAtMs)}.`,
      { profile: broken.name, fromMs: 0, toMs: broken.elapsedMs },
    ),
  ];
}

/** Of the bad requests beside the limit, this much of them failed: then the promise breaks by errors, not by waiting. */
const MOSTLY_RATIO = 0.5;
const LEAST_FAILED = 5;

function failureFindings(report: CapacityReport): readonly Finding[] {
  const text = report.early === undefined ? limitFailuresText(report) : undefined;
  return text === undefined ? [] : [searchFinding("FAILS_AT_LIMIT", "info", text)];
}

/** `Of the bad requests beside the limit 93 % failed, most often http-5xx: HTTP 503.`; undefined where most were only slow. */
export function limitFailuresText({ failures, estimate }: CapacityReport): string | undefined {
  if (failures === undefined) return undefined;
  const { failedCount, badCount, error } = failures;
  if (failedCount < LEAST_FAILED || failedCount < MOSTLY_RATIO * badCount) return undefined;
  const where = estimate?.isBroken === true ? "beside the limit" : "of the steps that broke a promise";
  const share = formatRatio(Math.min(1, failedCount / badCount));
  return `Of the bad requests ${where} ${share} failed, most often ${error.kind}: ${error.message}.`;
}

/** The step of that load that broke its promise. */
function stepPlace({ steps }: CapacityReport, load: number): StepPlace {
  const step = steps.find((row) => !row.isHeld && Math.abs(Math.log(row.load / load)) < 1e-6);
  return step === undefined ? NOWHERE : { profile: step.name, fromMs: 0, toMs: step.elapsedMs };
}
