/** Two builds held against each other: fail when surely worse, pass when surely not much worse, else inconclusive. */

import { compareCapacity, type MeasuredCapacity } from "../analysis/comparison/compare-capacity.ts";
import { TOLERABLE_ERROR_RISE } from "../analysis/comparison/compare-errors.ts";
import type { ComparedProfileRuns, ComparedRun } from "../analysis/comparison/compared-run.ts";
import { judgeMetrics, type MetricAnswer } from "../analysis/comparison/judge-metrics.ts";
import { unlikeness } from "../analysis/comparison/likeness.ts";
import { type FigureChange, type ProfileChanges, profileChanges } from "../analysis/comparison/profile-changes.ts";
import type { RunNoise } from "../analysis/comparison/run-noise.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { SecondPoint } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import { comparisonAdvice } from "./comparison-advice.ts";
import type {
  CapacityChange,
  Change,
  ComparedProfile,
  ComparedSideFacts,
  Comparison,
  MetricChange,
} from "./comparison-answer.ts";
import { comparisonSentence } from "./comparison-sentence.ts";
import { risenWrongAnswers, runName, spoiledReasons, standingVerdict } from "./comparison-soundness.ts";
import { exitCodeOf } from "./judge-run.ts";
import type { Verdict } from "./judgement.ts";

/** Capacities of both sides, where both were searched for. */
export interface ComparedCapacities {
  readonly by: "rate" | "users";
  readonly base: MeasuredCapacity;
  readonly next: MeasuredCapacity;
}

export interface ComparisonCase {
  readonly base: ComparedSideFacts;
  readonly next: ComparedSideFacts;
  /** k pairs of runs, or stored runs against new ones, under each load that both have. */
  readonly profiles: readonly ComparedProfileRuns[];
  readonly capacities?: ComparedCapacities | undefined;
  /** Such as .1. */
  readonly maxRegressionRatio: number;
  readonly notes: readonly string[];
  /** Two targets that ran just now, pair after pair. */
  readonly isInTurns?: boolean;
  /** As many pairs were allowed. */
  readonly maxPairs?: number | undefined;
}

/**
 * Any figure of any task may fail it; p95 and errors of all requests (and the capacity) must pass for it to pass, and no
 * other figure may look worse. "Surely worse" is adjusted (Holm) over all figures asked about at once, those of all
 * requests first and those of single tasks apart. Pure; no data never passes.
 */
export function judgeComparison(asked: ComparisonCase): Comparison {
  const { maxRegressionRatio } = asked;
  const prepared = asked.profiles.map(prepare);
  const answers = answersOf(prepared, maxRegressionRatio);
  const profiles = prepared.map((profile) => comparedProfile(profile, answers, maxRegressionRatio));
  return concluded(asked, profiles, { isPointsOnly: false });
}

/** The answer of a comparison whose profiles have been judged. */
export function concluded(
  { base, next, maxRegressionRatio, notes, capacities, isInTurns = false, maxPairs }: Omit<ComparisonCase, "profiles">,
  profiles: readonly ComparedProfile[],
  { isPointsOnly }: Pick<Comparison, "isPointsOnly">,
): Comparison {
  const capacity = capacities && capacityChange(capacities, maxRegressionRatio);
  const verdict = worstOf([...profiles.map((profile) => profile.verdict), ...(capacity ? [capacity.verdict] : [])]);
  const answered = { verdict, maxRegressionRatio, isPointsOnly, profiles, capacity };
  return {
    ...answered,
    exitCode: exitCodeOf(verdict),
    because: comparisonSentence(answered),
    advice: comparisonAdvice(answered, { isInTurns, maxPairs }),
    base,
    next,
    notes,
  };
}

/** Fail before inconclusive before pass; nothing is inconclusive. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("fail")) return "fail";
  return verdicts.length === 0 || verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}

interface Prepared {
  readonly runs: ComparedProfileRuns;
  readonly changes: ProfileChanges;
  /** Nothing can be told of any figure. */
  readonly reasons: readonly string[];
  /** The same load ran to its end on both sides: nothing but our own generator takes the verdict. */
  readonly isOnlyUnfit: boolean;
  /** Nothing can be told of all requests together. */
  readonly mix: string | undefined;
  readonly warnings: readonly string[];
}

function prepare(runs: ComparedProfileRuns): Prepared {
  const all = [...runs.base.runs, ...runs.next.runs];
  const model = runs.base.runs[0];
  const others = model === undefined ? [] : runs.next.runs.map((run) => unlikeness(model, run));
  const changes = profileChanges(runs);
  const short = changes.window === undefined ? ["What both sides measured after the warm-up is shorter than 5 s."] : [];
  const [spoiled, barring] = [spoiledReasons(all), others.flatMap((other) => other.barring)];
  const isUnfit = all.some(({ profile }) => profile.generator.health === "invalid");
  const mix = others.find((other) => other.mix !== undefined)?.mix;
  return {
    runs,
    changes,
    reasons: [...new Set([...barring, ...spoiled, ...short])],
    isOnlyUnfit: isUnfit && spoiled.length === 1 && barring.length + short.length === 0 && mix === undefined,
    mix,
    warnings: [
      ...new Set([
        ...others.flatMap(({ warnings }) => warnings),
        ...degradedWarning(runs.base.runs),
        ...degradedWarning(runs.next.runs),
      ]),
    ],
  };
}

/** Of one side: the first of its runs with what it lacked, and how many more there are. */
function degradedWarning(runs: readonly ComparedRun[]): string[] {
  const [first, ...others] = runs.filter(({ profile }) => profile.generator.health === "degraded");
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` So was it ${others.length === 1 ? "once" : `${others.length} times`} more.`;
  return [
    `The generator of ${runName(first)} was degraded: ${asClause(first.profile.generator.reasons.join(" "))}${more}`,
  ];
}

