/** The answer of a `find`: the load line in one sentence, and whether it is drawn well enough to rely on. */

import type { CapacityEstimate } from "../analysis/capacity/capacity-estimate.ts";
import type { CapacityReport, LevelRow } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countFigure, instantFigure } from "../analysis/figure.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { formatDuration, significant } from "../base/format-number.ts";
import { findingsOf } from "./findings.ts";
import { exitCodeOf } from "./judge-run.ts";
import type { Judgement, Verdict } from "./judgement.ts";
import { BEYOND, saturationOf, searchFindings, searchReasons } from "./search-findings.ts";

/** An interval this narrow or narrower, in ln(load), is an answer; about ± 10 %. */
const WIDEST_HALF_WIDTH = 0.1;
/** Beyond a factor of four either way, in ln(load), an interval's ends tell nothing: words do. */
const UNTOLD_HALF_WIDTH = Math.log(4);

/** Exit codes: 0 found (or held), 1 not held, 3 inconclusive. */
export function judgeSearch(
  stats: RunStats,
  report: CapacityReport,
  { isLive = false }: { readonly isLive?: boolean } = {},
): Judgement {
  const answer = answerOf(report);
  const because = answer?.because ?? (isLive ? goingOnText(report) : stoppedText(stats, report));
  // As with any run: one that was cut short, or whose books do not balance, passes and fails nothing.
  const isSpoilt = stats.imbalances.length > 0 || (!isLive && stats.end.kind !== "complete");
  const verdict = isSpoilt ? "inconclusive" : (answer?.verdict ?? "inconclusive");
  const findings = findingsOf(stats, []).filter(({ profile }) => profile === undefined);
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    because,
    thresholds: [],
    reasons: searchReasons(report, {
      imbalances: stats.imbalances,
      stoppedAtMs: isLive ? undefined : stoppedAtMs(stats),
    }),
    findings: [...findings, ...searchFindings(stats, report)],
  };
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

interface Answer {
  readonly verdict: Verdict;
  readonly because: string;
}

/** Undefined while there is none. */
function answerOf(report: CapacityReport): Answer | undefined {
  const { result, asked } = report;
  if (result === undefined) {
    const because = hopelessText(report);
    return because === undefined ? undefined : { verdict: "inconclusive", because };
  }
  if (asked.targetLoad !== undefined && result.target !== undefined) return targetAnswer(report, asked.targetLoad);
  return result.kind === "found" ? foundAnswer(report) : notFoundAnswer(report);
}

