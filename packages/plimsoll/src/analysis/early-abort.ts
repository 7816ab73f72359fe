/** Runs that a threshold with `abort` ended: the event that tells of it, and reading it back. */
import type { JsonValue } from "../base/json.ts";
import { EVENT_CODES } from "../records/event-codes.ts";
import type { EventRecord } from "../records/record.ts";

/** The threshold, the profile in which it could not be kept any more, and the figures that showed it (one sentence). */
export interface EarlyAbort {
  readonly expr: string;
  readonly profile: string;
  /** Undefined: on all tasks together. */
  readonly task: string | undefined;
  readonly why: string;
}

export function earlyAbortEvent(abort: EarlyAbort, phase: number): Omit<EventRecord, "atMs"> {
  const { expr, profile, task, why } = abort;
  return {
    k: "ev",
    code: EVENT_CODES.abortedEarly,
    level: "error",
    phase,
    ...(task === undefined ? {} : { task }),
    message: `${expr} cannot be kept any more in ${profile}: ${why}`,
    data: { expr, profile, task: task ?? null, why },
  };
}

/** In the order of the journal; a run has one at most. */
export function earlyAbortOf(events: readonly EventRecord[]): EarlyAbort | undefined {
  const event = events.find(({ code }) => code === EVENT_CODES.abortedEarly);
  if (event === undefined) return undefined;
  const [expr, profile, why] = ["expr", "profile", "why"].map((key) => textAt(event.data, key));
  return expr === undefined || profile === undefined
    ? undefined
    : { expr, profile, task: event.task, why: why ?? event.message };
}

function textAt(data: JsonValue | undefined, key: string): string | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const value = Object.entries(data).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : undefined;
}
