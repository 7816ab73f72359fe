/** Requests of an imagined run, for tests: who was due when, and how the imagined target answered. Deterministic. */
import type { ErrorKind } from "../base/outcome.ts";
import { Random, STREAM } from "../base/random.ts";
import type { GeneratorSecond } from "../records/second.ts";

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
  readonly durationMs: number;
  readonly drainMs?: number;
  readonly warmupMs?: number;
  /** Default: log-normal, median 80 ms, no failures. */
  readonly answer?: (request: SampleRequest) => SampleAnswer;
  /** The generator's own lateness, one value for every request. */
  readonly sendLagMs?: number;
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
  const meanGapMs = 1000 / (profile.ratePerSec ?? 1);
  const requests: SampledRequest[] = [];
  let dueMs = gaps.nextExponential(meanGapMs);
  for (let seq = 0; dueMs < profile.durationMs; seq++) {
    requests.push(ask(profile, tasks, dueMs, new Random(seed, STREAM.body, seq)));
    dueMs += gaps.nextExponential(meanGapMs);
  }
  return requests;
}

function closedLoop(profile: SampleProfile, tasks: readonly SampleTask[], seed: number): SampledRequest[] {
  const requests: SampledRequest[] = [];
  for (let user = 0; user < (profile.users ?? 1); user++) {
    let dueMs = profile.spawnPerSec === undefined ? 0 : (user * 1000) / profile.spawnPerSec;
    for (let turn = 0; dueMs < profile.durationMs; turn++) {
      const random = new Random(seed, STREAM.body, user, turn);
      const request = ask(profile, tasks, dueMs, random);
      requests.push(request);
      if (request.endMs === undefined) break;
      dueMs = request.endMs + (profile.thinkMs ? random.nextExponential(profile.thinkMs) : 0);
    }
  }
  return requests;
}

function ask(profile: SampleProfile, tasks: readonly SampleTask[], dueMs: number, random: Random): SampledRequest {
  const task = pickTask(tasks, random.nextRatio());
  const answer = profile.answer?.({ task, dueMs, random }) ?? { serviceMs: sampleLatencyMs(random, 80) };
  const sentMs = dueMs + (profile.sendLagMs ?? 0.2);
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
