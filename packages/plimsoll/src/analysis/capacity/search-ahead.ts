import type { CapacityEstimate } from "./capacity-estimate.ts";
import { levelMs } from "./level-loads.ts";
import { beyondMs } from "./overload-shape.ts";
import { capacityPerSecAt, capacityUsersAt, plannedLevels } from "./search-course.ts";
import type { SearchProgress } from "./search-progress.ts";

/** What is still to come after the search itself, without the time that draining takes. */
export interface SearchAhead {
  /** A look at what lies beyond the capacity; 0 when done or not asked for. */
  readonly overloadMs: number;
  /** Rows of the table that are missing. */
  readonly levelCount: number;
  readonly levelsMs: number;
}

/** As far as the estimate of the moment tells, without the phase that runs. */
export function searchAhead(progress: SearchProgress, estimate: CapacityEstimate | undefined): SearchAhead {
  const { asked, overloads, again, levels, current } = progress;
  const perSec = estimate === undefined ? undefined : capacityPerSecAt(progress, estimate);
  const users = estimate === undefined ? undefined : capacityUsersAt(progress, estimate);
  const begunCount = overloads.length + (current?.record.purpose === "overload" ? 1 : 0);
  const isAgainBegun = again !== undefined || current?.record.purpose === "again";
  const isAhead = perSec !== undefined && asked.isOverloadTested && !isAgainBegun;
  const running = current?.record.purpose === "level" ? [current] : [];
  const done = new Set([...levels, ...running].map(({ record }) => record.load));
  const missing = plannedLevels(progress, users).allowed.filter((load) => !done.has(load));
  return {
    overloadMs: isAhead ? beyondMs(begunCount, perSec, asked) : 0,
    levelCount: missing.length,
    levelsMs: missing.reduce((sum, load) => sum + levelMs(load, asked), 0),
  };
}
