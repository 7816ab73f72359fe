/**
 * Servers of known behaviour in virtual time, seeded: what the verdicts are measured on. First come, first served; times
 * in seconds. Apart from Random nothing of the product is used here.
 */
import { Random } from "../../packages/plimsoll/src/base/random.ts";

/** One request; `startAt` is when a server took it on. */
export interface Visit {
  readonly dueAt: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly kind: "good" | "shed" | "timed-out";
}

export interface Queue {
  /** Arrivals per second at an instant; thinned from the greatest of them. */
  readonly rateAt: (t: number) => number;
  readonly greatestRate: number;
  readonly durationS: number;
  readonly servers?: number;
  /** Mean service time at an instant: 0.1 unless said. */
  readonly serviceMeanAt?: (t: number) => number;
  /** Waiting places; one more is refused after 1 ms. */
  readonly places?: number;
  /** Work that has waited longer is thrown away unanswered. */
  readonly dropAfterS?: number;
  /** The client stops waiting; the server does the work all the same. */
  readonly clientTimeoutS?: number;
  /** Services multiplied by exp(sd · normal) from a stream of their own. */
  readonly noise?: { readonly sd: number; readonly seed: number };
}

/** The capacity of eight servers of 100 ms. */
export const SERVICE_CAPACITY = 80;

export function simulate(queue: Queue, seed: number): readonly Visit[] {
  const arrivals = new Random(seed, 1);
  const services = new Random(seed, 2);
  const noise = queue.noise === undefined ? undefined : new Random(queue.noise.seed, 3);
  const free = new Array<number>(queue.servers ?? 8).fill(0);
  const waiting = new WaitingStarts();
  const visits: Visit[] = [];
  for (let t = arrivals.nextExponential(1 / queue.greatestRate); t < queue.durationS; ) {
    const isTaken = arrivals.nextRatio() * queue.greatestRate < queue.rateAt(t);
    const unit = services.nextExponential(1);
    const factor = noise === undefined ? 1 : Math.exp(queue.noise!.sd * noise.nextNormal());
    if (isTaken) visits.push(visit(queue, { t, unit: unit * factor, free, waiting }));
    t += arrivals.nextExponential(1 / queue.greatestRate);
  }
  return visits;
}

/** Starts never go back in a first-come queue, so the waiting ones are the tail of the list. */
class WaitingStarts {
  readonly #starts: number[] = [];
  #first = 0;

