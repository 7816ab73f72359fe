/**
 * What `report.html` carries for its page: the run's exact figures for the tables, and its series and histograms
 * thinned for the charts, so that an hour of seconds with 20 tasks stays far below 5 MB. Plain JSON.
 */
import { type LatencyIntervals, latencyIntervals } from "../analysis/latency-intervals.ts";
import type {
  ErrorCount,
  GeneratorStats,
  LatencySummary,
  ProfileStats,
  RunEnd,
  RunStats,
  TaskStats,
  Warmup,
} from "../analysis/run-stats.ts";
import { spanMs } from "../base/span.ts";
import type { Environment, EventRecord, PlannedPhase, SteerOrder, StepPurpose } from "../records/record.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { capacityDataOf } from "./capacity-data.ts";
import { commandAgain } from "./command-again.ts";
import type { CapacityData } from "./html-capacity.ts";
import type { ComparisonData } from "./html-comparison.ts";
import { curveOf, type LatencyCurve } from "./html-curve.ts";
import { type Heat, heatOf } from "./html-heat.ts";
import { type ObservationData, observationDataOf } from "./html-observed.ts";
import { type Series, seriesOf, sparkOf } from "./html-series.ts";
import { type TaskFlow, type TaskSeries, taskFlowsOf, taskSeriesOf } from "./html-task-series.ts";
import type { ReportModel } from "./report-model.ts";

/** Everything the report's page shows. */
export interface ReportData {
  readonly schema: "plimsoll.report-data/1";
  readonly run: RunFacts;
  readonly judgement: Judgement;
  readonly profiles: readonly ProfileData[];
  readonly events: readonly EventRecord[];
  /** Events that were left out because there were too many. */
  readonly hiddenEventCount: number;
  readonly imbalances: readonly string[];
  /** What the target told of itself. */
  readonly observations?: ObservationData;
  /** Of a search for the capacity. */
  readonly capacity?: CapacityData;
  /** Of this run against another. */
  readonly comparison?: ComparisonData;
}

/** What was run, where, when and how to run it again. */
export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  readonly seed: number;
  readonly threads: number;
  readonly command: string;
  /** ISO; absent when load never began. */
  readonly startedAt: string | undefined;
  readonly end: RunEnd;
  readonly environment: Environment;
  readonly version: string;
  readonly planSha256: string;
  /** The resolved spec as indented JSON. */
  readonly specText: string;
}

/** One profile: exact totals, thinned charts. */
export interface ProfileData {
  readonly name: string;
  readonly planned: PlannedPhase;
  readonly startedAt: string;
  /** On the run clock. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly drainMs: number | undefined;
  readonly isFinished: boolean;
  readonly users: number | undefined;
  readonly ratePerSec: number | undefined;
  readonly arrivals: ProfileStats["arrivals"];
  readonly warmup: Warmup;
  readonly generator: GeneratorStats;
  /** In the order of the plan; the last is "Aggregated". */
  readonly tasks: readonly TaskData[];
  readonly series: Series;
  readonly heat: Heat;
  /** Changes of the load by hand; absent without any. */
  readonly steers?: readonly ProfileSteer[];
}

/** `who` changed the load, or held it, at `atMs` on the phase clock. */
export interface ProfileSteer {
  readonly atMs: number;
  readonly who: string;
  readonly what: SteerOrder;
}

/** One row of the tasks table, exact, with its curves. */
export interface TaskData {
  readonly name: string;
  readonly method: string;
  readonly requests: number;
  readonly failures: number;
  readonly requestsPerSec: number;
  readonly completedPerSec: number;
  readonly failuresPerSec: number;
  readonly errorRatio: number | undefined;
  readonly meanBodyBytes: number;
  readonly responseMs: LatencySummary | undefined;
  /** Quantiles of the judged part with their intervals; absent when there was too little to tell of any. */
  readonly intervals?: LatencyIntervals;
  readonly serviceMs: LatencySummary | undefined;
  readonly errors: readonly ErrorCount[];
  /** Errors beyond the listed ones: how many kinds-with-message were left out. */
  readonly hiddenErrorCount: number;
  readonly responseCurve: LatencyCurve;
  readonly serviceCurve: LatencyCurve;
  /** p95 (ms) of the requests due in each of up to 60 equal parts of the phase. */
  readonly spark: readonly (number | null)[];
  /** Absent for "Aggregated", and where it is the only task: the profile's series says it all. */
  readonly course?: TaskSeries;
}

