/** Users who are refused ask again at once: without think time that is a load of its own, which nobody planned. */
import { isShed } from "../analysis/error-counts.ts";
import { countFigure, countOfFigure, msFigure, ratioFigure } from "../analysis/figure.ts";
import type { ProfileStats } from "../analysis/run-stats.ts";
import type { Finding } from "./judgement.ts";

/** Fewer requests tell nothing of a load. */
const LEAST_REQUESTS = 100;
/** From this share on the load is that of the refused. */
const MOST_RATIO = 0.5;
/** So soon an answer is no wait for anybody. */
const AT_ONCE_MS = 50;

export function refusedUserFindings({ name, planned, users, durationMs, tasks }: ProfileStats): readonly Finding[] {
  const all = tasks.at(-1);
  if (planned.kind !== "closed" || planned.hasNoThink !== true || users === undefined) return [];
  if (all?.responseMs === undefined || all.requests < LEAST_REQUESTS) return [];
  const refused = all.errors.filter(({ kind, message }) => isShed(kind, message));
  const ratio = refused.reduce((sum, { count }) => sum + count, 0) / all.requests;
  const { p50 } = all.responseMs;
  if (ratio <= MOST_RATIO || p50 > AT_ONCE_MS) return [];
  const came = `${countOfFigure(users, "user")} without think time came to ${countFigure(Math.round(all.requestsPerSec))} requests per second`;
  const message = `${came}, because ${ratioFigure(ratio)} of them were refused at once (half of all ended within ${msFigure(p50)}), and who is refused asks again without a pause. Give users think time, or ask by rate.`;
  return [
    { code: "refused-users", level: "warning", profile: name, task: undefined, fromMs: 0, toMs: durationMs, message },
  ];
}
