import { countFigure, countOfFigure } from "../analysis/figure.ts";
import type { ErrorCount, ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import type { Verdict } from "./judgement.ts";
import { isCutShort } from "./run-faults.ts";

/** The answer for a profile that no threshold is for. */
export interface BareAnswer {
  readonly verdict: Verdict;
  readonly why: string;
}

/** Passes when requests succeeded, fails when some were sent and none did, inconclusive when none was sent. */
export function judgeBare(stats: RunStats, name: string, isLive: boolean): BareAnswer {
  const profile = stats.profiles.find((started) => started.name === name);
  if (profile === undefined) return { verdict: "inconclusive", why: `${name} never began.` };
  const { sent, completed } = profile.arrivals;
  if (sent === 0) return { verdict: "inconclusive", why: `${name} sent no request.` };
  if (completed === 0) {
    const errors = errorsOf(profile);
    return isLive
      ? { verdict: "inconclusive", why: `None of ${countOfFigure(sent, "request")} of ${name} has succeeded yet.` }
      : { verdict: "fail", why: `None of ${countOfFigure(sent, "request")} of ${name} succeeded${errors}.` };
  }
  const why = `${countFigure(completed)} of ${countOfFigure(sent, "request")} of ${name} succeeded.`;
  if (!isLive && isCutShort(stats, profile))
    return { verdict: "inconclusive", why: `${name} was cut short: ${asClause(why)}` };
  return { verdict: "pass", why };
}

function errorsOf({ tasks }: ProfileStats): string {
  return mostOftenText(tasks.at(-1)?.errors[0]);
}

/** `; most often http-5xx: HTTP 503`, to go on with after a count of failures. */
export function mostOftenText(error: Pick<ErrorCount, "kind" | "message"> | undefined): string {
  return error === undefined ? "" : `; most often ${error.kind}: ${error.message}`;
}
