import type { PlannedPhase, PlannedSearch } from "../../records/record.ts";
import { mostInFlight, mostPerSec } from "./load-ceiling.ts";

/** Multiples of the capacity at which a target shows what it does with too much; collapse often only at the second. */
export const OVERLOADS = [1.3, 2] as const;

/** The load before and after the second: low enough for its queue to drain, and for recovery to be told to a second. */
const BASE_RATIO = 0.6;
/** Until the base has settled: the target is warm from the search, and only its queue must find its length. */
const SETTLE_MS = 5000;
/** Recovery is judged against at least 50 s before, and watched for a minute or more. */
const BEFORE_MS = SETTLE_MS + 50_000;
const LEAST_AFTER_MS = 65_000;
const AFTER_SLACK_MS = 5000;
const PEAK_MS = 30_000;
const SHORTEST_PEAK_MS = 6000;
const MOST_IN_FLIGHT_RATIO = 0.5;

export interface OverloadShape {
  readonly corners: readonly (readonly [number, number])[];
  readonly durationMs: number;
  /** Given rather than found: a cut that is sought takes 15 s and more of the base that recovery is judged against. */
  readonly warmupMs: number;
}

type Asked = Pick<PlannedSearch, "by" | "maxLoad" | "maxConnections" | "slos">;

/** More than may be offered, or a queue that would outgrow what may be in flight even in six seconds. */
export function overloadBar(factor: number, capacityPerSec: number, asked: Asked): "load" | "queue" | undefined {
  if (factor * capacityPerSec > mostPerSec(asked)) return "load";
  return peakMs(factor, capacityPerSec, asked) < SHORTEST_PEAK_MS ? "queue" : undefined;
}

/** Shorter where the queue would outgrow what may be in flight. */
function peakMs(factor: number, capacityPerSec: number, asked: Asked): number {
  const growthPerSec = (factor - 1) * capacityPerSec;
  return Math.min(wantedMs(asked), (1000 * MOST_IN_FLIGHT_RATIO * mostInFlight(asked)) / growthPerSec);
}

function wantedMs({ slos }: Pick<Asked, "slos">): number {
  return Math.max(PEAK_MS, 5 * Math.max(0, ...slos.map(({ limitMs = 0 }) => limitMs)));
}

/**
 * The first overload is level; the second rises from a base and falls back to it, so that recovery can be told.
 * Undefined where it is barred.
 */
export function overloadShape(factor: number, capacityPerSec: number, asked: Asked): OverloadShape | undefined {
  if (overloadBar(factor, capacityPerSec, asked) !== undefined) return undefined;
  const load = factor * capacityPerSec;
  const durationMs = peakMs(factor, capacityPerSec, asked);
  if (factor < OVERLOADS[OVERLOADS.length - 1]!)
    return {
      corners: [
        [0, load],
        [durationMs, load],
      ],
      durationMs,
      warmupMs: 0,
    };
  const base = BASE_RATIO * capacityPerSec;
  const fromMs = BEFORE_MS;
  const toMs = fromMs + durationMs;
  // A target that does no more than its capacity still works off what piled up: that, too, is a recovery to be seen.
  const drainMs = ((factor - 1) * durationMs) / (1 - BASE_RATIO);
  const endMs = toMs + Math.max(LEAST_AFTER_MS, drainMs + AFTER_SLACK_MS);
  return {
    corners: [
      [0, base],
      [fromMs, base],
      [fromMs, load],
      [toMs, load],
      [toMs, base],
      [endMs, base],
    ],
    durationMs: endMs,
    warmupMs: SETTLE_MS,
  };
}

/** The level load before the rise of an overload; undefined for one that has none. */
export function overloadBase({
  shape,
}: Pick<PlannedPhase, "shape">):
  | { readonly perSec: number; readonly fromMs: number; readonly untilMs: number }
  | undefined {
  const [first, second] = shape;
  if (first === undefined || second === undefined || !shape.some(([, load]) => load > first[1])) return undefined;
  return { perSec: first[1], fromMs: SETTLE_MS, untilMs: second[0] };
}

/** The base once more, after what was in flight has ended: whether the overload left the target as it was. */
export function againShape(basePerSec: number, asked: Pick<Asked, "slos">): OverloadShape {
  const durationMs = wantedMs(asked);
  return {
    corners: [
      [0, basePerSec],
      [durationMs, basePerSec],
    ],
    durationMs,
    warmupMs: SETTLE_MS,
  };
}

/** What lies beyond the capacity takes so long from the overload with this index on, without the time of draining. */
export function beyondMs(fromIndex: number, capacityPerSec: number, asked: Asked): number {
  const shapes = OVERLOADS.slice(fromIndex).flatMap((factor) => overloadShape(factor, capacityPerSec, asked) ?? []);
  const hasBase = overloadShape(OVERLOADS[OVERLOADS.length - 1]!, capacityPerSec, asked) !== undefined;
  const again = hasBase ? [againShape(capacityPerSec, asked)] : [];
  return [...shapes, ...again].reduce((sum, { durationMs }) => sum + durationMs, 0);
}
