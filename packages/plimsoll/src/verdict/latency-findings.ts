/** What the answers' times show beside their quantiles: a target that stopped, a tail of its own. */
import { countFigure, instantFigure, msFigure } from "../analysis/figure.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { findServerStops, type ServerStop } from "../analysis/server-stops.ts";
import { slowSpread } from "../analysis/slow-slots.ts";
import type { Finding } from "./judgement.ts";

/** A p99 this many medians away is a tail of its own. */
const LONG_TAIL_FACTOR = 10;
/** More stops than this are told in one sentence. */
const MOST_TOLD_APART = 3;
/** Values of a histogram are known to half a per cent: those at p99 itself count as slow. */
const AT_P99_RATIO = 0.99;

export function latencyFindings(profile: ProfileStats): readonly Finding[] {
  const all = profile.tasks.find(({ name }) => name === AGGREGATED);
  const stops =
    all?.responseMs === undefined
      ? []
      : findServerStops({ series: profile.series, slots: all.slots, medianMs: all.responseMs.p50 });
  return [...stopFindings(profile, stops), ...tailFindings(profile, stops.length)];
}

function stopFindings({ name }: ProfileStats, stops: readonly ServerStop[]): readonly Finding[] {
  const finding = { code: "server-stop", level: "warning", profile: name, task: undefined } as const;
  const causes = "a garbage collection, a lock, thermal throttling or a restart";
  if (stops.length <= MOST_TOLD_APART)
    return stops.map(({ fromMs, toMs, inFlight }) => {
      const span = `from ${instantFigure(fromMs)} to ${instantFigure(toMs)}`;
      const message = `The target answered nothing ${span} with ${countFigure(inFlight)} requests in flight, then went on: ${causes}.`;
      return { ...finding, fromMs, toMs, message };
    });
  const longest = stops.reduce((most, stop) => (lengthOf(stop) > lengthOf(most) ? stop : most));
  const [first, last] = [stops[0]!, stops[stops.length - 1]!];
  const everyMs = (last.fromMs - first.fromMs) / (stops.length - 1);
  const often = `${countFigure(stops.length)} times, about every ${instantFigure(Math.round(everyMs / 1000) * 1000)}`;
  const most = `for up to ${msFigure(lengthOf(longest))} with ${countFigure(longest.inFlight)} requests in flight`;
  const message = `The target answered nothing ${often}, ${most}, and then went on: ${causes}.`;
  return [{ ...finding, fromMs: first.fromMs, toMs: last.toMs, message }];
}

function lengthOf({ fromMs, toMs }: ServerStop): number {
  return toMs - fromMs;
}

function tailFindings(profile: ProfileStats, stopCount: number): readonly Finding[] {
  return profile.tasks
    .filter(({ name, requests }) => name !== AGGREGATED && requests >= minimumCount(0.99))
    .flatMap((task): readonly Finding[] => {
      const { name, responseMs } = task;
      if (responseMs === undefined || responseMs.p99 < LONG_TAIL_FACTOR * responseMs.p50) return [];
      const { p50, p99 } = responseMs;
      const factor = countFigure(p99 / p50);
      const tail = `One request in a hundred took ${msFigure(p99)} or more, ${factor} times the median of ${msFigure(p50)}.`;
      const message = `${tail}${tailAdvice(task, p99, stopCount)}`;
      const span = { fromMs: 0, toMs: profile.durationMs };
      return [{ code: "long-tail", level: "info", profile: profile.name, task: name, ...span, message }];
    });
}

/** What to look at next, as far as the figures say. */
function tailAdvice({ slots }: TaskStats, p99: number, stopCount: number): string {
  if (stopCount > 0) return " The target's stops are in it.";
  const { kind, slowSlotCount, slotCount } = slowSpread(slots, p99 * AT_P99_RATIO);
  switch (kind) {
    case "together":
      return ` They came together, in ${countFigure(slowSlotCount)} of ${countFigure(slotCount)} half seconds: look there for garbage collection, a lock or a falling CPU frequency, and try a fresh process.`;
    case "spread":
      return " They came all the time: look for inputs that cost more, and for an uneven queue: try one worker.";
    case "too-few":
      return "";
  }
}