const MAX_EVENTS = 200;
const MAX_ERRORS_A_TASK = 50;

/** Derives the page's data from a run; same model, same data. */
export function reportDataOf({ stats, judgement, capacity }: ReportModel): ReportData {
  const { header, plan } = stats;
  const observations = observationDataOf(stats);
  return {
    schema: "plimsoll.report-data/1",
    run: {
      id: header.run,
      name: plan.name,
      target: plan.target,
      seed: plan.seed,
      threads: plan.threads,
      command: commandAgain(stats),
      startedAt: stats.startedAt,
      end: stats.end,
      environment: plan.environment,
      version: header.version,
      planSha256: header.planSha256,
      specText: JSON.stringify(plan.spec, null, 2),
    },
    judgement,
    profiles: shownProfiles(stats).map((profile) => ({ ...profileDataOf(profile), ...steersOf(profile, stats) })),
    ...(observations === undefined ? {} : { observations }),
    ...(capacity === undefined ? {} : { capacity: capacityDataOf(capacity) }),
    events: stats.events.slice(0, MAX_EVENTS),
    hiddenEventCount: Math.max(0, stats.events.length - MAX_EVENTS),
    imbalances: stats.imbalances,
  };
}

const SHOWN_PURPOSES: readonly StepPurpose[] = ["overload", "again"];

/** Of a search only what it did beyond the capacity, and after that: its steps stand in a table. */
function shownProfiles({ profiles, steps }: ReportModel["stats"]): readonly ProfileStats[] {
  if (steps.length === 0) return profiles;
  const shown = new Set(
    steps.filter(({ purpose }) => SHOWN_PURPOSES.includes(purpose)).map(({ planned }) => planned.name),
  );
  return profiles.filter(({ name }) => shown.has(name));
}

function steersOf({ name, startedAtMs }: ProfileStats, { plan, steers }: RunStats): Pick<ProfileData, "steers"> {
  const own = steers.filter(({ phase }) => plan.phases[phase]?.name === name);
  if (own.length === 0) return {};
  return { steers: own.map(({ atMs, who, what }) => ({ atMs: spanMs(startedAtMs, atMs), who, what })) };
}

function profileDataOf(profile: ProfileStats): ProfileData {
  const series = seriesOf(profile.series);
  const flows = taskFlowsOf(profile, series);
  return {
    name: profile.name,
    planned: profile.planned,
    startedAt: profile.startedAt,
    startedAtMs: profile.startedAtMs,
    durationMs: profile.durationMs,
    drainMs: profile.drainMs,
    isFinished: profile.isFinished,
    users: profile.users,
    ratePerSec: profile.ratePerSec,
    arrivals: profile.arrivals,
    warmup: profile.warmup,
    generator: profile.generator,
    tasks: profile.tasks.map((task) => taskDataOf(task, profile, series, flows.get(task.name))),
    series,
    heat: heatOf(profile.series),
  };
}

function taskDataOf(task: TaskStats, profile: ProfileStats, series: Series, flow: TaskFlow | undefined): TaskData {
  const { arrivals: _, responseBuckets, serviceBuckets, slots: __, blocks: ___, errors, ...exact } = task;
  const course = taskSeriesOf(task, profile, series, flow);
  const intervals = latencyIntervals(profile, task);
  const frequentFirst = [...errors].sort((a, b) => b.count - a.count);
  return {
    ...exact,
    ...(intervals === undefined ? {} : { intervals }),
    errors: frequentFirst.slice(0, MAX_ERRORS_A_TASK),
    hiddenErrorCount: Math.max(0, errors.length - MAX_ERRORS_A_TASK),
    responseCurve: curveOf(responseBuckets, task.responseMs?.max),
    serviceCurve: curveOf(serviceBuckets, task.serviceMs?.max),
    spark: sparkOf(task, profile.durationMs),
    ...(course === undefined ? {} : { course }),
  };
}
