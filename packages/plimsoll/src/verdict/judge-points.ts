/** Thresholds held against another tool's result: point figures, so no intervals, and no way to see the generator. */

import { countFigure, msFigure, quantileName, ratioFigure } from "../analysis/figure.ts";
import type { ForeignResult, ForeignTask } from "../analysis/foreign-result.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import { asClause } from "../base/clause.ts";
import type { Threshold } from "../spec/spec.ts";
import { allowedShare } from "./assess-quantile.ts";
import { type Assessment, figureOf, judgementOf, noData, unitOf } from "./assessment.ts";
import { isMet, isUpperBound } from "./comparison.ts";
import { exitCodeOf } from "./judge-run.ts";
import type { Finding, Judgement, Observed, ThresholdJudgement, Verdict } from "./judgement.ts";

/**
 * The tool's own thresholds and ours, by the observed value alone; a quantile also by the failures, which count as slower
 * than any answer. What the file does not tell, and a task without requests, is inconclusive. Without any threshold it passes when requests succeeded and fails when none did.
 */
export function judgePoints(result: ForeignResult, thresholds: readonly Threshold[]): Judgement {
  const ours = thresholds
    .filter(({ profile }) => profile === undefined || profile === result.name)
    .map((threshold) => ({ ...judgePoint(result, threshold), isAdded: true as const }));
  const judged: readonly ThresholdJudgement[] = [...result.thresholds.map((own) => ownJudgement(result, own)), ...ours];
  const bare = judged.length === 0 ? judgeSuccess(result) : undefined;
  const verdict = bare?.verdict ?? worstVerdict(judged);
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    because: bare?.why ?? becauseOf(judged, verdict),
    thresholds: judged,
    reasons: bare === undefined || bare.verdict === "pass" ? [] : [bare.why],
    findings: [...result.notes, ...strayNotes(result, thresholds)].map((message) => noteFinding(result, message)),
  };
}

function judgePoint(result: ForeignResult, threshold: Threshold): ThresholdJudgement {
  const taskName = threshold.task ?? AGGREGATED;
  const task = taskOf(result, taskName);
  const assessment = task === undefined ? noData(missingTask(result, taskName)) : assessPoint(result, task, threshold);
  return judgementOf(threshold, result.name, assessment);
}

/** A file with a single row needs none over all. */
function taskOf({ tasks }: ForeignResult, name: string): ForeignTask | undefined {
  const found = tasks.find((task) => task.name === name);
  return found ?? (name === AGGREGATED && tasks.length === 1 ? tasks[0] : undefined);
}

function missingTask({ tasks }: ForeignResult, name: string): string {
  const names = tasks.map((task) => `"${task.name}"`).join(", ");
  return `The file holds no "${name}"; it has ${names === "" ? "no tasks at all" : names}.`;
}

function assessPoint(result: ForeignResult, task: ForeignTask, threshold: Threshold): Assessment {
  if (task.requests === 0) return noData("There were no requests to judge.");
  if (threshold.windowMs !== undefined) return noData("The file holds no course of time, so no window can be judged.");
  const value = pointOf(task, threshold);
  const unit = unitOf(threshold);
  const isTime = unit === "ms";
  if (value !== undefined && isTime && task.requests !== undefined && task.failures === task.requests) {
    const why = `None of ${countFigure(task.requests)} requests succeeded.`;
    return { verdict: "fail", observed: observedPoint(result, task, value), why };
  }
  const beyond = failuresBeyond(result, task, threshold);
  if (beyond !== undefined) return beyond;
  if (value === undefined) return noData(lackOf(task, threshold));
  const observed = observedPoint(result, task, value);
  const fact = `Observed ${figureOf(value, unit)}; limit ${figureOf(threshold.limit, unit)}.`;
  const doubts = isTime ? doubtsOf(result, task, threshold, value) : "";
  return { verdict: isMet(value, threshold) ? "pass" : "fail", observed, why: `${fact}${doubts}` };
}

function observedPoint({ durationMs = 0 }: ForeignResult, { requests = 0 }: ForeignTask, value: number): Observed {
  return { value, low: undefined, high: undefined, n: requests, fromMs: 0, toMs: durationMs };
}

/** A quantile that lies among the failures, whatever the file says of it: more of the requests failed than it leaves over. */
function failuresBeyond(result: ForeignResult, task: ForeignTask, threshold: Threshold): Assessment | undefined {
  const { metric, limit } = threshold;
  const { requests, failures } = task;
  if (metric.kind !== "quantile" || requests === undefined || failures === undefined) return undefined;
  const allowed = allowedShare(metric.ratio);
  if (failures <= allowed * requests + 1e-9) return undefined;
  const told = pointOf(task, threshold);
  const failedRatio = failures / requests;
  const name = quantileName(metric.ratio);
  const own = told === undefined ? "" : `; the file's own, ${msFigure(told)}, does not count them so`;
  return {
    verdict: isUpperBound(threshold) ? "fail" : "pass",
    observed: { ...observedPoint(result, task, Math.max(told ?? limit, limit)), isBeyond: true, failedRatio },
    why: `${countFigure(failures)} of ${countFigure(requests)} requests (${ratioFigure(failedRatio)}) failed; ${ratioFigure(allowed)} allowed. A failed request counts as slower than any answer, so ${name} lies among the failures${own}.`,
  };
}