/** Why a search that could have gone on does not. */
function hopelessText({ isGivenUp, unfit, steps, queuesAtLoad, asked }: CapacityReport): string | undefined {
  if (isGivenUp)
    return `The search was given up, because the generator was not fit in ${unfit.length} of ${steps.length + unfit.length} steps. ${unfit[0]?.reasons[0] ?? ""}`;
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

function soFarText({ estimate, asked }: CapacityReport): string {
  return estimate?.isBroken === true ? ` So far the capacity looks like ${loadText(asked.by, estimate.load)}.` : "";
}

function stoppedAtMs({ end }: RunStats): number | undefined {
  return end.kind === "complete" ? undefined : end.atMs;
}

function foundAnswer(report: CapacityReport): Answer {
  const { estimate } = report;
  if (estimate === undefined) return notFoundAnswer(report);
  const isNarrow = isKnownWithin(estimate, WIDEST_HALF_WIDTH);
  const unproven = unprovenSlos(report);
  const sentence = capacitySentence(report);
  if (unproven.length > 0)
    return { verdict: "inconclusive", because: `${sentence} But no request was counted for ${unproven.join(", ")}.` };
  if (isNarrow) return { verdict: "pass", because: sentence };
  const more = moreMinutes(report);
  const tail = ` The interval is wider than ± 10 %: ${more === undefined ? "search longer" : `about ${more} more would narrow it`} (--budget).`;
  return { verdict: "inconclusive", because: sentence + tail };
}

/** Whether the ends of the interval are figures that anybody can use. */
export function isIntervalTold(estimate: CapacityEstimate): boolean {
  return isKnownWithin(estimate, UNTOLD_HALF_WIDTH);
}

/** Has both ends, and they lie no farther out. */
function isKnownWithin({ low, high, halfWidth }: CapacityEstimate, mostHalfWidth: number): boolean {
  return low > 0 && Number.isFinite(high) && halfWidth <= mostHalfWidth;
}

/** `Holds 72.2/s (69.1–75.3, about 90 %) within p95 < 500ms; beyond it, it queues; p95 breaks first, on batch_embed.` */
export function capacitySentence(report: CapacityReport): string {
  const { estimate, asked, limitedBy, overloads, result } = report;
  if (result === undefined && estimate === undefined && hopelessText(report) === undefined)
    return "Nothing has broken so far.";
  if (estimate === undefined || result?.kind === "not-found") return "No capacity was found.";
  const unit = asked.by === "rate" ? " req/s" : " users";
  const figure = (load: number): string => (asked.by === "rate" ? significant(load) : countFigure(Math.floor(load)));
  const interval = isIntervalTold(estimate)
    ? `${figure(estimate.low)}–${figure(estimate.high)}, about 90 %`
    : "how exactly cannot be told";
  if (result === undefined)
    return estimate.isBroken
      ? `So far it looks like ${figure(estimate.load)}${unit} (${interval}).`
      : "Nothing has broken so far.";
  const kind = saturationOf(overloads);
  const beyond = kind === undefined ? "" : `; beyond it, ${BEYOND[kind]}`;
  const first =
    asked.slos.length > 1 || limitedBy?.task !== undefined
      ? `; ${limitedBy?.slo} breaks first${limitedBy?.task === undefined ? "" : `, on ${limitedBy.task}`}`
      : "";
  const slos = asked.slos.map(({ expr }) => expr).join(" and ");
  const perSec =
    asked.by === "rate" || report.capacityPerSec === undefined ? "" : `, ${significant(report.capacityPerSec)} req/s,`;
  return `Holds ${figure(estimate.load)}${unit} (${interval})${perSec} within ${slos}${beyond}${first}.`;
}

function notFoundAnswer(report: CapacityReport): Answer {
  const { result, asked } = report;
  const held = result?.highestHeldLoad;
  const heldText = held === undefined ? "" : ` The most it was seen to hold is ${loadText(asked.by, held)}.`;
  switch (result?.kind === "not-found" ? result.why : "budget") {
    case "fails-at-start": {
      const start = report.steps[0];
      const load = start === undefined ? "the first load" : loadText(asked.by, start.load);
      return {
        verdict: "inconclusive",
        because: `Already ${load} is too much for ${asked.slos.map(({ expr }) => expr).join(" and ")}: there is no load to find a limit between. Begin lower with --start, or ask for a limit that the unloaded target keeps.`,
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
        because: `The budget of ${formatDuration(asked.budgetMs)} was over before anything broke.${heldText} ${nextStepText(report)} Or begin higher (--start).`,
      };
  }
}

/** How much more time reaches how far: when something breaks nobody knows. */
function nextStepText({ asked, options, steps }: CapacityReport): string {
  const last = steps.at(-1);
  if (last === undefined || options === undefined) return "Give it more time (--budget).";
  const neededMs = 1000 * Math.ceil((last.elapsedMs + last.drainMs) / 1000);
  const factor = options.rampFactor;
  return `Each ${formatDuration(neededMs)} more (--budget) tries ${factor} times as much, first ${loadText(asked.by, factor * last.load)}.`;
}

function targetAnswer(report: CapacityReport, targetLoad: number): Answer {
  const { result, asked, estimate } = report;
  const target = loadText(asked.by, targetLoad);
  const slos = asked.slos.map(({ expr }) => expr).join(" and ");
  const line =
    estimate === undefined || !estimate.isBroken
      ? ""
      : ` The capacity is ${loadText(asked.by, estimate.load)} (${loadText(asked.by, estimate.low)} to ${loadText(asked.by, estimate.high)}, about 90 %).`;
  switch (result?.target?.verdict) {
    case "held":
      return { verdict: "pass", because: `Holds ${target} within ${slos}.${line}` };
    case "not-held":
      return isDegradedBeyond(report)
        ? {
            verdict: "inconclusive",
            because: `Did not hold ${target} within ${slos}, but the generator was late itself in most of the steps that went wrong: give it more CPU and search again.${line}`,
          }
        : { verdict: "fail", because: `Does not hold ${target} within ${slos}.${line}` };
    default: {
      const minutes = result?.target?.moreMinutes;
      const more =
        minutes === undefined
          ? ""
          : ` About ${formatDuration(60_000 * Math.max(1, Math.round(minutes)))} more would settle it (--budget).`;
      return {
        verdict: "inconclusive",
        because: `Whether it holds ${target} within ${slos} cannot be told yet.${line}${more}`,
      };
    }
  }
}

/** The interval shrinks with the root of time. */
function moreMinutes({ estimate, steps }: CapacityReport): string | undefined {
  if (estimate === undefined || !Number.isFinite(estimate.halfWidth)) return undefined;
  const spentMs = steps.reduce((sum, { elapsedMs, drainMs }) => sum + elapsedMs + drainMs, 0);
  const neededMs = spentMs * ((estimate.halfWidth / WIDEST_HALF_WIDTH) ** 2 - 1);
  return neededMs > 8 * 3_600_000 ? undefined : formatDuration(60_000 * Math.max(1, Math.ceil(neededMs / 60_000)));
}

/** A promise about a task of which nothing was counted is unproven, whatever the others say. */
function unprovenSlos({ estimate }: CapacityReport): readonly string[] {
  return (estimate?.curves ?? []).filter(({ fit }) => fit === undefined).map(({ name }) => name);
}

/** Most steps that went beyond a promise hold lateness of the generator: they are no proof against the target. */
function isDegradedBeyond({ steps }: CapacityReport): boolean {
  const beyond = steps.filter(({ isHeld }) => !isHeld);
  return beyond.filter(({ isDegraded }) => isDegraded).length > beyond.length / 2;
}
