/** Stops of the target: told with when and with how many waited. */
import { countFigure, instantFigure, msFigure } from "../analysis/figure.ts";
import type { ServerStop } from "../analysis/server-stops.ts";
import type { ShortStop } from "../analysis/short-stops.ts";
import type { TargetStops, TaskStops } from "../analysis/target-stops.ts";
import type { Finding } from "./judgement.ts";

/** More stops than this are told in one sentence. */
const MOST_TOLD_APART = 3;
/** Short stops are known to about this. */
const STEP_MS = 100;

type Span = Pick<ServerStop, "fromMs" | "toMs">;

export function stopFindings(profile: string, { long, short, tasks }: TargetStops): readonly Finding[] {
  return [
    ...longFindings(profile, long),
    ...shortFindings(profile, short),
    ...tasks.flatMap((task) => taskFindings(profile, task)),
  ];
}

function findingOf(profile: string, { fromMs, toMs }: Span, message: string): Finding {
  return { code: "server-stop", level: "warning", profile, task: undefined, fromMs, toMs, message };
}

function longFindings(profile: string, stops: readonly ServerStop[]): readonly Finding[] {
  const causes = "a garbage collection, a lock, thermal throttling or a restart";
  if (stops.length <= MOST_TOLD_APART)
    return stops.map((stop) => {
      const span = `from ${instantFigure(stop.fromMs)} to ${instantFigure(stop.toMs)}`;
      const waiting = `with ${countFigure(stop.inFlight)} requests in flight`;
      return findingOf(profile, stop, `The target answered nothing ${span} ${waiting}, then went on: ${causes}.`);
    });
  const longest = longestOf(stops);
  const most = `for up to ${msFigure(lengthOf(longest))} with ${countFigure(longest.inFlight)} requests in flight`;
  const message = `The target answered nothing ${oftenFigure(stops)}, ${most}, and then went on: ${causes}.`;
  return [findingOf(profile, wholeOf(stops), message)];
}

/** These are inferred: the requests were seen to wait, the silence was not. */
function shortFindings(profile: string, stops: readonly ShortStop[]): readonly Finding[] {
  const cause = "as in a garbage collection, a lock or thermal throttling";
  if (stops.length <= MOST_TOLD_APART)
    return stops.map((stop) => {
      const waits = `${countFigure(stop.waited)} requests waited for up to ${msFigure(lengthOf(stop))}`;
      const message = `The target seems to have stood still ${aboutFigure(stop)}: ${waits} and were answered together, ${cause}.`;
      return findingOf(profile, stop, message);
    });
  const longest = longestOf(stops);
  const most = `for up to ${msFigure(lengthOf(longest))} with ${countFigure(longest.waited)} requests waiting`;
  const message = `The target seems to have stood still ${oftenFigure(stops)}, ${most}, ${cause}.`;
  return [findingOf(profile, wholeOf(stops), message)];
}

/** Of what one task asks for: the target's own clock goes on, so its causes are others. */
function taskFindings(profile: string, { task, stops }: TaskStops): readonly Finding[] {
  const still = `${task} seems to have stood still`;
  const others = "while other tasks were answered";
  const cause = "look at what only it uses, such as a lock or a back end";
  if (stops.length <= MOST_TOLD_APART)
    return stops.map((stop) => {
      const waits = `${countFigure(stop.waited)} of its requests waited for up to ${msFigure(lengthOf(stop))}`;
      return { ...findingOf(profile, stop, `${still} ${aboutFigure(stop)}, ${others}: ${waits}; ${cause}.`), task };
    });
  const longest = longestOf(stops);
  const most = `for up to ${msFigure(lengthOf(longest))} with ${countFigure(longest.waited)} requests waiting`;
  return [
    { ...findingOf(profile, wholeOf(stops), `${still} ${oftenFigure(stops)}, ${most}, ${others}: ${cause}.`), task },
  ];
}

/** `from about 12.3 s to 12.7 s`; `at about 1 m 24 s` where the figures do not tell the ends apart. */
function aboutFigure({ fromMs, toMs }: Span): string {
  const [from, to] = [fromMs, toMs].map((atMs) => instantFigure(Math.round(atMs / STEP_MS) * STEP_MS));
  return from === to ? `at about ${from}` : `from about ${from} to ${to}`;
}

/** `6 times, about every 10 s`. */
function oftenFigure(stops: readonly Span[]): string {
  const [first, last] = [stops[0]!, stops[stops.length - 1]!];
  const everyMs = (last.fromMs - first.fromMs) / (stops.length - 1);
  return `${countFigure(stops.length)} times, about every ${instantFigure(Math.round(everyMs / 1000) * 1000)}`;
}

function longestOf<T extends Span>(stops: readonly T[]): T {
  return stops.reduce((most, stop) => (lengthOf(stop) > lengthOf(most) ? stop : most));
}

function lengthOf({ fromMs, toMs }: Span): number {
  return toMs - fromMs;
}

function wholeOf(stops: readonly Span[]): Span {
  return { fromMs: stops[0]!.fromMs, toMs: stops[stops.length - 1]!.toMs };
}
