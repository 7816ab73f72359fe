/** The answer in one sentence that a person in a hurry understands. */

import { TOLERABLE_ERROR_RISE } from "../analysis/comparison/compare-errors.ts";
import { countFigure, rateFigure } from "../analysis/figure.ts";
import { asClause } from "../base/clause.ts";
import { changeFigure, changeWithInterval, metricFigure, metricName } from "./change-figure.ts";
import type { CapacityChange, ComparedProfile, Comparison, MetricChange } from "./comparison-answer.ts";

/** What is known before the sentence is. */
export type AnsweredComparison = Pick<
  Comparison,
  "verdict" | "maxRegressionRatio" | "isPointsOnly" | "profiles" | "capacity"
>;

export function comparisonSentence(answered: AnsweredComparison): string {
  switch (answered.verdict) {
    case "fail":
      return failSentence(answered);
    case "pass":
      return passSentence(answered);
    case "inconclusive":
      return openSentence(answered);
  }
}

interface Placed {
  readonly metric: MetricChange;
  /** Named only where there are several. */
  readonly profile: string | undefined;
}

function failSentence(answered: AnsweredComparison): string {
  const failed = placed(answered).filter(({ metric }) => metric.verdict === "fail");
  const worst = mostTelling(failed);
  const { capacity } = answered;
  if (worst === undefined) return capacity === undefined ? "" : `NEW carries less: ${capacityWords(capacity)}.`;
  const others = failed.length - 1 + (capacity?.verdict === "fail" ? 1 : 0);
  const more = others === 0 ? "" : ` ${others} more ${others === 1 ? "figure is" : "figures are"} worse, too.`;
  return `${worseWords(worst, answered)}${more}`;
}

/** All requests speak for themselves, unless one task got worse by far more. */
function mostTelling(failed: readonly Placed[]): Placed | undefined {
  const heaviest = [...failed].sort((a, b) => weightOf(b.metric) - weightOf(a.metric))[0];
  const whole = failed.find(({ metric }) => metric.isDeciding && metric.metric !== "errors");
  if (whole?.metric.change === undefined || heaviest?.metric.change === undefined) return heaviest;
  const { value, high = value } = whole.metric.change;
  const { value: point, low = point } = heaviest.metric.change;
  return low > high ? heaviest : whole;
}

/** What says most comes first: p95, then the other times, then errors, each by how much it surely rose. */
function weightOf({ metric, change }: MetricChange): number {
  const rank = { p95: 2, p50: 1, p99: 1, errors: 0 }[metric];
  return 1000 * rank + Math.min(999, change?.low ?? change?.value ?? 0);
}

function worseWords({ metric, profile }: Placed, { maxRegressionRatio, isPointsOnly }: AnsweredComparison): string {
  const name = metricName(metric, profile);
  const { change } = metric;
  const values = `${metricFigure(metric, metric.base)} → ${metricFigure(metric, metric.next)}`;
  if (metric.metric === "errors") return `NEW fails more often: ${name} ${values}${pointsNote(isPointsOnly)}.`;
  if (change === undefined || isPointsOnly) {
    return `NEW is slower: ${name} ${changeFigure(metric, change?.value ?? 0)} (${values})${pointsNote(isPointsOnly)}.`;
  }
  const half = maxRegressionRatio / 2;
  const limit = `more than ${percent(half)}, half of --max-regression ${percent(maxRegressionRatio).replace(" ", "")}`;
  const sureness = (change.low ?? 0) >= half ? `surely by ${limit}` : `surely slower, and most likely by ${limit}`;
  return `NEW is slower: ${name} ${changeWithInterval(metric, change)}, ${sureness}.`;
}

function pointsNote(isPointsOnly: boolean): string {
  return isPointsOnly ? "; point figures, without intervals" : "";
}

function passSentence(answered: AnsweredComparison): string {
  const { capacity, maxRegressionRatio, isPointsOnly } = answered;
  const times = placed(answered).filter(({ metric }) => metric.isDeciding && metric.metric === "p95");
  const closest = [...times].sort((a, b) => upperOf(b.metric) - upperOf(a.metric))[0];
  const carries = capacity === undefined ? "" : `NEW carries as much: ${capacityWords(capacity)}.`;
  const change = closest?.metric.change;
  if (closest === undefined || change === undefined) return carries;
  const name = metricName(closest.metric, closest.profile);
  const tail = carries === "" ? "" : ` ${carries}`;
  if (isPointsOnly) {
    const what = `NEW is no worse than BASE: ${name} ${changeFigure(closest.metric, change.value)}`;
    return `${what}, less than ${percent(maxRegressionRatio / 2)} more${pointsNote(true)}.${tail}`;
  }
  if (upperOf(closest.metric) < 0)
    return `NEW is faster: ${name} ${changeWithInterval(closest.metric, change)}.${tail}`;
  const surely = `surely less than ${percent(maxRegressionRatio)} more`;
  return `NEW is no worse than BASE: ${name} ${changeWithInterval(closest.metric, change)}, ${surely}.${tail}`;
}

