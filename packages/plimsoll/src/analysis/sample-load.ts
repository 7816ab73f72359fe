/** Requests of an imagined run, for tests: who was due when, and how the imagined target answered. Deterministic. */
import type { ErrorKind } from "../base/outcome.ts";
import { Random, STREAM } from "../base/random.ts";
import type { GeneratorSecond } from "../records/second.ts";
import { loadOf } from "./planned-load.ts";

export interface SampleTask {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Of the mix, 0–1. */
  readonly share: number;
}

/** Closed loop with `users`, open loop (Poisson) with `ratePerSec`. */
export interface SampleProfile {
  readonly name: string;
  readonly users?: number;
  /** Undefined: all at once. */
  readonly spawnPerSec?: number;
  /** Mean of an exponential think time; 0: none. */
  readonly thinkMs?: number;
  readonly ratePerSec?: number;
  /** Of an open loop that is not level: `[ms, arrivals per second]`, straight lines between, none above `ratePerSec`. */
  readonly corners?: readonly (readonly [number, number])[];
  readonly durationMs: number;
  readonly drainMs?: number;
  readonly warmupMs?: number;
  /** Default: log-normal, median 80 ms, no failures. */
  readonly answer?: (request: SampleRequest) => SampleAnswer;
  /** The generator's own lateness, one value for every request or by when it was due. */
  readonly sendLagMs?: number | ((dueMs: number) => number);
  /** Arrivals a second that the generator never sent. */
  readonly droppedPerSec?: number;
  readonly generator?: Partial<GeneratorSecond>;
}

export interface SampleRequest {
  readonly task: string;
  /** On the phase clock. */
  readonly dueMs: number;
  /** A stream of this request's own. */
  readonly random: Random;
}

export interface SampleAnswer {
  readonly serviceMs: number;
  readonly failure?: { readonly kind: ErrorKind; readonly message: string };
  readonly bodyBytes?: number;
}

/** One request of the sample; instants on the phase clock. */
export interface SampledRequest {
  readonly task: string;
  readonly dueMs: number;
  readonly sentMs: number;
  /** `undefined`: still unanswered when the drain was over. */
  readonly endMs: number | undefined;
  readonly failure: SampleAnswer["failure"];
  readonly bodyBytes: number;
}

/** Spread of the default answers (σ of ln): p95 is 1.6 times the median. */
const SPREAD = 0.3;

/** A log-normal service time with this median. */
export function sampleLatencyMs(random: Random, medianMs: number, spread = SPREAD): number {
  return medianMs * Math.exp(spread * random.nextNormal());
}

/** How long requests in flight may still take after the phase; 30 s unless the profile says otherwise. */
export function drainLimitMs(profile: SampleProfile): number {
  return profile.drainMs ?? 30_000;
}

/** Every request of the profile, by due time. */
export function sampleLoad(
  profile: SampleProfile,
  tasks: readonly SampleTask[],
  seed: number,
): readonly SampledRequest[] {
  const requests = profile.ratePerSec === undefined ? closedLoop(profile, tasks, seed) : openLoop(profile, tasks, seed);
  return requests.sort((a, b) => a.dueMs - b.dueMs);
}

function openLoop(profile: SampleProfile, tasks: readonly SampleTask[], seed: number): SampledRequest[] {
  const gaps = new Random(seed, STREAM.arrivals);
  const mostPerSec = profile.ratePerSec ?? 1;
  const isKept = thinning(profile, mostPerSec, seed);
  const requests: SampledRequest[] = [];
  let dueMs = gaps.nextExponential(1000 / mostPerSec);
  for (let seq = 0; dueMs < profile.durationMs; seq++) {
    if (isKept(dueMs)) requests.push(ask(profile, tasks, dueMs, new Random(seed, STREAM.body, seq)));
    dueMs += gaps.nextExponential(1000 / mostPerSec);
  }
  return requests;
}

/** Arrivals at the greatest rate, each kept with the probability load ÷ greatest rate, are Poisson at every load. */
function thinning({ corners }: SampleProfile, mostPerSec: number, seed: number): (dueMs: number) => boolean {
  if (corners === undefined) return () => true;
  const loadAt = loadOf(corners);
  const draws = new Random(seed, STREAM.arrivals, 1);
  return (dueMs) => draws.nextRatio() * mostPerSec < loadAt(dueMs);
}

interface Turn {
  readonly dueMs: number;
  readonly user: number;
  readonly count: number;
}

/** In the order of their due times, so that users meet at a target whose answers hang on who came before. */
function closedLoop(profile: SampleProfile, tasks: readonly SampleTask[], seed: number): SampledRequest[] {
  const requests: SampledRequest[] = [];
  const gapMs = profile.spawnPerSec === undefined ? 0 : 1000 / profile.spawnPerSec;
  // Latest first: the next one is taken from the end.
  const turns = Array.from(
    { length: profile.users ?? 1 },
    (_, user): Turn => ({ dueMs: user * gapMs, user, count: 0 }),
  );
  turns.reverse();
  for (let turn = turns.pop(); turn !== undefined; turn = turns.pop()) {
    const { dueMs, user, count } = turn;
    if (dueMs >= profile.durationMs) continue;
    const random = new Random(seed, STREAM.body, user, count);
    const request = ask(profile, tasks, dueMs, random);
    requests.push(request);
    if (request.endMs === undefined) continue;
    const pauseMs = profile.thinkMs ? random.nextExponential(profile.thinkMs) : 0;
    insertTurn(turns, { dueMs: request.endMs + pauseMs, user, count: count + 1 });
  }
  return requests;
}

function insertTurn(turns: Turn[], turn: Turn): void {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = turns[middle]!;
    if (other.dueMs > turn.dueMs || (other.dueMs === turn.dueMs && other.user > turn.user)) low = middle + 1;
    else high = middle;
  }
  turns.splice(low, 0, turn);
}

function ask(profile: SampleProfile, tasks: readonly SampleTask[], dueMs: number, random: Random): SampledRequest {
  const task = pickTask(tasks, random.nextRatio());
  const answer = profile.answer?.({ task, dueMs, random }) ?? { serviceMs: sampleLatencyMs(random, 80) };
  const { sendLagMs = 0.2 } = profile;
  const sentMs = dueMs + (typeof sendLagMs === "number" ? sendLagMs : sendLagMs(dueMs));
  const endMs = sentMs + answer.serviceMs;
  return {
    task,
    dueMs,
    sentMs,
    endMs: endMs <= profile.durationMs + drainLimitMs(profile) ? endMs : undefined,
    failure: answer.failure,
    bodyBytes: answer.bodyBytes ?? 0,
  };
}

function pickTask(tasks: readonly SampleTask[], draw: number): string {
  let sum = 0;
  for (const task of tasks) {
    sum += task.share;
    if (draw < sum) return task.name;
  }
  return tasks[tasks.length - 1]?.name ?? "GET /";
}
