/** Changes of the load that somebody made: whoever reads the figures must know that the plan was not kept. */
import { countOfFigure, instantFigure, rateFigure } from "../analysis/figure.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { spanMs } from "../base/span.ts";
import type { Finding } from "./judgement.ts";
import { steersOf } from "./steered.ts";

type Steer = RunStats["steers"][number];

/** One finding for each phase whose load was changed by hand, with every change in it. */
export function steerFindings(stats: RunStats): readonly Finding[] {
  return stats.profiles.flatMap((profile) => {
    const own = steersOf(stats, profile.name);
    return own.length === 0 ? [] : [findingOf(profile, own)];
  });
}

function findingOf({ name, startedAtMs }: ProfileStats, steers: readonly Steer[]): Finding {
  const changes = steers.map(({ atMs, who, what }) => `${who} ${deed(what)} at ${instantFigure(atMs - startedAtMs)}`);
  const [first, last] = [steers[0]!, steers[steers.length - 1]!];
  return {
    code: "steered",
    level: "warning",
    profile: name,
    task: undefined,
    fromMs: spanMs(startedAtMs, first.atMs),
    toMs: spanMs(startedAtMs, last.atMs),
    message: `The load was changed by hand: ${changes.join(", ")}.`,
  };
}

function deed(what: Steer["what"]): string {
  if ("paused" in what) return "paused it";
  if ("resumed" in what) return "let it go on";
  return "users" in what ? `set ${countOfFigure(what.users, "user")}` : `set ${rateFigure(what.ratePerSec)}`;
}
