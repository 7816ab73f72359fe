import type { RunStats } from "../analysis/run-stats.ts";

/** The command that does the same again; of a search that did not come to its end, the one that goes on with it. */
export function commandAgain({ plan, end }: Pick<RunStats, "plan" | "end">): string {
  // Others search, too, on their way (`compare` of two URLs) and cannot go on where that stopped.
  const canGoOn = plan.search !== undefined && plan.command.startsWith("plimsoll find ");
  return canGoOn && end.kind !== "complete" ? `${plan.command} --resume` : plan.command;
}
