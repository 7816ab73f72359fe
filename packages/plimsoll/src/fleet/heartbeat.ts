import { uptime } from "node:os";
import { performance } from "node:perf_hooks";
import type { Clock } from "../base/clock.ts";
import { formatMs } from "../base/format-number.ts";
import { EVENT_CODES } from "../records/event-codes.ts";
import type { EventRecord } from "../records/record.ts";

const INTERVAL_MS = 100;
/** Half a second in which nothing of us ran: every arrival due in it was late. */
const STALL_MS = 500;
/** Boot and wall clocks may count whole seconds. */
const CLOCK_JUMP_MS = 1500;

/** What every clock said at one beat, ms. */
export interface Beat {
  /** Stands still while the machine sleeps. */
  readonly monotonicMs: number;
  /** Goes on while it sleeps; undefined where it cannot be read. */
  readonly bootMs: number | undefined;
  readonly wallMs: number;
  /** Time the beating thread itself had work to do, since its start. */
  readonly busyMs: number;
}

/** What happened between two beats that should not have. */
export type BeatFault =
  | { readonly kind: "stalled"; readonly durationMs: number }
  | { readonly kind: "suspended"; readonly durationMs: number }
  /** Negative when set back. */
  | { readonly kind: "clock-stepped"; readonly stepMs: number };

/**
 * Compares two beats in a row. A gap in which the beating thread was at work is its own affair: load threads go on
 * meanwhile, and tell of their own delays.
 */
export function beatFaults(before: Beat, now: Beat): readonly BeatFault[] {
  const faults: BeatFault[] = [];
  const elapsedMs = now.monotonicMs - before.monotonicMs;
  const silentMs = elapsedMs - Math.max(0, now.busyMs - before.busyMs);
  if (silentMs >= STALL_MS) faults.push({ kind: "stalled", durationMs: silentMs });
  const asleepMs = before.bootMs === undefined || now.bootMs === undefined ? 0 : now.bootMs - before.bootMs - elapsedMs;
  const isSuspended = asleepMs >= CLOCK_JUMP_MS;
  if (isSuspended) faults.push({ kind: "suspended", durationMs: asleepMs });
  const stepMs = now.wallMs - before.wallMs - elapsedMs - (isSuspended ? asleepMs : 0);
  if (Math.abs(stepMs) >= CLOCK_JUMP_MS) faults.push({ kind: "clock-stepped", stepMs });
  return faults;
}

/** The fault as the journal tells it; `phase` undefined between phases. */
export function describeBeatFault(fault: BeatFault, atMs: number, phase: number | undefined): EventRecord {
  const told = { k: "ev", level: "warning", atMs, ...(phase === undefined ? {} : { phase }) } as const;
  switch (fault.kind) {
    case "stalled": {
      const message = `The whole generator stood still for ${formatMs(fault.durationMs)}: it was stopped, or kept from every core.`;
      return { ...told, code: EVENT_CODES.stalled, message, data: { durationMs: Math.round(fault.durationMs) } };
    }
    case "suspended": {
      const message = `The machine was suspended for ${formatMs(fault.durationMs)}.`;
      return { ...told, code: EVENT_CODES.suspended, message, data: { durationMs: Math.round(fault.durationMs) } };
    }
    case "clock-stepped": {
      const way = fault.stepMs > 0 ? "forward" : "back";
      const message = `The wall clock was set ${way} by ${formatMs(Math.abs(fault.stepMs))}; no duration is affected.`;
      return { ...told, code: EVENT_CODES.clockStepped, message, data: { stepMs: Math.round(fault.stepMs) } };
    }
  }
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly phase: () => number | undefined;
  readonly tell: (event: EventRecord) => void;
}

/** Beats ten times a second on the coordinator's thread and tells of every gap; `stop` ends it. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #last: Beat;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#last = readBeat(options.clock);
    this.#timer = setInterval(() => this.#beat(), INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const { clock, phase, tell } = this.#options;
    const now = readBeat(clock);
    for (const fault of beatFaults(this.#last, now)) {
      // Told for when it began: there the reader looks for it.
      const atMs = fault.kind === "stalled" ? this.#last.monotonicMs : now.monotonicMs;
      tell(describeBeatFault(fault, atMs, phase()));
    }
    this.#last = now;
  }
}

function readBeat(clock: Clock): Beat {
  return {
    monotonicMs: clock.nowMs(),
    bootMs: readBootMs(),
    wallMs: Date.now(),
    busyMs: performance.eventLoopUtilization().active,
  };
}

/** On Linux `CLOCK_BOOTTIME` to a hundredth of a second. */
function readBootMs(): number | undefined {
  try {
    return uptime() * 1000;
  } catch {
    return undefined;
  }
}
