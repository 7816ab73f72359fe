import type { PlannedSearch } from "../../records/record.ts";
import { capacitySlosOf, isOver } from "./capacity-step.ts";
import type { SearchStepRun } from "./search-progress.ts";

/** Of the requests offered in a step, as many may wait at its end by chance. */
const WAITING_RATIO = 0.2;
const LEAST_WAITING = 50;

/**
 * The step in which requests piled up although none failed, where errors alone are promised: however far it is pushed, a
 * target that queues without end breaks such a promise only once clients give up, so there is no limit to search for.
 */
export function unfailingQueue(
  steps: readonly SearchStepRun[],
  { by, slos }: Pick<PlannedSearch, "by" | "slos">,
): SearchStepRun | undefined {
  if (by === "users" || slos.some(({ limitMs }) => limitMs !== undefined)) return undefined;
  const promises = capacitySlosOf(slos);
  return steps.find((run, at) => {
    const before = steps[at - 1];
    if (before === undefined || isOver(run.step.observed, promises, 1)) return false;
    // What is in flight grows with the load even where nothing waits.
    const served = ((before.step.observed.meanInFlight ?? 0) * run.record.load) / before.record.load;
    const waiting = inFlightAtEnd(run) - served;
    const offered = (run.record.load * run.profile.durationMs) / 1000;
    return waiting > Math.max(LEAST_WAITING, WAITING_RATIO * offered);
  });
}

function inFlightAtEnd({ profile }: SearchStepRun): number {
  return profile.series.findLast(({ atMs }) => atMs + 1000 <= profile.durationMs + 500)?.inFlight ?? 0;
}
