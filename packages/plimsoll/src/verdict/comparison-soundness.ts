/** What takes the verdict from a comparison whatever its figures: runs that were cut short, spoilt, or late themselves. */

import { TOLERABLE_ERROR_RISE } from "../analysis/comparison/compare-errors.ts";
import type { ComparedProfileRuns, ComparedRun } from "../analysis/comparison/compared-run.ts";
import type { FigureChange } from "../analysis/comparison/profile-changes.ts";
import { msFigure, ratioFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import { asClause } from "../base/clause.ts";
import type { MetricChange } from "./comparison-answer.ts";
import type { Verdict } from "./judgement.ts";
import { isCutShort } from "./run-faults.ts";
import { undoubtedFailures } from "./undoubted-failures.ts";

/** Why runs of one load can prove nothing; a sentence each, one for all in which the generator was not fit. */
export function spoiledReasons(runs: readonly ComparedRun[]): readonly string[] {
  return [...unfitReason(runs), ...runs.flatMap(otherReasons)];
}

function unfitReason(runs: readonly ComparedRun[]): string[] {
  const unfit = runs.filter(({ profile }) => profile.generator.health === "invalid");
  const [worst] = [...unfit].sort((a, b) => lagMs(b) - lagMs(a));
  if (worst === undefined) return [];
  const lacks = asClause(worst.profile.generator.reasons.join(" "));
  if (unfit.length === 1) return [`In ${runName(worst)} the generator was not fit to judge by: ${lacks}`];
  const which = unfit.length === runs.length ? `all ${runs.length}` : `${unfit.length} of ${runs.length}`;
  return [`In ${which} runs the generator was not fit to judge by, at its worst in ${runName(worst)}: ${lacks}`];
}

function lagMs({ profile }: ComparedRun): number {
  return profile.generator.sendLagMs.p99;
}

function otherReasons(compared: ComparedRun): readonly string[] {
  const { run, profile } = compared;
  const name = runName(compared);
  const reasons: string[] = [];
  if (run.imbalances.length > 0) reasons.push(`The books of ${name} do not balance: ${run.imbalances.join(" ")}`);
  if (isCutShort(run, profile)) reasons.push(`${profile.name} was cut short in ${name}.`);
  if (profile.arrivals.sent === 0) reasons.push(`${profile.name} sent no request in ${name}.`);
  return reasons;
}

/** `run 2026-11-29-ab83db2c`; one of several in turns by its number, as it was told while they ran. */
export function runName({ run, profile }: ComparedRun): string {
  const isPair = run.steps.some(({ purpose }) => purpose === "pair");
  return `${isPair ? `pair ${run.profiles.indexOf(profile) + 1} of ` : ""}run ${run.header.run}`;
}

/**
 * Failures that the target answered rose by more than half of one in a hundred requests, surely: true whatever our own
 * generator did. `errors rose from 0 % to 100 %, most often http-4xx: status 404.`
 */
export function risenWrongAnswers(
  { next: { runs } }: ComparedProfileRuns,
  { base, next, change }: Pick<MetricChange, "base" | "next" | "change">,
): string | undefined {
  if (base === undefined || next === undefined || change?.low === undefined) return undefined;
  const whole = runs.flatMap(({ profile }) => profile.tasks.filter(({ name }) => name === AGGREGATED));
  const failed = whole.reduce((sum, { failures }) => sum + failures, 0);
  const wrong = whole.map(undoubtedFailures);
  const share = (next * wrong.reduce((sum, { count }) => sum + count, 0)) / Math.max(1, failed);
  const margin = change.value - change.low;
  if (share - base - margin <= TOLERABLE_ERROR_RISE) return undefined;
  const most = [...wrong].sort((a, b) => b.count - a.count)[0]?.most ?? "";
  return `errors rose from ${ratioFigure(base)} to ${ratioFigure(next)}, most often ${most}.`;
}

/** Lateness of our own can make a target look slow, never fast; a target that never warmed up shows no level to trust. */
export function standingVerdict(
  verdict: Verdict,
  { metric, base, next }: FigureChange,
  runs: ComparedProfileRuns,
): { readonly verdict: Verdict; readonly why: string } {
  const stands = { verdict, why: "" };
  if (metric === "errors" || base === undefined || next === undefined) return stands;
  const degraded = runs.next.runs.filter(({ profile }) => profile.generator.health === "degraded");
  const lagMs = degraded.reduce((most, { profile }) => Math.max(most, profile.generator.sendLagMs.p99), 0);
  if (verdict === "fail" && degraded.length > 0 && next - base <= lagMs) {
    const why = `The generator of NEW sent up to ${msFigure(lagMs)} late, which alone may be the difference.`;
    return { verdict: "inconclusive", why };
  }
  const cold = [...runs.base.runs, ...runs.next.runs].find(({ profile }) => profile.warmup.isNeverWarm);
  if (verdict === "pass" && cold !== undefined) {
    const why = `${cold.profile.name} never warmed up in ${runName(cold)}: there is no level to compare.`;
    return { verdict: "inconclusive", why };
  }
  return stands;
}
