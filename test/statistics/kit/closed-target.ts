import { USER_RAMP_RATIO } from "../../../packages/plimsoll/src/analysis/capacity/step-shape.ts";
import { Random, STREAM } from "../../../packages/plimsoll/src/base/random.ts";
import type { ServiceLaw, VirtualTarget } from "./virtual-target.ts";

/** Users who think, then wait for one visit to `servers` equal servers. */
export interface ClosedShape {
  readonly servers: number;
  readonly service: ServiceLaw;
  /** Mean of the exponential think time, s. */
  readonly think: number;
  /** As the engine's users do; the reference's think first. */
  readonly asksAtOnce?: boolean;
}

/** Closed loop: the users of a step are added over its first tenth, and never send more than one request at once. */
export function closedTarget(
  { servers, service, think, asksAtOnce = false }: ClosedShape,
  seed: number,
): VirtualTarget {
  const thinking = new Random(seed, STREAM.think);
  const services = new Random(seed, STREAM.body);
  const free = new Float64Array(servers);
  let now = 0;

  return {
    step(users, duration) {
      const arrivals: number[] = [];
      const latencies: number[] = [];
      const until = now + duration;
      const next = Float64Array.from({ length: users }, (_, user) => {
        const spawnedAt = now + (duration * USER_RAMP_RATIO * user) / users;
        return asksAtOnce ? spawnedAt : spawnedAt + thinking.nextExponential(think);
      });
      for (;;) {
        const user = indexOfLeast(next);
        const t = next[user]!;
        if (t >= until) break;
        const server = indexOfLeast(free);
        free[server] = Math.max(free[server]!, t) + service(services);
        arrivals.push(t - now);
        latencies.push(free[server]! - t);
        next[user] = free[server]! + thinking.nextExponential(think);
      }
      now = until;
      return { arrivals, latencies, errors: arrivals.map(() => false), elapsed: duration, isAborted: false };
    },
    drain() {
      const wait = Math.max(0, Math.max(...free) - now);
      now += wait;
      return wait;
    },
    reset() {
      now = 0;
      free.fill(0);
    },
  };
}

function indexOfLeast(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[best]!) best = i;
  return best;
}
