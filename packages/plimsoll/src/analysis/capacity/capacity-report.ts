/** All that a search came to, for verdict and reports: JSON-safe, and the same live and read back. */
import type { PlannedSearch } from "../../records/record.ts";
import { batchInterval, shareInterval } from "../batch-means.ts";
import { normalQuantile } from "../distributions.ts";
import { fieldAt } from "../foreign/json-fields.ts";
import { AGGREGATED } from "../phase-totals.ts";
import { saturationOf } from "../profile-spike.ts";
import type { ProfileSpike, ProfileStats, RunStats } from "../run-stats.ts";
import type { Saturation, SaturationClass, SaturationDoubt } from "../saturation-class.ts";
import { judgeScalability, type MeasuredLoad, type Scalability } from "../scalability-verdict.ts";
import { completedBySecond, wholeSeconds } from "../throughput.ts";
import type { CapacityEstimate } from "./capacity-estimate.ts";
import type { CapacityOptions } from "./capacity-options.ts";
import { isHeld } from "./capacity-step.ts";
import type { EarlyEnd } from "./early-end.ts";
import { remainingMs } from "./expected-width.ts";
import { type Hysteresis, judgeHysteresis } from "./hysteresis.ts";
import { type LimitFailures, limitFailures } from "./limit-failures.ts";
import { countedFigures, observeStep, promiseBatches, type StepFigures, settledPerSec } from "./observed-step.ts";
import type { CapacityResult } from "./pace.ts";
import { illConditionedSlos } from "./preflight.ts";
import { type SearchAhead, searchAhead } from "./search-ahead.ts";
import { capacityPerSec, capacityUsers, plannedLevels } from "./search-course.ts";
import { searchDrift } from "./search-drift.ts";
import { isGivenUp, type SearchProgress, type SearchStepRun, searchProgress } from "./search-progress.ts";
import type { StepRun } from "./step-run.ts";
import { stepsBeside } from "./steps-beside.ts";
import { unfailingQueue } from "./unfailing-queue.ts";

export interface CapacityReport {
  readonly asked: PlannedSearch;
  /** As the controller took it; undefined until the probes told where to begin. */
  readonly options: CapacityOptions | undefined;
  /** Undefined while the search goes on. */
  readonly result: CapacityResult | undefined;
  /** The newest, also while the search goes on; undefined before anything broke or was fitted. */
  readonly estimate: CapacityEstimate | undefined;
  readonly limitedBy: LimitedBy | undefined;
  readonly capacityPerSec: number | undefined;
  readonly capacityUsers: number | undefined;
  readonly steps: readonly StepRow[];
  /** Steps that say nothing of the target, and why. */
  readonly unfit: readonly UnfitStep[];
  /** So many spoilt steps that the search was given up. */
  readonly isGivenUp: boolean;
  /** Why it ended before its time: nothing succeeds, or not even a single user gets what is promised. */
  readonly early: EarlyEnd | undefined;
  /** The target got slower meanwhile: a step that held, and a later one at a clearly lower load that did not. */
  readonly drift: { readonly held: StepRow; readonly broken: StepRow } | undefined;
  /** Errors among what broke the promise; undefined where nothing failed beside the limit. */
  readonly failures: LimitFailures | undefined;
  /** Where requests piled up without failing while errors alone are promised: there is no limit to find then. */
  readonly queuesAtLoad: number | undefined;
  /** Promises whose limit an unloaded target nearly reaches. */
  readonly illConditioned: readonly string[];
  readonly overloads: readonly OverloadRow[];
  /** Whether they left the target as it was; undefined while that was not looked at. */
  readonly hysteresis: Hysteresis | undefined;
  readonly levels: readonly LevelRow[];
  /** Users of the rows that were left out, because they could ask for more than is allowed. */
  readonly barredLevels: readonly number[];
  /** Of the table's levels; undefined with none. */
  readonly scalability: Scalability | undefined;
  /** Time left of the search, ms; undefined before there is an estimate and after its end. */
  readonly remainingMs: number | undefined;
  /** Without the phase that runs. */
  readonly ahead: SearchAhead;
  /** With it. */
  readonly notEnded: SearchAhead;
}

