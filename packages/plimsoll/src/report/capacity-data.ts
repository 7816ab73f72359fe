import type { CapacityReport, StepRow } from "../analysis/capacity/capacity-report.ts";
import { badRatio } from "../analysis/capacity/capacity-step.ts";
import { capacitySentence } from "../verdict/capacity-sentence.ts";
import { judgeLevel } from "../verdict/judge-search.ts";
import { saturationOf } from "../verdict/search-findings.ts";
import type { CapacityData } from "./html-capacity.ts";
import { outlookText } from "./search-outlook.ts";
import { scalabilityText } from "./terminal-search.ts";

const CURVE_POINTS = 60;
/** How far below and above the capacity the curve is drawn, in ln(load). */
const CURVE_SPAN = 0.5;

/** A search as the page shows it. */
export function capacityDataOf(report: CapacityReport): CapacityData {
  const { asked, limitedBy, overloads, result, scalability } = report;
  const estimate = result?.kind === "not-found" ? undefined : report.estimate;
  const saturation = saturationOf(overloads);
  const sentence = scalabilityText(report);
  const outlook = outlookText(report);
  const peak = scalability?.verdict === "retrograde" ? scalability.peakLoad : undefined;
  return {
    sentence: capacitySentence(report),
    by: asked.by,
    promises: asked.slos.map(({ expr }) => expr),
    ...(outlook === "" ? {} : { outlook }),
    value: estimate?.load,
    low: estimate?.low,
    high: estimate !== undefined && Number.isFinite(estimate.high) ? estimate.high : undefined,
    confidence: 0.9,
    limitedBy: limitedBy?.slo,
    ...(saturation === undefined ? {} : { saturation }),
    steps: report.steps.map((row) => stepOf(row, report)),
    curve: curveOf(report),
    levels: report.levels.map((row) => ({
      load: row.users,
      throughputPerSec: row.completedPerSec,
      p50: row.p50,
      p95: row.p95,
      p99: row.p99,
      errorRatio: row.errorRatio,
      verdict: judgeLevel(row, report),
    })),
    ...(sentence === undefined
      ? {}
      : {
          scalability: {
            sentence,
            ...(scalability?.knee === undefined ? {} : { knee: scalability.knee }),
            ...(peak === undefined ? {} : { peak }),
          },
        }),
  };
}

/** Shown for the promise that limits the capacity, or the first while nothing does. */
function stepOf(row: StepRow, { asked, estimate }: CapacityReport): CapacityData["steps"][number] {
  const slo = estimate?.limitedBy ?? 0;
  return {
    name: row.name,
    load: row.load,
    phase: row.phase,
    badRatio: badRatio(row.counts[slo]!),
    allowedRatio: asked.slos[slo]!.allowedRatio,
    isHeld: row.isHeld,
    isAborted: row.isAborted,
    requests: row.requests,
  };
}

/** logit(bad share) is a straight line in ln(load) that reaches the allowed share at the capacity. */
function curveOf({ estimate, asked }: CapacityReport): CapacityData["curve"] {
  if (estimate === undefined || !estimate.isBroken) return [];
  const { allowedRatio } = asked.slos[estimate.limitedBy]!;
  const { slope, lnCapacity } = estimate.fit;
  const atCapacity = Math.log(allowedRatio / (1 - allowedRatio));
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
    const lnLoad = lnCapacity + CURVE_SPAN * ((2 * i) / CURVE_POINTS - 1);
    const logit = atCapacity + slope * (lnLoad - lnCapacity);
    return { load: Math.exp(lnLoad), badRatio: 1 / (1 + Math.exp(-logit)) };
  });
}
