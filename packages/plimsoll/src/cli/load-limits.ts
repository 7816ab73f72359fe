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

/** Up to here any machine of these years keeps up, measured or not. */
const UNDOUBTED_PER_SEC_PER_THREAD = 5000;

/**
 * Open loops alone: users wait, so what they will send hangs on the target. Never `impossible`: the run judges itself. A
 * ceiling counts the smallest requests, so these are the plans that surely come near it; others may too.
 */
export function ceilingFaults(spec: Spec, ceiling: KnownCeiling): readonly LimitFault[] {
  const { threads, requestsPerSec, best, measuredOn } = ceiling;
  const reached = `${formatCount(threads)} load thread${threads === 1 ? "" : "s"} can send at most ${formatLimit(requestsPerSec, "perSec")} here (doctor, ${measuredOn})`;
  const more =
    best.threads > threads
      ? `Give \`--threads ${best.threads}\` (${formatLimit(best.requestsPerSec, "perSec")}), a`
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
