/** What would settle a comparison that could not be: longer runs, more of them, or another question. */
import { TOLERANCE_RATIO } from "../analysis/capacity/capacity-options.ts";
import { compareCapacity, type MeasuredCapacity } from "../analysis/comparison/compare-capacity.ts";
import { TOLERABLE_ERROR_RISE } from "../analysis/comparison/compare-errors.ts";
import { ASSUMED_SIGMA, LEAST_RUNS } from "../analysis/comparison/run-noise.ts";
import type { CapacityChange, Change, ComparedProfile, MetricChange } from "./comparison-answer.ts";
import { type AnsweredComparison, blockingMetric } from "./comparison-sentence.ts";

/** More runs of each build than these are not worth their time; of two targets measured in turns, whose pairs come by themselves. */
const MOST_PAIRS = { stored: 6, inTurns: 20 } as const;
const LONGEST_FACTOR = 20;
/** 99 % instead of 95 % one-sided, some figures asked at once: how much narrower an interval must be to fail than to pass. */
const FAIL_TO_PASS = 1.7;

/** Of what was compared. */
export interface ComparisonWay {
  /** Two targets that ran just now, pair after pair: more of it is asked for by flags. */
  readonly isInTurns: boolean;
  /** As many pairs were allowed, where that is known. */
  readonly maxPairs?: number | undefined;
}

/** Sentences for the reader; none when all is settled. */
export function comparisonAdvice(answered: AnsweredComparison, way: ComparisonWay): readonly string[] {
  const { verdict, profiles, isPointsOnly, capacity, maxRegressionRatio: max } = answered;
  if (verdict !== "inconclusive") return [];
  if (isPointsOnly) return ["Compare journals (run.plj) instead: they tell how sure a figure is."];
  if (profiles.some(({ reasons }) => reasons.length > 0)) return [anewAdvice(way)];
  const metric = blockingMetric(profiles)?.metric;
  if (metric === undefined && capacity?.verdict === "inconclusive") return [capacityAdvice(capacity, max)];
  if (metric?.change?.high === undefined) return [moreAdvice(way)];
  const profile = profiles.find(({ metrics }) => metrics.includes(metric));
  return profile === undefined ? [] : metricAdvice(metric, metric.change, { profile, max, ...way });
}

function anewAdvice({ isInTurns }: ComparisonWay): string {
  return isInTurns
    ? "Compare them again where the generator has cores to itself, or at a lower --rate."
    : "Run both builds anew by the same spec: same load, same tasks, same machine, to the end.";
}

function moreAdvice({ isInTurns }: ComparisonWay): string {
  return isInTurns
    ? "Give each run more time (--duration), or both a higher --rate."
    : "Run both builds longer, or at a higher rate.";
}

/** Whether both, searched as precisely as a search ever is, would tell. */
function capacityAdvice({ base, next }: CapacityChange, max: number): string {
  const precise = ({ value }: MeasuredCapacity): MeasuredCapacity => ({
    value,
    low: value / (1 + TOLERANCE_RATIO),
    high: value * (1 + TOLERANCE_RATIO),
  });
  if (compareCapacity(precise(base), precise(next), max) !== "inconclusive")
    return `Search both again with more time (--budget): with intervals of ± ${percent(TOLERANCE_RATIO)}, at which a search ends by itself, it would be settled if the capacities stay what they are.`;
  return "The capacities lie too close to what is allowed for two searches to tell: compare both builds under one load instead, in turns (plimsoll compare URL URL) or by a run of each.";
}

interface AdviceContext extends ComparisonWay {
  readonly profile: ComparedProfile;
  readonly max: number;
}

function metricAdvice(metric: MetricChange, change: Change, context: AdviceContext): readonly string[] {
  const { profile, max, isInTurns, maxPairs = 0 } = context;
  if (metric.metric === "errors") return [errorAdvice(change, context)];
  const { noise } = metric;
  const half = Math.log1p(change.high ?? change.value) - Math.log1p(change.value);
  const goal = wantedHalf(Math.log1p(change.value), max);
  // Of the interval's half-width, what the run-to-run term makes of it; it goes with more runs, not with longer ones.
  const noiseHalf = 1.729 * (noise?.sigma ?? 0) * Math.sqrt(1 / profile.baseRunCount + 1 / profile.nextRunCount);
  const longer = (half ** 2 - noiseHalf ** 2) / (goal ** 2 - noiseHalf ** 2);
  const pairCount = Math.ceil(Math.min(profile.baseRunCount, profile.nextRunCount) * (half / goal) ** 2);
  const canLast = goal > noiseHalf && longer <= LONGEST_FACTOR;
  const advice: string[] = [];
  if (canLast)
    advice.push(
      `Runs about ${timesFigure(longer)} as long on both sides${isInTurns ? " (--duration)" : ""} would settle it if the change stays what it is.`,
    );
  if (pairCount <= MOST_PAIRS[isInTurns ? "inTurns" : "stored"]) {
    // Where that many were allowed it was the budget that ended it.
    const flags =
      pairCount <= maxPairs
        ? "a --budget that holds them"
        : `--max-pairs ${pairCount}, within a --budget that holds them`;
    const pairs = isInTurns
      ? `${pairCount} pairs (${flags})`
      : `${pairCount} runs of each build, the same load and length`;
    advice.push(`${canLast ? "So would" : "What would settle it:"} ${pairs}.`);
  }
  // What is kept under a name has no part in a comparison of two targets that run.
  if (noise?.isAssumed === true && noiseHalf > goal / 2 && !isInTurns) {
    advice.push(
      `From run to run ${percent(ASSUMED_SIGMA)} of noise is supposed; ${LEAST_RUNS} or more runs of BASE, kept by \`plimsoll baseline save\`, would tell what it is here.`,
    );
  }
  if (advice.length > 0) return advice;
  return [
    `The change lies too close to the limit of ${percent(max)} to be settled by a few more runs: look at the figures, or give another --max-regression.`,
  ];
}

/** Half-width (ln) that would do: below the limit to pass, or above zero to fail, whichever needs less. */
function wantedHalf(lnRatio: number, max: number): number {
  const toPass = Math.log1p(max) - lnRatio;
  const toFail = lnRatio >= Math.log1p(max / 2) ? lnRatio / FAIL_TO_PASS : 0;
  // A little less, so that it does not end astride again.
  return 0.95 * Math.max(toPass, toFail, 1e-6);
}

function errorAdvice({ value, high = value }: Change, { isInTurns }: ComparisonWay): string {
  const room = TOLERABLE_ERROR_RISE - value;
  const factor = room > 0 ? ((high - value) / room) ** 2 : Number.POSITIVE_INFINITY;
  const how = isInTurns ? " (--max-pairs or --duration)" : "";
  if (factor > LONGEST_FACTOR)
    return `Many more requests are needed to tell such shares of failures apart: run both builds longer${how}.`;
  return `About ${timesFigure(Math.max(1.1, factor))} as many requests on both sides${how} would settle it if the shares stay what they are.`;
}

function timesFigure(factor: number): string {
  return factor < 9.5 ? `${Math.max(1.1, Math.ceil(factor * 10) / 10)} times` : `${Math.ceil(factor)} times`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}
