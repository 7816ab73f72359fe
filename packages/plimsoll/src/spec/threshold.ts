import type { Problem } from "../base/errors.ts";
import { parseDurationMs, parseRatePerSec, parseRatio } from "../base/quantity.ts";
import { nearest } from "./nearest.ts";
import { show } from "./problems.ts";
import type { Metric, Threshold } from "./spec.ts";

const MAX_CHARS = 300;
const METRICS = [
  "p50",
  "p90",
  "p95",
  "p99",
  "p99.9",
  "median",
  "mean",
  "avg",
  "min",
  "max",
  "errors",
  "rps",
  "drift",
  "recovery",
];
const EXAMPLES = "p95 < 500ms, errors < 1%, rps > 50, single_embed p99 < 1s";

/** `subject metric op limit for window`; the subject may be quoted, the blanks around the operator left out. */
const EXPRESSION =
  /^(?:(.*?)\s+)?([A-Za-z][\w.]*)\s*(<=|>=|<|>)\s*([^\s<>=]+(?:\s*\/\s*\w+|\s+(?:%|us|ms|s|m|h))?)(?:\s+for\s+(\S+))?$/;
const QUOTED = /^(?:([A-Za-z0-9][\w.-]*)\.)?"([^"]+)"$/;

/** Names that a threshold's subject may bear. */
export interface ThresholdNames {
  /** Request names, as they are counted. */
  readonly tasks: readonly string[];
  readonly profiles: readonly string[];
}

/**
 * Takes `single_embed p99 < 1s` apart. The subject is not looked up yet: it stands whole in `task` (apart from
 * `profile."task"`, whose quotes say it all) until `bindThreshold` tells task, profile and `profile.task` apart.
 */
export function parseThreshold(text: string): Threshold | Problem {
  const trimmed = text.trim();
  const match = trimmed.length > MAX_CHARS ? null : EXPRESSION.exec(trimmed);
  if (match === null) return problem(`${show(text)} is not a threshold; expected one such as ${EXAMPLES}`);
  const [, subject, word = "", op, limitText = "", window] = match;
  const metric = parseMetric(word);
  if (metric === undefined) return problem(unknownMetric(word));
  const limit = parseLimit(metric, limitText.replace(/\s+/g, ""));
  if (limit === undefined) {
    return problem(`${show(limitText)} is no limit for ${word}; expected ${expectedLimit(metric)}`);
  }
  const windowMs = window === undefined ? undefined : parseDurationMs(window);
  if (window !== undefined && !(windowMs !== undefined && windowMs > 0)) {
    return problem(`${show(window)} after "for" is wrong; expected a duration with its unit, such as 30s`);
  }
  return {
    expr: trimmed.replace(/\s+/g, " "),
    ...parseSubject(subject),
    metric,
    op: parseOp(op),
    limit,
    windowMs,
    strict: "interval",
    abort: false,
  };
}

/** Tells a threshold from the problem that stands in its place. */
export function isThreshold(parsed: Threshold | Problem): parsed is Threshold {
  return "metric" in parsed;
}

/** Looks the subject up: among tasks first, then profiles, then as `profile.task`. */
export function bindThreshold(threshold: Threshold, names: ThresholdNames): Threshold | Problem {
  const { task, profile } = threshold;
  if (profile !== undefined) {
    if (!names.profiles.includes(profile)) return problem(unknownName("profile", profile, names.profiles));
    if (task === undefined || names.tasks.includes(task)) return threshold;
    return problem(unknownName("task", task, names.tasks));
  }
  if (task === undefined || names.tasks.includes(task)) return threshold;
  if (names.profiles.includes(task)) return { ...threshold, task: undefined, profile: task };
  for (const owner of names.profiles) {
    const rest = task.startsWith(`${owner}.`) ? task.slice(owner.length + 1) : undefined;
    if (rest !== undefined && names.tasks.includes(rest)) return { ...threshold, profile: owner, task: rest };
  }
  return problem(unknownName("task or profile", task, [...names.tasks, ...names.profiles]));
}

function parseSubject(subject: string | undefined): Pick<Threshold, "profile" | "task"> {
  const quoted = QUOTED.exec(subject ?? "");
  if (quoted !== null) return { profile: quoted[1], task: quoted[2] };
  return { profile: undefined, task: subject };
}

function parseMetric(word: string): Metric | undefined {
  const quantile = /^p(\d{1,2}(?:\.\d{1,6})?)$/i.exec(word);
  if (quantile !== null) {
    // 99.9 / 100 is 0.9990000000000001 in binary; a ratio of at most eight places is meant.
    const ratio = Math.round(Number(quantile[1]) * 1e6) / 1e8;
    return ratio > 0 ? { kind: "quantile", ratio } : undefined;
  }
  switch (word) {
    case "median":
      return { kind: "quantile", ratio: 0.5 };
    case "avg":
      return { kind: "mean" };
    case "mean":
    case "min":
    case "max":
    case "errors":
    case "rps":
    case "drift":
    case "recovery":
      return { kind: word };
    default:
      return undefined;
  }
}

function parseLimit(metric: Metric, text: string): number | undefined {
  switch (metric.kind) {
    case "errors":
    case "drift":
      return parseRatio(text);
    case "rps":
      return parseRatePerSec(text) ?? (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);
    case "quantile":
    case "mean":
    case "min":
    case "max":
    case "recovery":
      return parseDurationMs(text);
  }
}

function expectedLimit(metric: Metric): string {
  switch (metric.kind) {
    case "errors":
    case "drift":
      return "a share, such as 1%";
    case "rps":
      return "a rate, such as 50/s";
    case "quantile":
    case "mean":
    case "min":
    case "max":
    case "recovery":
      return "a duration with its unit, such as 500ms";
  }
}

function parseOp(op: string | undefined): Threshold["op"] {
  return op === "<=" || op === ">" || op === ">=" ? op : "<";
}

function unknownMetric(word: string): string {
  if (/^p(0+|100)$/i.test(word)) return `${show(word)} is no quantile; expected min or max`;
  if (/^p\d{3,}$/i.test(word)) return `${show(word)} is no quantile; expected p${word.slice(1, 3)}.${word.slice(3)}`;
  const near = nearest(word, METRICS);
  return `${show(word)} is no metric; ${near === undefined ? `expected one such as ${EXAMPLES}` : `nearest: ${JSON.stringify(near)}`}`;
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const rest =
    near === undefined
      ? `; there are: ${known.slice(0, 8).map(show).join(", ")}`
      : `; nearest: ${JSON.stringify(near)}`;
  return `no ${what} is named ${show(name)}${rest}`;
}

function problem(message: string): Problem {
  return { message };
}
