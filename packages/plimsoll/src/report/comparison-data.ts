/** What a page shows of a comparison: its table, both courses over time and, of each task, both percentile curves. */
import type { SecondPoint } from "../analysis/run-stats.ts";
import type { ComparedProfile, Comparison, MetricChange } from "../verdict/comparison-answer.ts";
import { noiseText, runsText, seesText, whyTexts } from "./comparison-terminal.ts";
import type {
  ComparedCourse,
  ComparedCourses,
  ComparedCurves,
  ComparedMetric,
  ComparisonData,
} from "./html-comparison.ts";
import { curveOf } from "./html-curve.ts";
import { binMsFor, seriesOf } from "./html-series.ts";

/** Plain JSON; same comparison, same data. */
export function comparisonDataOf(comparison: Comparison): ComparisonData {
  const { because, verdict, base, next, profiles, capacity, advice, notes } = comparison;
  return {
    sentence: because,
    verdict,
    baseName: base.name,
    newName: next.name,
    metrics: profiles.flatMap((profile) => profile.metrics.map((metric) => metricOf(profile.name, metric))),
    curves: profiles.flatMap(curvesOf),
    courses: profiles.flatMap(coursesOf),
    ...(capacity === undefined ? {} : { capacity }),
    advice,
    notes: [...profiles.flatMap((profile) => notesOf(profile, comparison)), ...notes],
  };
}

/** As the terminal tells them; of several profiles each says which it is of. */
function notesOf(profile: ComparedProfile, { profiles, maxRegressionRatio }: Comparison): readonly string[] {
  const isOneOfMany = profiles.length > 1;
  const told = [
    ...whyTexts(profile, maxRegressionRatio),
    runsText(profile),
    noiseText(profile),
    seesText(profile),
    ...profile.warnings,
  ];
  return told.filter((text) => text !== "").map((text) => (isOneOfMany ? `${profile.name}: ${text}` : text));
}

function metricOf(profile: string, metric: MetricChange): ComparedMetric {
  const { task, base, next, change, smallestSeen, verdict } = metric;
  const known = { profile, task, metric: metric.metric, base, new: next, verdict };
  if (metric.metric !== "errors") {
    return {
      ...known,
      changeRatio: change?.value,
      low: change?.low,
      high: change?.high,
      smallestSeenRatio: smallestSeen,
    };
  }
  // The page tells changes as new ÷ base − 1, which shares of failures have only where some failed before.
  const ratioOf = (rise: number | undefined): number | undefined =>
    rise === undefined || base === undefined || base <= 0 ? undefined : rise / base;
  return {
    ...known,
    changeRatio: ratioOf(change?.value),
    low: ratioOf(change?.low),
    high: ratioOf(change?.high),
    smallestSeenRatio: ratioOf(smallestSeen),
    rise: change && { ...change, smallestSeen },
  };
}

function curvesOf({ name, distributions }: ComparedProfile): ComparedCurves[] {
  return distributions.map(({ task, base, next }) => ({
    profile: name,
    task,
    base: curveOf(base, undefined),
    new: curveOf(next, undefined),
  }));
}

function coursesOf({ name, seconds, fromMs = 0 }: ComparedProfile): ComparedCourses[] {
  const { base, next } = seconds;
  if (base.length === 0 || next.length === 0) return [];
  const binMs = Math.max(binMsFor(base), binMsFor(next));
  return [{ profile: name, binMs, judgedFromMs: fromMs, base: courseOf(base, binMs), new: courseOf(next, binMs) }];
}

function courseOf(points: readonly SecondPoint[], binMs: number): ComparedCourse {
  const { p95, completed } = seriesOf(points, binMs);
  return { p95, completedPerSec: completed };
}
