import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { RunStats } from "../analysis/run-stats.ts";
import { PlimsollError } from "../base/errors.ts";
import { EXIT } from "../base/exit-codes.ts";
import { formatDuration, formatPerSec } from "../base/format-number.ts";
import { parseRatePerSec } from "../base/quantity.ts";
import type { OpenProfile, Profile, Spec } from "../spec/spec.ts";
import type { Comparison } from "../verdict/comparison-answer.ts";
import { rerunCommand } from "./command-line.ts";
import { maxRegressionOf, tellComparison } from "./compare.ts";
import { compareLive, type LiveSides, turnPhases } from "./compare-live/live-comparison.ts";
import { createPairProgress } from "./compare-live/pair-screen.ts";
import { type Side, Turns } from "./compare-live/turns.ts";
import type { Console } from "./console.ts";
import { searchCapacity } from "./find.ts";
import { durationMs, wholeNumber } from "./number-flag.ts";
import { runSession } from "./run-session.ts";
import { readSpecFile, readSpecFlags } from "./spec-file.ts";

export interface CompareLiveFlags {
  readonly maxRegression?: string;
  readonly profile?: string;
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
  readonly out?: string;
}

const DEFAULT_OUT = "results";
const DEFAULT_RUN_MS = 60_000;
const LEAST_RUN_MS = 20_000;
const DEFAULT_PAIRS = 6;
const DEFAULT_BUDGET_MS = 20 * 60_000;
/** Near the knee two equal builds differ by 16 %, here by 2 % (statistics: latency is compared at 60–70 % of capacity). */
const LOAD_RATIO = 0.65;
const SEARCH_BUDGET = "3m";

