/** What `find` was asked on the command line, as a plan for the search. */
import { capacityOptions } from "../../analysis/capacity/capacity-options.ts";
import { capacitySlosOf } from "../../analysis/capacity/capacity-step.ts";
import { PlimsollError } from "../../base/errors.ts";
import { parseDurationMs } from "../../base/quantity.ts";
import { meanThinkMs } from "../../plan/mean-think.ts";
import type { LeftOutThreshold, PlannedSearch, PlannedSlo } from "../../records/record.ts";
import type { Spec, Think, Threshold } from "../../spec/spec.ts";
import { ratePerSec, wholeNumber } from "../number-flag.ts";
import { readThreshold } from "../threshold-flag.ts";

export interface SearchFlags {
  readonly slo?: readonly string[];
  readonly by?: "rate" | "users";
  readonly budget?: string;
  readonly start?: string;
  readonly maxRate?: string;
  readonly maxUsers?: string;
  readonly targetRate?: string;
  readonly targetUsers?: string;
  readonly levels?: string;
  /** Commander's negation of `--no-overload`. */
  readonly overload?: boolean;
}

export interface AskedSearch {
  readonly planned: PlannedSearch;
  /** The promises as thresholds, so that the engine counts their limits exactly. */
  readonly slos: readonly Threshold[];
  readonly think: Think;
}

const DEFAULT_BUDGET_MS = 600_000;
const LEAST_BUDGET_MS = 10_000;
/**
 * Steps are as long as they were measured with, in a short budget a twentieth of it, but never below ten seconds: a queue
 * forgets slowly, and steps of three seconds found capacities 4 to 15 % too high (docs/accuracy.md).
 */
const STEP_RATIO = 1 / 20;
const LEAST_STEP_MS = 10_000;
const NO_THINK: Think = { kind: "none" };

/** @throws USAGE for what cannot be searched */
export function planSearch(spec: Spec, flags: SearchFlags): AskedSearch {
  const slos = slosOf(spec, flags.slo ?? []);
  const leftOut = (flags.slo ?? []).length > 0 ? [] : leftOutOf(spec);
  const closed = spec.profiles.find((profile) => profile.kind === "closed");
  const by = flags.by ?? byOf(flags) ?? (closed === undefined ? "rate" : "users");
  refuseMixed(by, flags);
  const think = closed?.think ?? NO_THINK;
  const budgetMs = durationOf("--budget", flags.budget) ?? DEFAULT_BUDGET_MS;
  if (budgetMs < LEAST_BUDGET_MS)
    throw new PlimsollError("USAGE", `--budget ${flags.budget} is too short for a search`, {
      hint: "Give it at least 10s; ten minutes (10m) are usual.",
    });
  const stepMs = Math.max(LEAST_STEP_MS, Math.min(30_000, budgetMs * STEP_RATIO));
  const {
    slos: _,
    maxLoad: __,
    startLoad: ___,
    ...constants
  } = capacityOptions({
    by,
    slos: capacitySlosOf(slos.map(sloOf)),
    startLoad: 1,
    thinkMs: by === "users" ? meanThinkMs(think) : 0,
    budgetMs,
    stepMs,
    rampStepMs: stepMs / 3,
    maxWaitForRequestsMs: 4 * stepMs,
  });
  const startLoad = loadOf(by, "--start", flags.start);
  const maxLoad = by === "rate" ? loadOf(by, "--max-rate", flags.maxRate) : loadOf(by, "--max-users", flags.maxUsers);
  const targetLoad =
    by === "rate" ? loadOf(by, "--target-rate", flags.targetRate) : loadOf(by, "--target-users", flags.targetUsers);
  const target = by === "rate" ? "--target-rate" : "--target-users";
  if (targetLoad !== undefined && maxLoad !== undefined && targetLoad > maxLoad)
    throw new PlimsollError("USAGE", `${target} lies beyond ${by === "rate" ? "--max-rate" : "--max-users"}`, {
      hint: "A load that may not be tried cannot be answered for.",
    });
  if (startLoad !== undefined && maxLoad !== undefined && startLoad > maxLoad)
    throw new PlimsollError("USAGE", `--start lies beyond ${by === "rate" ? "--max-rate" : "--max-users"}`, {
      hint: "Begin at no more than may be tried.",
    });
  // Whether one load is held is settled by the search alone: what lies beyond was not asked, nor a table, unless it was.
  const levels = levelsOf(flags.levels) ?? (targetLoad === undefined ? undefined : []);
  refuseBeyond(levels ?? [], by === "users" ? maxLoad : undefined);
  return {
    slos,
    think,
    planned: {
      ...constants,
      // Levels are users who think as the spec says, whatever the search goes by.
      thinkMs: meanThinkMs(think),
      slos: slos.map(sloOf),
      ...(startLoad === undefined ? {} : { startLoad }),
      ...(maxLoad === undefined ? {} : { maxLoad }),
      ...(targetLoad === undefined ? {} : { targetLoad }),
      isOverloadTested: flags.overload !== false && targetLoad === undefined,
      maxConnections: spec.maxConnections,
      ...(levels === undefined ? {} : { levels }),
      ...(leftOut.length === 0 ? {} : { leftOut }),
    },
  };
}

