/**
 * What a `find` does next, from what its journal holds so far: probes, the search, what lies beyond the capacity, the
 * table of levels. Pure, so that a search that was interrupted goes on where it stopped.
 */

import { significant } from "../../base/format-number.ts";
import type { PlannedSearchStep, StepPurpose } from "../../records/record.ts";
import { countFigure } from "../figure.ts";
import type { RunStats } from "../run-stats.ts";
import type { CapacityEstimate } from "./capacity-estimate.ts";
import { levelLoads, levelMs } from "./level-loads.ts";
import { mostUsers } from "./load-ceiling.ts";
import { settledPerSec } from "./observed-step.ts";
import { againShape, OVERLOADS, overloadBase, overloadShape } from "./overload-shape.ts";
import { isGivenUp, type SearchProgress, searchProgress } from "./search-progress.ts";
import { isWithin, probeMs, probePauseMs, probeUsers } from "./start-load.ts";
import { type Backlog, backlogOf } from "./step-backlog.ts";
import { USER_RAMP_RATIO } from "./step-shape.ts";
import { unfailingQueue } from "./unfailing-queue.ts";

/** A phase to run: arrivals per second, or users, in straight lines between the corners `[ms, load]`. */
export interface NextStep {
  readonly purpose: StepPurpose;
  /** Unique in the search, and what people read. */
  readonly name: string;
  readonly kind: "open" | "closed";
  readonly load: number;
  readonly corners: readonly (readonly [number, number])[];
  readonly durationMs: number;
  /** Found by what it measured when left out. */
  readonly warmupMs?: number;
  /** From an answer to the next request, where users do not think as the spec says: those of a probe. */
  readonly pauseMs?: number;
  readonly search?: PlannedSearchStep;
}

/** The next phase, or undefined when all is done. */
export function nextStep(stats: RunStats): NextStep | undefined {
  const progress = searchProgress(stats);
  if (progress === undefined || progress.early !== undefined) return undefined;
  return (
    nextProbe(progress, stats.plan.limitsMs) ??
    nextSearch(progress) ??
    nextOverload(progress) ??
    nextAgain(progress) ??
    nextLevel(progress)
  );
}

/** The capacity as far as a search that has ended found one. */
function foundEstimate({ decision }: SearchProgress): CapacityEstimate | undefined {
  return decision?.kind === "found" ? decision.estimate : undefined;
}

/** The search itself is over: it has its result, the generator spoils too many of its steps, or nothing can ever break. */
function isSearchOver(progress: SearchProgress): boolean {
  const { decision, steps, asked } = progress;
  const isAnswered = decision !== undefined && decision.kind !== "step";
  return isAnswered || isGivenUp(progress) || unfailingQueue(steps, asked) !== undefined;
}

function nextProbe({ asked, options, probes }: SearchProgress, limitsMs: readonly number[]): NextStep | undefined {
  const users = probeUsers(asked)[probes.length];
  if (options !== undefined || users === undefined) return undefined;
  if (probes[0] !== undefined && !isWithin(probes[0], asked, limitsMs)) return undefined;
  const durationMs = probeMs(asked);
  const pauseMs = probePauseMs(users, asked);
  return {
    purpose: "probe",
    name: users === 1 ? "probe: 1 user" : `probe: ${users} users`,
    kind: "closed",
    load: users,
    // One after the other where they pause, or their first requests would come at once.
    corners: [[0, pauseMs > 0 ? 0 : users], ...(pauseMs > 0 ? [[pauseMs, users] as const] : []), [durationMs, users]],
    durationMs,
    pauseMs,
  };
}

function nextSearch(progress: SearchProgress): NextStep | undefined {
  const { decision, asked, steps, unfit, options } = progress;
  if (decision?.kind !== "step" || options === undefined || isSearchOver(progress)) return undefined;
  const { load, durationMs, phase, isNear, abortAboveCount } = decision.step;
  const number = steps.length + unfit.length + 1;
  const isOpen = asked.by === "rate";
  const backlog = backlogOf(steps.at(-1)?.step, decision.step, options);
  return {
    purpose: "search",
    name: `step ${number}: ${loadText(asked.by, load)}`,
    kind: isOpen ? "open" : "closed",
    load,
    corners: isOpen ? rateCorners(load, durationMs, backlog) : userCorners(load, durationMs),
    durationMs,
    search: { phase, isNear, ...(abortAboveCount === undefined ? {} : { abortAboveCount }) },
  };
}

function rateCorners(load: number, durationMs: number, backlog: Backlog | undefined): NextStep["corners"] {
  const level: NextStep["corners"] = [
    [backlog?.durationMs ?? 0, load],
    [durationMs, load],
  ];
  if (backlog === undefined) return level;
  const first = load + backlog.extraPerSec;
  return [[0, first], [backlog.durationMs, first], ...level];
}

