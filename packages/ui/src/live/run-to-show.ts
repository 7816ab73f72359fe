import type { RunListing } from "../../../plimsoll/src/live/live-event.ts";

/**
 * The run that an address without an id leads to, of a list with the newest first: the newest that goes on; with `sinceMs`
 * (of the epoch) the first that began then or later, so that a page opened late finds its run though it is over.
 */
export function runToShow(runs: readonly RunListing[], sinceMs: number | undefined): RunListing | undefined {
  if (sinceMs === undefined) return runs.find(({ state }) => state === "running");
  return runs.findLast(({ startedAt }) => Date.parse(startedAt) >= sinceMs);
}
