/** The answer of a `find`: the load line in one sentence, and whether it is drawn well enough to rely on. */

import type { CapacityReport, LevelRow } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { instantFigure } from "../analysis/figure.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { formatDuration } from "../base/format-number.ts";
import {
  capacitySentence,
  isCapacityTold,
  promisesText,
  soFarText,
  timeToHalfWidth,
  unprovenSlos,
  WIDEST_HALF_WIDTH,
} from "./capacity-sentence.ts";
import { earlyAnswer } from "./early-answer.ts";
import { findingsOf } from "./findings.ts";
import { exitCodeOf } from "./judge-run.ts";
import type { Judgement, Verdict } from "./judgement.ts";
import { limitFailuresText, searchFindings, searchReasons } from "./search-findings.ts";
import { type SearchAnswer, targetLoadAnswer } from "./target-load-answer.ts";

/** Exit codes: 0 found (or held), 1 not held, 3 inconclusive. */
export function judgeSearch(
  stats: RunStats,
  report: CapacityReport,
  { isLive = false }: { readonly isLive?: boolean } = {},
): Judgement {
  const answer = answerOf(report);
  const open = isLive ? goingOnText(report) : stoppedText(stats, report);
  // As with any run: one that was cut short, or whose books do not balance, passes and fails nothing.
  const [spoiling, ...more] = spoilingTexts(stats, { isLive, isAnswered: answer !== undefined });
  const isSpoilt = spoiling !== undefined || (!isLive && stats.end.kind !== "complete");
  const verdict = isSpoilt ? "inconclusive" : (answer?.verdict ?? "inconclusive");
  const findings = findingsOf(stats, []).filter(({ profile }) => profile === undefined);
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    because: `${spoiling === undefined ? "" : `${spoiling} `}${answer?.because ?? open}`,
    thresholds: [],
    reasons: [...more, ...searchReasons(report)],
    findings: [...findings, ...searchFindings(stats, report)],
  };
}

/** What takes the verdict from an answer: said before it, so that nobody reads it as one. */
function spoilingTexts(
  { imbalances, end }: RunStats,
  { isLive, isAnswered }: { readonly isLive: boolean; readonly isAnswered: boolean },
): readonly string[] {
  const books = imbalances.map((text) => `The books do not balance: ${text}`);
  if (isLive || end.kind === "complete" || !isAnswered) return books;
  return [
    ...books,
    `It was stopped at ${instantFigure(end.atMs)}, after its answer: what comes after that is not whole.`,
  ];
}

/** Each promise at one level: pass when all surely hold, fail when one surely does not. */
export function judgeLevel({ counts, isFit }: LevelRow, { asked }: CapacityReport): Verdict {
  if (!isFit) return "inconclusive";
  const verdicts = asked.slos.map(({ allowedRatio }, slo): Verdict => {
    const { count, low, high } = counts[slo]!;
    if (count === 0) return "inconclusive";
    if (low > allowedRatio) return "fail";
    return high <= allowedRatio ? "pass" : "inconclusive";
  });
  if (verdicts.includes("fail")) return "fail";
  return verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}

/** Undefined while there is none. */
function answerOf(report: CapacityReport): SearchAnswer | undefined {
  const { result, asked } = report;
  if (report.early !== undefined) return earlyAnswer(report, report.early);
  if (result === undefined) {
    const because = hopelessText(report);
    return because === undefined ? undefined : { verdict: "inconclusive", because };
  }
  const { targetLoad } = asked;
  if (targetLoad !== undefined && result.target !== undefined)
    return targetLoadAnswer(report, targetLoad, result.target);
  const answer = result.kind === "found" ? foundAnswer(report) : notFoundAnswer(report);
  if (targetLoad === undefined) return answer;
  const open = `Whether it holds ${loadText(asked.by, targetLoad)} within ${promisesText(report)} cannot be told yet.`;
  return { verdict: "inconclusive", because: `${open} ${answer.because}` };
}

