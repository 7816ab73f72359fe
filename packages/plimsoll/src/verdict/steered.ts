/** Changes of the load by hand: what a threshold says then is not about the load that was planned. */

import { countFigure, instantFigure, rateFigure } from "../analysis/figure.ts";
import { loadOf } from "../analysis/planned-load.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import type { Assessment } from "./assessment.ts";

type Steer = RunStats["steers"][number];

/** Times that one sentence tells. */
const MOST_TOLD = 3;
/** So long before a change the load is the one that it changes. */
const BEFORE_MS = 0.01;

/** The changes of one profile, in their order. */
export function steersOf({ plan, steers }: RunStats, profileName: string): readonly Steer[] {
  return steers.filter(({ phase }) => plan.phases[phase]?.name === profileName);
}

/** The answer of a threshold on a profile with these changes: it can neither pass nor fail as planned. */
export function asSteered(assessment: Assessment, profile: ProfileStats, steers: readonly Steer[]): Assessment {
  const { verdict, why } = assessment;
  if (steers.length === 0 || verdict === "inconclusive") return assessment;
  const judged = `judged by what was asked, not as planned, it would ${verdict}`;
  return {
    ...assessment,
    verdict: "inconclusive",
    why: `${changedByHand(profile, steers)}: ${judged}: ${asClause(why)}`,
  };
}

/** `The load was changed by hand at 12 s (50 → 10 users) and at 20 s (paused)`. */
function changedByHand({ startedAtMs }: ProfileStats, steers: readonly Steer[]): string {
  const told = steers.slice(0, MOST_TOLD).map((steer) => {
    const atMs = steer.atMs - startedAtMs;
    return `at ${instantFigure(atMs)} (${changeText(steer, atMs)})`;
  });
  if (steers.length > MOST_TOLD) told.push(`${countFigure(steers.length - MOST_TOLD)} more times`);
  const last = told.pop() ?? "";
  return `The load was changed by hand ${told.length === 0 ? last : `${told.join(", ")} and ${last}`}`;
}

function changeText({ what, planned }: Steer, atMs: number): string {
  if ("paused" in what) return "paused";
  if ("resumed" in what) return "resumed";
  const before = loadOf(planned.shape)(atMs - BEFORE_MS);
  return "users" in what
    ? `${countFigure(Math.round(before))} → ${countFigure(what.users)} users`
    : `${rateFigure(before)} → ${rateFigure(what.ratePerSec)}`;
}
