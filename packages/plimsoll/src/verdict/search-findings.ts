/** What a reader of a search should know beside its answer: what lies beyond the capacity, and what to doubt. */
import type { CapacityReport, OverloadRow } from "../analysis/capacity/capacity-report.ts";
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

export function searchFindings(stats: RunStats, report: CapacityReport): readonly Finding[] {
  const { overloads, estimate, asked } = report;
  const stalled = estimate?.curves[estimate.limitedBy]?.stalledLoads ?? [];
  return [
    ...overloads.flatMap((row) => overloadFindings(row, stats)),
    ...(isOverloadLeftOut(stats, report)
      ? [
          finding(
            "OVERLOAD_LEFT_OUT",
            "info",
            `What lies beyond was not looked at: a queue there would take more than half of the ${countFigure(asked.maxConnections)} connections (maxConnections).`,
            NOWHERE,
          ),
        ]
      : []),
    ...stalled.map((load) =>
      finding(
        "STALLED_STEP",
        "warning",
        `At ${loadText(asked.by, load)} the target failed once, but higher loads held: a stall, not the load.`,
        stepPlace(report, load),
      ),
    ),
  ];
}

function isOverloadLeftOut({ end }: RunStats, { asked, result, overloads }: CapacityReport): boolean {
  return end.kind === "complete" && asked.isOverloadTested && result?.kind === "found" && overloads.length === 0;
}

/** A part of a step: its charts, or its row, are where the reader looks on. */
type Place = Pick<Finding, "profile" | "fromMs" | "toMs">;

const NOWHERE: Place = { profile: undefined, fromMs: undefined, toMs: undefined };

/** The step of that load that broke its promise. */
function stepPlace({ steps }: CapacityReport, load: number): Place {
  const step = steps.find((row) => !row.isHeld && Math.abs(Math.log(row.load / load)) < 1e-6);
  return step === undefined ? NOWHERE : { profile: step.name, fromMs: 0, toMs: step.elapsedMs };
}

/** The overload itself, where it stood upon a base, else the whole step. */
function overloadPlace({ name, spike }: OverloadRow, { profiles }: RunStats): Place {
  const profile = profiles.find((one) => one.name === name);
  if (profile === undefined) return NOWHERE;
  return { profile: name, fromMs: spike?.fromMs ?? 0, toMs: spike?.toMs ?? profile.durationMs };
}

function overloadFindings(row: OverloadRow, stats: RunStats): readonly Finding[] {
  const rate = loadText("rate", row.ratePerSec);
  const place = overloadPlace(row, stats);
  const found = [classFinding(row, rate, place)];
  const { spike } = row;
  if (!row.isFit || spike === undefined || spike.recovery.kind === "inconclusive") return found;
  const { recovery, toMs } = spike;
  const isBack = recovery.kind === "recovered";
  const tookMs = isBack ? recovery.afterMs : recovery.withinMs;
  const message = isBack
    ? `It is as before ${formatDuration(tookMs)} after an overload of ${rate}.`
    : `It is not as before within ${formatDuration(tookMs)} after an overload of ${rate}.`;
  const after: Place = place.profile === undefined ? NOWHERE : { ...place, fromMs: toMs, toMs: toMs + tookMs };
  return [...found, finding("RECOVERY", isBack ? "info" : "warning", message, after)];
}

function classFinding(row: OverloadRow, rate: string, place: Place): Finding {
  if (isSure(row))
    return finding(
      "SATURATION",
      "info",
      `At ${rate}, ${significant(row.factor)} times its capacity, ${overloadText(row)}.`,
      place,
    );
  const why = row.isFit ? row.unsure.map((doubt) => DOUBTS[doubt]).join(", ") : "the generator was not fit meanwhile";
  return finding(
    "SATURATION_UNSURE",
    "info",
    `What the target does at ${rate} cannot be told for sure${why === "" ? "" : `: ${why}`}.`,
    place,
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

function finding(code: string, level: Finding["level"], message: string, place: Place): Finding {
  return { code, level, task: undefined, ...place, message };
}