/** Why a search that could have gone on does not. */
function hopelessText(report: CapacityReport): string | undefined {
  const { isGivenUp, unfit, steps, queuesAtLoad, asked } = report;
  if (isGivenUp)
    return `The search was given up, because the generator was not fit in ${unfit.length} of ${steps.length + unfit.length} steps. ${unfit[0]?.reasons[0] ?? ""}${soFarText(report)}`;
  if (queuesAtLoad !== undefined)
    return `At ${loadText(asked.by, queuesAtLoad)} requests pile up, but none fails: a promise about errors alone has no limit here. Promise a latency too, such as --slo 'p95<1s'.`;
  return undefined;
}

function stoppedText(stats: RunStats, report: CapacityReport): string {
  return `The search was stopped at ${instantFigure(stats.end.atMs)}, before it had an answer.${soFarText(report)}`;
}

function goingOnText(report: CapacityReport): string {
  return `The search goes on.${soFarText(report)}`;
}

function foundAnswer(report: CapacityReport): SearchAnswer {
  const { estimate } = report;
  if (estimate === undefined) return notFoundAnswer(report);
  const unproven = unprovenSlos(estimate);
  const sentence = capacitySentence(report);
  if (unproven.length > 0)
    return { verdict: "inconclusive", because: `${sentence} But no request was counted for ${unproven.join(", ")}.` };
  if (report.drift !== undefined)
    return {
      verdict: "inconclusive",
      because: `${sentence} But the target got slower meanwhile: there is no one capacity.`,
    };
  if (isCapacityTold(estimate)) return { verdict: "pass", because: sentence };
  const more = timeToHalfWidth(report, WIDEST_HALF_WIDTH);
  const tail = ` The interval is wider than ± 10 %: ${more === undefined ? "search longer" : `about ${more} more would narrow it`} (--budget).`;
  return { verdict: "inconclusive", because: sentence + tail };
}

function notFoundAnswer(report: CapacityReport): SearchAnswer {
  const { result, asked } = report;
  const held = result?.highestHeldLoad;
  const heldText = held === undefined ? "" : ` The most it was seen to hold is ${loadText(asked.by, held)}.`;
  switch (result?.kind === "not-found" ? result.why : "budget") {
    case "fails-at-start": {
      const start = report.steps[0];
      const load = start === undefined ? "the first load" : loadText(asked.by, start.load);
      const failures = limitFailuresText(report);
      const advice = failures ?? "Begin lower with --start, or ask for a limit that the unloaded target keeps.";
      return {
        verdict: "inconclusive",
        because: `Already ${load} is too much for ${promisesText(report)}: there is no load to find a limit between. ${advice}`,
      };
    }
    case "holds-max-load":
      return {
        verdict: "inconclusive",
        because: `Nothing broke up to ${loadText(asked.by, asked.maxLoad ?? held ?? 0)}, the most that was allowed: the capacity is higher.${heldText}`,
      };
    case "no-data":
      return {
        verdict: "inconclusive",
        because: "No request of the first step was counted, so there is nothing to go by.",
      };
    case "budget":
      return {
        verdict: "inconclusive",
        because: `The budget of ${formatDuration(asked.budgetMs)} was over before anything broke.${heldText} ${nextStepText(report)}${isAtMost(report) ? "" : " Or begin higher (--start)."}`,
      };
  }
}

/** How much more time reaches how far: when something breaks nobody knows. */
function nextStepText(report: CapacityReport): string {
  const { asked, options, steps } = report;
  const last = steps.at(-1);
  if (last === undefined || options === undefined) return "Give it more time (--budget).";
  const neededMs = 1000 * Math.ceil((last.elapsedMs + last.drainMs) / 1000);
  const factor = options.rampFactor;
  if (isAtMost(report))
    return last.load >= options.maxLoad
      ? `${formatDuration(neededMs)} more (--budget) tries it again, which is the most that was allowed.`
      : `${formatDuration(neededMs)} more (--budget) tries ${loadText(asked.by, options.maxLoad)}, the most that was allowed.`;
  return `Each ${formatDuration(neededMs)} more (--budget) tries ${factor} times as much, first ${loadText(asked.by, factor * last.load)}.`;
}

/** The next step of the ramp would be the last, or there is none. */
function isAtMost({ options, steps }: CapacityReport): boolean {
  const last = steps.at(-1);
  return last !== undefined && options !== undefined && options.rampFactor * last.load > options.maxLoad;
}
