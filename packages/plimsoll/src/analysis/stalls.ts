import { spanMs } from "../base/span.ts";
import { EVENT_CODES } from "../records/event-codes.ts";
import type { EventRecord } from "../records/record.ts";
import type { GeneratorSecond } from "../records/second.ts";

/** The generator, or the machine under it, stood still. On the phase clock, ms. */
export interface Stall {
  readonly atMs: number;
  readonly durationMs: number;
  /** What of it passed on the phase clock; all of it unless said. */
  readonly clockMs?: number;
}

/** A load thread that did nothing for this long was blocked, whatever it is called. */
const BLOCKED_MS = 100;

const STANDSTILLS: ReadonlySet<string> = new Set([EVENT_CODES.stalled, EVENT_CODES.suspended]);

/** The standstills that the run tells of in one phase. */
export function stallsIn(events: readonly EventRecord[], phase: number, phaseStartedAtMs: number): readonly Stall[] {
  return events.flatMap((event) => {
    if (event.phase !== phase || !STANDSTILLS.has(event.code)) return [];
    const { data } = event;
    const told = typeof data === "object" && data !== null && "durationMs" in data ? data["durationMs"] : undefined;
    if (typeof told !== "number") return [];
    const atMs = spanMs(phaseStartedAtMs, event.atMs);
    // The clock stands still while the machine sleeps.
    return [{ atMs, durationMs: told, ...(event.code === EVENT_CODES.suspended ? { clockMs: 0 } : {}) }];
  });
}

/** What standstills and blocked event loops came to over a phase. */
export interface StallFigures {
  /** Undefined when nothing stood still for a tenth of a second. */
  readonly longest: Stall | undefined;
  /** Seconds in which a load thread was blocked, and their longest blocks together over the time of the phase. */
  readonly blockedSecondCount: number;
  readonly blockedRatio: number;
}

/** `seconds` of the phase in order, from its start. */
export function stallFigures(stalls: readonly Stall[], seconds: readonly GeneratorSecond[]): StallFigures {
  const blocked = seconds.flatMap(({ loopDelayMaxMs }, sec): readonly Stall[] =>
    loopDelayMaxMs >= BLOCKED_MS ? [{ atMs: sec * 1000, durationMs: loopDelayMaxMs }] : [],
  );
  const blockedMs = blocked.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    longest: [...stalls, ...blocked].reduce<Stall | undefined>(
      (longest, stall) => (longest === undefined || stall.durationMs > longest.durationMs ? stall : longest),
      undefined,
    ),
    blockedSecondCount: blocked.length,
    blockedRatio: seconds.length === 0 ? 0 : blockedMs / (seconds.length * 1000),
  };
}
