/** What `plimsoll compare URL URL` was asked on the command line. */
import { randomInt } from "node:crypto";
import { PlimsollError } from "../../base/errors.ts";
import { formatDuration } from "../../base/format-number.ts";
import { maxRegressionOf } from "../compare.ts";
import { durationMs, ratePerSec, wholeNumber } from "../number-flag.ts";

/** As typed; those from `spec` on go with two URLs only. */
export interface CompareLiveFlags {
  readonly maxRegression?: string;
  readonly profile?: string;
  readonly out?: string;
  readonly spec?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly body?: string;
  readonly rate?: string;
  readonly slo?: readonly string[];
  readonly duration?: string;
  readonly maxPairs?: string;
  readonly budget?: string;
  readonly timeout?: string;
  readonly threads?: string;
  readonly iAmAuthorised?: boolean;
  readonly seed?: string;
}

export interface AskedComparison {
  /** Such as .1. */
  readonly maxRegressionRatio: number;
  /** Of `--rate`. */
  readonly ratePerSec: number | undefined;
  /** Length of each run, unless a profile says it. */
  readonly runMs: number;
  readonly maxPairs: number;
  /** For all pairs; the search before them has its own. */
  readonly budgetMs: number;
  readonly threads: number | undefined;
  /** The same on both sides: the same requests at the same due times. */
  readonly seed: number;
}

const DEFAULT_RUN_MS = 60_000;
/** Twenty stretches of a run tell its error; below a second each they hold too little. */
const LEAST_RUN_MS = 20_000;
const DEFAULT_PAIRS = 6;
const DEFAULT_BUDGET_MS = 20 * 60_000;

/** @throws USAGE */
export function readAsked(flags: CompareLiveFlags): AskedComparison {
  refuseClashes(flags);
  return {
    maxRegressionRatio: maxRegressionOf(flags.maxRegression ?? "10%"),
    ratePerSec: flags.rate === undefined || flags.profile !== undefined ? undefined : ratePerSec("--rate", flags.rate),
    runMs: durationMs("--duration", flags.duration) ?? DEFAULT_RUN_MS,
    maxPairs: wholeNumber("--max-pairs", flags.maxPairs, { least: 1, most: 100 }) ?? DEFAULT_PAIRS,
    budgetMs: durationMs("--budget", flags.budget) ?? DEFAULT_BUDGET_MS,
    threads: wholeNumber("--threads", flags.threads, { least: 1, most: 64 }),
    seed: wholeNumber("--seed", flags.seed, { least: 0, most: 2 ** 32 - 1 }) ?? randomInt(2 ** 32),
  };
}

const LIVE_ONLY = {
  spec: "--spec",
  method: "--method",
  header: "--header",
  body: "--body",
  rate: "--rate",
  slo: "--slo",
  duration: "--duration",
  maxPairs: "--max-pairs",
  budget: "--budget",
  timeout: "--timeout",
  threads: "--threads",
  iAmAuthorised: "--i-am-authorised",
  seed: "--seed",
} as const;

/** Whether BASE or NEW names a target that runs, and no result. */
export function isLiveTarget(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Where not both are targets: one alone cannot be held against a result, and nothing is sent. @throws USAGE */
export function refuseLive(names: readonly string[], flags: CompareLiveFlags): void {
  if (names.some(isLiveTarget)) {
    throw new PlimsollError("USAGE", "a target that runs is compared with another one, not with a result", {
      hint: "Run it first (plimsoll run --url …), then compare both results.",
    });
  }
  for (const [key, flag] of Object.entries(LIVE_ONLY)) {
    if (Object.hasOwn(flags, key))
      throw new PlimsollError("USAGE", `${flag} is for two URLs: of two results nothing is sent`);
  }
}

/** Runs too short to tell anything, or too long for a single pair within the budget. @throws USAGE */
export function refuseLength(runMs: number, { budgetMs }: AskedComparison): void {
  if (runMs < LEAST_RUN_MS) {
    throw new PlimsollError("USAGE", `runs of ${formatDuration(runMs)} are too short to compare`, {
      hint: "Give them 20s or more by --duration; a minute is usual.",
    });
  }
  if (2 * runMs <= budgetMs) return;
  throw new PlimsollError(
    "USAGE",
    `--budget ${formatDuration(budgetMs)} is not enough for one pair of runs of ${formatDuration(runMs)}`,
    { hint: "Give more, or shorter runs by --duration." },
  );
}

/** What cannot be heeded is refused, not left out without a word. @throws USAGE */
function refuseClashes(flags: CompareLiveFlags): void {
  if (flags.profile !== undefined && flags.spec === undefined) {
    throw new PlimsollError("USAGE", "--profile names a load of a spec, and there is no --spec");
  }
  const { method, header, body } = flags;
  for (const [flag, value] of Object.entries({ "--method": method, "--header": header, "--body": body })) {
    if (flags.spec !== undefined && value !== undefined)
      throw new PlimsollError("USAGE", `${flag} does not go with --spec, which says what is asked`);
  }
  if (flags.slo !== undefined && (flags.rate !== undefined || flags.profile !== undefined)) {
    const given = flags.rate === undefined ? "--profile" : "--rate";
    throw new PlimsollError("USAGE", `--slo is what a load is looked for by, and ${given} gives the load`);
  }
}
