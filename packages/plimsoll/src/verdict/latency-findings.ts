/** What the answers' times show beside their quantiles: a target that stopped, a tail of its own. */
import { countFigure, instantFigure, msFigure } from "../analysis/figure.ts";
import { SLOT_MS } from "../analysis/histogram.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { slowSpread } from "../analysis/slow-slots.ts";
import type { Finding } from "./judgement.ts";
import { stopFindings } from "./stop-findings.ts";

/** A p99 this many medians away is a tail of its own. */
const LONG_TAIL_FACTOR = 10;
/** Values of a histogram are known to half a per cent: those at p99 itself count as slow. */
const AT_P99_RATIO = 0.99;
/** Half seconds that one sentence names. */
const MOST_NAMED = 3;

/** A high p99 beside a low median has few causes; these tell them apart. */
const WHAT_TO_TRY = "Try a fresh process and one worker; look at its garbage collection and at the CPU's frequency";

export function latencyFindings(profile: ProfileStats): readonly Finding[] {
  const stops = stopFindings(profile);
  return [...stops, ...tailFindings(profile, stops.length > 0)];
}

function tailFindings(profile: ProfileStats, hasStopped: boolean): readonly Finding[] {
  return profile.tasks
    .filter(({ name, requests }) => name !== AGGREGATED && requests >= minimumCount(0.99))
    .flatMap((task): readonly Finding[] => {
      const { name, responseMs } = task;
      if (responseMs === undefined || responseMs.p99 < LONG_TAIL_FACTOR * responseMs.p50) return [];
      const { p50, p99 } = responseMs;
      const factor = countFigure(p99 / p50);
      const tail = `One request in a hundred took ${msFigure(p99)} or more, ${factor} times the median of ${msFigure(p50)}.`;
      const { message, ...span } = tailCourse(task, p99, hasStopped);
      return [
        {
          code: "long-tail",
          level: "info",
          profile: profile.name,
          task: name,
          fromMs: 0,
          toMs: profile.durationMs,
          ...span,
          message: `${tail} ${message}`,
        },
      ];
    });
}

interface Course {
  readonly message: string;
  /** Where it lies in a part of the phase. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** When the slow requests came, and what to look at next. */
function tailCourse({ slots }: TaskStats, p99: number, hasStopped: boolean): Course {
  if (hasStopped) return { message: `The target's stops are in it. ${WHAT_TO_TRY}.` };
  const { kind, slowSlots, slotCount } = slowSpread(slots, p99 * AT_P99_RATIO);
  switch (kind) {
    case "together": {
      const where = `in ${countFigure(slowSlots.length)} of ${countFigure(slotCount)} half seconds (${namesOf(slowSlots)})`;
      return {
        message: `They came together, ${where}, as from a garbage collection, a lock or a falling CPU frequency. ${WHAT_TO_TRY} at those times.`,
        fromMs: slowSlots[0]! * SLOT_MS,
        toMs: (slowSlots[slowSlots.length - 1]! + 1) * SLOT_MS,
      };
    }
    case "spread":
      return { message: `They came all the time, as from inputs that cost more or an uneven queue. ${WHAT_TO_TRY}.` };
    case "too-few":
      return { message: `They are too few to say whether they came together. ${WHAT_TO_TRY}.` };
  }
}

/** `at 30 s, 30.5 s and 31 s`, `at 30 s, 30.5 s, 31 s and later`. */
function namesOf(slots: readonly number[]): string {
  const names = [...new Set(slots.map((due) => instantFigure(due * SLOT_MS)))];
  const told = names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), "later"] : names;
  return `at ${[told.slice(0, -1).join(", "), ...told.slice(-1)].filter((part) => part !== "").join(" and ")}`;
}
