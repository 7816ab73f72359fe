/** Failures that stay the target's whatever our own generator did meanwhile. */
import { isShed } from "../analysis/error-counts.ts";
import type { TaskStats } from "../analysis/run-stats.ts";
import type { ErrorKind } from "../base/outcome.ts";

export interface UndoubtedFailures {
  readonly count: number;
  /** `http-4xx: status 404`, of the most frequent. */
  readonly most: string;
}

const ANSWERED: ReadonlySet<ErrorKind> = new Set(["http-3xx", "http-4xx", "http-5xx", "bad-body", "expectation"]);

/**
 * The target answered, and what it answered was wrong. Left out is what a generator that stands still may bring about: time
 * that runs out, connections that break, and load sent away because too much of it came at once.
 */
export function undoubtedFailures({ errors }: Pick<TaskStats, "errors">): UndoubtedFailures {
  const own = errors.filter(({ kind, message }) => ANSWERED.has(kind) && !isShed(kind, message));
  const [first] = own;
  return {
    count: own.reduce((sum, { count }) => sum + count, 0),
    most: first === undefined ? "" : `${first.kind}: ${first.message}`,
  };
}