function pointOf(task: ForeignTask, { metric }: Threshold): number | undefined {
  switch (metric.kind) {
    case "quantile":
      return task.quantilesMs.find(({ ratio }) => Math.abs(ratio - metric.ratio) < 1e-9)?.ms;
    case "mean":
      return task.meanMs;
    case "min":
      return task.minMs;
    case "max":
      return task.maxMs;
    case "errors":
      return task.requests === undefined || task.failures === undefined ? undefined : task.failures / task.requests;
    case "rps":
      return task.requestsPerSec === undefined ? undefined : task.requestsPerSec - (task.failuresPerSec ?? 0);
    case "drift":
    case "recovery":
      return undefined;
  }
}

function lackOf(task: ForeignTask, { metric }: Threshold): string {
  if (metric.kind !== "quantile") return `The file does not tell ${metric.kind}.`;
  const names = task.quantilesMs.map(({ ratio }) => quantileName(ratio)).join(", ");
  return `The file does not tell ${quantileName(metric.ratio)}; it has ${names === "" ? "no percentiles" : names}.`;
}

/** What a reader must know to trust the point; each a sentence with a space before it. */
function doubtsOf(result: ForeignResult, task: ForeignTask, threshold: Threshold, value: number): string {
  let doubts = "";
  const halfMs = halfBucketMs(value);
  const isQuantile = threshold.metric.kind === "quantile";
  if (result.rounding === "locust-buckets" && isQuantile && Math.abs(value - threshold.limit) <= halfMs) {
    doubts += ` Locust rounds percentiles, so the true one lies within ${msFigure(halfMs)} of it: too close to be sure.`;
  }
  if (threshold.metric.kind === "quantile" && task.requests !== undefined) {
    const needed = minimumCount(threshold.metric.ratio);
    if (task.requests < needed) {
      doubts += ` ${countFigure(task.requests)} requests are few for ${quantileName(threshold.metric.ratio)}, which needs ${countFigure(needed)}.`;
    }
  }
  return doubts;
}

/** Locust rounds to 1 ms below 100 ms, 10 ms below 1 s, 100 ms below 10 s, 1 s beyond. */
function halfBucketMs(ms: number): number {
  if (ms < 100) return 0.5;
  if (ms < 1000) return 5;
  return ms < 10_000 ? 50 : 500;
}

/** The limit is read off the expression's end, for show: the tool has judged it already. */
function ownJudgement(result: ForeignResult, own: ForeignResult["thresholds"][number]): ThresholdJudgement {
  const limit = Number(/(\d+(?:\.\d+)?)\D*$/.exec(own.expr)?.[1] ?? 0);
  const verdict = own.isMet === undefined ? "inconclusive" : own.isMet ? "pass" : "fail";
  const said = { pass: "met", fail: "not met", inconclusive: "to hold no data" }[verdict];
  return {
    expr: own.expr,
    profile: result.name,
    task: AGGREGATED,
    observed: undefined,
    limit,
    unit: /duration|latenc|time|_ms|waiting/i.test(own.expr) ? "ms" : "ratio",
    verdict,
    why: `The result's own threshold, which it says is ${said}.`,
  };
}

interface Success {
  readonly verdict: Verdict;
  readonly why: string;
}

function judgeSuccess(result: ForeignResult): Success {
  const rows = result.tasks.filter(({ name }) => name !== AGGREGATED);
  const tasks = rows.length > 0 ? rows : result.tasks;
  const requests = sumOf(tasks.map((task) => task.requests));
  const failures = sumOf(tasks.map((task) => task.failures));
  if (requests === undefined || requests === 0) {
    return { verdict: "inconclusive", why: `${result.name} tells of no requests.` };
  }
  const succeeded = requests - (failures ?? 0);
  const why = `${countFigure(succeeded)} of ${countFigure(requests)} requests of ${result.name} succeeded.`;
  return { verdict: succeeded > 0 ? "pass" : "fail", why };
}

/** `undefined` when not one is known. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

function worstVerdict(judged: readonly ThresholdJudgement[]): Verdict {
  const verdicts = judged.map(({ verdict }) => verdict);
  if (verdicts.includes("fail")) return "fail";
  return verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}

function becauseOf(judged: readonly ThresholdJudgement[], verdict: Verdict): string {
  const decisive = judged.find((threshold) => threshold.verdict === verdict);
  if (verdict === "pass" && judged.length > 1) return `All ${judged.length} thresholds hold.`;
  if (decisive === undefined) return "There was nothing to judge.";
  const verb = { pass: "holds", fail: "does not hold", inconclusive: "cannot be told" }[verdict];
  return `${decisive.expr} ${verb} on ${decisive.task} of ${decisive.profile}: ${asClause(decisive.why)}`;
}

function strayNotes({ name }: ForeignResult, thresholds: readonly Threshold[]): readonly string[] {
  return thresholds
    .filter(({ profile }) => profile !== undefined && profile !== name)
    .map(({ expr, profile }) => `${expr} is for ${profile}, which this file does not hold.`);
}

function noteFinding(result: ForeignResult, message: string): Finding {
  return {
    code: "import-note",
    level: "info",
    profile: result.name,
    task: undefined,
    fromMs: undefined,
    toMs: undefined,
    message,
  };
}
