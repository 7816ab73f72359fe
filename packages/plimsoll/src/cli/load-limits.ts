/** What a spec will send, held against what this machine was seen to send. Pure. */
import { formatCount, formatLimit, formatRatio } from "../base/format-number.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import { SAFE_RATIO } from "./doctor/examination.ts";
import type { KnownCeiling } from "./doctor/known-ceiling.ts";

/** `impossible`: the run cannot be as planned, so it must not start; `tight`: it may run short. */
export interface LimitFault {
  readonly kind: "impossible" | "tight";
  /** What is planned, and what there is. */
  readonly message: string;
  readonly hint: string;
}

/** How requests travel, and what one costs the generator, as a multiple of plain HTTP/1.1 (bench/RESULTS.md). */
export interface Wire {
  readonly name: string;
  readonly costFactor: number;
}

const PLAIN_HTTP1: Wire = { name: "plain HTTP/1.1", costFactor: 1 };
const TLS_FACTOR = 2;

/** Of the transport that a run will use, over TLS or not. */
export function wireOf(transport: "http1" | "http2" | "undici", isTls: boolean): Wire {
  if (transport === "http2") return { name: "HTTP/2", costFactor: 10 };
  if (transport === "undici") return { name: "undici", costFactor: isTls ? 3 * TLS_FACTOR : 3 };
  return isTls ? { name: "TLS", costFactor: TLS_FACTOR } : PLAIN_HTTP1;
}

/** Up to here any machine of these years keeps up, measured or not. */
const UNDOUBTED_PER_SEC_PER_THREAD = 5000;

/**
 * Open loops alone: users wait, so what they will send hangs on the target. Never `impossible`: the run judges itself. A
 * ceiling counts the smallest requests, so these are the plans that surely come near it; others may too.
 */
export function ceilingFaults(spec: Spec, ceiling: KnownCeiling, wire: Wire = PLAIN_HTTP1): readonly LimitFault[] {
  const { threads, best } = ceiling;
  const overWire = (plainPerSec: number): number => plainPerSec / wire.costFactor;
  const requestsPerSec = overWire(ceiling.requestsPerSec);
  const reached = `${formatCount(threads)} load thread${threads === 1 ? "" : "s"} can send ${reachText(requestsPerSec, ceiling, wire)}`;
  const more =
    best.threads > threads
      ? `Give \`--threads ${best.threads}\` (${formatLimit(overWire(best.requestsPerSec), "perSec")}), a`
      : "A";
  const hint = `${more} lower rate or another machine; \`plimsoll doctor\` measures this one again.`;
  return spec.profiles.flatMap((profile): readonly LimitFault[] => {
    const ratePerSec = peakRateOf(profile);
    if (ratePerSec <= requestsPerSec * SAFE_RATIO) return [];
    const plan = `${profile.name} plans ${formatLimit(ratePerSec, "perSec")}`;
    const message =
      ratePerSec > requestsPerSec
        ? `${plan}, but ${reached}: expect late requests and an inconclusive run`
        : `${plan}, ${formatRatio(ratePerSec / requestsPerSec)} of the ceiling: ${reached}; beyond ${formatRatio(SAFE_RATIO)} requests may leave late`;
    return [{ kind: "tight", message, hint }];
  });
}

function reachText(perSec: number, { requestsPerSec, measuredOn }: KnownCeiling, { name, costFactor }: Wire): string {
  if (costFactor === 1) return `at most ${formatLimit(perSec, "perSec")} here (doctor, ${measuredOn})`;
  const some = formatLimit(Math.round(perSec), "perSec");
  const whole = formatLimit(requestsPerSec, "perSec");
  return `some ${some} over ${name} here (doctor, ${measuredOn}: ${whole} over plain HTTP/1.1; a request over ${name} costs some ${costFactor} times as much)`;
}

/** What to say where the ceiling is not known and a plan is such that one would like to know; undefined: nothing. */
export function unmeasuredNote(spec: Spec, threads: number): string | undefined {
  const fast = spec.profiles.find((profile) => peakRateOf(profile) > UNDOUBTED_PER_SEC_PER_THREAD * threads);
  if (fast === undefined) return undefined;
  const plan = `${fast.name} plans ${formatLimit(peakRateOf(fast), "perSec")}`;
  return `${plan}; whether this machine can send that is not known. \`plimsoll doctor\` measures it in seconds.`;
}

/** The greatest planned arrivals a second; 0 for users, who wait for their answers. */
export function peakRateOf(profile: Profile): number {
  if (profile.kind === "closed") return 0;
  return profile.stages.reduce((peak, { fromPerSec, toPerSec }) => Math.max(peak, fromPerSec, toPerSec), 0);
}