/** Users are added one by one: all at once they would ask in waves. */
function userCorners(users: number, durationMs: number): NextStep["corners"] {
  return [
    [0, 0],
    [USER_RAMP_RATIO * durationMs, users],
    [durationMs, users],
  ];
}

function nextOverload(progress: SearchProgress): NextStep | undefined {
  const { asked, overloads } = progress;
  const factor = OVERLOADS[overloads.length];
  const ratePerSec = capacityPerSec(progress);
  if (factor === undefined || ratePerSec === undefined || !asked.isOverloadTested) return undefined;
  const shape = overloadShape(factor, ratePerSec, asked);
  if (shape === undefined) return undefined;
  return {
    purpose: "overload",
    name: `overload ${factor}×: ${loadText("rate", factor * ratePerSec)}`,
    kind: "open",
    load: factor * ratePerSec,
    ...shape,
  };
}

/** Nothing where the generator spoilt the overload: there is nothing to hold it against. */
function nextAgain({ asked, overloads, again }: SearchProgress): NextStep | undefined {
  const overloaded = overloads.at(-1)?.profile;
  if (again !== undefined || !asked.isOverloadTested) return undefined;
  if (overloaded === undefined || overloaded.generator.health === "invalid") return undefined;
  const base = overloadBase(overloaded.planned);
  if (base === undefined) return undefined;
  const load = base.perSec;
  return {
    purpose: "again",
    name: `again: ${loadText("rate", load)}`,
    kind: "open",
    load,
    ...againShape(load, asked),
  };
}

function nextLevel(progress: SearchProgress): NextStep | undefined {
  const { asked, levels } = progress;
  // With a generator that is not fit a table would say as little as the search did.
  if (isGivenUp(progress)) return undefined;
  const done = new Set(levels.map(({ record }) => record.load));
  const users = plannedLevels(progress, capacityUsers(progress)).allowed.find((load) => !done.has(load));
  if (users === undefined) return undefined;
  const durationMs = levelMs(users, asked);
  return {
    purpose: "level",
    name: users === 1 ? "1 user" : `${countFigure(users)} users`,
    kind: "closed",
    load: users,
    corners: userCorners(users, durationMs),
    durationMs,
  };
}

/** Users of each row of the table, and of those that are left out because they could ask for more than is allowed. */
export function plannedLevels(
  { asked, steps }: SearchProgress,
  capacityUsers: number | undefined,
): { readonly allowed: readonly number[]; readonly barred: readonly number[] } {
  const quickestMs = Math.min(...steps.flatMap(({ profile }) => profile.tasks.at(-1)?.responseMs?.mean ?? []));
  const most = mostUsers(asked, Number.isFinite(quickestMs) ? quickestMs : 0);
  const loads = levelLoads(asked.levels, capacityUsers);
  return { allowed: loads.filter((users) => users <= most), barred: loads.filter((users) => users > most) };
}

/** The capacity as a rate: itself, or by users the throughput of the steps beside it. */
export function capacityPerSec(progress: SearchProgress): number | undefined {
  const estimate = foundEstimate(progress);
  return estimate === undefined ? undefined : capacityPerSecAt(progress, estimate);
}

/** The same of an estimate that the search has not come to yet. */
export function capacityPerSecAt(progress: SearchProgress, estimate: CapacityEstimate): number {
  if (progress.asked.by === "rate") return estimate.load;
  return mean(nearestSteps(progress, estimate).map(({ profile }) => settledPerSec(profile)));
}

/** The capacity as users, by Little's law: rate × (think + response). */
export function capacityUsers(progress: SearchProgress): number | undefined {
  const estimate = foundEstimate(progress);
  return estimate === undefined ? undefined : capacityUsersAt(progress, estimate);
}

/** The same of an estimate that the search has not come to yet. */
export function capacityUsersAt(progress: SearchProgress, estimate: CapacityEstimate): number {
  if (progress.asked.by === "users") return estimate.load;
  const beside = nearestSteps(progress, estimate);
  const responseMs = mean(beside.map(({ profile }) => profile.tasks.at(-1)?.responseMs?.mean ?? 0));
  return (estimate.load * (progress.asked.thinkMs + responseMs)) / 1000;
}

/** The three steps whose load lies nearest to the estimate. */
function nearestSteps({ steps }: SearchProgress, { lnLoad }: CapacityEstimate) {
  const distance = (load: number): number => Math.abs(Math.log(load) - lnLoad);
  return [...steps].sort((a, b) => distance(a.record.load) - distance(b.record.load)).slice(0, 3);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** `72.2/s` or `97 users`. */
export function loadText(by: "rate" | "users", load: number): string {
  return by === "rate" ? `${significant(load)}/s` : `${countFigure(Math.round(load))} ${load === 1 ? "user" : "users"}`;
}