/** The promise that breaks first, and the task that breaks it where several share it. */
export interface LimitedBy {
  readonly slo: string;
  readonly task: string | undefined;
}

/** Of one phase: of the part that counts in a step and a level, of the whole in an overload. */
export type Figures = StepFigures;

export interface StepRow extends Figures {
  readonly name: string;
  /** On the run clock. */
  readonly startedAtMs: number;
  readonly load: number;
  readonly phase: "ramp" | "search";
  readonly isHeld: boolean;
  readonly isAborted: boolean;
  readonly isNear: boolean;
  /** The generator's own lateness is part of its latencies. */
  readonly isDegraded: boolean;
  readonly elapsedMs: number;
  /** How long it took until nothing was in flight. */
  readonly drainMs: number;
  /** Bad and counted requests in the order of the promises. */
  readonly counts: readonly { readonly count: number; readonly badCount: number }[];
}

export interface UnfitStep extends Figures {
  readonly name: string;
  /** On the run clock. */
  readonly startedAtMs: number;
  readonly load: number;
  readonly reasons: readonly string[];
}

export interface OverloadRow extends Figures {
  readonly name: string;
  readonly ratePerSec: number;
  /** Multiple of the capacity. */
  readonly factor: number;
  readonly class: SaturationClass | undefined;
  /** What keeps the class from being sure. */
  readonly unsure: readonly SaturationDoubt[];
  readonly shedRatio: number;
  readonly timeoutRatio: number;
  /** Growth of the requests in flight, a second. */
  readonly growthPerSec: number;
  /** Of one that queues: after so long, counted from its begin, requests would have waited for longer than their timeout. */
  readonly timesOutAfterMs?: number;
  /** Without it the figures are the generator's as much as the target's. */
  readonly isFit: boolean;
  /** How it came back to a load it carries; only where the overload stood upon a base. */
  readonly spike: ProfileSpike | undefined;
}

export interface LevelRow extends Figures {
  readonly name: string;
  readonly users: number;
  /** Without it the figures are the generator's as much as the target's. */
  readonly isFit: boolean;
  /** Bad and counted requests in the order of the promises, and between which ends the true share lies. */
  readonly counts: readonly LevelCount[];
}

export interface LevelCount {
  readonly count: number;
  readonly badCount: number;
  readonly low: number;
  readonly high: number;
}

/** @returns undefined for a run that is no search */
export function capacityReport(stats: RunStats): CapacityReport | undefined {
  const progress = searchProgress(stats);
  if (progress === undefined) return undefined;
  const { asked, options, decision, steps, unfit } = progress;
  const history = steps.map(({ step }) => step);
  const result = decision === undefined || decision.kind === "step" ? undefined : decision;
  const estimate = decision === undefined || decision.kind === "not-found" ? undefined : decision.estimate;
  const broken = estimate?.isBroken === true ? estimate : undefined;
  const fitLevels = progress.levels.filter(({ profile }) => isFit(profile));
  const levels = progress.levels.map((run) => levelRow(run, asked, stats.plan.limitsMs));
  return {
    asked,
    options,
    result,
    estimate,
    limitedBy: estimate === undefined ? undefined : limitedBy(steps, estimate, asked, stats.plan.limitsMs),
    capacityPerSec: capacityPerSec(progress),
    capacityUsers: capacityUsers(progress),
    steps: steps.map((run) => stepRow(run, options)),
    unfit: unfit.map(({ profile, record }) => ({
      name: profile.name,
      startedAtMs: profile.startedAtMs,
      load: record.load,
      reasons: profile.generator.reasons,
      ...figuresOf(profile),
    })),
    isGivenUp: isGivenUp(progress),
    early: progress.early,
    drift: driftOf(progress, broken),
    failures: limitFailures(steps, estimate, asked),
    queuesAtLoad: unfailingQueue(steps, asked)?.record.load,
    illConditioned: options === undefined ? [] : illConditionedSlos(history, options),
    overloads: progress.overloads.map((run) => overloadRow(run, progress, totalTimeoutMs(stats.plan))),
    hysteresis: judgeHysteresis(progress),
    levels,
    barredLevels: isGivenUp(progress) ? [] : plannedLevels(progress, capacityUsers(progress)).barred,
    scalability: levels.length === 0 ? undefined : judgeScalability(fitLevels.map(measuredLoad)),
    remainingMs: remainingOf(progress),
    ahead: searchAhead(progress, broken),
    notEnded: searchAhead({ ...progress, current: undefined }, broken),
  };
}

