/** The answer of a `find`: the load line in one sentence, and whether it is drawn well enough to rely on. */

import { shareInterval } from "../analysis/batch-means.ts";
import type { CapacityReport, LevelRow, OverloadRow } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countFigure, instantFigure, ratioFigure } from "../analysis/figure.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { SaturationClass } from "../analysis/saturation-class.ts";
import { formatDuration, significant } from "../base/format-number.ts";
import { findingsOf } from "./findings.ts";
import { exitCodeOf } from "./judge-run.ts";
import type { Finding, Judgement, Verdict } from "./judgement.ts";

/** An interval this narrow or narrower, in ln(load), is an answer; about ± 10 %. */
const WIDEST_HALF_WIDTH = 0.1;

/** What the target does beyond, in words. */
export const BEYOND: Readonly<Record<SaturationClass, string>> = {
  queues: "it queues",
  sheds: "it sheds",
  "times-out": "requests time out",
  collapses: "it collapses",
  absorbs: "it still absorbs twice as much",
};

/** Exit codes as DESIGN.md settles them: 0 found (or held), 1 not held, 3 inconclusive. */
export function judgeSearch(stats: RunStats, report: CapacityReport): Judgement {
  const { verdict, because } = answerOf(stats, report);
  const findings = findingsOf(stats, []).filter(({ profile }) => profile === undefined);
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    because,
    thresholds: [],
    reasons: reasonsOf(stats, report),
    findings: [...findings, ...searchFindings(report)],
  };
}

/** Each promise at one level: pass when all surely hold, fail when one surely does not. */
export function judgeLevel({ counts, requests }: LevelRow, { asked }: CapacityReport): Verdict {
  if (requests === 0) return "inconclusive";
  const verdicts = asked.slos.map(({ allowedRatio }, slo): Verdict => {
    const { count, badCount } = counts[slo]!;
    const interval = shareInterval([{ sum: badCount, count }]);
    if (count === 0) return "inconclusive";
    if (interval.low > allowedRatio) return "fail";
    return interval.high <= allowedRatio ? "pass" : "inconclusive";
  });
  if (verdicts.includes("fail")) return "fail";
  return verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}

/** The class of saturation: collapse at either overload, else what the greater one shows; undefined while unsure. */
export function saturationOf(overloads: readonly OverloadRow[]): SaturationClass | undefined {
  const sure = overloads.filter((row) => row.class !== undefined && row.unsure.length === 0);
  return sure.find((row) => row.class === "collapses")?.class ?? sure.at(-1)?.class;
}

interface Answer {
  readonly verdict: Verdict;
  readonly because: string;
}

function answerOf(stats: RunStats, report: CapacityReport): Answer {
  const { result, isGivenUp, asked } = report;
  if (stats.end.kind === "interrupted" && result === undefined)
    return { verdict: "inconclusive", because: stoppedText(stats, report) };
  if (isGivenUp)
    return {
      verdict: "inconclusive",
      because: `The generator was not fit in ${report.unfit.length} steps: ${report.unfit[0]?.reasons[0] ?? ""}`,
    };
  if (result === undefined) return { verdict: "inconclusive", because: stoppedText(stats, report) };
  if (asked.targetLoad !== undefined && result.target !== undefined) return targetAnswer(report, asked.targetLoad);
  return result.kind === "found" ? foundAnswer(report) : notFoundAnswer(report);
}

function stoppedText(stats: RunStats, { estimate, asked }: CapacityReport): string {
  const so = estimate === undefined ? "" : ` Until then the capacity looked like ${loadText(asked.by, estimate.load)}.`;
  return `The search was stopped at ${instantFigure(stats.end.atMs)}, before it had an answer.${so}`;
}

function foundAnswer(report: CapacityReport): Answer {
  const { estimate } = report;
  if (estimate === undefined) return notFoundAnswer(report);
  const isNarrow = Number.isFinite(estimate.high) && estimate.low > 0 && estimate.halfWidth <= WIDEST_HALF_WIDTH;
  const unproven = unprovenSlos(report);
  const sentence = capacitySentence(report);
  if (unproven.length > 0)
    return { verdict: "inconclusive", because: `${sentence} But no request was counted for ${unproven.join(", ")}.` };
  if (isNarrow) return { verdict: "pass", because: sentence };
  const more = moreMinutes(report);
  const tail = ` The interval is wider than ± 10 %: ${more === undefined ? "search longer" : `about ${more} more would narrow it`} (--budget).`;
  return { verdict: "inconclusive", because: sentence + tail };
}

