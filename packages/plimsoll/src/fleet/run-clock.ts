import { performance } from "node:perf_hooks";
import type { Clock } from "../base/clock.ts";

/**
 * The run clock of this thread: ms since `zeroNs` on the machine's monotonic clock, the same in every thread.
 * `performance.now` is cheaper to read than `process.hrtime` but counts from each thread's own start.
 */
export function createRunClock(zeroNs: bigint): Clock {
  const offsetMs = Number(process.hrtime.bigint() - zeroNs) / 1e6 - performance.now();
  return { nowMs: () => performance.now() + offsetMs };
}