export function isLiveTarget(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * `plimsoll compare URL URL`: both targets in turns (A B B A), pair after pair until it is settled or the budget is spent.
 * Leaves a whole run of each side in `OUT/base` and `OUT/new`.
 */
export async function compareLiveCommand(
  [baseUrl, nextUrl]: readonly [string, string],
  flags: CompareLiveFlags,
  console: Console,
): Promise<number> {
  const maxRegressionRatio = maxRegressionOf(flags.maxRegression ?? "10%");
  const asked = readAsked(flags);
  const out = flags.out ?? DEFAULT_OUT;
  const specs = { base: await specFor(baseUrl, flags), next: await specFor(nextUrl, flags) };
  const profile = await profileFor(specs.base, flags, { out, console, seed: asked.seed, runMs: asked.runMs });
  if (profile === undefined) return EXIT.inconclusive;
  const names = { base: baseUrl, next: nextUrl };
  const watch = createPairProgress(console, names);
  const judge = (sides: LiveSides): Comparison => compareLive(sides, names, maxRegressionRatio);
  if (!console.isQuiet) console.note(announcement(asked, profile));
  const startedAtMs = performance.now();
  const sofar: { base?: () => RunStats; next?: () => RunStats } = {};
  const turns = new Turns((pairCount) => {
    if (sofar.base === undefined || sofar.next === undefined) return true;
    const comparison = judge({ base: sofar.base(), next: sofar.next() });
    watch.tell(comparison, pairCount);
    const spentMs = performance.now() - startedAtMs;
    const isBudgetSpent = spentMs + (2 * spentMs) / pairCount / 2 > asked.budgetMs;
    return comparison.verdict !== "inconclusive" || pairCount >= asked.maxPairs || isBudgetSpent;
  });
  const run = (side: Side, spec: Spec, folder: string) =>
    runSession({
      spec: { ...spec, profiles: [], thresholds: [] },
      outDir: join(out, folder),
      seed: asked.seed,
      threads: asked.threads,
      isAuthorised: flags.iAmAuthorised === true,
      command: rerunCommand(process.argv.slice(2)),
      console,
      watch: watch.of(side),
      course: {
        phases: (seed, stats) => {
          sofar[side] = stats;
          return turnPhases(side, { spec, profile, seed }, turns);
        },
      },
    }).finally(() => turns.end());
  const [base, next] = await Promise.all([run("base", specs.base, "base"), run("next", specs.next, "new")]);
  const comparison = judge({ base: base.model.stats, next: next.model.stats });
  await tellComparison(comparison, out, console);
  const signalled = [base, next].find(({ exitCode }) => exitCode === EXIT.sigint || exitCode === EXIT.sigterm);
  return signalled?.exitCode ?? comparison.exitCode;
}

interface Asked {
  readonly runMs: number;
  readonly maxPairs: number;
  readonly budgetMs: number;
  readonly threads: number | undefined;
  /** The same on both sides: the same requests at the same due times. */
  readonly seed: number;
}

/** @throws USAGE */
function readAsked(flags: CompareLiveFlags): Asked {
  const runMs = durationMs("--duration", flags.duration) ?? DEFAULT_RUN_MS;
  if (runMs < LEAST_RUN_MS)
    throw new PlimsollError("USAGE", `--duration ${flags.duration}: a run of a comparison needs at least 20s`);
  return {
    runMs,
    maxPairs: wholeNumber("--max-pairs", flags.maxPairs, { least: 1, most: 100 }) ?? DEFAULT_PAIRS,
    budgetMs: durationMs("--budget", flags.budget) ?? DEFAULT_BUDGET_MS,
    threads: wholeNumber("--threads", flags.threads, { least: 1, most: 64 }),
    seed: wholeNumber("--seed", flags.seed, { least: 0, most: 2 ** 32 - 1 }) ?? randomInt(2 ** 32),
  };
}

/** The spec of `--spec` against this address; without it, a request to the address itself. */
async function specFor(url: string, flags: CompareLiveFlags): Promise<Spec> {
  if (flags.spec !== undefined) {
    const timeout = flags.timeout === undefined ? {} : { timeout: flags.timeout };
    return readSpecFile(flags.spec, process.env, { target: url, ...timeout, thresholds: [] });
  }
  const { method, header, body, timeout } = flags;
  const given = Object.fromEntries(
    Object.entries({ method, header, body, timeout }).filter(([, value]) => value !== undefined),
  );
  return readSpecFlags({ url, rate: "1/s", duration: "10s", ...given }, process.env);
}

interface ProfileContext {
  readonly out: string;
  readonly console: Console;
  readonly seed: number;
  readonly runMs: number;
}

/** The load of every run: `--rate`, a profile of the spec, or 65 % of what BASE holds. Undefined when that was not found. */
async function profileFor(spec: Spec, flags: CompareLiveFlags, context: ProfileContext): Promise<Profile | undefined> {
  if (flags.rate !== undefined) return steady(rateOf(flags.rate), context.runMs);
  if (flags.profile !== undefined) return namedProfile(spec, flags.profile);
  const { console, out, seed } = context;
  console.note(`Neither --rate nor --profile is given: looking for the capacity of BASE first (at most 3 m).\n`);
  const { model } = await searchCapacity(
    spec,
    {
      slo: flags.slo ?? [],
      by: "rate",
      budget: SEARCH_BUDGET,
      levels: "none",
      overload: false,
      out: join(out, "find"),
      seed: String(seed),
      ...(flags.iAmAuthorised === undefined ? {} : { iAmAuthorised: flags.iAmAuthorised }),
    },
    console,
  );
  const capacity = model.capacity?.result?.kind === "found" ? model.capacity.estimate?.load : undefined;
  if (capacity !== undefined) return steady(LOAD_RATIO * capacity, context.runMs);
  console.note(
    `${model.judgement.because}\nWithout its capacity there is no load to compare at: give one with --rate.\n`,
  );
  return undefined;
}

function steady(ratePerSec: number, durationMs: number): OpenProfile {
  return {
    kind: "open",
    name: "pair",
    durationMs,
    arrivals: "poisson",
    stages: [{ fromPerSec: ratePerSec, toPerSec: ratePerSec, durationMs }],
    tags: undefined,
    warmupMs: undefined,
  };
}

/** @throws USAGE */
function namedProfile(spec: Spec, name: string): Profile {
  const profile = spec.profiles.find((candidate) => candidate.name === name);
  if (profile !== undefined) return profile;
  throw new PlimsollError("USAGE", `the spec has no profile "${name}"`, {
    hint: `It has: ${spec.profiles.map((candidate) => candidate.name).join(", ")}.`,
  });
}

/** @throws USAGE */
function rateOf(text: string): number {
  const perSec = parseRatePerSec(/^\d+(\.\d+)?$/.test(text) ? `${text}/s` : text);
  if (perSec !== undefined && perSec > 0) return perSec;
  throw new PlimsollError("USAGE", `--rate ${text} is no rate`, { hint: "Such as 50/s." });
}

/** What is about to happen, and how long it takes at most. */
function announcement({ runMs, maxPairs, budgetMs }: Asked, profile: Profile): string {
  const eachMs = profile.kind === "open" ? runMs : profile.durationMs;
  const mostMs = Math.min(budgetMs, 2 * maxPairs * eachMs);
  const load = profile.kind === "open" ? ` at ${formatPerSec(profile.stages.at(-1)?.toPerSec)}` : "";
  return `Both take turns, runs of ${formatDuration(eachMs)}${load}; at most ${maxPairs} pairs, ${formatDuration(mostMs)}.\n`;
}
