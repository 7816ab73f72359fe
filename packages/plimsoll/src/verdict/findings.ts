/** What a reader should know beside the verdict; each only says what the figures show. */

import { isShed } from "../analysis/error-counts.ts";
import { clockSpanFigure, countOfFigure, msFigure, ratioFigure } from "../analysis/figure.ts";
import { minimumCount } from "../analysis/order-statistics.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { ErrorCount, ProfileStats, RunStats, TaskStats } from "../analysis/run-stats.ts";
import { asClause } from "../base/clause.ts";
import { ERROR_KINDS, type ErrorKind } from "../base/outcome.ts";
import { spanMs } from "../base/span.ts";
import type { Threshold } from "../spec/spec.ts";
import { courseFindings } from "./course-findings.ts";
import type { Finding } from "./judgement.ts";
import { latencyFindings } from "./latency-findings.ts";
import { observedFindings } from "./observed-findings.ts";
import { refusedUserFindings } from "./refused-users.ts";
import { steerFindings } from "./steer-findings.ts";
import { unjudgeableThresholds } from "./unjudgeable.ts";

/** From this share of failures on a finding is an error. */
const GRAVE_ERROR_RATIO = 0.01;
/** Tasks that one finding names. */
const MOST_NAMED = 6;

export function findingsOf(stats: RunStats, thresholds: readonly Threshold[]): readonly Finding[] {
  return [
    ...stats.profiles.flatMap(profileFindings),
    ...steerFindings(stats),
    ...observedFindings(stats),
    ...strayThresholds(stats, thresholds),
    ...unjudgeableFindings(stats, thresholds),
  ];
}

function unjudgeableFindings({ plan }: RunStats, thresholds: readonly Threshold[]): readonly Finding[] {
  const nowhere = { task: undefined, fromMs: undefined, toMs: undefined };
  return unjudgeableThresholds(thresholds, plan.phases).map(({ profile, message }) => ({
    code: "unjudgeable",
    level: "warning",
    profile,
    ...nowhere,
    message,
  }));
}

function profileFindings(profile: ProfileStats): readonly Finding[] {
  return [
    ...generatorFindings(profile),
    ...errorFindings(profile),
    ...refusedUserFindings(profile),
    ...unansweredFindings(profile),
    ...latencyFindings(profile),
    ...warmupFindings(profile),
    ...courseFindings(profile),
    ...fewSamplesFindings(profile),
  ];
}

function ofProfile(profile: ProfileStats, finding: Omit<Finding, "profile" | "task" | "fromMs" | "toMs">): Finding {
  return { ...finding, profile: profile.name, task: undefined, fromMs: 0, toMs: profile.durationMs };
}

function generatorFindings(profile: ProfileStats): readonly Finding[] {
  const { health, reasons } = profile.generator;
  const level = health === "invalid" ? "error" : "warning";
  return reasons.map((message) => ofProfile(profile, { code: `generator-${health}`, level, message }));
}

/** What the kinds of failure say of the target: it protects itself, it is too slow, or it errs. */
const CODE_OF = {
  "connect-refused": "shed",
  "connect-timeout": "timeouts",
  reset: "shed",
  truncated: "errors",
  protocol: "errors",
  "too-large": "errors",
  tls: "errors",
  dns: "errors",
  timeout: "timeouts",
  "http-3xx": "errors",
  "http-4xx": "errors",
  "http-429": "shed",
  "http-5xx": "errors",
  "bad-body": "errors",
  expectation: "errors",
  "stream-incomplete": "errors",
} as const satisfies Record<ErrorKind, string>;

function errorFindings(profile: ProfileStats): readonly Finding[] {
  const all = profile.tasks[profile.tasks.length - 1];
  if (all === undefined) return [];
  return ERROR_KINDS.flatMap((kind) => {
    const errors = all.errors.filter((error) => error.kind === kind);
    return errors.length === 0 ? [] : [errorFinding(profile, all, errors)];
  });
}

function errorFinding(profile: ProfileStats, all: TaskStats, errors: readonly ErrorCount[]): Finding {
  const kind = errors[0]!.kind;
  const count = errors.reduce((sum, error) => sum + error.count, 0);
  const fromMs = spanMs(profile.startedAtMs, Math.min(...errors.map(({ firstAtMs }) => firstAtMs)));
  const toMs = spanMs(profile.startedAtMs, Math.max(...errors.map(({ lastAtMs }) => lastAtMs)) + 1000);
  const share = count / all.requests;
  const tasks = profile.tasks.filter(
    (task) => task.name !== AGGREGATED && task.errors.some((error) => error.kind === kind),
  );
  return {
    code: errors.every(({ message }) => isShed(kind, message)) ? "shed" : CODE_OF[kind],
    level: share >= GRAVE_ERROR_RATIO ? "error" : "warning",
    profile: profile.name,
    task: tasks.length === 1 ? tasks[0]?.name : undefined,
    fromMs,
    toMs,
    message: `${countOfFigure(count, "request")} (${ratioFigure(share)}) failed with ${kind} ${clockSpanFigure(fromMs, toMs)}.`,
  };
}

function unansweredFindings(profile: ProfileStats): readonly Finding[] {
  const { inFlightAtEnd } = profile.arrivals;
  if (!profile.isFinished || inFlightAtEnd === 0) return [];
  const waited = profile.drainMs === undefined ? "" : ` ${msFigure(profile.drainMs)} after the last one was sent`;
  const message = `${countOfFigure(inFlightAtEnd, "request")} still had no answer${waited}; they count with the age they had.`;
  return [ofProfile(profile, { code: "unanswered", level: "warning", message })];
}

function warmupFindings(profile: ProfileStats): readonly Finding[] {
  const { isNeverWarm, why } = profile.warmup;
  const message = `The target never warmed up: ${asClause(why)}`;
  return isNeverWarm ? [ofProfile(profile, { code: "never-warm", level: "warning", message })] : [];
}

/** One finding for all tasks concerned: a long list of tasks would bury the others. */
function fewSamplesFindings(profile: ProfileStats): readonly Finding[] {
  const needed = minimumCount(0.95);
  const few = profile.tasks.filter(({ name, requests }) => name !== AGGREGATED && requests > 0 && requests < needed);
  if (few.length === 0) return [];
  const [first, second] = few;
  if (first !== undefined && second === undefined) {
    const message = `Only ${countOfFigure(first.requests, "request")} ended; a p95 needs ${needed} to mean something.`;
    return [{ ...ofProfile(profile, { code: "few-samples", level: "info", message }), task: first.name }];
  }
  const named = few.slice(0, MOST_NAMED).map(({ name, requests }) => `${name} (${requests})`);
  const others = few.length > MOST_NAMED ? ` and ${countOfFigure(few.length - MOST_NAMED, "other task")}` : "";
  const message = `Too few requests ended for a p95, which needs ${needed} to mean something: ${named.join(", ")}${others}.`;
  return [ofProfile(profile, { code: "few-samples", level: "info", message })];
}

function strayThresholds({ plan }: RunStats, thresholds: readonly Threshold[]): readonly Finding[] {
  const names = new Set(plan.phases.map(({ name }) => name));
  return thresholds
    .filter(({ profile }) => profile !== undefined && !names.has(profile))
    .map(({ expr, profile }) => ({
      code: "threshold-not-judged",
      level: "info",
      profile: undefined,
      task: undefined,
      fromMs: undefined,
      toMs: undefined,
      message: `${expr} is for ${profile}, which was not part of this run.`,
    }));
}