function driftOf({ steps, options }: SearchProgress, broken: CapacityEstimate | undefined): CapacityReport["drift"] {
  if (broken === undefined || options === undefined) return undefined;
  const history = steps.map(({ step }) => step);
  const drift = searchDrift(history, broken.limitedBy, options.slos);
  if (drift === undefined) return undefined;
  return { held: stepRow(steps[drift.heldAt]!, options), broken: stepRow(steps[drift.brokenAt]!, options) };
}

/** The step that runs has used some of it. */
function remainingOf({ decision, steps, options, current }: SearchProgress): number | undefined {
  if (decision?.kind !== "step" || decision.estimate === undefined || options === undefined) return undefined;
  const history = steps.map(({ step }) => step);
  return Math.max(0, remainingMs(history, decision.estimate, options) - (current?.profile.durationMs ?? 0));
}

function figuresOf(profile: ProfileStats): Figures {
  const all = profile.tasks.at(-1);
  return {
    requests: all?.requests ?? 0,
    completedPerSec: all?.completedPerSec ?? 0,
    p50: all?.responseMs?.p50,
    p95: all?.responseMs?.p95,
    p99: all?.responseMs?.p99,
    errorRatio: all?.errorRatio,
  };
}

function stepRow({ profile, record, step }: SearchStepRun, options: CapacityOptions | undefined): StepRow {
  const { planned, observed } = step;
  return {
    name: profile.name,
    startedAtMs: profile.startedAtMs,
    load: record.load,
    phase: planned.phase,
    isHeld: options !== undefined && isHeld(step, options.slos),
    isAborted: observed.isAborted,
    isNear: planned.isNear,
    isDegraded: profile.generator.health !== "ok",
    elapsedMs: observed.elapsedMs,
    drainMs: observed.drainMs,
    counts: observed.counts.map(({ count, badCount }) => ({ count, badCount })),
    ...countedFigures(profile),
  };
}

function levelRow({ profile, record }: StepRun, asked: PlannedSearch, limitsMs: readonly number[]): LevelRow {
  const { counts } = observeStep(profile, asked.slos, limitsMs);
  return {
    name: profile.name,
    users: record.load,
    isFit: isFit(profile),
    counts: counts.map(({ count, badCount }, slo) => {
      const { low, high } = shareInterval(promiseBatches(profile, asked.slos[slo]!, limitsMs));
      return { count, badCount, low, high };
    }),
    ...countedFigures(profile),
  };
}

function isFit({ generator }: ProfileStats): boolean {
  return generator.health !== "invalid";
}

/** How long a client waits for an answer; undefined where the kept spec does not say. */
function totalTimeoutMs({ spec }: RunStats["plan"]): number | undefined {
  const timeoutMs = fieldAt(spec, "timeouts", "totalMs");
  return typeof timeoutMs === "number" ? timeoutMs : undefined;
}

