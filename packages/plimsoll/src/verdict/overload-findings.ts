/** What lies beyond the capacity, in sentences: the class, the recovery, what stayed behind, and what was left out. */

import type { CapacityReport, OverloadRow } from "../analysis/capacity/capacity-report.ts";
import type { Hysteresis } from "../analysis/capacity/hysteresis.ts";
import { mostInFlight } from "../analysis/capacity/load-ceiling.ts";
import { OVERLOADS, overloadBar } from "../analysis/capacity/overload-shape.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countFigure, ratioFigure } from "../analysis/figure.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import type { SaturationDoubt } from "../analysis/saturation-class.ts";
import { asClause } from "../base/clause.ts";
import { formatDuration, formatMs, significant } from "../base/format-number.ts";
import { drainNote } from "./assess-recovery.ts";
import type { Finding } from "./judgement.ts";
import { NOWHERE, type StepPlace, searchFinding } from "./search-finding.ts";

const DOUBTS: Readonly<Record<SaturationDoubt, string>> = {
  good: "whether less gets done than before",
  losses: "whether requests are lost",
  growth: "whether its queue grows",
  "shed-or-timeout": "whether it sheds them or lets them time out",
};

export function overloadFindings(
  { overloads, hysteresis }: CapacityReport,
  { profiles, steps }: Pick<RunStats, "profiles" | "steps">,
): readonly Finding[] {
  const again = steps.find(({ purpose }) => purpose === "again")?.planned.name;
  return [
    ...overloads.flatMap((row) => {
      const profile = profiles.find(({ name }) => name === row.name);
      return [classFinding(row, profile), ...recoveryFindings(row, profile)];
    }),
    ...(hysteresis === undefined
      ? []
      : [
          hysteresisFinding(
            hysteresis,
            profiles.find(({ name }) => name === again),
          ),
        ]),
  ];
}

/** Its class may be stated. */
export function isSure(row: OverloadRow): boolean {
  return row.isFit && row.class !== undefined && row.unsure.length === 0;
}

/** Nothing of an overload without a base to come back to, nor of figures that are the generator's. */
function recoveryFindings(row: OverloadRow, profile: ProfileStats | undefined): readonly Finding[] {
  const { spike, isFit } = row;
  if (spike === undefined || !isFit) return [];
  const { recovery, fluidDrainMs, toMs } = spike;
  const place = profile === undefined ? NOWHERE : { profile: row.name, fromMs: toMs, toMs: profile.durationMs };
  const rate = loadText("rate", row.ratePerSec);
  const drain = fluidDrainMs === undefined ? "" : `; its queue alone needs ${formatDuration(fluidDrainMs)}`;
  const after = `after an overload of ${rate}`;
  switch (recovery.kind) {
    case "recovered":
      return [
        searchFinding(
          "RECOVERY",
          "info",
          `It is as before ${formatDuration(recovery.afterMs)} ${after}${drain}${drainNote(spike)}.`,
          {
            ...place,
            ...(profile === undefined ? {} : { toMs: toMs + recovery.afterMs }),
          },
        ),
      ];
    case "not-recovered": {
      const within = formatDuration(recovery.withinMs);
      return [searchFinding("RECOVERY", "warning", `It is not as before within ${within} ${after}${drain}.`, place)];
    }
    case "inconclusive": {
      const { watchedMs, why } = recovery;
      const message =
        watchedMs === undefined
          ? `When it is as before ${after} cannot be told: ${asClause(why)}`
          : `It was not yet as before ${formatDuration(watchedMs)} ${after}, when the watching ended${drain}.`;
      return [searchFinding("RECOVERY_UNSURE", "info", message, place)];
    }
  }
}

function hysteresisFinding(hysteresis: Hysteresis, again: ProfileStats | undefined): Finding {
  const place = again === undefined ? NOWHERE : { profile: again.name, fromMs: 0, toMs: again.durationMs };
  const rate = loadText("rate", hysteresis.ratePerSec);
  switch (hysteresis.verdict) {
    case "as-before": {
      const message = `After the overload it carries ${rate} as before: ${timesText(hysteresis)}.`;
      return searchFinding("HYSTERESIS", "info", message, place);
    }
    case "worse":
      return searchFinding(
        "HYSTERESIS",
        "warning",
        `After the overload ${worseText(hysteresis, rate)}: it has not come back.`,
        place,
      );
    case "inconclusive": {
      const { change, lack } = hysteresis;
      const span = change === undefined ? "" : ` (${signedRatio(change.low)} to ${signedRatio(change.high)})`;
      const message = `Whether it carries ${rate} after the overload as before cannot be told: ${asClause(lack ?? `${timesText(hysteresis)}${span}.`)}`;
      return searchFinding("HYSTERESIS_UNSURE", "info", message, place);
    }
  }
}

