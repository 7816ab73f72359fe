/** `summary.json`: all that was judged and measured, in full precision, for machines. */

import { latencyIntervals } from "../analysis/latency-intervals.ts";
import { driftPace } from "../analysis/profile-drift.ts";
import type { ProfileDrift, ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import type { Finding, ThresholdJudgement } from "../verdict/judgement.ts";
import { capacityEntry } from "./capacity-json.ts";
import { commandAgain } from "./command-again.ts";
import { cutText } from "./printable.ts";
import type { ReportModel } from "./report-model.ts";
import { SUMMARY_SCHEMA_ID, type SummaryDocument } from "./summary-schema.ts";

/** The document as text, indented by two blanks, with a line break at its end; overlong texts are cut. */
export function renderSummaryJson(model: ReportModel): string {
  const shown = (_: string, value: unknown) => (typeof value === "string" ? cutText(value) : value);
  return `${JSON.stringify(summaryDocument(model), shown, 2)}\n`;
}

/** The document as a value. */
export function summaryDocument({ stats, judgement, capacity }: ReportModel): SummaryDocument {
  const { header, plan } = stats;
  return {
    schema: SUMMARY_SCHEMA_ID,
    verdict: judgement.verdict,
    exitCode: judgement.exitCode,
    because: judgement.because,
    reasons: [...judgement.reasons],
    ...(stats.end.kind === "interrupted" ? { interrupted: true as const } : {}),
    run: {
      id: header.run,
      name: plan.name,
      target: plan.target,
      startedAt: stats.startedAt ?? null,
      seed: plan.seed,
      command: commandAgain(stats),
      version: header.version,
    },
    thresholds: judgement.thresholds.map(thresholdEntry),
    ...(judgement.brokeFirst === undefined ? {} : { brokeFirst: judgement.brokeFirst }),
    profiles: stats.profiles.map(profileEntry),
    findings: judgement.findings.map(findingEntry),
    imbalances: [...stats.imbalances],
    environment: plan.environment,
    ...(capacity === undefined ? {} : { capacity: capacityEntry(capacity) }),
  };
}

/** A threshold as the document holds it; `observed` is null where there was nothing to observe. */
export function thresholdEntry(judged: ThresholdJudgement): SummaryDocument["thresholds"][number] {
  const { expr, profile, task, observed, limit, unit, verdict, why, brokeAtMs, isBrokenFromStart, isAdded } = judged;
  return {
    expr,
    profile,
    task,
    observed: observed === undefined ? null : { ...observed, low: observed.low ?? null, high: observed.high ?? null },
    limit,
    unit,
    verdict,
    why,
    ...(brokeAtMs === undefined ? {} : { brokeAtMs }),
    ...(isBrokenFromStart === undefined ? {} : { isBrokenFromStart }),
    ...(isAdded === undefined ? {} : { isAdded }),
  };
}

function profileEntry(profile: ProfileStats): SummaryDocument["profiles"][number] {
  const { generator } = profile;
  return {
    name: profile.name,
    startedAt: profile.startedAt,
    durationMs: profile.durationMs,
    ...(profile.users === undefined ? {} : { users: profile.users }),
    ...(profile.ratePerSec === undefined ? {} : { ratePerSec: profile.ratePerSec }),
    isFinished: profile.isFinished,
    arrivals: profile.arrivals,
    tasks: profile.tasks.map((task) => taskEntry(task, profile)),
    generator: { ...generator, reasons: [...generator.reasons], dropped: { ...generator.dropped } },
    warmup: profile.warmup,
    ...(profile.drift === undefined ? {} : { drift: driftEntry(profile.drift) }),
    ...(profile.steady === undefined ? {} : { steady: profile.steady }),
  };
}

function driftEntry(drift: ProfileDrift): NonNullable<SummaryDocument["profiles"][number]["drift"]> {
  const { verdict, totalRatio, low, high, shape, stepAtMs, fromMs, toMs } = drift;
  const { perMinRatio, perMinLow, perMinHigh } = driftPace(drift);
  return {
    verdict,
    totalRatio,
    perMinRatio,
    low,
    high,
    perMinLow,
    perMinHigh,
    ...(shape === undefined ? {} : { shape }),
    ...(stepAtMs === undefined ? {} : { stepAtMs }),
    fromMs,
    toMs,
  };
}

function taskEntry(task: TaskStats, profile: ProfileStats): SummaryDocument["profiles"][number]["tasks"][number] {
  const intervals = latencyIntervals(profile, task);
  return {
    name: task.name,
    method: task.method,
    requests: task.requests,
    failures: task.failures,
    errorRatio: task.errorRatio ?? null,
    requestsPerSec: task.requestsPerSec,
    completedPerSec: task.completedPerSec,
    failuresPerSec: task.failuresPerSec,
    meanBodyBytes: task.meanBodyBytes,
    responseMs:
      task.responseMs === undefined ? null : { ...task.responseMs, ...(intervals === undefined ? {} : { intervals }) },
    serviceMs: task.serviceMs ?? null,
    arrivals: task.arrivals,
    errors: task.errors.map(({ kind, count, message }) => ({ kind, count, message })),
  };
}

function findingEntry({
  code,
  level,
  profile,
  task,
  fromMs,
  toMs,
  message,
}: Finding): SummaryDocument["findings"][number] {
  return {
    code,
    level,
    ...(profile === undefined ? {} : { profile }),
    ...(task === undefined ? {} : { task }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    message,
  };
}
