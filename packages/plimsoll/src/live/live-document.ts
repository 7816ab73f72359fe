import type { RunStats } from "../analysis/run-stats.ts";
import type { JsonValue } from "../base/json.ts";
import { reportDataOf } from "../report/html-data.ts";
import { visibleJson } from "../report/html-text.ts";
import { liveModelOf } from "../report/live-model.ts";
import type { ReportModel } from "../report/report-model.ts";
import type { LiveDocument, LiveNow, RunState } from "./live-event.ts";

/**
 * The document of a run as the page holds it, as plain JSON with every text made visible. A function of the journal
 * alone: how far a run has come is told as of its last second.
 */
export function liveDocumentOf(
  model: ReportModel,
  { id, state }: { readonly id: string; readonly state: RunState },
): JsonValue {
  const now = state === "running" ? nowOf(model.stats) : undefined;
  const document = {
    schema: "plimsoll.live/1",
    id,
    state,
    data: reportDataOf(model),
    steers: model.stats.steers.map(({ phase, atMs, who, what }) => ({ phase, atMs, who, what })),
    isSteerable: isSteerable(model.stats),
    ...(now === undefined ? {} : { now }),
  } satisfies LiveDocument;
  return JSON.parse(visibleJson(document));
}

/** Steps that are decided on as the run goes are measured at the load that was decided on. */
function isSteerable({ plan, steps }: RunStats): boolean {
  return plan.search === undefined && steps.length === 0;
}

/** The last ten seconds of the profile under way; undefined before the first. */
export function nowOf(stats: RunStats): LiveNow | undefined {
  const { profile, nowMs, upcoming } = liveModelOf(stats, stats.end.atMs);
  if (profile === undefined) return undefined;
  const { p95History: _, requestsHistory: __, tasks: ___, generator: ____, ...figures } = profile;
  return { ...figures, isPaused: isPaused(stats, figures.number), atMs: nowMs, upcoming };
}

/** Whether nobody resumed the phase, or gave it another load, since it was paused. */
function isPaused({ steers }: RunStats, number: number): boolean {
  const last = steers.filter(({ phase }) => phase + 1 === number).at(-1);
  return last !== undefined && "paused" in last.what;
}
