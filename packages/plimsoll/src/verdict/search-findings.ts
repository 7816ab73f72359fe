/** What a reader of a search should know beside its answer: what lies beyond the capacity, and what to doubt. */
import type { CapacityReport, OverloadRow } from "../analysis/capacity/capacity-report.ts";
import { mostInFlight } from "../analysis/capacity/load-ceiling.ts";
import { OVERLOADS, overloadBar } from "../analysis/capacity/overload-shape.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countFigure, instantFigure, ratioFigure } from "../analysis/figure.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { SaturationClass, SaturationDoubt } from "../analysis/saturation-class.ts";
import { formatDuration, significant } from "../base/format-number.ts";
import type { Finding } from "./judgement.ts";

/** What the target does beyond its capacity, in words. */
export const BEYOND: Readonly<Record<SaturationClass, string>> = {
  queues: "it queues",
  sheds: "it sheds",
  "times-out": "requests time out",
  collapses: "it collapses",
  absorbs: "it still absorbs twice as much",
};

const DOUBTS: Readonly<Record<SaturationDoubt, string>> = {
  good: "whether less gets done than before",
  losses: "whether requests are lost",
  growth: "whether its queue grows",
  "shed-or-timeout": "whether it sheds them or lets them time out",
};

/** The class of saturation: collapse at either overload, else what the greater one shows; undefined while unsure. */
export function saturationOf(overloads: readonly OverloadRow[]): SaturationClass | undefined {
  const sure = overloads.filter(isSure);
  return sure.find((row) => row.class === "collapses")?.class ?? sure.at(-1)?.class;
}

function isSure(row: OverloadRow): boolean {
  return row.isFit && row.class !== undefined && row.unsure.length === 0;
}

interface SearchFacts {
  readonly imbalances: readonly string[];
  /** On the run clock; undefined for one that came to its end, or goes on. */
  readonly stoppedAtMs: number | undefined;
}

/** A sentence each: what spoilt a part of the search, and what makes its answer doubtful. */
export function searchReasons(report: CapacityReport, { imbalances, stoppedAtMs }: SearchFacts): readonly string[] {
  const { unfit, steps, illConditioned, isGivenUp, result } = report;
  const all = steps.length + unfit.length;
  const reasons = imbalances.map((text) => `The books do not balance: ${text}`);
  if (unfit.length > 0 && !isGivenUp)
    reasons.push(
      `${unfit.length} of ${all} steps did not count, because the generator was not fit meanwhile: ${unfit[0]!.reasons[0] ?? ""}`,
    );
  const late = steps.filter(({ isDegraded }) => isDegraded).length;
  if (late > 0)
    reasons.push(
      `In ${late} of ${all} steps the generator was late itself, which counts against the target: it may hold more.`,
    );
  for (const expr of illConditioned)
    reasons.push(`Even without load the target is close to the limit of ${expr}: where it breaks can hardly be told.`);
  if (stoppedAtMs !== undefined && result !== undefined)
    reasons.push(
      `It was stopped at ${instantFigure(stoppedAtMs)}, after its answer: what comes after that is not whole.`,
    );
  return reasons;
}

export function searchFindings({ end }: RunStats, report: CapacityReport): readonly Finding[] {
  const { overloads, estimate, asked } = report;
  const stalled = estimate?.curves[estimate.limitedBy]?.stalledLoads ?? [];
  return [
    ...overloads.flatMap(overloadFindings),
    ...(end.kind === "complete" ? leftOutFindings(report) : []),
    ...stalled.map((load) =>
      finding(
        "STALLED_STEP",
        "warning",
        `At ${loadText(asked.by, load)} the target failed once, but higher loads held: a stall, not the load.`,
      ),
    ),
  ];
}

/** What was not tried because it is more than was allowed. */
function leftOutFindings(report: CapacityReport): readonly Finding[] {
  const { asked, barredLevels } = report;
  const overload = overloadLeftOutText(report);
  const found = overload === undefined ? [] : [finding("OVERLOAD_LEFT_OUT", "info", overload)];
  if (barredLevels.length === 0) return found;
  const rows = `${barredLevels.map(countFigure).join(", ")} ${barredLevels[0] === 1 && barredLevels.length === 1 ? "user" : "users"}`;
  const most = loadText(asked.by, asked.maxLoad ?? 0);
  const why =
    asked.by === "users"
      ? `only ${most} are allowed (--max-users)`
      : `they could ask for more than ${most} (--max-rate)`;
  return [...found, finding("LEVELS_LEFT_OUT", "info", `The table has no row for ${rows}: ${why}.`)];
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
  const whose = most < asked.maxConnections ? `users that are allowed (--max-users)` : "connections (maxConnections, `ulimit -n`)";
  return `${what}: its queue would take more than half of the ${countFigure(most)} ${whose}.`;
}

function overloadFindings(row: OverloadRow): readonly Finding[] {
  const rate = loadText("rate", row.ratePerSec);
  return [classFinding(row, rate), ...recoveryFindings(row, rate)];
}

/** Nothing of an overload without a base to come back to, nor of figures that are the generator's. */
function recoveryFindings({ spike, isFit }: OverloadRow, rate: string): readonly Finding[] {
  if (spike === undefined || !isFit) return [];
  const { recovery, fluidDrainMs } = spike;
  const drain = fluidDrainMs === undefined ? "" : `; its queue alone needs ${formatDuration(fluidDrainMs)}`;
  const after = `after an overload of ${rate}`;
  switch (recovery.kind) {
    case "recovered":
      return [finding("RECOVERY", "info", `It is as before ${formatDuration(recovery.afterMs)} ${after}${drain}.`)];
    case "not-recovered": {
      const within = formatDuration(recovery.withinMs);
      return [finding("RECOVERY", "warning", `It is not as before within ${within} ${after}${drain}.`)];
    }
    case "inconclusive": {
      const { watchedMs, why } = recovery;
      const message =
        watchedMs === undefined
          ? `When it is as before ${after} cannot be told: ${why}`
          : `It was not yet as before ${formatDuration(watchedMs)} ${after}, when the watching ended${drain}.`;
      return [finding("RECOVERY_UNSURE", "info", message)];
    }
  }
}

function classFinding(row: OverloadRow, rate: string): Finding {
  if (isSure(row))
    return finding(
      "SATURATION",
      "info",
      `At ${rate}, ${significant(row.factor)} times its capacity, ${overloadText(row)}.`,
    );
  const why = row.isFit ? row.unsure.map((doubt) => DOUBTS[doubt]).join(", ") : "the generator was not fit meanwhile";
  return finding(
    "SATURATION_UNSURE",
    "info",
    `What the target does at ${rate} cannot be told for sure${why === "" ? "" : `: ${why}`}.`,
  );
}

function overloadText(row: OverloadRow): string {
  switch (row.class) {
    case "queues":
      return `it queues: ${significant(row.growthPerSec)} more requests wait with every second`;
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

function finding(code: string, level: Finding["level"], message: string): Finding {
  return { code, level, profile: undefined, task: undefined, fromMs: undefined, toMs: undefined, message };
}
