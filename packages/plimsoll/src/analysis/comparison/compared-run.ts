/** What a comparison looks at: phases of the same load, of one build on each side. */
import type { JsonValue } from "../../base/json.ts";
import { fieldAt } from "../foreign/json-fields.ts";
import type { ProfileStats, RunStats } from "../run-stats.ts";

/** One phase of one run. */
export interface ComparedRun {
  readonly run: RunStats;
  readonly profile: ProfileStats;
}

/** One build under one load. */
export interface CompareSide {
  /** Those compared, in order. */
  readonly runs: readonly ComparedRun[];
  /** Earlier ones, which only teach how much runs of a build differ. */
  readonly kin: readonly ComparedRun[];
}

/** Both builds under one load: `runs` of the two sides may be k pairs, or r stored runs and one new. */
export interface ComparedProfileRuns {
  readonly name: string;
  readonly base: CompareSide;
  readonly next: CompareSide;
}

/** Whether each run has one on the other side that was sent the same requests at the same due times. */
export function areOfSameSchedules(base: readonly ComparedRun[], next: readonly ComparedRun[]): boolean {
  const [before, after] = [new Set(base.map(scheduleOf)), new Set(next.map(scheduleOf))];
  return before.size === after.size && [...before].every((schedule) => after.has(schedule));
}

/** All that the schedule and the requests follow from: same text, same load (same spec and seed, same version). */
export function scheduleOf({ run, profile }: ComparedRun): string {
  const { plan, header } = run;
  const parts: readonly unknown[] = [
    header.version,
    plan.seed,
    run.profiles.indexOf(profile),
    { ...profile.planned, name: "", drainMs: 0 },
    plan.tasks,
    specPart(plan.spec, "data"),
    specPart(plan.spec, "tasks"),
    specPart(plan.spec, "users"),
  ];
  return JSON.stringify(parts);
}

function specPart(spec: JsonValue, key: string): JsonValue {
  return fieldAt(spec, key) ?? null;
}
