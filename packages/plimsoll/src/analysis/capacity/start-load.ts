import type { PlannedSearch } from "../../records/record.ts";
import { observeStep } from "./observed-step.ts";
import type { StepRun } from "./step-run.ts";

/** Users of the two probes: what one alone gets, and what a handful get together. */
const PROBE_USERS = [1, 8] as const;
const LONGEST_PROBE_MS = 60_000;
const LEAST_PROBE_MS = 1000;

/** Of what eight users got through together: no target does more under eight than it can, so this holds if anything. */
const START_RATIO = 0.3;

export function probeMs({ rampStepMs, slos }: Pick<PlannedSearch, "rampStepMs" | "slos">): number {
  const limitMs = Math.max(0, ...slos.map((slo) => slo.limitMs ?? 0));
  return Math.min(LONGEST_PROBE_MS, Math.max(rampStepMs / 3, 3 * limitMs, LEAST_PROBE_MS));
}

/** Fewer where so many are not allowed, or could not each ask once within the rate that is. */
export function probeUsers(asked: Pick<PlannedSearch, "by" | "maxLoad" | "rampStepMs" | "slos">): readonly number[] {
  const { by, maxLoad = Number.POSITIVE_INFINITY } = asked;
  const most = by === "users" ? maxLoad : Math.max(1, Math.floor((maxLoad * probeMs(asked)) / 1000));
  return [...new Set(PROBE_USERS.map((users) => Math.min(users, most)))];
}

/** From an answer to the next request: nothing, but where a rate is the ceiling so much that the probe keeps below it. */
export function probePauseMs(users: number, { by, maxLoad }: Pick<PlannedSearch, "by" | "maxLoad">): number {
  return by === "users" || maxLoad === undefined ? 0 : (1000 * users) / maxLoad;
}

/**
 * Where a search begins when nobody said: at 0.3 of the throughput that the probes reached within the promises, so that
 * few steps of the ramp are spent far below the capacity. Undefined while a probe is missing.
 */
export function startLoadOf(
  asked: Pick<PlannedSearch, "by" | "slos" | "thinkMs" | "maxLoad" | "rampStepMs">,
  probes: readonly StepRun[],
  limitsMs: readonly number[],
): number | undefined {
  const [alone, together] = probes;
  if (alone === undefined) return undefined;
  if (!isWithin(alone, asked, limitsMs)) return loadFor(alone, asked);
  if (together === undefined) return probeUsers(asked).length > 1 ? undefined : loadFor(alone, asked);
  return loadFor(isWithin(together, asked, limitsMs) ? together : alone, asked);
}

/** A probe that breaks a promise is no measure of how much is safe; eight users then are too many already. */
export function isWithin(
  { profile }: StepRun,
  { slos }: Pick<PlannedSearch, "slos">,
  limitsMs: readonly number[],
): boolean {
  const { counts } = observeStep(profile, slos, limitsMs);
  return slos.every(({ allowedRatio }, slo) => counts[slo]!.badCount <= allowedRatio * counts[slo]!.count);
}

function loadFor({ profile }: StepRun, { by, thinkMs }: Pick<PlannedSearch, "by" | "thinkMs">): number {
  const all = profile.tasks.at(-1);
  const perSec = START_RATIO * (all?.completedPerSec ?? 0);
  const ratePerSec = perSec > 0 ? perSec : 1;
  if (by === "rate") return roundToTwo(ratePerSec);
  const cycleMs = thinkMs + (all?.responseMs?.mean ?? 0);
  return Math.max(1, Math.round((ratePerSec * cycleMs) / 1000));
}

/** Two significant digits: nobody reads a start at 23.8172/s. */
function roundToTwo(value: number): number {
  return Number(value.toPrecision(2));
}