/** Holm over all requests of all loads, and apart from them over all tasks of all loads; what is barred gets no answer. */
function answersOf(prepared: readonly Prepared[], max: number): ReadonlyMap<FigureChange, MetricAnswer> {
  const judgeable = prepared
    .filter(({ reasons }) => reasons.length === 0)
    .flatMap(({ changes, mix }) =>
      changes.figures.filter(({ task, change }) => change !== undefined && !(task === AGGREGATED && mix !== undefined)),
    );
  const families = [true, false].map((isWhole) => judgeable.filter(({ task }) => (task === AGGREGATED) === isWhole));
  return new Map(families.flatMap((family) => judgeFamily(family, max)));
}

function judgeFamily(family: readonly FigureChange[], max: number): (readonly [FigureChange, MetricAnswer])[] {
  const changes = family.flatMap(({ metric, change, isNegligible }) =>
    change === undefined ? [] : [{ name: metric, change, isNegligible }],
  );
  return judgeMetrics(changes, max).map((answer, at) => [family[at]!, answer] as const);
}

function comparedProfile(prepared: Prepared, answers: ReadonlyMap<FigureChange, MetricAnswer>, max: number) {
  const { runs, changes, reasons, mix, warnings, isOnlyUnfit } = prepared;
  const metrics = changes.figures.map((figure): MetricChange => {
    const bar = reasons[0] ?? (figure.task === AGGREGATED ? mix : undefined);
    return metricChange(figure, answers.get(figure), { bar, runs, max });
  });
  const errors = metrics.find(({ task, metric }) => task === AGGREGATED && metric === "errors");
  return {
    name: runs.name,
    verdict: profileVerdict(metrics, max),
    reasons: mix === undefined ? reasons : [...reasons, mix],
    allTheSame: isOnlyUnfit && errors !== undefined ? risenWrongAnswers(runs, errors) : undefined,
    warnings,
    isPaired: changes.isPaired,
    baseRunCount: runs.base.runs.length,
    nextRunCount: runs.next.runs.length,
    fromMs: changes.window?.fromMs,
    toMs: changes.window?.toMs,
    metrics,
    distributions: changes.distributions,
    seconds: { base: secondsOf(runs.base.runs), next: secondsOf(runs.next.runs) },
  } satisfies ComparedProfile;
}

function secondsOf(runs: readonly ComparedRun[]): readonly SecondPoint[] {
  return runs.flatMap(({ profile }) => profile.series).sort((a, b) => a.atMs - b.atMs);
}

interface MetricContext {
  /** Why it cannot be told whatever its figures. */
  readonly bar: string | undefined;
  readonly runs: ComparedProfileRuns;
  readonly max: number;
}

function metricChange(figure: FigureChange, answer: MetricAnswer | undefined, context: MetricContext): MetricChange {
  const { task, metric, base, next, noise, rise } = figure;
  const isTolerable = rise !== undefined && rise.high < TOLERABLE_ERROR_RISE;
  const raw =
    answer === undefined ? "inconclusive" : answer.verdict !== "fail" && isTolerable ? "pass" : answer.verdict;
  const stands = standingVerdict(raw, figure, context.runs);
  return {
    task,
    metric,
    base,
    next,
    change: changeOf(figure, answer),
    smallestSeen: rise === undefined ? answer && answer.smallestDetectableRatio - 1 : rise.smallestSeen,
    pValue: answer?.pValue,
    noise: noise && noiseOf(noise),
    verdict: stands.verdict,
    isDeciding: isDeciding(figure),
    why: context.bar ?? (answer === undefined ? figure.lack : stands.why),
  };
}

function noiseOf({ sigma, isAssumed, runCount, isOfPairs }: RunNoise): MetricChange["noise"] {
  return { sigma, isAssumed, runCount, isOfPairs };
}

/** What a pass rests on. */
function isDeciding({ task, metric }: Pick<MetricChange, "task" | "metric">): boolean {
  return task === AGGREGATED && (metric === "p95" || metric === "errors");
}

function changeOf({ metric, rise, base, next }: FigureChange, answer: MetricAnswer | undefined): Change | undefined {
  if (metric === "errors") return rise && { value: rise.value, low: rise.low, high: rise.high };
  if (answer !== undefined) {
    const { ratio, interval } = answer;
    return { value: ratio - 1, low: interval.low - 1, high: interval.high - 1 };
  }
  return base === undefined || next === undefined
    ? undefined
    : { value: next / base - 1, low: undefined, high: undefined };
}

function profileVerdict(metrics: readonly MetricChange[], max: number): Verdict {
  if (metrics.some(({ verdict }) => verdict === "fail")) return "fail";
  const deciding = metrics.filter((metric) => metric.isDeciding);
  if (deciding.length === 0 || deciding.some(({ verdict }) => verdict !== "pass")) return "inconclusive";
  return metrics.some((metric) => isSuspect(metric, max)) ? "inconclusive" : "pass";
}

/** Likely worse (95 %, each figure for itself) and by as much as matters, but not surely: it stops a pass. */
function isSuspect({ verdict, change, metric }: MetricChange, max: number): boolean {
  if (verdict !== "inconclusive" || change?.low === undefined || change.low <= 0) return false;
  return change.value >= (metric === "errors" ? TOLERABLE_ERROR_RISE : max / 2);
}

/** Less is worse. */
function capacityChange({ by, base, next }: ComparedCapacities, max: number): CapacityChange {
  const verdict = compareCapacity(base, next, max);
  return { by, base, next, changeRatio: next.value / base.value - 1, verdict };
}
