import type { Fold } from "../base/fold.ts";
import type { RunTotals } from "./record.ts";
import type { SecondRecord } from "./second.ts";

interface TotalsState {
  planned: number;
  sent: number;
  completed: number;
  failed: number;
  dropped: number;
  /** By phase and task: what the last second that told of it said. */
  readonly inFlight: Map<string, { sec: number; count: number }>;
}

/**
 * Sums of a run over tasks, phases and seconds; takes the journal's `d` records in any order.
 * Law: planned = sent + dropped and sent = completed + failed + inFlightAtEnd, if the journal is whole.
 */
export const runTotalsFold: Fold<SecondRecord, TotalsState, RunTotals> = {
  init: () => ({ planned: 0, sent: 0, completed: 0, failed: 0, dropped: 0, inFlight: new Map() }),

  step(state, second) {
    for (const [name, task] of Object.entries(second.tasks)) {
      state.planned += task.planned;
      state.sent += task.sent;
      state.completed += task.completed;
      state.failed += task.failed;
      for (const count of Object.values(task.dropped)) state.dropped += count;
      noteInFlight(state, `${second.phase} ${name}`, { sec: second.sec, count: task.inFlight });
    }
    return state;
  },

  merge(left, right) {
    left.planned += right.planned;
    left.sent += right.sent;
    left.completed += right.completed;
    left.failed += right.failed;
    left.dropped += right.dropped;
    for (const [key, level] of right.inFlight) noteInFlight(left, key, level);
    return left;
  },

  done(state) {
    let inFlightAtEnd = 0;
    for (const { count } of state.inFlight.values()) inFlightAtEnd += count;
    const { planned, sent, completed, failed, dropped } = state;
    return { planned, sent, completed, failed, dropped, inFlightAtEnd };
  },
};

/** A level counts once: the latest second's, and the sum when workers told of that second apart. */
function noteInFlight(state: TotalsState, key: string, level: { readonly sec: number; readonly count: number }): void {
  const held = state.inFlight.get(key);
  if (held === undefined || level.sec > held.sec) state.inFlight.set(key, { ...level });
  else if (level.sec === held.sec) held.count += level.count;
}