  countAt(t: number): number {
    while (this.#first < this.#starts.length && this.#starts[this.#first]! <= t) this.#first++;
    return this.#starts.length - this.#first;
  }

  add(startAt: number): void {
    this.#starts.push(startAt);
  }
}

interface Arrival {
  readonly t: number;
  readonly unit: number;
  readonly free: number[];
  readonly waiting: WaitingStarts;
}

function visit(queue: Queue, { t, unit, free, waiting }: Arrival): Visit {
  let server = 0;
  for (let i = 1; i < free.length; i++) if (free[i]! < free[server]!) server = i;
  const startAt = Math.max(t, free[server]!);
  if (queue.places !== undefined && startAt > t && waiting.countAt(t) >= queue.places) {
    return { dueAt: t, startAt: t, endAt: t + 0.001, kind: "shed" };
  }
  const givesUpAt = t + (queue.clientTimeoutS ?? Number.POSITIVE_INFINITY);
  if (startAt - t > (queue.dropAfterS ?? Number.POSITIVE_INFINITY)) {
    return { dueAt: t, startAt: t, endAt: givesUpAt, kind: "timed-out" };
  }
  waiting.add(startAt);
  const endAt = startAt + unit * (queue.serviceMeanAt?.(t) ?? 0.1);
  free[server] = endAt;
  return endAt > givesUpAt
    ? { dueAt: t, startAt, endAt: givesUpAt, kind: "timed-out" }
    : { dueAt: t, startAt, endAt, kind: "good" };
}

/** M/M/8 with 100 ms at a constant rate; the first `warmS` seconds lie before 0 and are left out of what is returned. */
export function steadyVisits(
  rate: number,
  durationS: number,
  more: Partial<Queue> & { readonly warmS?: number; readonly seed: number },
): readonly Visit[] {
  const { warmS = 60, seed, serviceMeanAt, ...rest } = more;
  const visits = simulate(
    {
      rateAt: () => rate,
      greatestRate: rate,
      durationS: durationS + warmS,
      ...(serviceMeanAt === undefined ? {} : { serviceMeanAt: (t: number) => serviceMeanAt(Math.max(0, t - warmS)) }),
      ...rest,
    },
    seed,
  );
  return visits
    .filter(({ dueAt }) => dueAt >= warmS)
    .map(({ dueAt, startAt, endAt, kind }) => ({
      dueAt: dueAt - warmS,
      startAt: startAt - warmS,
      endAt: endAt - warmS,
      kind,
    }));
}

/** Mean requests in flight in each of `count` stretches of `stepS` seconds from `fromS`. */
export function meanInFlight(visits: readonly Visit[], fromS: number, stepS: number, count: number): readonly number[] {
  const sums = new Array<number>(count).fill(0);
  for (const { dueAt, endAt } of visits) {
    const first = Math.max(0, Math.floor((dueAt - fromS) / stepS));
    for (let at = first; at < count && fromS + at * stepS < endAt; at++) {
      const begin = fromS + at * stepS;
      sums[at]! += Math.max(0, Math.min(endAt, begin + stepS) - Math.max(dueAt, begin));
    }
  }
  return sums.map((sum) => sum / stepS);
}

/** Response times by window of scheduled start. */
export function byDueWindow(visits: readonly Visit[], stepS: number, count: number): readonly (readonly number[])[] {
  const windows = Array.from({ length: count }, (): number[] => []);
  for (const { dueAt, endAt } of visits) windows[Math.floor(dueAt / stepS)]?.push(endAt - dueAt);
  return windows;
}

/** Nearest rank. */
export function quantile(values: readonly number[], ratio: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(ratio * sorted.length - 1e-9) - 1)] ?? Number.NaN;
}

/** P(response > x) of M/M/c (statistics.md, section 16). */
export function badShare(rate: number, servers: number, serviceS: number, x: number): number {
  const mu = 1 / serviceS;
  const load = rate / mu;
  let inverse = 1;
  for (let n = 1; n <= servers; n++) inverse = 1 + (inverse * n) / load;
  const blocked = 1 / inverse;
  const wait = blocked / (1 - (load / servers) * (1 - blocked));
  const theta = servers * mu - rate;
  return (
    Math.exp(-mu * x) * (1 - wait) + (wait * (theta * Math.exp(-mu * x) - mu * Math.exp(-theta * x))) / (theta - mu)
  );
}

/** The response time (s) that a share `ratio` of the requests does not exceed. */
export function trueQuantileS(
  { rate, servers, serviceS }: { readonly rate: number; readonly servers: number; readonly serviceS: number },
  ratio: number,
): number {
  let [low, high] = [0, 1000 * serviceS];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (badShare(rate, servers, serviceS, middle) > 1 - ratio) low = middle;
    else high = middle;
  }
  return high;
}

/** The rate at which that share is reached. */
export function rateForBadShare(share: number): number {
  let low = 1;
  let high = SERVICE_CAPACITY - 1e-6;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (badShare(middle, 8, 0.1, 0.5) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Throughput of a closed system: N users thinking Exp(think), c servers Exp(service): the machine-repair chain. */
export function closedThroughput(users: number, servers: number, serviceS: number, thinkS: number): number {
  const weights = [1];
  for (let n = 1; n <= users; n++) {
    weights.push((weights[n - 1]! * (users - n + 1) * serviceS) / (thinkS * Math.min(n, servers)));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, n) => sum + (weight / total) * Math.min(n, servers), 0) / serviceS;
}
