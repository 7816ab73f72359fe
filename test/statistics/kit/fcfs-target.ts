import type { Backlog } from "../../../packages/plimsoll/src/analysis/capacity/step-backlog.ts";
import { Random, STREAM } from "../../../packages/plimsoll/src/base/random.ts";
import { arrivalAfter, type ServiceLaw, type VirtualStep, type VirtualTarget } from "./virtual-target.ts";

/** First come, first served by `servers` equal servers. */
export interface FcfsShape {
  readonly servers: number;
  readonly service: ServiceLaw;
  /** Waiting places; whoever finds them taken fails after 1 ms. Left out: without end. */
  readonly waitPlaces?: number;
  readonly arrivals?: "poisson" | "constant";
  /** Nothing is served for this long from this virtual time on, s. */
  readonly stall?: { readonly at: number; readonly for: number };
  readonly abortSees?: "waiting" | "in-flight";
}

const SHED_S = 0.001;

/** M/M/c, M/G/c, D/M/c and, with waiting places, M/M/c/c+Q. */
export function fcfsTarget(shape: FcfsShape, seed: number): VirtualTarget {
  const gaps = new Random(seed, STREAM.arrivals);
  const services = new Random(seed, STREAM.body);
  const free = new Float64Array(shape.servers);
  let now = 0;
  /** Starts still to come, in order: who waits. */
  let starts: number[] = [];
  let firstWaiting = 0;

  function waitingAt(t: number): number {
    while (firstWaiting < starts.length && starts[firstWaiting]! <= t) firstWaiting++;
    return starts.length - firstWaiting;
  }
  function earliest(): number {
    let best = 0;
    for (let i = 1; i < free.length; i++) if (free[i]! < free[best]!) best = i;
    return best;
  }
  function begin(t: number, server: number): number {
    const start = Math.max(free[server]!, t);
    const { stall } = shape;
    return stall !== undefined && start >= stall.at && start < stall.at + stall.for ? stall.at + stall.for : start;
  }
  function abortCountAt(t: number, waiting: number): number {
    return shape.abortSees === "in-flight" ? waiting + free.reduce((sum, end) => sum + (end > t ? 1 : 0), 0) : waiting;
  }

  function step(rate: number, duration: number, abortCount: number, backlog?: Backlog): VirtualStep {
    const record = { arrivals: [] as number[], latencies: [] as number[], errors: [] as boolean[] };
    const from = now;
    starts = starts.slice(firstWaiting);
    firstWaiting = 0;
    let t = from;
    for (;;) {
      t = shape.arrivals === "constant" ? t + 1 / rate : from + arrivalAfter(t - from, rate, backlog, gaps);
      if (t >= from + duration) break;
      const server = earliest();
      const waiting = waitingAt(t);
      const isShed = shape.waitPlaces !== undefined && waiting >= shape.waitPlaces && free[server]! > t;
      record.arrivals.push(t - from);
      record.errors.push(isShed);
      if (isShed) {
        record.latencies.push(SHED_S);
        continue;
      }
      const start = begin(t, server);
      free[server] = start + shape.service(services);
      record.latencies.push(free[server]! - t);
      if (start > t) starts.push(start);
      if (abortCountAt(t, waiting) > abortCount) {
        now = t;
        return { ...record, elapsed: t - from, isAborted: true };
      }
    }
    now = from + duration;
    return { ...record, elapsed: duration, isAborted: false };
  }

  return {
    abortSees: shape.abortSees ?? "waiting",
    step,
    drain() {
      const wait = Math.max(0, Math.max(...free) - now);
      now += wait;
      return wait;
    },
    reset() {
      now = 0;
      starts = [];
      firstWaiting = 0;
      free.fill(0);
    },
  };
}
