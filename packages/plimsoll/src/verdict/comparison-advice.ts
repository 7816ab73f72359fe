/** What would settle a comparison that could not be: longer runs, more of them, or another question. */
import { TOLERABLE_ERROR_RISE } from "../analysis/comparison/compare-errors.ts";
import { ASSUMED_SIGMA, LEAST_RUNS } from "../analysis/comparison/run-noise.ts";
import type { Change, ComparedProfile, MetricChange } from "./comparison-answer.ts";
import { type AnsweredComparison, blockingMetric } from "./comparison-sentence.ts";

/** More pairs than these are not worth their time. */
const MOST_PAIRS = 6;
const LONGEST_FACTOR = 20;
/** 99 % instead of 95 % one-sided, some figures asked at once: how much narrower an interval must be to fail than to pass. */
const FAIL_TO_PASS = 1.7;

/** Sentences for the reader; none when all is settled. */
export function comparisonAdvice(answered: AnsweredComparison): readonly string[] {
  const { verdict, profiles, isPointsOnly, maxRegressionRatio } = answered;
  if (verdict !== "inconclusive") return [];
  if (isPointsOnly) return ["Compare journals (run.plj) instead: they tell how sure a figure is."];
  if (profiles.some(({ reasons }) => reasons.length > 0)) {
    return ["Run both builds anew by the same spec: same load, same tasks, same machine, to the end."];
  }
  const metric = blockingMetric(profiles)?.metric;
  if (metric?.change?.high === undefined) return ["Run both builds longer, or at a higher rate."];
  const profile = profiles.find(({ metrics }) => metrics.includes(metric));
  return profile === undefined ? [] : metricAdvice(metric, metric.change, { profile, max: maxRegressionRatio });
}

interface AdviceContext {
  readonly profile: ComparedProfile;
  readonly max: number;
}

function metricAdvice(metric: MetricChange, change: Change, { profile, max }: AdviceContext): readonly string[] {
  if (metric.metric === "errors") return [errorAdvice(change)];
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
      `Runs about ${timesFigure(longer)} as long on both sides would settle it if the change stays what it is.`,
    );
  if (pairCount <= MOST_PAIRS) {
    advice.push(
      `${canLast ? "So would" : "What would settle it:"} ${pairCount} runs of each build, the same load and length.`,
    );
  }
  if (noise?.isAssumed === true && noiseHalf > goal / 2) {
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

function errorAdvice({ value, high = value }: Change): string {
  const room = TOLERABLE_ERROR_RISE - value;
  const factor = room > 0 ? ((high - value) / room) ** 2 : Number.POSITIVE_INFINITY;
  if (factor > LONGEST_FACTOR)
    return "Many more requests are needed to tell such shares of failures apart: run both builds longer.";
  return `About ${timesFigure(Math.max(1.1, factor))} as many requests on both sides would settle it if the shares stay what they are.`;
}

function timesFigure(factor: number): string {
  return factor < 9.5 ? `${Math.max(1.1, Math.ceil(factor * 10) / 10)} times` : `${Math.ceil(factor)} times`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}