function worseText(hysteresis: Hysteresis, rate: string): string {
  const { by, before, after } = hysteresis;
  if (by === "piled-up") return `requests pile up at ${rate}, which it carried before`;
  if (by !== "errors") return timesText(hysteresis, ` at ${rate}`);
  const [failed, failedBefore] = [after, before].map(({ errorRatio = 0 }) => ratioFigure(errorRatio));
  return `${failed} of the requests at ${rate} fail, before it ${failedBefore}`;
}

/** `p95 at 43.3/s is 410 ms, before it 301 ms`. */
function timesText({ by, before, after }: Hysteresis, at = ""): string {
  const name = by === "p50" ? "p50" : "p95";
  return `${name}${at} is ${formatMs(after[name])}, before it ${formatMs(before[name])}`;
}

function signedRatio(ratio: number): string {
  return `${ratio < 0 ? "−" : "+"}${ratioFigure(Math.abs(ratio))}`;
}

/** The overload itself, where it stood upon a base, else the whole step. */
function overloadPlace({ name, spike }: OverloadRow, profile: ProfileStats | undefined): StepPlace {
  if (profile === undefined) return NOWHERE;
  return { profile: name, fromMs: spike?.fromMs ?? 0, toMs: spike?.toMs ?? profile.durationMs };
}

function classFinding(row: OverloadRow, profile: ProfileStats | undefined): Finding {
  const rate = loadText("rate", row.ratePerSec);
  const place = overloadPlace(row, profile);
  if (isSure(row))
    return searchFinding(
      "SATURATION",
      "info",
      `At ${rate}, ${significant(row.factor)} times its capacity, ${overloadText(row)}.`,
      place,
    );
  const why = row.isFit ? row.unsure.map((doubt) => DOUBTS[doubt]).join(", ") : "the generator was not fit meanwhile";
  return searchFinding(
    "SATURATION_UNSURE",
    "info",
    `What the target does at ${rate} cannot be told for sure${why === "" ? "" : `: ${why}`}.`,
    place,
  );
}

function overloadText(row: OverloadRow): string {
  switch (row.class) {
    case "queues":
      return `it queues: ${significant(row.growthPerSec)} more requests wait with every second${timeoutNote(row)}`;
    case "sheds":
      return `it sheds ${ratioFigure(row.shedRatio)} of the requests`;
    case "times-out":
      return `${ratioFigure(row.timeoutRatio)} of the requests time out`;
    case "collapses":
      return "it collapses: less than 80 % of what it can do gets done";
    default:
      return "it still keeps up";
  }
}

function timeoutNote({ timesOutAfterMs }: OverloadRow): string {
  if (timesOutAfterMs === undefined) return "";
  return `; after some ${formatDuration(timesOutAfterMs)} of it they would time out`;
}

/** What was not tried because it is more than was allowed. */
export function leftOutFindings(report: CapacityReport): readonly Finding[] {
  const { asked, barredLevels } = report;
  const overload = overloadLeftOutText(report);
  const found = overload === undefined ? [] : [searchFinding("OVERLOAD_LEFT_OUT", "info", overload)];
  if (report.isGivenUp && asked.levels?.length !== 0 && report.levels.length === 0) {
    const why = "the generator was not fit in too many steps for it to say anything";
    return [...found, searchFinding("LEVELS_LEFT_OUT", "info", `The table by number of users was left out: ${why}.`)];
  }
  if (barredLevels.length === 0) return found;
  const rows = `${barredLevels.map(countFigure).join(", ")} ${barredLevels[0] === 1 && barredLevels.length === 1 ? "user" : "users"}`;
  const most = loadText(asked.by, asked.maxLoad ?? 0);
  const why =
    asked.by === "users"
      ? `only ${most} are allowed (--max-users)`
      : `they could ask for more than ${most} (--max-rate)`;
  return [...found, searchFinding("LEVELS_LEFT_OUT", "info", `The table has no row for ${rows}: ${why}.`)];
}

/** Of the first that was not run; undefined when all were, or none was asked for. */
function overloadLeftOutText({ asked, overloads, capacityPerSec }: CapacityReport): string | undefined {
  const factor = OVERLOADS[overloads.length];
  if (factor === undefined || capacityPerSec === undefined || !asked.isOverloadTested) return undefined;
  const bar = overloadBar(factor, capacityPerSec, asked);
  if (bar === undefined) return undefined;
  const what = `What it does at ${factor} times its capacity was not looked at`;
  if (bar === "load")
    return `${what}: ${loadText("rate", factor * capacityPerSec)} is more than the ${loadText("rate", asked.maxLoad ?? 0)} that are allowed (--max-rate).`;
  const most = mostInFlight(asked);
  const whose =
    most < asked.maxConnections ? `users that are allowed (--max-users)` : "connections (maxConnections, `ulimit -n`)";
  return `${what}: its queue would take more than half of the ${countFigure(most)} ${whose}.`;
}