function upperOf({ change }: MetricChange): number {
  return change?.high ?? change?.value ?? 0;
}

function openSentence(answered: AnsweredComparison): string {
  const { profiles, capacity } = answered;
  const barred = profiles.find(({ reasons }) => reasons.length > 0);
  const undecided = "It cannot be told whether NEW is worse";
  const [reason] = barred?.reasons ?? [];
  if (barred !== undefined && reason !== undefined) {
    const surely = barred.allTheSame === undefined ? "" : ` All the same, ${barred.allTheSame}`;
    return `${undecided}: ${reason.startsWith(barred.name) ? reason : asClause(reason)}${surely}`;
  }
  const blocking = blockingMetric(profiles);
  if (blocking !== undefined) return `${undecided}: ${openWords(blocking, answered)}`;
  if (capacity?.verdict === "inconclusive") return `${undecided}: ${capacityWords(capacity)}.`;
  return `${undecided}: there is nothing that both sides measured.`;
}

function openWords({ metric, profile }: Placed, { maxRegressionRatio, isPointsOnly }: AnsweredComparison): string {
  const name = metricName(metric, profile);
  const { change, why } = metric;
  if (why !== "") return `${name}: ${asClause(why)}`;
  if (change === undefined) return `${name} has no figures.`;
  if (metric.metric === "errors") {
    const values = `${metricFigure(metric, metric.base)} → ${metricFigure(metric, metric.next)}`;
    return `${name} ${values}; ${changeWithInterval(metric, change)}.`;
  }
  if (isPointsOnly) {
    const between = `between ${percent(maxRegressionRatio / 2)} and ${percent(maxRegressionRatio)}`;
    return `${name} ${changeFigure(metric, change.value)}, ${between}, and point figures have no interval.`;
  }
  if ((change.low ?? 0) > 0)
    return `${name} ${changeWithInterval(metric, change)} looks slower, but that is not sure enough.`;
  return `${name} ${changeWithInterval(metric, change)}; ${percent(maxRegressionRatio)} more is within that.`;
}

/** Why a figure that has an interval is open all the same, a sentence without its subject; undefined of others. */
export function openIntervalText({ metric, verdict, change, why }: MetricChange, max: number): string | undefined {
  if (verdict !== "inconclusive" || why !== "" || change?.low === undefined) return undefined;
  if (change.low > 0) return "It looks worse, but that is not sure enough.";
  const limit = metric === "errors" ? changeFigure({ metric }, TOLERABLE_ERROR_RISE).replace("+", "") : percent(max);
  return `${limit} more is not ruled out.`;
}

/** The figure without which there is no pass: one that must pass, or else one that looks worse. */
export function blockingMetric(profiles: readonly ComparedProfile[]): Placed | undefined {
  const open = placed({ profiles }).filter(({ metric }) => metric.verdict === "inconclusive");
  const likelyWorse = ({ metric }: Placed): boolean => (metric.change?.low ?? 0) > 0;
  return open.find(({ metric }) => metric.isDeciding) ?? open.find(likelyWorse) ?? open[0];
}

function placed({ profiles }: Pick<Comparison, "profiles">): readonly Placed[] {
  return profiles.flatMap(({ name, metrics }) =>
    metrics.map((metric) => ({ metric, profile: profiles.length > 1 ? name : undefined })),
  );
}

/** `60.1/s (58–62.2/s) instead of 72/s (70–74/s)`. */
export function capacityWords({ by, base, next }: CapacityChange): string {
  const figure = (value: number): string => (by === "rate" ? rateFigure(value) : `${countFigure(value)} users`);
  const words = ({ value, low, high }: CapacityChange["base"]): string =>
    `${figure(value)} (${figure(low)} to ${figure(high)})`;
  return `${words(next)} instead of ${words(base)}`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}
