/** What the demo runs, sized to the machine it runs on. Pure. */
import type { SpecInput } from "../../spec/written-spec.ts";

/** What a 5-second look at the endpoint found. */
export interface Measured {
  /** Requests of the demo's mix answered per second by callers who never pause. */
  readonly capacityPerSec: number;
}

export interface DemoSize {
  readonly rampUsers: number;
  readonly rampSpawnPerSec: number;
  readonly sustainedUsers: number;
  readonly spikeUsers: number;
  readonly limitMs: number;
  readonly spikeLimitMs: number;
  /** Share of errors that so few requests can still rule out. */
  readonly maxErrorPercent: number;
}

const THINK_MS = { low: 300, high: 900 } as const;
const PHASE_S = 20;
/** Callers who think for Z seconds and wait R for an answer ask at users/(Z + R); R is taken as a tenth of Z here. */
const CYCLE_S = (1.1 * (THINK_MS.low + THINK_MS.high)) / 2 / 1000;

/**
 * Users so that the profiles ask for about 60 % (ramp), 50 % (sustained) and 80 % (spike) of what was measured, and
 * limits that such a load keeps: an answer takes some multiples of 1/capacity, so a slow machine gets a wider limit,
 * and fewer requests can rule out only a greater share of errors (1 % needs 299 of them, 5 % needs 59).
 */
export function sizeDemo({ capacityPerSec }: Measured): DemoSize {
  const usersFor = (share: number) => Math.max(2, Math.round(share * capacityPerSec * CYCLE_S));
  const rampUsers = usersFor(0.6);
  const sustainedUsers = usersFor(0.5);
  const leastRequests = (rampUsers / 2 / CYCLE_S) * PHASE_S;
  return {
    rampUsers,
    rampSpawnPerSec: Math.max(0.5, Math.ceil((2 * rampUsers) / PHASE_S)),
    sustainedUsers,
    spikeUsers: usersFor(0.8),
    limitMs: Math.max(500, roundUp((40 / capacityPerSec) * 1000)),
    spikeLimitMs: Math.max(2000, roundUp((140 / capacityPerSec) * 1000)),
    maxErrorPercent: leastRequests > 330 ? 1 : 5,
  };
}

/** How much slower the broken build is, ms a text: about five times the mean answer in all. */
export function brokenExtraMs({ capacityPerSec }: Measured): number {
  return Math.max(5, Math.round(1000 / capacityPerSec));
}

/** Callers who never pause, for measuring. */
export function measuringSpec(target: string, sentences: readonly string[], durationS: number): SpecInput {
  return { ...mix(target, sentences), name: "measure", profiles: { measure: { users: 4, for: `${durationS}s` } } };
}

export function demoSpec(target: string, sentences: readonly string[], size: DemoSize): SpecInput {
  const phase = `${PHASE_S}s`;
  return {
    ...mix(target, sentences),
    name: "minilm",
    ready: { get: "/health", expect: { json: { status: "healthy" } }, timeout: "120s" },
    users: { think: { uniform: [`${THINK_MS.low}ms`, `${THINK_MS.high}ms`] } },
    profiles: {
      ramp_up: { users: size.rampUsers, spawn: `${size.rampSpawnPerSec}/s`, for: phase },
      sustained: { users: size.sustainedUsers, spawn: `${size.sustainedUsers}/s`, for: phase },
      spike: { users: size.spikeUsers, for: phase },
    },
    thresholds: [
      `sustained p95 < ${durationText(size.limitMs)}`,
      `sustained.single_embed p95 < ${durationText(size.limitMs)}`,
      `spike p95 < ${durationText(size.spikeLimitMs)}`,
      `errors < ${size.maxErrorPercent}%`,
    ],
  };
}

function mix(target: string, sentences: readonly string[]): Pick<SpecInput, "target" | "data" | "tasks"> {
  return {
    target,
    data: { sentences: { inline: [...sentences] } },
    tasks: {
      single_embed: { weight: 8, post: "/embed", json: { texts: { pick: "sentences", count: [1, 2] } } },
      batch_embed: { weight: 2, post: "/embed", json: { texts: { pick: "sentences", count: [8, 32] } } },
      health: { weight: 1, get: "/health" },
    },
  };
}

/** Up to the next value with one significant digit or a half: 612 → 1000, 1340 → 1500. */
function roundUp(ms: number): number {
  const step = 10 ** Math.floor(Math.log10(ms)) / 2;
  return Math.ceil(ms / step) * step;
}

function durationText(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}
