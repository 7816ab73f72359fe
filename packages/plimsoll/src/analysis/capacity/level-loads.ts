import type { PlannedSearch } from "../../records/record.ts";

/** The rows people ask for. */
const USUAL_USERS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const;
/** Further than this nobody is pushed unasked. */
const MOST_OF_CAPACITY = 2;
/** With so many allowed bad ones expected after the discard, a row that holds can be told to (59 requests for p95). */
const EXPECTED_ALLOWED = 3.75;
const LEAST_REQUESTS = 50;
const SHORTEST_MS = 10_000;
const LONGEST_MS = 45_000;

/** Users of each row of the table, rising: those asked for, else the usual ones up to twice the capacity, if there is one. */
export function levelLoads(asked: readonly number[] | undefined, capacityUsers: number | undefined): readonly number[] {
  if (asked !== undefined) return [...new Set(asked)].sort((a, b) => a - b);
  if (capacityUsers === undefined) return [];
  return USUAL_USERS.filter((users) => users <= MOST_OF_CAPACITY * capacityUsers);
}

/** Long enough for two cycles of a user and for the requests that the strictest promise needs, but for these at most 45 s. */
export function levelMs(users: number, { thinkMs, slos }: Pick<PlannedSearch, "thinkMs" | "slos">): number {
  const cycleMs = thinkMs + Math.max(0, ...slos.map(({ limitMs = 0 }) => limitMs));
  const requests = Math.max(LEAST_REQUESTS, ...slos.map(({ allowedRatio }) => EXPECTED_ALLOWED / allowedRatio));
  const forRequestsMs = Math.min((requests * cycleMs) / users, LONGEST_MS);
  return Math.max(SHORTEST_MS, 2 * cycleMs, forRequestsMs);
}
