import { UserTimeline } from "../plan/user-timeline.ts";
import type { PlannedStage, SteerRecord } from "../records/record.ts";
import type { Profile, RateStage, UserStage } from "../spec/spec.ts";

/**
 * The profiles of a run as they went: those of its plan, each with what the last change by hand made of it. Run with the
 * same seed they ask the same at the same instants, as far as the target answers alike.
 * @returns undefined where the journal does not hold enough for that, as one of an early version
 */
export function steeredProfiles(
  planned: readonly Profile[],
  steers: readonly SteerRecord[],
): readonly Profile[] | undefined {
  const profiles: Profile[] = [];
  for (const [index, profile] of planned.entries()) {
    const last = steers.findLast(({ phase }) => phase === index);
    const steered = last === undefined ? profile : steeredProfile(profile, last.stages ?? []);
    if (steered === undefined) return undefined;
    profiles.push(steered);
  }
  return profiles;
}

function steeredProfile(profile: Profile, stages: readonly PlannedStage[]): Profile | undefined {
  if (stages.length === 0) return undefined;
  if (profile.kind === "open") {
    const rates = stages.flatMap((stage): readonly RateStage[] => ("users" in stage ? [] : [stage]));
    return rates.length === stages.length ? { ...profile, stages: rates } : undefined;
  }
  const users = stages.flatMap((stage): readonly UserStage[] =>
    "users" in stage ? [{ ...stage, spawnPerSec: stage.spawnPerSec }] : [],
  );
  if (users.length !== stages.length) return undefined;
  // Those who were added later keep their numbers.
  const plannedUsers = profile.plannedUsers ?? new UserTimeline(profile.stages).maxUsers;
  return { ...profile, stages: users, plannedUsers };
}
