/** What takes the verdict from a run as a whole, whatever its thresholds say. */

import { earlyAbortOf } from "../analysis/early-abort.ts";
import { instantFigure } from "../analysis/figure.ts";
import { interruptionText } from "../analysis/interruption.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";

/** A profile ends a little off its plan even when all is well. */
const END_SLACK_MS = 1000;

/** The run ended, by a signal, a crash or its own rule, before this profile had run its time and drained. */
export function isCutShort({ end }: RunStats, { isFinished, durationMs, planned }: ProfileStats): boolean {
  return end.kind !== "complete" && (!isFinished || durationMs < planned.plannedMs - END_SLACK_MS);
}

/** We spoilt the measurement, or did not finish it: no threshold can pass or fail the run. One sentence each. */
export function spoilingFaults(stats: RunStats, isLive: boolean): readonly string[] {
  const faults = stats.profiles
    .filter(({ generator }) => generator.health === "invalid")
    .map(
      ({ name, generator }) =>
        `In ${name} the generator was not fit to judge by: ${asClause(generator.reasons.join(" "))}`,
    );
  if (stats.imbalances.length > 0) faults.push(`The books do not balance: ${stats.imbalances.join(" ")}`);
  const interruption = isLive ? undefined : interruptionOf(stats);
  return interruption === undefined ? faults : [...faults, interruption];
}

function interruptionOf({ end }: RunStats): string | undefined {
  if (end.kind !== "interrupted") return undefined;
  const at = instantFigure(end.atMs);
  if (end.signal !== undefined) return `The run was ${interruptionText(end.signal)}, at ${at}.`;
  return `The journal ends at ${at} without an end of the run: it was killed, is damaged, or still goes on.`;
}

/** The run was stopped by its own rule: what has failed has failed, what has not is unknown. */
export function abortOf({ end, events }: RunStats): string | undefined {
  if (end.kind !== "aborted") return undefined;
  const at = instantFigure(end.atMs);
  if (earlyAbortOf(events) !== undefined)
    return `The run was ended at ${at}: what had not failed by then cannot be told.`;
  return `The run was stopped at ${at}: ${end.why}`;
}
