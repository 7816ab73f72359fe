import type { Clock } from "../base/clock.ts";
import type { Alarm } from "./alarm.ts";

/** Rings by Node's timer, up to 1.1 ms late: for a load that sends by answers and not by the clock. Costs no thread. */
export function createTimerAlarm(clock: Clock): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const clear = () => {
    clearTimeout(timer);
    if (immediate !== undefined) clearImmediate(immediate);
    immediate = undefined;
  };
  const set = (atMs: number, ring: () => void): void => {
    clear();
    const waitMs = atMs - clock.nowMs();
    if (waitMs <= 0) immediate = setImmediate(ring);
    // A timer may fire a fraction of a millisecond early; then it is set once more.
    else timer = setTimeout(() => (clock.nowMs() < atMs ? set(atMs, ring) : ring()), waitMs);
  };
  return { set, clear };
}