function overloadRow(
  { profile, record }: StepRun,
  progress: SearchProgress,
  timeoutMs: number | undefined,
): OverloadRow {
  const { spike } = profile;
  // Whole steps: the best of many short stretches would lie 15 % above what the target can do.
  const reference = Math.max(...[...progress.steps, ...progress.overloads].map((run) => settledPerSec(run.profile)));
  const points = profile.series.filter(
    ({ atMs }) => atMs >= (spike?.fromMs ?? 0) && atMs + 1000 <= (spike?.toMs ?? profile.durationMs),
  );
  const saturation = saturationOf(points, reference);
  const timesOutMs = timesOutAfterMs(saturation, points, timeoutMs);
  return {
    name: profile.name,
    ratePerSec: record.load,
    factor: record.load / (capacityPerSec(progress) ?? record.load),
    class: saturation?.class,
    unsure: saturation?.unsure ?? [],
    shedRatio: saturation?.figures.shedRatio ?? 0,
    timeoutRatio: saturation?.figures.timeoutRatio ?? 0,
    isFit: isFit(profile),
    growthPerSec: growthPerSec(saturation),
    ...(timesOutMs === undefined ? {} : { timesOutAfterMs: timesOutMs }),
    spike,
    ...figuresOf(profile),
  };
}

function growthPerSec(saturation: Saturation | undefined): number {
  return (saturation?.figures.growthRatio ?? 0) * (saturation?.figures.offeredPerSec ?? 0);
}

/** Whoever comes last waits for all that are in flight: as long as the target needs for them. */
function timesOutAfterMs(
  saturation: Saturation | undefined,
  points: ProfileStats["series"],
  timeoutMs: number | undefined,
): number | undefined {
  if (saturation?.class !== "queues" || timeoutMs === undefined) return undefined;
  const inFlight = points.at(-1)?.inFlight ?? 0;
  const mostInFlight = (saturation.figures.goodPerSec * timeoutMs) / 1000;
  const leftMs = (1000 * (mostInFlight - inFlight)) / growthPerSec(saturation);
  return leftMs > 0 ? 1000 * points.length + leftMs : undefined;
}

function limitedBy(
  steps: readonly SearchStepRun[],
  estimate: CapacityEstimate,
  { slos }: PlannedSearch,
  limitsMs: readonly number[],
): LimitedBy {
  const { expr, task, ...limit } = slos[estimate.limitedBy]!;
  if (task !== undefined) return { slo: expr, task };
  const near = stepsBeside(steps, estimate);
  const names = [...new Set(near.flatMap(({ profile }) => profile.tasks.map(({ name }) => name)))].filter(
    (name) => name !== AGGREGATED,
  );
  const shares = names.map((name) => {
    const counts = near.map(
      ({ profile }) => observeStep(profile, [{ expr, task: name, ...limit }], limitsMs).counts[0]!,
    );
    const count = counts.reduce((sum, one) => sum + one.count, 0);
    return { name, share: count === 0 ? 0 : counts.reduce((sum, one) => sum + one.badCount, 0) / count };
  });
  const worst = shares.reduce((most, one) => (one.share > most.share ? one : most), { name: "", share: 0 });
  return { slo: expr, task: names.length > 1 && worst.share > 0 ? worst.name : undefined };
}

const THROUGHPUT_BATCHES = 10;
const NORMAL_95 = normalQuantile(0.95);

/** Throughput of a level with its spread over batches; its first quarter is for settling. */
function measuredLoad({ record, profile }: StepRun): MeasuredLoad {
  const counts = completedBySecond(profile.series, wholeSeconds(0, profile.durationMs));
  const settled = counts.slice(Math.floor(counts.length / 4));
  const size = Math.max(1, Math.floor(settled.length / THROUGHPUT_BATCHES));
  const batches: { sum: number; count: number }[] = [];
  for (let at = 0; at + size <= settled.length; at += size)
    batches.push({ sum: settled.slice(at, at + size).reduce((sum, completed) => sum + completed, 0), count: size });
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const throughputPerSec = batches.reduce((sum, batch) => sum + batch.sum, 0) / Math.max(1, count);
  const interval = batchInterval(batches);
  const sd = interval === undefined ? throughputPerSec : (interval.high - interval.low) / 2 / NORMAL_95;
  return { load: record.load, throughputPerSec, relativeSd: throughputPerSec > 0 ? sd / throughputPerSec : 1 };
}
