/** What takes the verdict from a comparison whatever its figures: runs that were cut short, spoilt, or late themselves. */

import type { ComparedProfileRuns, ComparedRun } from "../analysis/comparison/compared-run.ts";
import type { FigureChange } from "../analysis/comparison/profile-changes.ts";
import { msFigure } from "../analysis/figure.ts";
import { asClause } from "../base/clause.ts";
import type { Verdict } from "./judgement.ts";
import { isCutShort } from "./run-faults.ts";

/** Why a run can prove nothing; a sentence each. */
export function spoiledReasons({ run, profile }: ComparedRun): readonly string[] {
  const name = `run ${run.header.run}`;
  const reasons: string[] = [];
  if (profile.generator.health === "invalid") {
    reasons.push(`In ${name} the generator was not fit to judge by: ${asClause(profile.generator.reasons.join(" "))}`);
  }
  if (run.imbalances.length > 0) reasons.push(`The books of ${name} do not balance: ${run.imbalances.join(" ")}`);
  if (isCutShort(run, profile)) reasons.push(`${profile.name} was cut short in ${name}.`);
  if (profile.arrivals.sent === 0) reasons.push(`${profile.name} sent no request in ${name}.`);
  return reasons;
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
    const why = `${cold.profile.name} never warmed up in run ${cold.run.header.run}: there is no level to compare.`;
    return { verdict: "inconclusive", why };
  }
  return stands;
}
