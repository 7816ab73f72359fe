import type { Clock } from "../base/clock.ts";

/** Wakes the engine at an instant of its clock: at most one ring is set at a time, a new `set` replaces it. */
export interface Alarm {
  /** `ring` is called once `atMs` has come, never before, and never from within `set`. */
  set(atMs: number, ring: () => void): void;
  clear(): void;
}

/** On Node's timers: late by up to about 1 ms, free while asleep. */
export function createTimerAlarm(clock: Clock): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const clear = () => {
    clearTimeout(timer);
    if (immediate !== undefined) clearImmediate(immediate);
    timer = immediate = undefined;
  };
  const set = (atMs: number, ring: () => void) => {
    clear();
    const waitMs = atMs - clock.nowMs();
    if (waitMs <= 0) immediate = setImmediate(ring);
    else {
      timer = setTimeout(
        () => {
          // A timer may fire a fraction of a ms early: then it waits once more.
          if (clock.nowMs() < atMs) set(atMs, ring);
          else ring();
        },
        Math.max(1, Math.floor(waitMs)),
      );
    }
  };
  return { set, clear };
}
