/** What `--max-rate` and `--max-users` leave to the phases beside the steps of the search: probes, overloads, the table. */
import type { PlannedSearch } from "../../records/record.ts";

type Ceiling = Pick<PlannedSearch, "by" | "maxLoad">;

/** Arrivals a second. */
export function mostPerSec({ by, maxLoad = Number.POSITIVE_INFINITY }: Ceiling): number {
  return by === "rate" ? maxLoad : Number.POSITIVE_INFINITY;
}

/** Requests in flight: a user has one at a time, so where users have a ceiling it is theirs. */
export function mostInFlight({
  by,
  maxLoad = Number.POSITIVE_INFINITY,
  maxConnections,
}: Ceiling & Pick<PlannedSearch, "maxConnections">): number {
  return by === "users" ? Math.min(maxConnections, maxLoad) : maxConnections;
}

/**
 * Users of a row of the table. Where a rate is the ceiling, as many as cannot ask more often: none comes again before it
 * has thought, and none before the target has answered as quickly as it can.
 */
export function mostUsers(
  { by, thinkMs, maxLoad = Number.POSITIVE_INFINITY }: Ceiling & Pick<PlannedSearch, "thinkMs">,
  quickestMs: number,
): number {
  return by === "users" ? maxLoad : Math.floor((maxLoad * Math.max(thinkMs, quickestMs)) / 1000);
}
