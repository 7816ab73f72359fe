import { performance } from "node:perf_hooks";

/** What a clock can tell apart, and what it costs to look at it. */
export interface ClockPrecision {
  /** The least by which it was seen to move, ns. */
  readonly stepNs: number;
  /** One reading, at best, ns. */
  readonly readNs: number;
}

const BLOCKS = 20;
const READINGS_PER_BLOCK = 1000;

/** Of the clock that runs go by, unless another is given (ms); takes a few milliseconds. */
export function clockPrecision(nowMs: () => number = () => performance.now()): ClockPrecision {
  let stepMs = Number.POSITIVE_INFINITY;
  let blockMs = Number.POSITIVE_INFINITY;
  // A clock that stands still for as long as this is read on until it has moved.
  for (let block = 0; block < BLOCKS || stepMs === Number.POSITIVE_INFINITY; block++) {
    const startMs = nowMs();
    let lastMs = startMs;
    for (let k = 0; k < READINGS_PER_BLOCK; k++) {
      const atMs = nowMs();
      if (atMs > lastMs) stepMs = Math.min(stepMs, atMs - lastMs);
      lastMs = atMs;
    }
    // The quickest: a busy machine and code that is still being compiled are no cost of the clock.
    blockMs = Math.min(blockMs, lastMs - startMs);
  }
  return { stepNs: Math.round(stepMs * 1e6), readNs: Math.round((blockMs * 1e6) / READINGS_PER_BLOCK) };
}
