/** Two results of which at least one tells single figures only: no intervals, so only plain differences are decided. */
import { TOLERABLE_ERROR_RISE } from "../analysis/comparison/compare-errors.ts";
import { COMPARED_METRICS, type ComparedMetric } from "../analysis/comparison/profile-changes.ts";
import { countFigure, countOfFigure } from "../analysis/figure.ts";
import type { ForeignTask } from "../analysis/foreign-result.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { Change, ComparedProfile, ComparedSideFacts, Comparison, MetricChange } from "./comparison-answer.ts";
import { type ComparedCapacities, concluded, worstOf } from "./judge-comparison.ts";
import type { Verdict } from "./judgement.ts";
import type { PointPair } from "./point-result.ts";

/** Both sides under each load that both have. */
export interface PointComparisonCase {
  readonly base: ComparedSideFacts;
  readonly next: ComparedSideFacts;
  readonly pairs: readonly PointPair[];
  readonly capacities?: ComparedCapacities | undefined;
  readonly maxRegressionRatio: number;
  readonly notes: readonly string[];
}

const RATIOS = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
/** By the point, a share of failures has got worse from here on. */
const WORSE_ERROR_RISE = 2 * TOLERABLE_ERROR_RISE;

/**
 * Fail from the limit on, pass below half of it, in between inconclusive: where a figure may lie by chance is not known.
 * Of failures: fail from one in a hundred requests more, pass below one in two hundred.
 */
export function judgePointComparison(asked: PointComparisonCase): Comparison {
  const profiles = asked.pairs.map((pair) => comparedPoints(pair, asked.maxRegressionRatio));
  return concluded(asked, profiles, { isPointsOnly: true });
}

function comparedPoints(pair: PointPair, max: number): ComparedProfile {
  const { base, next, reasons } = pair;
  const tasks = taskPairs(base.tasks, next.tasks);
  const deciding = decidingQuantile(tasks.find(({ name }) => name === AGGREGATED));
  const metrics = tasks.flatMap((task) =>
    COMPARED_METRICS.map((metric): MetricChange => {
      const isDeciding = task.name === AGGREGATED && (metric === "errors" || metric === deciding);
      const judged = metric === "errors" ? errorChange(task) : quantileChange(task, metric, max);
      const bar = reasons[0];
      return { ...judged, isDeciding, ...(bar === undefined ? {} : { verdict: "inconclusive" as const, why: bar }) };
    }),
  );
  const isRounded = [base, next].some(({ rounding }) => rounding === "locust-buckets");
  return {
    name: pair.name,
    verdict: reasons.length > 0 ? "inconclusive" : verdictOf(metrics),
    reasons,
    warnings: [
      ...toolWarning(pair),
      ...(isRounded ? ["Locust rounds percentiles to 1, 10, 100 or 1000 ms: a small change may be rounding."] : []),
      ...rateWarning(tasks.find(({ name }) => name === AGGREGATED)),
    ],
    isPaired: false,
    baseRunCount: 1,
    nextRunCount: 1,
    fromMs: undefined,
    toMs: undefined,
    metrics,
    distributions: [],
    seconds: { base: [], next: [] },
  };
}

function verdictOf(metrics: readonly MetricChange[]): Verdict {
  if (metrics.some(({ verdict }) => verdict === "fail")) return "fail";
  return worstOf(metrics.filter(({ isDeciding }) => isDeciding).map(({ verdict }) => verdict));
}

interface TaskPair {
  readonly name: string;
  readonly base: ForeignTask;
  readonly next: ForeignTask;
}

/** By name; all requests last, for which a task alone may stand. */
function taskPairs(base: readonly ForeignTask[], next: readonly ForeignTask[]): readonly TaskPair[] {
  const both = base.flatMap((task): TaskPair[] => {
    const other = next.find(({ name }) => name === task.name);
    return other === undefined || task.name === AGGREGATED ? [] : [{ name: task.name, base: task, next: other }];
  });
  const [before, after] = [wholeOf(base), wholeOf(next)];
  if (before === undefined || after === undefined) return both;
  const isAlone = base.length <= 2 && next.length <= 2;
  return [...(isAlone ? [] : both), { name: AGGREGATED, base: before, next: after }];
}

function wholeOf(tasks: readonly ForeignTask[]): ForeignTask | undefined {
  return tasks.find(({ name }) => name === AGGREGATED) ?? (tasks.length === 1 ? tasks[0] : undefined);
}

