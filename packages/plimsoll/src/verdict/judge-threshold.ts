import { earlyAbortOf } from "../analysis/early-abort.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import type { Threshold } from "../spec/spec.ts";
import { assess, isOfTime, scopeOf } from "./assess.ts";
import { type Assessment, judgementOf, noData } from "./assessment.ts";
import { type Breach, breachOf } from "./breach.ts";
import type { ThresholdJudgement, Verdict } from "./judgement.ts";
import { isCutShort } from "./run-faults.ts";
import { narrow, type Scope } from "./scope.ts";
import { asSteered, steersOf } from "./steered.ts";
import { failsWithoutLag } from "./without-lag.ts";

/** One threshold on one planned profile, whether or not that was ever reached. */
export function judgeThreshold(
  stats: RunStats,
  threshold: Threshold,
  profileName: string,
  isLive: boolean,
): ThresholdJudgement {
  const profile = stats.profiles.find(({ name }) => name === profileName);
  const task = profile?.tasks.find(({ name }) => name === (threshold.task ?? AGGREGATED));
  const judged = (assessment: Assessment, breach?: Breach): ThresholdJudgement => ({
    ...judgementOf(threshold, profileName, assessment),
    ...(breach === undefined ? {} : { brokeAtMs: breach.atMs }),
    ...(breach?.isFromStart === true ? { isBrokenFromStart: true } : {}),
  });
  if (profile === undefined) return judged(noData("The run ended before this profile began."));
  if (task === undefined || task.arrivals.sent === 0) return judged(noData("No request was sent."));
  const scope = scopeOf(profile, task, threshold, stats.plan.limitsMs);
  const tempered = temper(assess(scope, threshold), scope, threshold);
  const lost = lostEarly(tempered, { stats, profile, threshold });
  const answer = lost ?? (isLive || !isCutShort(stats, profile) ? tempered : shortened(tempered, stats));
  const last = asSteered(answer, profile, steersOf(stats, profileName));
  return judged(last, last.verdict === "fail" ? breachWithin(scope, threshold, last) : undefined);
}

/** Where the threshold is about windows, up to the end of the one that decided. */
function breachWithin(scope: Scope, threshold: Threshold, { observed }: Assessment): Breach | undefined {
  const isWindow = threshold.windowMs !== undefined && observed !== undefined;
  return breachOf(isWindow ? narrow(scope, scope.fromMs, observed.toMs) : scope, threshold);
}

/** The threshold that ended the run has failed, also where the few seconds until then alone could not tell. */
function lostEarly(
  assessment: Assessment,
  { stats, profile, threshold }: { stats: RunStats; profile: ProfileStats; threshold: Threshold },
): Assessment | undefined {
  const early = earlyAbortOf(stats.events);
  if (early === undefined || !threshold.abort || profile.generator.health === "invalid") return undefined;
  if (early.expr !== threshold.expr || early.profile !== profile.name) return undefined;
  return { ...assessment, verdict: "fail", why: `${early.why} So the run was ended early.` };
}

/** What our own state takes from a verdict: a spoilt measurement says nothing, a doubtful one says less. */
function temper(assessment: Assessment, scope: Scope, threshold: Threshold): Assessment {
  const { verdict, why } = assessment;
  const { generator, warmup } = scope.profile;
  if (verdict === "inconclusive") return assessment;
  if (generator.health === "invalid") {
    return withdrawn(assessment, `The generator was not fit to judge by; else ${verdict}: ${asClause(why)}`);
  }
  if (verdict === "fail" && generator.health === "degraded" && !failsWithoutLag(scope, threshold)) {
    return withdrawn(assessment, `${why} Without the generator's own lateness it might have passed.`);
  }
  if (verdict === "pass" && warmup.isNeverWarm && isOfTime(threshold)) {
    return withdrawn(assessment, `${why} But the target never warmed up: ${asClause(warmup.why)}`);
  }
  return assessment;
}

/** A run cut short by a signal or a crash never passes or fails; one stopped by its own rule fails if it had failed. */
function shortened(assessment: Assessment, { end }: RunStats): Assessment {
  const taken: readonly Verdict[] = end.kind === "aborted" ? ["pass"] : ["pass", "fail"];
  if (!taken.includes(assessment.verdict)) return assessment;
  return withdrawn(
    assessment,
    `The profile was cut short; until then ${assessment.verdict}: ${asClause(assessment.why)}`,
  );
}

function withdrawn(assessment: Assessment, why: string): Assessment {
  return { ...assessment, verdict: "inconclusive", why };
}

/** The planned profiles that a threshold is for: the one it names, or all. */
export function profilesFor(stats: RunStats, threshold: Threshold): readonly ProfileStats["name"][] {
  const names = stats.plan.phases.map(({ name }) => name);
  return threshold.profile === undefined ? names : names.filter((name) => name === threshold.profile);
}
