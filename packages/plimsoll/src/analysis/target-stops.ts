/** Stops of the target in a phase: of all of it, or of what a single task asks for while other tasks are answered. */
import { bucketUpperUs } from "../records/latency-histogram.ts";
import { SLOT_MS } from "../records/second.ts";
import { AGGREGATED } from "./phase-totals.ts";
import type { ProfileStats, TaskStats } from "./run-stats.ts";
import { findServerStops, type ServerStop } from "./server-stops.ts";
import { findShortStops, type ShortStop } from "./short-stops.ts";
import type { SlotStats } from "./slot-stats.ts";
import { taskSeconds } from "./task-seconds.ts";

/** In order of time, on the phase clock. */
export interface TargetStops {
  /** A whole second was silent. */
  readonly long: readonly ServerStop[];
  /** Inferred from who waited. */
  readonly short: readonly ShortStop[];
  readonly tasks: readonly TaskStops[];
}

export interface TaskStops {
  readonly task: string;
  /** One at least. */
  readonly stops: readonly TaskStop[];
}

export interface TaskStop {
  readonly fromMs: number;
  readonly toMs: number;
  /** Requests that waited, or were in flight at its end. */
  readonly waited: number;
}

/** A short stop this near to a long one is its beginning or its end. */
const APART_MS = 1000;
/** So many requests of other tasks that came and were answered meanwhile show that the target went on. */
const FEWEST_ANSWERED = 5;
/** Stops are known to about this: nearer to their ends nothing tells who was answered meanwhile. */
const UNSURE_MS = 250;
/** Whose longest answer is shorter has not stopped. */
const LEAST_STOP_MS = 250;

export function targetStops(profile: ProfileStats): TargetStops {
  const all = profile.tasks.find(({ name }) => name === AGGREGATED);
  if (all?.responseMs === undefined) return { long: [], short: [], tasks: [] };
  const tasks = profile.tasks.filter((task) => task !== all);
  const ofTasks = tasks.length < 2 ? [] : tasks.flatMap((task) => taskStops(profile, task, all));
  // While other tasks are answered the target goes on, also where one task is most of its load.
  const isOfAll = (stop: Span): boolean => !ofTasks.some(({ stops }) => stops.some((other) => overlap(stop, other)));
  const { long, short } = stopsOf(profile, profile.series, all);
  return { long: long.filter(isOfAll), short: short.filter(isOfAll), tasks: ofTasks };
}

type Span = Pick<ServerStop, "fromMs" | "toMs">;

function overlap(left: Span, right: Span): boolean {
  return left.fromMs < right.toMs && right.fromMs < left.toMs;
}

type StopSecond = Parameters<typeof findServerStops>[0]["series"][number];

function stopsOf(
  { ownDelays = [], generator }: ProfileStats,
  series: readonly StopSecond[],
  { slots, responseMs }: TaskStats,
): Pick<TargetStops, "long" | "short"> {
  const long = findServerStops({ series, slots, ownDelays, medianMs: responseMs?.p50 ?? 0 });
  // An unfit generator saw nothing to the half second, but where it is so for a standstill of its own.
  const isBlind = generator.health === "invalid" && (generator.longestStallMs ?? 0) === 0;
  return { long, short: isBlind ? [] : apartFrom(findShortStops({ slots, ownDelays }), long) };
}

function apartFrom(short: readonly ShortStop[], long: readonly ServerStop[]): readonly ShortStop[] {
  return short.filter(({ fromMs, toMs }) =>
    long.every((stop) => toMs + APART_MS < stop.fromMs || fromMs - APART_MS > stop.toMs),
  );
}

function taskStops(profile: ProfileStats, task: TaskStats, all: TaskStats): readonly TaskStops[] {
  if ((task.responseMs?.max ?? 0) < LEAST_STOP_MS) return [];
  const { long, short } = stopsOf(profile, taskSeconds(task, profile.series), task);
  const stops = [...long.map((stop) => ({ ...stop, waited: stop.inFlight })), ...short]
    .map(({ fromMs, toMs, waited }) => ({ fromMs, toMs, waited }))
    .filter((stop) => answeredWithin(stop, all.slots) - answeredWithin(stop, task.slots) >= FEWEST_ANSWERED)
    .sort((a, b) => a.fromMs - b.fromMs);
  return stops.length === 0 ? [] : [{ task: task.name, stops }];
}

/** Requests that surely came and were answered within the stop. */
function answeredWithin({ fromMs, toMs }: Span, slots: readonly SlotStats[]): number {
  const first = Math.ceil((fromMs + UNSURE_MS) / SLOT_MS);
  let answered = 0;
  for (const { due, response } of slots) {
    const leftUs = 1000 * (toMs - UNSURE_MS - (due + 1) * SLOT_MS);
    if (due < first || leftUs <= 0) continue;
    for (const [index, count] of response) if (bucketUpperUs(index) <= leftUs) answered += count;
  }
  return answered;
}
