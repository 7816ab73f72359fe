/** A tail of its own: a p99 far from the median, when the slow requests came, and what that shows of their cause. */
import { countFigure, instantFigure, msFigure, rateFigure } from "../analysis/figure.ts";
import { SLOT_MS } from "../analysis/histogram.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import { findQueueBuildUp, type QueueBuildUp } from "../analysis/queue-build-up.ts";
import { type ResponseTail, responseTail } from "../analysis/response-tail.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { othersIn, slowShare, slowSpread } from "../analysis/slow-slots.ts";
import type { TargetStops } from "../analysis/target-stops.ts";
import { taskSeconds } from "../analysis/task-seconds.ts";
import type { Finding } from "./judgement.ts";

/** A p99 this many medians away is a tail of its own. */
const LONG_TAIL_FACTOR = 10;
/** Of p99: what takes longer is slow. Less than all of it, for one request in a hundred is too few to see a pattern in. */
const SLOW_RATIO = 0.5;
/** What makes for this share of the slow requests is their cause. */
const MOST_RATIO = 0.5;
/** Half seconds that one sentence names. */
const MOST_NAMED = 3;

/** Where the whole target is slow at times; these tell the causes apart. */
const WHAT_TO_TRY = "Try a fresh process and one worker; look at its garbage collection and at the CPU's frequency";

export function tailFindings(profile: ProfileStats, stops: TargetStops): readonly Finding[] {
  const all = profile.tasks.find(({ name }) => name === AGGREGATED);
  let found: QueueBuildUp | undefined;
  let isSought = false;
  // The same for each task with a tail, and dear.
  const builtByAll = (): QueueBuildUp | undefined => {
    if (!isSought) found = all && buildUpOf(all, profile);
    isSought = true;
    return found;
  };
  return profile.tasks
    .filter(({ name }) => name !== AGGREGATED)
    .flatMap((task): readonly Finding[] => {
      const tail = responseTail(task, profile.ownDelays ?? []);
      if (tail === undefined || tail.p99 < LONG_TAIL_FACTOR * tail.p50) return [];
      const { message, ...span } = tailCourse({ profile, task, tail, stops, builtByAll });
      return [
        {
          code: "long-tail",
          level: "info",
          profile: profile.name,
          task: task.name,
          fromMs: 0,
          toMs: profile.durationMs,
          ...span,
          message: `${tailFigure(tail)} ${message}`,
        },
      ];
    });
}

function tailFigure({ p50, p99, isOfSuccesses, isApart }: ResponseTail): string {
  const apart = isApart ? "Apart from the generator's own delays one" : "One";
  const which = isOfSuccesses ? "request in a hundred of those that succeeded" : "request in a hundred";
  const median = isOfSuccesses ? "their median" : "the median";
  return `${apart} ${which} took ${msFigure(p99)} or more, ${countFigure(p99 / p50)} times ${median} of ${msFigure(p50)}.`;
}

interface TailEvidence {
  readonly profile: ProfileStats;
  readonly task: TaskStats;
  readonly tail: ResponseTail;
  readonly stops: TargetStops;
  /** By all tasks together. */
  readonly builtByAll: () => QueueBuildUp | undefined;
}

