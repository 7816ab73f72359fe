/** The `capacity` of `summary.json`: DESIGN's fields first, then the evidence. */
import type { CapacityReport, Figures, OverloadRow } from "../analysis/capacity/capacity-report.ts";
import { capacitySentence } from "../verdict/capacity-sentence.ts";
import { judgeLevel } from "../verdict/judge-search.ts";
import { saturationOf } from "../verdict/search-findings.ts";
import type { CapacityEntry } from "./capacity-schema.ts";

/** Confidence of the interval: measured to cover about 90 %. */
const CONFIDENCE = 0.9;

export function capacityEntry(report: CapacityReport): CapacityEntry {
  const { asked, result, limitedBy, overloads } = report;
  // Of a search that found nothing or was stopped, the estimate it had; the verdict says what it is worth.
  const estimate = result?.kind === "not-found" ? undefined : report.estimate;
  return {
    by: asked.by,
    value: finite(estimate?.load),
    low: finite(estimate?.low),
    high: finite(estimate?.high),
    confidence: CONFIDENCE,
    limitedBy: limitedBy === undefined ? null : { slo: limitedBy.slo, task: limitedBy.task ?? null },
    saturation: saturationOf(overloads) ?? null,
    sentence: capacitySentence(report),
    outcome: outcomeOf(report),
    highestHeld: result?.highestHeldLoad ?? null,
    target: asked.targetLoad === undefined ? null : { load: asked.targetLoad, verdict: targetVerdict(report) },
    arrivals: asked.by === "rate" ? "poisson" : null,
    slos: asked.slos.map(({ expr, task, allowedRatio, limitMs }) => ({
      expr,
      task: task ?? null,
      allowedRatio,
      limitMs: limitMs ?? null,
    })),
    ratePerSec: finite(report.capacityPerSec),
    users: finite(report.capacityUsers),
    steps: report.steps.map((row) => ({
      name: row.name,
      phase: row.phase,
      load: row.load,
      elapsedMs: row.elapsedMs,
      drainMs: row.drainMs,
      isHeld: row.isHeld,
      isAborted: row.isAborted,
      isNear: row.isNear,
      isDegraded: row.isDegraded,
      ...figuresEntry(row),
      counts: row.counts.map(({ count, badCount }) => ({ count, badCount })),
    })),
    unfitSteps: report.unfit.map(({ name, load, reasons }) => ({ name, load, reasons: [...reasons] })),
    overloads: overloads.map(overloadEntry),
    hysteresis: hysteresisEntry(report),
    levels: report.levels.map((row) => ({
      users: row.users,
      ...figuresEntry(row),
      counts: row.counts.map(({ count, badCount, low, high }) => ({ count, badCount, low, high })),
      isFit: row.isFit,
      verdict: judgeLevel(row, report),
    })),
    scalability: scalabilityEntry(report),
  };
}

/** Of one that ended before its time the search itself knows less than the sentence says. */
function targetVerdict({ early, result }: CapacityReport): NonNullable<CapacityEntry["target"]>["verdict"] {
  if (early !== undefined) return early.kind === "slow-alone" ? "not-held" : "inconclusive";
  return result?.target?.verdict ?? "inconclusive";
}

function outcomeOf({ result, isGivenUp, queuesAtLoad, early }: CapacityReport): CapacityEntry["outcome"] {
  if (early !== undefined) return early.kind;
  if (result !== undefined) return result.why;
  if (isGivenUp) return "given-up";
  return queuesAtLoad === undefined ? "unfinished" : "never-fails";
}

function figuresEntry(row: Figures) {
  return {
    requests: row.requests,
    completedPerSec: row.completedPerSec,
    p50: row.p50 ?? null,
    p95: row.p95 ?? null,
    p99: row.p99 ?? null,
    errorRatio: row.errorRatio ?? null,
  };
}

function overloadEntry(row: OverloadRow): CapacityEntry["overloads"][number] {
  const recovery = row.spike?.recovery;
  return {
    ratePerSec: row.ratePerSec,
    factor: row.factor,
    class: row.class ?? null,
    unsure: [...row.unsure],
    shedRatio: row.shedRatio,
    timeoutRatio: row.timeoutRatio,
    growthPerSec: row.growthPerSec,
    isFit: row.isFit,
    ...figuresEntry(row),
    recovery:
      recovery === undefined
        ? null
        : {
            kind: recovery.kind,
            afterMs: recovery.kind === "recovered" ? recovery.afterMs : null,
            expectedDrainMs: row.spike?.fluidDrainMs ?? null,
          },
  };
}

function hysteresisEntry({ hysteresis }: CapacityReport): CapacityEntry["hysteresis"] {
  if (hysteresis === undefined) return null;
  const { ratePerSec, verdict, by, before, after, change } = hysteresis;
  return {
    ratePerSec,
    verdict,
    by,
    before: figuresEntry(before),
    after: figuresEntry(after),
    change: change ?? null,
  };
}

function scalabilityEntry({ scalability }: CapacityReport): CapacityEntry["scalability"] {
  if (scalability === undefined) return null;
  const { verdict, knee, peakLoad } = scalability;
  return {
    verdict,
    kneeUsers: knee?.load ?? null,
    kneeInterval: knee === undefined ? null : { low: knee.low, high: knee.high },
    peakUsers: verdict === "retrograde" && peakLoad !== undefined ? { low: peakLoad.low, high: peakLoad.high } : null,
  };
}

/** JSON has no infinity: an end that was not found is null. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
