/** Every figure of one load, before and after: p50, p95, p99 and failures of each task and of all requests. */
import { countOf, mergeBuckets } from "../../records/latency-histogram.ts";
import type { Buckets } from "../../records/second.ts";
import { BATCH_COUNT, totalOf } from "../batch-means.ts";
import { countFigure, countOfFigure } from "../figure.ts";
import { AGGREGATED } from "../phase-totals.ts";
import { compareErrors, type ErrorRise, errorRise, isErrorChangeNegligible } from "./compare-errors.ts";
import { compareQuantile } from "./compare-quantile.ts";
import { areOfSameSchedules, type ComparedProfileRuns, type ComparedRun, scheduleOf } from "./compared-run.ts";
import { lnQuantile } from "./jackknife.ts";
import { type JudgedBatches, type JudgedWindow, judgedBatches, sharedWindow } from "./judged-batches.ts";
import type { LogChange } from "./regression-rule.ts";
import { pairNoise, type RunNoise, runNoise } from "./run-noise.ts";

/** What is compared of a task. */
export const COMPARED_METRICS = ["p50", "p95", "p99", "errors"] as const;
export type ComparedMetric = (typeof COMPARED_METRICS)[number];
const RATIOS = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** One metric of one task on both sides. */
export interface FigureChange {
  readonly task: string;
  readonly metric: ComparedMetric;
  /** ms (the geometric mean over runs), errors as a ratio; undefined without requests. */
  readonly base: number | undefined;
  readonly next: number | undefined;
  /** Undefined when it cannot be told; then `lack` says why. */
  readonly change: LogChange | undefined;
  readonly lack: string;
  /** Of a quantile. */
  readonly noise: RunNoise | undefined;
  /** Of failures. */
  readonly rise: ErrorRise | undefined;
  readonly isNegligible: boolean;
}

/** All of one load. */
export interface ProfileChanges {
  /** Undefined: too short to compare. */
  readonly window: JudgedWindow | undefined;
  /** The runs of both sides were sent the same requests at the same due times. */
  readonly isPaired: boolean;
  /** By task in the order of the plan; all requests together ("Aggregated") last. */
  readonly figures: readonly FigureChange[];
  /** The judged requests of both sides, µs. */
  readonly distributions: readonly { readonly task: string; readonly base: Buckets; readonly next: Buckets }[];
}

/** Averages k pairs, or sets the new runs against the stored ones; each side holds one run at least. */
export function profileChanges({ base, next }: ComparedProfileRuns): ProfileChanges {
  const window = sharedWindow([...base.runs, ...next.runs]);
  const isPaired = areOfSameSchedules(base.runs, next.runs);
  if (window === undefined) return { window, isPaired, figures: [], distributions: [] };
  const schedules = new Map([...base.runs, ...next.runs, ...base.kin].map((run) => [run, scheduleOf(run)]));
  const cases = taskNames(base.runs, next.runs).map((task) => {
    const of = (runs: readonly ComparedRun[]): JudgedRun[] =>
      runs.map((run) => ({ ...judgedBatches(taskOf(run, task), window), schedule: schedules.get(run)! }));
    return { task, base: of(base.runs), next: of(next.runs), kin: of(base.kin) };
  });
  return {
    window,
    isPaired,
    figures: cases.flatMap((one) => COMPARED_METRICS.map((metric) => figureChange(one, metric))),
    distributions: cases.map((one) => ({ task: one.task, base: pooled(one.base), next: pooled(one.next) })),
  };
}

/** One task's requests in a run. */
export interface JudgedRun extends JudgedBatches {
  /** Runs of the same one were sent the same requests at the same due times. */
  readonly schedule: string;
}

/** One task's requests on both sides. */
export interface TaskCase {
  readonly task: string;
  readonly base: readonly JudgedRun[];
  readonly next: readonly JudgedRun[];
  /** Earlier runs of the base, which only teach how much runs of it differ. */
  readonly kin: readonly JudgedRun[];
}

/** Those that both sides have. A task alone is the same as all requests. */
function taskNames(base: readonly ComparedRun[], next: readonly ComparedRun[]): readonly string[] {
  const named = (runs: readonly ComparedRun[]): Set<string> =>
    new Set(runs.flatMap(({ profile }) => profile.tasks.map(({ name }) => name)));
  const after = named(next);
  const both = [...named(base)].filter((name) => after.has(name) && name !== AGGREGATED);
  const isAlone = both.length === 1 && named(base).size <= 2 && after.size <= 2;
  return isAlone ? [AGGREGATED] : [...both, AGGREGATED];
}

function taskOf({ profile }: ComparedRun, name: string): ComparedRun["profile"]["tasks"][number] | undefined {
  return profile.tasks.find((task) => task.name === name);
}

