/** The phases of a `find`: each decided on by the pure course of the search, from what the run has measured so far. */
import { mostInFlight } from "../../analysis/capacity/load-ceiling.ts";
import { hopelessAboveCount, isHopeless, servedInFlight } from "../../analysis/capacity/overload.ts";
import { type NextStep, nextStep } from "../../analysis/capacity/search-course.ts";
import { searchProgress } from "../../analysis/capacity/search-progress.ts";
import { countFigure } from "../../analysis/figure.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import type { PhaseOrder, PhaseSource } from "../../fleet/coordinator.ts";
import { describePhase } from "../../fleet/plan-record.ts";
import type { PhaseWatch } from "../../fleet/planned-phases.ts";
import { EVENT_CODES } from "../../records/event-codes.ts";
import type { StepRecord } from "../../records/record.ts";
import type { Profile, Spec, Think } from "../../spec/spec.ts";

/** An overload ends before the queue takes more than this of what may be in flight: beyond it the run would be ours to blame. */
const MOST_IN_FLIGHT_RATIO = 0.8;

/** So many failures without one success say all that the rest of the step could. */
const HOPELESS_FAILURES = 20;

export interface SearchPhasesOptions {
  readonly spec: Spec;
  readonly think: Think;
  readonly seed: number;
  /** The run so far. */
  readonly stats: () => RunStats;
}

export function searchPhases({ spec, think, seed, stats }: SearchPhasesOptions): PhaseSource {
  return {
    async next(index) {
      const sofar = stats();
      const step = nextStep(sofar);
      if (step === undefined) return undefined;
      const profile = profileOf(step, think);
      const record: StepRecord = {
        k: "step",
        phase: index,
        purpose: step.purpose,
        load: step.load,
        planned: describePhase(spec, profile, { seed, index }),
        ...(step.search === undefined ? {} : { search: step.search }),
      };
      return { profile, record, watch: watchOf(step, index, sofar) };
    },
  };
}

function profileOf(step: NextStep, think: Think): Profile {
  const base = { name: step.name, durationMs: step.durationMs, tags: undefined, warmupMs: step.warmupMs };
  if (step.kind === "open") return { ...base, kind: "open", arrivals: "poisson", stages: rateStages(step.corners) };
  const rampMs = step.corners[0]?.[1] === 0 ? (step.corners[1]?.[0] ?? 0) : 0;
  const spawnPerSec = rampMs > 0 ? (1000 * step.load) / rampMs : undefined;
  return {
    ...base,
    kind: "closed",
    stages: [{ users: step.load, spawnPerSec, durationMs: step.durationMs }],
    think: step.pauseMs === undefined ? think : pauseOf(step.pauseMs),
  };
}

function pauseOf(ms: number): Think {
  return ms > 0 ? { kind: "constant", ms } : { kind: "none" };
}

function rateStages(corners: NextStep["corners"]) {
  return corners.slice(1).flatMap(([toMs, toPerSec], at) => {
    const [fromMs, fromPerSec] = corners[at]!;
    return toMs > fromMs ? [{ fromPerSec, toPerSec, durationMs: toMs - fromMs }] : [];
  });
}

/** Ends a step that only hurts the target or can show no more, and an overload that would outgrow our connections. */
function watchOf(step: NextStep, phase: number, sofar: RunStats): PhaseWatch {
  const progress = searchProgress(sofar);
  const history = progress?.steps.map((run) => run.step) ?? [];
  const slos = progress?.options?.slos ?? [];
  const served = servedInFlight(history, slos);
  const lostAbove = step.purpose === "again" ? hopelessAboveCount(step.load, slos) : step.search?.abortAboveCount;
  const levels = new Map<string, number>();
  const most = progress === undefined ? Number.POSITIVE_INFINITY : MOST_IN_FLIGHT_RATIO * mostInFlight(progress.asked);
  const ended = { completed: 0, failed: 0 };
  let isOver = false;
  return (second): PhaseOrder | undefined => {
    for (const [task, { inFlight, completed, failed }] of Object.entries(second.tasks)) {
      levels.set(task, inFlight);
      ended.completed += completed;
      ended.failed += failed;
    }
    const inFlight = [...levels.values()].reduce((sum, level) => sum + level, 0);
    const isLost = isHopeless(inFlight, served, lostAbove);
    const isFull = step.kind === "open" && inFlight > most;
    const isDead =
      (step.purpose === "search" || step.purpose === "probe") &&
      ended.completed === 0 &&
      ended.failed >= HOPELESS_FAILURES;
    if (isOver || !(isLost || isFull || isDead)) return undefined;
    isOver = true;
    const why = isDead
      ? `all of the first ${countFigure(ended.failed)} requests failed`
      : `${countFigure(inFlight)} requests were in flight, and more came than were answered`;
    const message = `${step.name} ended early: ${why}.`;
    return { end: "phase", event: { k: "ev", code: EVENT_CODES.stepEnded, level: "info", phase, message } };
  };
}