/** Those given, else what the spec promises of latency and errors over all profiles. @throws USAGE without any */
function slosOf(spec: Spec, written: readonly string[]): readonly Threshold[] {
  const names = {
    tasks: [...new Set(spec.tasks.flatMap((task) => task.steps.map(({ name }) => name)))],
    profiles: [],
  };
  const given = written.map((text) => searchable(readThreshold(text, names)));
  if (given.length > 0) return given;
  const own = spec.thresholds.filter((threshold) => isSearchable(threshold) && threshold.profile === undefined);
  if (own.length > 0) return own;
  throw new PlimsollError("USAGE", "find needs a promise to search the limit of", {
    hint: "Give one, such as --slo 'p95<500ms' or --slo 'errors<1%'; several may be given.",
  });
}

/** The others: dropped without a word they would pass for kept. */
function leftOutOf({ thresholds }: Spec): readonly LeftOutThreshold[] {
  return thresholds.flatMap((threshold) => {
    const why = whyLeftOut(threshold);
    return why === undefined ? [] : [{ expr: threshold.expr, why }];
  });
}

function whyLeftOut(threshold: Threshold): string | undefined {
  if (threshold.profile !== undefined) return `it is for ${threshold.profile} alone, and a search has no such profile`;
  if (threshold.windowMs !== undefined) return "a step has no windows";
  if (threshold.metric.kind !== "quantile" && threshold.metric.kind !== "errors")
    return "only a latency quantile or a share of errors can be searched for";
  return isSearchable(threshold) ? undefined : "some requests must be allowed to be bad, and some not";
}

/** Some requests may be bad, and some may not: where none may, one stall would decide. */
function isSearchable({ metric, op, windowMs, limit }: Threshold): boolean {
  const isUpper = op === "<" || op === "<=";
  if (!isUpper || windowMs !== undefined) return false;
  if (metric.kind === "quantile") return limit > 0;
  return metric.kind === "errors" && limit > 0 && limit < 1;
}

/** @throws USAGE */
function searchable(threshold: Threshold): Threshold {
  if (isSearchable(threshold)) return threshold;
  throw new PlimsollError("USAGE", `--slo '${threshold.expr}' is no promise that a load can be searched for`, {
    hint: "A search goes by a latency quantile or a share of errors: 'p95<500ms', 'batch_embed p99<2s', 'errors<1%'.",
  });
}

function sloOf({ expr, task, metric, limit }: Threshold): PlannedSlo {
  const named = { expr, ...(task === undefined ? {} : { task }) };
  if (metric.kind !== "quantile") return { ...named, allowedRatio: limit };
  return { ...named, allowedRatio: Math.round((1 - metric.ratio) * 1e9) / 1e9, limitMs: limit };
}

/** By what the flags speak of. */
function byOf(flags: SearchFlags): "rate" | "users" | undefined {
  if (flags.targetRate !== undefined || flags.maxRate !== undefined) return "rate";
  return flags.targetUsers !== undefined || flags.maxUsers !== undefined ? "users" : undefined;
}

/** @throws USAGE */
function refuseMixed(by: "rate" | "users", flags: SearchFlags): void {
  const foreign =
    by === "rate"
      ? { "--max-users": flags.maxUsers, "--target-users": flags.targetUsers }
      : { "--max-rate": flags.maxRate, "--target-rate": flags.targetRate };
  for (const [flag, value] of Object.entries(foreign))
    if (value !== undefined)
      throw new PlimsollError("USAGE", `${flag} does not go with a search by ${by}`, {
        hint:
          by === "rate"
            ? `Search by users (--by users), or give ${flag.replace("users", "rate")}.`
            : `Search by rate (--by rate), or give ${flag.replace("rate", "users")}.`,
      });
}

function loadOf(by: "rate" | "users", flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return by === "users" ? wholeNumber(flag, text, { least: 1, most: 1_000_000 }) : ratePerSec(flag, text);
}

function durationOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new PlimsollError("USAGE", `${flag} ${text} is no duration`, { hint: "Such as 10m or 90s." });
}

/** @throws USAGE for a row of more users than are allowed */
function refuseBeyond(levels: readonly number[], maxUsers = Number.POSITIVE_INFINITY): void {
  const beyond = levels.find((users) => users > maxUsers);
  if (beyond === undefined) return;
  throw new PlimsollError("USAGE", `--levels ${beyond} lies beyond --max-users`, {
    hint: "More users than are allowed cannot have a row of the table.",
  });
}

/** `100,500,1000`; `none` for no table. @throws USAGE */
function levelsOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (text === "none") return [];
  return text.split(",").map((part) => {
    const users = wholeNumber("--levels", part.trim(), { least: 1, most: 1_000_000 });
    if (users !== undefined) return users;
    throw new PlimsollError("USAGE", `--levels ${text} is no list of users`, { hint: "Such as 100,500,1000." });
  });
}
