import type { RunStats } from "../analysis/run-stats.ts";

/** The command to run it again: as it was planned or, when its load was changed by hand, as it went. */
export function commandAgain({ plan, steers }: Pick<RunStats, "plan" | "steers">): string {
  return steers.length === 0 ? plan.command : (plan.replayCommand ?? plan.command);
}
