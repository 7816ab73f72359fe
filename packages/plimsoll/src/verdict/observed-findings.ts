/** What the target told of itself beside the load: what gave way first, and what it did not tell. */
import { countOfFigure, instantFigure, msFigure, ratioFigure } from "../analysis/figure.ts";
import { observationFault } from "../analysis/observed-series.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { type SaturatedFirst, type SaturatedMetric, saturatedFirst } from "../analysis/saturated-first.ts";
import type { Finding } from "./judgement.ts";

/** Names that one finding lists. */
const MOST_NAMED = 6;

/** One finding a profile whose order of events is clear, and one of the run where scrapes gave nothing. */
export function observedFindings(stats: RunStats): readonly Finding[] {
  if (stats.observations.length === 0) return [];
  return [...stats.profiles.flatMap((profile) => firstFinding(profile, stats)), ...missingFinding(stats)];
}

function firstFinding(profile: ProfileStats, stats: RunStats): readonly Finding[] {
  const found = saturatedFirst(profile, stats);
  if (found === undefined) return [];
  const [first, ...others] = found.metrics;
  if (first === undefined) return [];
  const when = orderOf(first, found);
  const then = others.slice(0, MOST_NAMED).map(({ name, atMs }) => `${name} at ${instantFigure(roundMs(atMs))}`);
  const more = then.length === 0 ? "" : ` Then came ${then.join(", ")}.`;
  const message = `Of what the target tells of itself ${first.name} gave way first: ${whatOf(first)} from ${instantFigure(roundMs(first.atMs))} on, ${when} p95 left its base of ${msFigure(found.baseMs)} at ${instantFigure(found.leftAtMs)}.${more}`;
  const fromMs = Math.max(0, Math.min(first.atMs, found.leftAtMs));
  const toMs = Math.max(first.atMs, found.leftAtMs);
  return [{ code: "saturated-first", level: "info", profile: profile.name, task: undefined, fromMs, toMs, message }];
}

function whatOf({ kind, limit }: SaturatedMetric): string {
  if (kind === "full") return `it was full (95 % of ${plain(limit)} or more)`;
  return `it grew beyond ${plain(limit)}, the most it had held,`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function orderOf({ atMs }: SaturatedMetric, { leftAtMs, resolutionMs }: SaturatedFirst): string {
  const aheadMs = leftAtMs - atMs;
  return aheadMs <= resolutionMs ? "as" : `${instantFigure(roundMs(aheadMs))} before`;
}

/** Scrapes come a second apart: more digits would be made up. */
function roundMs(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}

function missingFinding({ observations, events }: RunStats): readonly Finding[] {
  const missing = new Map<string, number>();
  for (const { values } of observations) {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) missing.set(name, (missing.get(name) ?? 0) + 1);
    }
  }
  if (missing.size === 0) return [];
  const named = [...missing]
    .slice(0, MOST_NAMED)
    .map(([name, count]) => `${name} in ${ratioFigure(count / observations.length)}`);
  const more = missing.size > MOST_NAMED ? ` and ${countOfFigure(missing.size - MOST_NAMED, "other")}` : "";
  const fault = observationFault(events);
  const why = fault === undefined ? "" : ` First: ${fault}.`;
  const message = `Of ${countOfFigure(observations.length, "scrape")} of the target's own metrics some gave nothing: ${named.join(", ")}${more}.${why}`;
  const nowhere = { profile: undefined, task: undefined, fromMs: undefined, toMs: undefined };
  return [{ code: "observed-gaps", level: "warning", ...nowhere, message }];
}
