import type { RunStats } from "../analysis/run-stats.ts";

/**
 * The command to run it again: as it was planned or, when its load was changed by hand, as it went; of a search that did
 * not come to its end, the one that goes on with it.
 */
export function commandAgain({ plan, steers, end }: Pick<RunStats, "plan" | "steers" | "end">): string {
  if (steers.length > 0) return plan.replayCommand ?? plan.command;
  // Others search, too, on their way (`compare` of two URLs) and cannot go on where that stopped.
  const canGoOn = plan.search !== undefined && plan.command.startsWith("plimsoll find ");
  return canGoOn && end.kind !== "complete" ? `${plan.command} --resume` : plan.command;
}
