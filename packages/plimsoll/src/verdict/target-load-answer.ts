/** Does the target hold the load that was asked about? In one sentence, and where that is open with why and what would settle it. */
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import type { TargetAnswer, TargetLack } from "../analysis/capacity/target-load.ts";
import { countOfFigure } from "../analysis/figure.ts";
import { formatDuration, formatRatio } from "../base/format-number.ts";
import { isCapacityTold, isIntervalTold, promisesText, timeToHalfWidth } from "./capacity-sentence.ts";
import type { Verdict } from "./judgement.ts";
import { lateSteps } from "./late-steps.ts";

/** Of a search, in one sentence. */
export interface SearchAnswer {
  readonly verdict: Verdict;
  readonly because: string;
}

/** Of a search that came to `target` for `targetLoad`. */
export function targetLoadAnswer(report: CapacityReport, targetLoad: number, target: TargetAnswer): SearchAnswer {
  const { by } = report.asked;
  const load = loadText(by, targetLoad);
  const promised = `${load} within ${promisesText(report)}`;
  const line = capacityText(report);
  switch (target.verdict) {
    case "held":
      return { verdict: "pass", because: `Holds ${promised}.${line}` };
    case "not-held":
      return isDegradedBeyond(report)
        ? {
            verdict: "inconclusive",
            because: `Whether it holds ${promised} cannot be told: it did not, but the generator was late itself in most of the steps that went wrong. Give it more CPU and search again.${line}`,
          }
        : { verdict: "fail", because: `Does not hold ${promised}.${line}` };
    case "inconclusive":
      return {
        verdict: "inconclusive",
        because: `Whether it holds ${promised} cannot be told yet: ${lackText(target.lack, load)}.${line} ${settlingText(report, load, target)}`,
      };
  }
}

function capacityText({ estimate, asked: { by } }: CapacityReport): string {
  if (estimate === undefined || !estimate.isBroken) return "";
  const interval = isIntervalTold(estimate)
    ? `${loadText(by, estimate.low)} to ${loadText(by, estimate.high)}, about 90 %`
    : "how exactly cannot be told";
  const lead = isCapacityTold(estimate) ? "is" : "looks like";
  return ` The capacity ${lead} ${loadText(by, estimate.load)} (${interval}).`;
}

function lackText(lack: TargetLack, load: string): string {
  const ran = lack.ran === 0 ? "no step" : `only ${countOfFigure(lack.ran, "step")}`;
  switch (lack.kind) {
    case "few-near":
      return `${ran} beside the limit ${lack.ran > 1 ? "were" : "was"} run to its end, and ${lack.needed} are needed`;
    case "few-at-load":
      return `nothing clearly broke, but after the ramp ${ran} at ${load} or more ${lack.ran > 1 ? "were" : "was"} run, and ${lack.needed} are needed`;
    case "unsure-at-load":
      return `nothing clearly broke, but what ${countOfFigure(lack.ran, "step")} at ${load} or more came to is too close to what is allowed`;
    case "astride":
      return "it lies within the interval of the capacity";
  }
}

type OpenTarget = Extract<TargetAnswer, { readonly verdict: "inconclusive" }>;

/** The time that would do; where none would in a working day, when more time is worth it. */
function settlingText(report: CapacityReport, load: string, { moreMinutes, leastMinutes }: OpenTarget): string {
  if (report.drift !== undefined) return "The target got slower meanwhile: more time does not settle it.";
  if (moreMinutes !== undefined) return `About ${minutesText(moreMinutes)} more would settle it (--budget).`;
  const toleranceRatio = report.options?.toleranceRatio ?? 0;
  if (report.estimate !== undefined && report.estimate.halfWidth <= toleranceRatio)
    return "The two are too close for a search to tell them apart: ask for a little less.";
  const needed = timeToHalfWidth(report, toleranceRatio);
  if (needed === undefined) return `Give it more time, ${minutesText(leastMinutes)} at least (--budget).`;
  return `About ${needed} more (--budget) makes the interval of the capacity ± ${formatRatio(toleranceRatio)}, which settles it unless ${load} is as close to it as that.`;
}

function minutesText(minutes: number): string {
  return formatDuration(60_000 * Math.max(1, Math.round(minutes)));
}

/** Most steps that went beyond a promise may have done so by lateness of the generator: they are no proof against the target. */
function isDegradedBeyond(report: CapacityReport): boolean {
  const beyond = report.steps.filter(({ isHeld }) => !isHeld);
  return lateSteps(report).length > beyond.length / 2;
}