/** Not every tool tells p95. */
function decidingQuantile(whole: TaskPair | undefined): ComparedMetric {
  const order = ["p95", "p99", "p50"] as const;
  const isTold = (metric: keyof typeof RATIOS): boolean =>
    whole !== undefined && msOf(whole.base, metric) !== undefined && msOf(whole.next, metric) !== undefined;
  return order.find(isTold) ?? "p95";
}

function msOf({ quantilesMs }: ForeignTask, metric: keyof typeof RATIOS): number | undefined {
  return quantilesMs.find(({ ratio }) => Math.abs(ratio - RATIOS[metric]) < 1e-9)?.ms;
}

type Judged = Omit<MetricChange, "isDeciding">;

function judged(task: string, metric: ComparedMetric, found: Partial<Judged>): Judged {
  const nothing = { base: undefined, next: undefined, change: undefined, smallestSeen: undefined, pValue: undefined };
  return { task, metric, ...nothing, noise: undefined, verdict: "inconclusive", why: "", ...found };
}

function quantileChange({ name, base, next }: TaskPair, metric: keyof typeof RATIOS, max: number): Judged {
  const [before, after] = [msOf(base, metric), msOf(next, metric)];
  const known = { base: before, next: after };
  if (before === undefined || after === undefined) {
    const side = before === undefined ? "BASE" : "NEW";
    return judged(name, metric, { ...known, why: `${side} does not tell ${metric}.` });
  }
  const change = pointChange(after / before - 1);
  const fewest = Math.min(...[base, next].map(({ requests }) => requests ?? Number.POSITIVE_INFINITY));
  const needed = minimumCount(RATIOS[metric]);
  if (fewest < needed || !(before > 0)) {
    const why = `${countOfFigure(fewest, "request")} are too few for ${metric}, which needs ${countFigure(needed)}.`;
    return judged(name, metric, { ...known, change, why });
  }
  const isFail = change.value >= max - 1e-9;
  return judged(name, metric, {
    ...known,
    change,
    verdict: isFail ? "fail" : change.value < max / 2 ? "pass" : "inconclusive",
  });
}

function errorChange({ name, base, next }: TaskPair): Judged {
  const [before, after] = [shareOf(base), shareOf(next)];
  const known = { base: before, next: after };
  if (before === undefined || after === undefined) {
    const side = before === undefined ? "BASE" : "NEW";
    return judged(name, "errors", { ...known, why: `${side} does not tell how many requests failed.` });
  }
  const change = pointChange(after - before);
  if (change.value >= WORSE_ERROR_RISE) return judged(name, "errors", { ...known, change, verdict: "fail" });
  const fewest = Math.min(base.requests ?? 0, next.requests ?? 0);
  const needed = minimumCount(1 - WORSE_ERROR_RISE);
  if (fewest < needed) {
    const why = `${countOfFigure(fewest, "request")} are too few to tell shares of failures, which need ${countFigure(needed)}.`;
    return judged(name, "errors", { ...known, change, why });
  }
  return judged(name, "errors", {
    ...known,
    change,
    verdict: change.value < TOLERABLE_ERROR_RISE ? "pass" : "inconclusive",
  });
}

function shareOf({ requests, failures }: ForeignTask): number | undefined {
  return requests === undefined || requests === 0 || failures === undefined ? undefined : failures / requests;
}

function pointChange(value: number): Change {
  return { value, low: undefined, high: undefined };
}

/** A wait of ours before the send is in some response times and not in others. */
function toolWarning({ base, next }: PointPair): string[] {
  if (base.tool === next.tool) return [];
  const from = "some from when a request was due, as Plimsoll does, most from when it was sent";
  return [
    `BASE was measured by ${base.tool}, NEW by ${next.tool}: tools time a response differently (${from}), so the change may be theirs.`,
  ];
}

/** What was asked is not told, only what was answered. */
function rateWarning(whole: TaskPair | undefined): string[] {
  const [from, to] = [whole?.base.requestsPerSec, whole?.next.requestsPerSec];
  if (from === undefined || to === undefined || Math.abs(to - from) <= 0.05 * Math.max(from, to)) return [];
  const how = to < from ? "fewer" : "more";
  return [
    `NEW answered ${how} requests a second than BASE (${to.toPrecision(3)} against ${from.toPrecision(3)}): was it asked the same?`,
  ];
}
