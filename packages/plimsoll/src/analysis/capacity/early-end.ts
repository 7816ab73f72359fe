/** What ends a search before its time: nothing succeeds, or even one user waits too long. Pure. */
import type { PlannedSearch } from "../../records/record.ts";
import type { ErrorCount, ProfileStats } from "../run-stats.ts";
import { observeStep } from "./observed-step.ts";
import type { StepRun } from "./step-run.ts";

export type EarlyEnd = NoneSucceeded | SlowAlone;

export interface NoneSucceeded {
  readonly kind: "none-succeeded";
  /** Succeeded before: the target broke off in the middle of the search. */
  readonly isLater: boolean;
  /** The phase from which on nothing succeeded. */
  readonly name: string;
  /** On the run clock. */
  readonly fromMs: number;
  /** Sent since then. */
  readonly requests: number;
  readonly error: FrequentError | undefined;
}

/** A promise that a single user, without any load, does not get. */
export interface SlowAlone {
  readonly kind: "slow-alone";
  readonly expr: string;
  readonly quantileMs: number;
}

export type FrequentError = Pick<ErrorCount, "kind" | "message" | "count">;

/** One step without a success may be an overload that left a mark; the next, with nothing in flight before it, is not. */
const BARREN_STEPS = 2;
/** A cold start makes the first request slow, and perhaps the second. */
const LEAST_SLOW_REQUESTS = 3;
const SLOW_RATIO = 0.5;

/** Of the probes and the steps of a search in their order, also those that the generator spoilt: it makes no target refuse all. */
export function earlyEnd(
  runs: readonly StepRun[],
  asked: Pick<PlannedSearch, "slos">,
  limitsMs: readonly number[],
): EarlyEnd | undefined {
  const sent = runs.filter(({ profile }) => profile.arrivals.sent > 0);
  const [first] = sent;
  if (first === undefined) return undefined;
  const barren = sent.slice(sent.findLastIndex((run) => !isBarren(run)) + 1);
  const isLater = barren.length < sent.length;
  if (barren.length >= (isLater ? BARREN_STEPS : 1)) return noneSucceeded(barren, isLater);
  return sent.length > 1 || first.record.purpose !== "probe" || first.record.load !== 1
    ? undefined
    : slowAlone(first, asked, limitsMs);
}

function isBarren({ profile: { arrivals } }: StepRun): boolean {
  return arrivals.completed === 0;
}

function noneSucceeded(barren: readonly StepRun[], isLater: boolean): NoneSucceeded {
  const [{ profile }] = barren as readonly [StepRun];
  return {
    kind: "none-succeeded",
    isLater,
    name: profile.name,
    fromMs: profile.startedAtMs,
    requests: barren.reduce((sum, run) => sum + run.profile.arrivals.sent, 0),
    error: mostFrequentError(barren.map((run) => run.profile)),
  };
}

/** Over half of what a single user asked took longer than a limit: more of them make no target quicker. */
function slowAlone(
  { profile }: StepRun,
  { slos }: Pick<PlannedSearch, "slos">,
  limitsMs: readonly number[],
): SlowAlone | undefined {
  const failed = profile.arrivals.sent - profile.arrivals.completed;
  const { counts } = observeStep(profile, slos, limitsMs);
  const at = slos.findIndex(({ limitMs, allowedRatio }, slo) => {
    const { count, badCount } = counts[slo]!;
    const slow = badCount - failed;
    return limitMs !== undefined && slow >= LEAST_SLOW_REQUESTS && slow > Math.max(SLOW_RATIO, allowedRatio) * count;
  });
  const quantileMs = counts[at]?.quantileMs;
  return quantileMs === undefined ? undefined : { kind: "slow-alone", expr: slos[at]!.expr, quantileMs };
}

/** Over all of these, of a task where it is given; undefined where nothing failed. */
export function mostFrequentError(profiles: readonly ProfileStats[], task?: string): FrequentError | undefined {
  const sums = new Map<string, FrequentError>();
  for (const { tasks } of profiles) {
    const errors = (task === undefined ? tasks.at(-1) : tasks.find(({ name }) => name === task))?.errors ?? [];
    for (const { kind, message, count } of errors) {
      const key = `${kind}: ${message}`;
      sums.set(key, { kind, message, count: count + (sums.get(key)?.count ?? 0) });
    }
  }
  return [...sums.values()].sort((a, b) => b.count - a.count)[0];
}
