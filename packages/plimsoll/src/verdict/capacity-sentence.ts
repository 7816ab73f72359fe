/** The load line in one sentence, as sure as it is known. */
import type { CapacityEstimate } from "../analysis/capacity/capacity-estimate.ts";
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countFigure } from "../analysis/figure.ts";
import { formatDuration, significant } from "../base/format-number.ts";
import { BEYOND, saturationOf } from "./search-findings.ts";

/** An interval this narrow or narrower, in ln(load), is an answer; about ± 10 %. */
export const WIDEST_HALF_WIDTH = 0.1;
/** Beyond a factor of four either way, in ln(load), an interval's ends tell nothing: words do. */
const UNTOLD_HALF_WIDTH = Math.log(4);
const LONGEST_TOLD_MS = 8 * 3_600_000;

/**
 * `Holds 72.2/s (69.1–75.3, about 90 %) within p95 < 500ms; beyond it, it queues; p95 breaks first, on batch_embed.`;
 * where that is not yet an answer `The capacity looks like 72.2/s …`.
 */
export function capacitySentence(report: CapacityReport): string {
  const { estimate, asked, limitedBy, overloads, result } = report;
  if (report.early !== undefined) return "No capacity was found.";
  if (result === undefined && estimate === undefined && !report.isGivenUp && report.queuesAtLoad === undefined)
    return "Nothing has broken so far.";
  if (estimate === undefined || result?.kind === "not-found") return "No capacity was found.";
  const unit = asked.by === "rate" ? " req/s" : " users";
  const figure = (load: number): string => (asked.by === "rate" ? significant(load) : countFigure(Math.floor(load)));
  const interval = isIntervalTold(estimate)
    ? `${figure(estimate.low)}–${figure(estimate.high)}, about 90 %`
    : "how exactly cannot be told";
  if (result === undefined)
    return estimate.isBroken
      ? `So far it looks like ${figure(estimate.load)}${unit} (${interval}).`
      : "Nothing has broken so far.";
  const kind = saturationOf(overloads);
  const beyond = kind === undefined ? "" : `; beyond it, ${BEYOND[kind]}`;
  const first =
    asked.slos.length > 1 || limitedBy?.task !== undefined
      ? `; ${limitedBy?.slo} breaks first${limitedBy?.task === undefined ? "" : `, on ${limitedBy.task}`}`
      : "";
  const perSec =
    asked.by === "rate" || report.capacityPerSec === undefined ? "" : `, ${significant(report.capacityPerSec)} req/s,`;
  const lead = isCapacityTold(estimate) ? "Holds" : "The capacity looks like";
  return `${lead} ${figure(estimate.load)}${unit} (${interval})${perSec} within ${promisesText(report)}${beyond}${first}.`;
}

/** ` So far the capacity looks like 72.2/s.`; empty before anything broke. */
export function soFarText({ estimate, asked }: CapacityReport): string {
  return estimate?.isBroken === true ? ` So far the capacity looks like ${loadText(asked.by, estimate.load)}.` : "";
}

/** `p95 < 500ms and errors < 1%`. */
export function promisesText({ asked }: CapacityReport): string {
  return asked.slos.map(({ expr }) => expr).join(" and ");
}

/** Narrow enough to rely on, and every promise was put to the test. */
export function isCapacityTold(estimate: CapacityEstimate): boolean {
  return isKnownWithin(estimate, WIDEST_HALF_WIDTH) && unprovenSlos(estimate).length === 0;
}

/** Whether the ends of the interval are figures that anybody can use. */
export function isIntervalTold(estimate: CapacityEstimate): boolean {
  return isKnownWithin(estimate, UNTOLD_HALF_WIDTH);
}

/** A promise about a task of which nothing was counted is unproven, whatever the others say. */
export function unprovenSlos({ curves }: CapacityEstimate): readonly string[] {
  return curves.filter(({ fit }) => fit === undefined).map(({ name }) => name);
}

/** How much more search makes the interval this narrow; undefined where that cannot be told, or takes a working day. */
export function timeToHalfWidth({ estimate, steps }: CapacityReport, halfWidth: number): string | undefined {
  if (estimate === undefined || !Number.isFinite(estimate.halfWidth)) return undefined;
  const spentMs = steps.reduce((sum, { elapsedMs, drainMs }) => sum + elapsedMs + drainMs, 0);
  // The interval shrinks with the root of time.
  const neededMs = spentMs * ((estimate.halfWidth / halfWidth) ** 2 - 1);
  return neededMs > LONGEST_TOLD_MS ? undefined : formatDuration(60_000 * Math.max(1, Math.ceil(neededMs / 60_000)));
}

/** Has both ends, and they lie no farther out. */
function isKnownWithin({ low, high, halfWidth }: CapacityEstimate, mostHalfWidth: number): boolean {
  return low > 0 && Number.isFinite(high) && halfWidth <= mostHalfWidth;
}
