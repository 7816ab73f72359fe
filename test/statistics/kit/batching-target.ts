import type { Backlog } from "../../../packages/plimsoll/src/analysis/capacity/step-backlog.ts";
import { Random, STREAM } from "../../../packages/plimsoll/src/base/random.ts";
import { arrivalAfter, logNormal, type VirtualStep, type VirtualTarget } from "./virtual-target.ts";

/** One server that takes all who wait, at most `maxBatch`, for base + perItem · n, give or take 10 %. */
export interface BatchingShape {
  readonly maxBatch: number;
  readonly base: number;
  readonly perItem: number;
}

interface Waiting {
  readonly at: number;
  readonly answer: (end: number) => void;
}

/** Dynamic batching without a waiting window, as model servers do it. */
export function batchingTarget({ maxBatch, base, perItem }: BatchingShape, seed: number): VirtualTarget {
  const gaps = new Random(seed, STREAM.arrivals);
  const services = new Random(seed, STREAM.body);
  const noise = logNormal(1, 0.1);
  let now = 0;
  let freeAt = 0;
  let queue: Waiting[] = [];

  /** Runs every batch that starts before `until`. */
  function advance(until: number): void {
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const start = Math.max(freeAt, head.at);
      if (start >= until) return;
      let size = 1;
      while (size < maxBatch && size < queue.length && queue[size]!.at <= start) size++;
      freeAt = start + (base + perItem * size) * noise(services);
      for (const waiting of queue.splice(0, size)) waiting.answer(freeAt);
    }
  }

  /** What those still waiting will meet if nobody else comes; they stay in the queue. */
  function foresee(): void {
    let end = freeAt;
    for (let i = 0; i < queue.length; i += maxBatch) {
      const batch = queue.slice(i, i + maxBatch);
      end = Math.max(end, batch[0]!.at) + base + perItem * batch.length;
      for (const waiting of batch) waiting.answer(end);
    }
  }

  function step(rate: number, duration: number, abortCount: number, backlog?: Backlog): VirtualStep {
    const arrivals: number[] = [];
    const latencies: number[] = [];
    const from = now;
    let isAborted = false;
    let t = from;
    for (;;) {
      t = from + arrivalAfter(t - from, rate, backlog, gaps);
      if (t >= from + duration) break;
      advance(t);
      const at = t;
      const index = arrivals.push(at - from) - 1;
      queue.push({ at, answer: (end) => (latencies[index] = end - at) });
      isAborted = queue.length > abortCount;
      if (isAborted) break;
    }
    now = isAborted ? t : from + duration;
    advance(now);
    foresee();
    return { arrivals, latencies, errors: arrivals.map(() => false), elapsed: now - from, isAborted };
  }

  return {
    step,
    drain() {
      advance(Number.POSITIVE_INFINITY);
      const wait = Math.max(0, freeAt - now);
      now += wait;
      return wait;
    },
    reset() {
      now = 0;
      freeAt = 0;
      queue = [];
    },
  };
}