interface Course {
  readonly message: string;
  /** Where it lies in a part of the phase. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** When the slow requests came, and what to look at next: a cause is named only where it shows. */
function tailCourse(evidence: TailEvidence): Course {
  return queueCourse(evidence) ?? stopCourse(evidence) ?? spreadCourse(evidence);
}

/** Requests that waited for others are slow by the load, whatever else the target does. */
function queueCourse({ profile, task, tail, builtByAll }: TailEvidence): Course | undefined {
  const explains = (built: QueueBuildUp | undefined) => built !== undefined && built.waitMs >= SLOW_RATIO * tail.p99;
  const all = builtByAll();
  const built = explains(all) ? all : buildUpOf(task, profile);
  if (built === undefined || !explains(built)) return undefined;
  return { message: queueSentence(built), fromMs: built.fromMs, toMs: Math.min(built.toMs, profile.durationMs) };
}

function buildUpOf(task: TaskStats, { series }: ProfileStats): QueueBuildUp | undefined {
  return findQueueBuildUp(taskSeconds(task, series));
}

function queueSentence(built: QueueBuildUp): string {
  const { fromMs, toMs, inFlight, offeredPerSec, endedPerSec, isOverload } = built;
  const span = `Requests queued from ${instantFigure(fromMs)} to ${instantFigure(toMs)}, ${countFigure(inFlight)} at last`;
  return isOverload
    ? `${span}: throughput levelled off at ${rateFigure(endedPerSec)} while ${rateFigure(offeredPerSec)} came.`
    : `${span}, while ${rateFigure(endedPerSec)} were answered.`;
}

function stopCourse({ task, tail, stops }: TailEvidence): Course | undefined {
  const limitMs = SLOW_RATIO * tail.p99;
  const { slow } = slowShare(tail.slots, limitMs);
  const isMost = (spans: readonly Span[]): boolean => {
    const dues = duesIn(spans);
    const hit = dues.size === 0 ? [] : tail.slots.filter(({ due }) => dues.has(due));
    return slowShare(hit, limitMs).slow >= Math.max(1, MOST_RATIO * slow);
  };
  if (isMost(stops.tasks.find((one) => one.task === task.name)?.stops ?? []))
    return { message: "Its own stops are in it." };
  return isMost([...stops.long, ...stops.short])
    ? { message: `The target's stops are in it. ${WHAT_TO_TRY}.` }
    : undefined;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Slots in which one waits for the end of a stop; its beginning is known to about a slot. */
function duesIn(spans: readonly Span[]): ReadonlySet<number> {
  const dues = new Set<number>();
  for (const { fromMs, toMs } of spans)
    for (let due = Math.floor(fromMs / SLOT_MS) - 1; due * SLOT_MS < toMs; due++) dues.add(due);
  return dues;
}

function spreadCourse({ profile, task, tail }: TailEvidence): Course {
  const limitMs = SLOW_RATIO * tail.p99;
  const { kind, slowSlots, slotCount } = slowSpread(tail.slots, limitMs);
  switch (kind) {
    case "together": {
      const others = profile.tasks
        .filter(({ name }) => name !== AGGREGATED && name !== task.name)
        .flatMap(({ slots }) => slots);
      const isAlone = profile.tasks.length <= 2;
      const told = isAlone ? "slow" : othersIn(slowSlots, { own: tail.slots, others, limitMs });
      const where = `in ${countFigure(slowSlots.length)} of ${countFigure(slotCount)} half seconds (${namesOf(slowSlots)})`;
      return {
        message: `The slow ones came together, ${where}${TOGETHER[told]}`,
        fromMs: slowSlots[0]! * SLOT_MS,
        toMs: (slowSlots[slowSlots.length - 1]! + 1) * SLOT_MS,
      };
    }
    case "spread":
      return {
        message: `The slow ones came all the time, as from inputs that cost more or an uneven queue. ${WHAT_TO_TRY}.`,
      };
    case "too-few":
      return { message: "They are too few to say whether they came together; run longer." };
  }
}

const TOGETHER = {
  slow: `, as from a garbage collection, a lock or a falling CPU frequency. ${WHAT_TO_TRY} at those times.`,
  usual: ", while other tasks were answered as usual. Look at what only this task uses, such as a lock or a back end.",
  unknown: ". Look at what happened then.",
} as const satisfies Record<ReturnType<typeof othersIn>, string>;

/** `at 30 s, 30.5 s and 31 s`, `at 30 s, 30.5 s, 31 s and later`. */
function namesOf(slots: readonly number[]): string {
  const names = [...new Set(slots.map((due) => instantFigure(due * SLOT_MS)))];
  const told = names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), "later"] : names;
  return `at ${[told.slice(0, -1).join(", "), ...told.slice(-1)].filter((part) => part !== "").join(" and ")}`;
}