function pooled(runs: readonly JudgedBatches[]): Buckets {
  return runs.flatMap(({ latency }) => latency).reduce(mergeBuckets, []);
}

export function figureChange(one: TaskCase, metric: ComparedMetric): FigureChange {
  return metric === "errors" ? errorFigure(one) : quantileFigure(one, metric);
}

function quantileFigure(one: TaskCase, metric: keyof typeof RATIOS): FigureChange {
  const ratio = RATIOS[metric];
  const lnOf = (run: JudgedBatches): number[] => {
    const ln = lnQuantile(pooled([run]), ratio);
    return ln === undefined ? [] : [ln];
  };
  const [before, after] = [one.base.flatMap(lnOf), one.next.flatMap(lnOf)];
  const noise = noiseOf(one, lnOf);
  const lack = lackOf(one, metric, ratio);
  const change = lack === "" ? compareQuantile(one.base, one.next, ratio, noise) : undefined;
  return {
    task: one.task,
    metric,
    base: meanMs(before),
    next: meanMs(after),
    change,
    lack: lack !== "" || change !== undefined ? lack : "Too few requests to tell.",
    noise,
    rise: undefined,
    isNegligible: false,
  };
}

function noiseOf(one: TaskCase, lnOf: (run: JudgedRun) => readonly number[]): RunNoise {
  const pairs = pairsOfOwnSchedules(one);
  if (pairs !== undefined)
    return pairNoise(pairs.flatMap(([from, to]) => lnOf(from).flatMap((a) => lnOf(to).map((b) => b - a))));
  const stored = [...one.kin, ...one.base];
  return runNoise(stored.flatMap(lnOf), { isOfOtherSchedules: !tellsOf(stored, one.next) });
}

/** Whether the spread of stored runs holds what the new ones may differ by: all were sent the same, or each something else. */
function tellsOf(stored: readonly JudgedRun[], next: readonly JudgedRun[]): boolean {
  const schedules = new Set(stored.map(({ schedule }) => schedule));
  return schedules.size === stored.length || next.every(({ schedule }) => schedules.has(schedule));
}

/** Two pairs or more, each sent requests of its own. */
function pairsOfOwnSchedules({ base, next }: TaskCase): readonly (readonly [JudgedRun, JudgedRun])[] | undefined {
  const pairs = base.flatMap((run) =>
    next.filter(({ schedule }) => schedule === run.schedule).map((other) => [run, other] as const),
  );
  const ownCount = new Set(pairs.map(([{ schedule }]) => schedule)).size;
  const isEach = [base, next, pairs].every(({ length }) => length === ownCount);
  return isEach && ownCount > 1 ? pairs : undefined;
}

const LEAST_COUNT = 60;

/**
 * A stretch should hold one request beyond the percentile, or leaving it out tells too little: p50 60, p95 400, p99 2000.
 * Two equal runs of log-normal times fell below p = .01 in .4 % and .1 % with 400 and 2000 requests, in 2.8 % and 3 % with
 * 60 and 300 (1500 seeds).
 */
function comparableCount(ratio: number): number {
  return Math.max(LEAST_COUNT, Math.ceil(BATCH_COUNT / (1 - ratio) - 1e-9));
}

function lackOf({ base, next }: TaskCase, metric: string, ratio: number): string {
  const needed = comparableCount(ratio);
  const fewest = Math.min(...[...base, ...next].map((run) => countOf(pooled([run]))));
  if (fewest === 0) return "There were no requests to compare.";
  if (fewest >= needed) return "";
  return `${countOfFigure(fewest, "request")} are too few to compare ${metric}, which needs ${countFigure(needed)}.`;
}

function meanMs(lnUs: readonly number[]): number | undefined {
  if (lnUs.length === 0) return undefined;
  return Math.exp(lnUs.reduce((sum, value) => sum + value, 0) / lnUs.length) / 1000;
}

function errorFigure({ task, base, next }: TaskCase): FigureChange {
  const [before, after] = [base, next].map((runs) => runs.flatMap(({ errors }) => errors));
  const shareOf = (batches: typeof before): number | undefined => {
    const { sum, count } = totalOf(batches ?? []);
    return count === 0 ? undefined : sum / count;
  };
  const change = compareErrors(before ?? [], after ?? []);
  return {
    task,
    metric: "errors",
    base: shareOf(before),
    next: shareOf(after),
    change,
    lack: change === undefined ? "There were no requests to compare." : "",
    noise: undefined,
    rise: errorRise(before ?? [], after ?? []),
    isNegligible: isErrorChangeNegligible(before ?? [], after ?? []),
  };
}
