/** A search as its journal tells it: what each step came to, and what the controller makes of them. Pure. */
import { EVENT_CODES } from "../../records/event-codes.ts";
import type { PlannedSearch, StepRecord } from "../../records/record.ts";
import type { RunStats } from "../run-stats.ts";
import { type CapacityOptions, capacityOptions } from "./capacity-options.ts";
import { type CapacityStep, capacitySlosOf } from "./capacity-step.ts";
import { type EarlyEnd, earlyEnd } from "./early-end.ts";
import { isEndedEarly, observeStep } from "./observed-step.ts";
import { type CapacityDecision, nextCapacityStep } from "./pace.ts";
import { startLoadOf } from "./start-load.ts";
import type { StepRun } from "./step-run.ts";

/** A step of the search that counts. */
export interface SearchStepRun extends StepRun {
  readonly step: CapacityStep;
}

export interface SearchProgress {
  readonly asked: PlannedSearch;
  readonly probes: readonly StepRun[];
  /** Undefined until the probes tell where to begin. */
  readonly options: CapacityOptions | undefined;
  readonly steps: readonly SearchStepRun[];
  /** Steps that say nothing of the target, because the generator was not fit meanwhile. */
  readonly unfit: readonly StepRun[];
  /** What the controller wants next, or its result; undefined until the probes are done. */
  readonly decision: CapacityDecision | undefined;
  /** Nothing more is to be learnt from this target, and why. */
  readonly early: EarlyEnd | undefined;
  readonly overloads: readonly StepRun[];
  /** The base of the last overload, once more after it. */
  readonly again: StepRun | undefined;
  readonly levels: readonly StepRun[];
  /** Begun and not yet drained. */
  readonly current: StepRun | undefined;
}

/** A search that the generator spoils so often, and in so large a part of its steps, does not go on. */
const MOST_UNFIT_STEPS = 4;
const MOST_UNFIT_RATIO = 1 / 3;
/** A neighbour that was busy for some seconds of a long search is waited out. */
const MOST_LOST_RATIO = 0.2;

/** Too many steps, and too much of the budget, say nothing of the target. */
export function isGivenUp({ steps, unfit, asked }: Pick<SearchProgress, "steps" | "unfit" | "asked">): boolean {
  const isMany = unfit.length >= MOST_UNFIT_STEPS && unfit.length > MOST_UNFIT_RATIO * (steps.length + unfit.length);
  return isMany && lostMs(unfit) > MOST_LOST_RATIO * asked.budgetMs;
}

function lostMs(unfit: readonly StepRun[]): number {
  return unfit.reduce((sum, { profile }) => sum + profile.durationMs + (profile.drainMs ?? 0), 0);
}

/** @returns undefined for a run that is no search */
export function searchProgress(stats: RunStats): SearchProgress | undefined {
  const asked = stats.plan.search;
  if (asked === undefined) return undefined;
  const runs = stepRuns(stats);
  const ended = runs.filter((run) => isWhole(run, stats));
  const of = (purpose: StepRecord["purpose"]) => ended.filter(({ record }) => record.purpose === purpose);
  const probes = of("probe");
  const searched = of("search");
  const unfit = searched.filter(({ profile }) => profile.generator.health === "invalid");
  const steps = searched.filter((run) => !unfit.includes(run)).map((run) => measured(run, asked, stats.plan.limitsMs));
  const options = optionsOf(asked, probes, stats.plan.limitsMs, unfit);
  return {
    asked,
    probes,
    options,
    steps,
    unfit,
    decision:
      options === undefined
        ? undefined
        : nextCapacityStep(
            steps.map(({ step }) => step),
            options,
          ),
    early: earlyEnd(
      ended.filter(({ record }) => record.purpose === "probe" || record.purpose === "search"),
      asked,
      stats.plan.limitsMs,
    ),
    overloads: of("overload"),
    again: of("again")[0],
    levels: of("level"),
    current: runs.find(({ profile }) => !profile.isFinished),
  };
}

/** Phases from the first on that are whole: what an interrupted search need not run again. */
export function wholeStepCount(stats: RunStats): number {
  const runs = stepRuns(stats);
  const firstCut = runs.findIndex((run, at) => run.record.phase !== at || !isWhole(run, stats));
  return firstCut < 0 ? runs.length : firstCut;
}

function stepRuns({ steps, profiles }: RunStats): readonly StepRun[] {
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  return steps.flatMap((record) => {
    const profile = byName.get(record.planned.name);
    return profile === undefined ? [] : [{ record, profile }];
  });
}

/** Has drained, and was not ended before its time but for the target's sake: nobody stopped the search in the middle of it. */
function isWhole({ profile, record }: StepRun, { events }: RunStats): boolean {
  const wasEnded = events.some(({ code, phase }) => code === EVENT_CODES.stepEnded && phase === record.phase);
  return profile.isFinished && (wasEnded || !isEndedEarly(profile));
}

function measured(run: StepRun, asked: PlannedSearch, limitsMs: readonly number[]): SearchStepRun {
  const { load, planned, search } = run.record;
  return {
    ...run,
    step: {
      planned: {
        phase: search?.phase ?? "search",
        load,
        durationMs: planned.plannedMs,
        isNear: search?.isNear ?? false,
        ...(search?.abortAboveCount === undefined ? {} : { abortAboveCount: search.abortAboveCount }),
      },
      observed: observeStep(run.profile, asked.slos, limitsMs),
    },
  };
}

function optionsOf(
  asked: PlannedSearch,
  probes: readonly StepRun[],
  limitsMs: readonly number[],
  unfit: readonly StepRun[],
): CapacityOptions | undefined {
  const startLoad = asked.startLoad ?? startLoadOf(asked, probes, limitsMs);
  return startLoad === undefined ? undefined : searchOptions(asked, startLoad, lostMs(unfit));
}

/** What was asked, as the controller takes it. Time lost to unfit steps is gone from the budget all the same. */
export function searchOptions(asked: PlannedSearch, startLoad: number, spentMs = 0): CapacityOptions {
  const {
    slos,
    maxLoad,
    targetLoad,
    levels: _,
    isOverloadTested: __,
    maxConnections: ___,
    leftOut: ____,
    ...constants
  } = asked;
  return capacityOptions({
    ...constants,
    slos: capacitySlosOf(slos),
    startLoad,
    ...(maxLoad === undefined ? {} : { maxLoad }),
    ...(targetLoad === undefined ? {} : { targetLoad }),
    budgetMs: Math.max(1, asked.budgetMs - spentMs),
  });
}
