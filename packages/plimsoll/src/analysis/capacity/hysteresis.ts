/** Is a target after an overload what it was before? The base that the overload stood upon, held against the same load again. */
import { TOLERABLE_ERROR_RISE } from "../comparison/compare-errors.ts";
import { judgeMetrics, type MetricAnswer } from "../comparison/judge-metrics.ts";
import { judgedBatches, windowBetween } from "../comparison/judged-batches.ts";
import { type FigureChange, figureChange } from "../comparison/profile-changes.ts";
import { AGGREGATED } from "../phase-totals.ts";
import type { Interval } from "../proportion.ts";
import type { ProfileStats } from "../run-stats.ts";
import { figuresBetween, isEndedEarly, type StepFigures } from "./observed-step.ts";
import { overloadBase } from "./overload-shape.ts";
import type { SearchProgress } from "./search-progress.ts";

export interface Hysteresis {
  readonly ratePerSec: number;
  readonly verdict: "as-before" | "worse" | "inconclusive";
  /** What decided it: times that rose, failures, or requests that piled up until the step was ended. */
  readonly by: HysteresisFigure | "piled-up";
  readonly before: StepFigures;
  readonly after: StepFigures;
  /** after ÷ before − 1 of the times that decide, with its 90 % interval; undefined with too few requests. */
  readonly change: (Interval & { readonly value: number }) | undefined;
  /** Why it cannot be told, where that is not the width of the interval. */
  readonly lack: string | undefined;
}

/** In the order in which they speak: what people promise, then the times of most, then failures. */
const FIGURES = ["p95", "p50", "errors"] as const;
export type HysteresisFigure = (typeof FIGURES)[number];

/**
 * Worse by a quarter matters; half a minute could not tell less. Worse is what is surely worse (99 %) and by half of it, as
 * before what surely (95 %) is not worse by as much.
 */
const MAX_WORSE_RATIO = 0.25;

/** @returns undefined before the load was run again, or where there was no overload upon a base */
export function judgeHysteresis({ overloads, again }: SearchProgress): Hysteresis | undefined {
  const overloaded = overloads.at(-1)?.profile;
  const base = overloaded && overloadBase(overloaded.planned);
  if (overloaded === undefined || base === undefined || again === undefined) return undefined;
  const { profile } = again;
  const [before, after] = [
    { profile: overloaded, fromMs: base.fromMs, toMs: Math.min(base.untilMs, overloaded.durationMs) },
    { profile, fromMs: base.fromMs, toMs: profile.durationMs },
  ];
  const told = {
    ratePerSec: base.perSec,
    before: figuresBetween(before.profile, before.fromMs, before.toMs),
    after: figuresBetween(after.profile, after.fromMs, after.toMs),
  };
  if (profile.generator.health === "invalid")
    return { ...told, ...unsure("The generator was not fit meanwhile."), change: undefined };
  if (isEndedEarly(profile)) return { ...told, verdict: "worse", by: "piled-up", change: undefined, lack: undefined };
  return { ...told, ...heldAgainst(before, after) };
}

interface Stretch {
  readonly profile: ProfileStats;
  readonly fromMs: number;
  readonly toMs: number;
}

type Judged = Pick<Hysteresis, "verdict" | "by" | "change" | "lack">;

function unsure(lack: string | undefined): Pick<Hysteresis, "verdict" | "by" | "lack"> {
  return { verdict: "inconclusive", by: "p95", lack };
}

function heldAgainst(before: Stretch, after: Stretch): Judged {
  const [base, next] = [batchesOf(before), batchesOf(after)];
  if (base === undefined || next === undefined)
    return { ...unsure("Too little of one of them was measured."), change: undefined };
  const sides = { base: [{ ...base, schedule: "before" }], next: [{ ...next, schedule: "after" }] };
  const one = { task: AGGREGATED, ...sides, kin: [] };
  const changes = FIGURES.map((metric) => figureChange(one, metric));
  const answers = answersOf(changes);
  const worse = FIGURES.find((metric) => answers.get(metric)?.verdict === "fail");
  const by = worse ?? (answers.has("p95") ? "p95" : "p50");
  const times = answers.get(by === "errors" ? "p95" : by);
  const change = times && { value: times.ratio - 1, low: times.interval.low - 1, high: times.interval.high - 1 };
  if (worse !== undefined) return { verdict: "worse", by, change, lack: undefined };
  const rise = changes.find(({ metric }) => metric === "errors")?.rise;
  const isAsBefore = times?.verdict === "pass" && rise !== undefined && rise.value < TOLERABLE_ERROR_RISE;
  if (isAsBefore) return { verdict: "as-before", by, change, lack: undefined };
  const lack = times === undefined ? changes.find(({ metric }) => metric === by)?.lack : undefined;
  return { ...unsure(lack), by, change };
}

function batchesOf({ profile, fromMs, toMs }: Stretch) {
  const window = windowBetween(fromMs, toMs);
  return window && judgedBatches(profile.tasks.at(-1), window);
}

/** Of the figures that there are enough requests for, "surely worse" adjusted over all of them. */
function answersOf(figures: readonly FigureChange[]): ReadonlyMap<string, MetricAnswer> {
  const changes = figures.flatMap(({ metric, change, isNegligible }) =>
    change === undefined ? [] : [{ name: metric, change, isNegligible }],
  );
  return new Map(judgeMetrics(changes, MAX_WORSE_RATIO).map((answer) => [answer.name, answer]));
}