/** `Holds 72.2/s (69.1–75.3, about 90 %) within p95 < 500ms; beyond it, it queues; p95 breaks first, on batch_embed.` */
export function capacitySentence(report: CapacityReport): string {
  const { estimate, asked, limitedBy, overloads } = report;
  if (estimate === undefined) return "No capacity was found.";
  const unit = asked.by === "rate" ? " req/s" : " users";
  const figure = (load: number): string => (asked.by === "rate" ? significant(load) : countFigure(Math.floor(load)));
  const interval = `${figure(estimate.low)}–${figure(estimate.high)}, about 90 %`;
  const kind = saturationOf(overloads);
  const beyond = kind === undefined ? "" : `; beyond it, ${BEYOND[kind]}`;
  const first =
    asked.slos.length > 1 || limitedBy?.task !== undefined
      ? `; ${limitedBy?.slo} breaks first${limitedBy?.task === undefined ? "" : `, on ${limitedBy.task}`}`
      : "";
  const slos = asked.slos.map(({ expr }) => expr).join(" and ");
  return `Holds ${figure(estimate.load)}${unit} (${interval}) within ${slos}${beyond}${first}.`;
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
        because: `The budget of ${formatDuration(asked.budgetMs)} was over before anything broke.${heldText} Give it more time (--budget) or begin higher (--start).`,
      };
  }
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
      return { verdict: "fail", because: `Does not hold ${target} within ${slos}.${line}` };
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

function reasonsOf(stats: RunStats, { unfit, illConditioned }: CapacityReport): readonly string[] {
  const reasons = stats.imbalances.map((text) => `The books do not balance: ${text}`);
  if (unfit.length > 0)
    reasons.push(
      `${unfit.length} of the steps did not count, because the generator was not fit meanwhile: ${unfit[0]!.reasons[0] ?? ""}`,
    );
  for (const expr of illConditioned)
    reasons.push(`Even without load the target is close to the limit of ${expr}: where it breaks can hardly be told.`);
  return reasons;
}

function searchFindings({ overloads, estimate, asked }: CapacityReport): readonly Finding[] {
  const stalled = estimate?.curves[estimate.limitedBy]?.stalledLoads ?? [];
  return [
    ...overloads.flatMap(overloadFindings),
    ...stalled.map((load) =>
      finding(
        "STALLED_STEP",
        "warning",
        `At ${loadText(asked.by, load)} the target failed once, but higher loads held: a stall, not the load.`,
      ),
    ),
  ];
}

function overloadFindings(row: OverloadRow): readonly Finding[] {
  const found: Finding[] = [];
  const rate = loadText("rate", row.ratePerSec);
  if (row.class === undefined || row.unsure.length > 0)
    found.push(finding("SATURATION_UNSURE", "info", `What the target does at ${rate} cannot be told for sure.`));
  else
    found.push(
      finding("SATURATION", "info", `At ${rate}, ${significant(row.factor)} times its capacity, ${overloadText(row)}.`),
    );
  const recovery = row.spike?.recovery;
  if (recovery?.kind === "recovered")
    found.push(
      finding("RECOVERY", "info", `It is as before ${formatDuration(recovery.afterMs)} after an overload of ${rate}.`),
    );
  if (recovery?.kind === "not-recovered")
    found.push(
      finding(
        "RECOVERY",
        "warning",
        `It is not as before within ${formatDuration(recovery.withinMs)} after an overload of ${rate}.`,
      ),
    );
  return found;
}

function overloadText(row: OverloadRow): string {
  switch (row.class) {
    case "queues":
      return `it queues: ${significant(row.growthPerSec)} more requests wait with every second`;
    case "sheds":
      return `it sheds ${ratioFigure(row.shedRatio)} of the requests`;
    case "times-out":
      return `${ratioFigure(row.timeoutRatio)} of the requests time out`;
    case "collapses":
      return "it collapses: less than 80 % of what it can do gets done";
    default:
      return "it still keeps up";
  }
}

function finding(code: string, level: Finding["level"], message: string): Finding {
  return { code, level, profile: undefined, task: undefined, fromMs: undefined, toMs: undefined, message };
}
