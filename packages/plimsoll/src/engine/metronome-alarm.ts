import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import type { Alarm } from "./alarm.ts";
import { ASLEEP, METRONOME_SLOTS, type MetronomeSetup } from "./metronome-state.ts";

/** An alarm with a thread of its own; `close` ends the thread. */
export interface MetronomeAlarm extends Alarm {
  /** The system's number of its thread; undefined where there is no such, and until it has begun. */
  systemThreadId(): number | undefined;
  close(): Promise<void>;
}

/**
 * Rings within about 0.1 ms of the instant, asleep in between (docs/decisions/0008). Node's own timers are late by up
 * to 1.1 ms, because libuv counts whole milliseconds; spinning is exact and costs the core that the target may need.
 */
export function createMetronomeAlarm(clock: Clock, threadUrl: URL): MetronomeAlarm {
  const shared = new SharedArrayBuffer(METRONOME_SLOTS.byteLength);
  const turns = new Int32Array(shared, 0, 1);
  const dues = new Float64Array(shared, METRONOME_SLOTS.dueByte, 1);
  const threadIds = new Int32Array(shared, METRONOME_SLOTS.threadIdByte, 1);
  dues[0] = ASLEEP;
  const setup: MetronomeSetup = { shared, originNs: originOf(clock) };
  const thread = new Worker(threadUrl, { workerData: setup, name: "plimsoll-metronome" });
  let ring: (() => void) | undefined;
  let ringTurn = -1;
  let immediate: NodeJS.Immediate | undefined;
  thread.on("message", (turn: number) => {
    if (turn !== ringTurn || ring === undefined) return;
    const ringing = ring;
    ring = undefined;
    ringing();
  });
  const clear = () => {
    ring = undefined;
    if (immediate !== undefined) clearImmediate(immediate);
    immediate = undefined;
  };
  const set = (atMs: number, onDue: () => void) => {
    clear();
    if (atMs <= clock.nowMs()) {
      immediate = setImmediate(onDue);
      return;
    }
    ring = onDue;
    dues[0] = atMs;
    ringTurn = (Atomics.add(turns, 0, 1) + 1) | 0;
    Atomics.notify(turns, 0);
  };
  return {
    set,
    clear,
    systemThreadId: () => threadIds[0] || undefined,
    close: async () => {
      clear();
      await thread.terminate();
    },
  };
}

function originOf(clock: Clock): string {
  return String(process.hrtime.bigint() - BigInt(Math.round(clock.nowMs() * 1e6)));
}
