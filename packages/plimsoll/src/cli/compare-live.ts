import { join } from "node:path";
import type { RunStats } from "../analysis/run-stats.ts";
import { EXIT, type ExitCode, isInterrupted } from "../base/exit-codes.ts";
import { formatDuration, formatPerSec } from "../base/format-number.ts";
import { perSecond } from "../spec/flags.ts";
import type { SpecOverrides } from "../spec/source.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import type { Comparison } from "../verdict/comparison-answer.ts";
import type { TurnSides } from "../verdict/turn-pairs.ts";
import { rerunCommand } from "./command-line.ts";
import { tellComparison } from "./compare.ts";
import {
  type AskedComparison,
  type CompareLiveFlags,
  readAsked,
  refuseLength,
} from "./compare-live/asked-comparison.ts";
import { comparePairs, isEnough, nothingRun, turnPhases, unmeasured } from "./compare-live/live-comparison.ts";
import { givenLoad, searchedLoad } from "./compare-live/pair-load.ts";
import { createPairProgress } from "./compare-live/pair-screen.ts";
import { type Side, Turns } from "./compare-live/turns.ts";
import type { Console } from "./console.ts";
import { displayTarget } from "./journal-spec.ts";
import { awaitTarget, runSession, type SessionResult } from "./run-session.ts";
import { readSpecFile, readSpecFlags } from "./spec-file.ts";
import { admitTarget } from "./target.ts";

const DEFAULT_OUT = "results";
const FOLDERS = { base: "base", next: "new" } as const;
const SEARCH_FOLDER = "find";

/**
 * `plimsoll compare URL URL`: both targets in turns (A B B A), pair after pair until it is settled or the budget is spent.
 * Leaves a whole run of each side in `OUT/base` and `OUT/new`. The exit code is the verdict's, or the signal's.
 */
export async function compareLiveCommand(
  [baseUrl, nextUrl]: readonly [string, string],
  flags: CompareLiveFlags,
  console: Console,
): Promise<number> {
  const asked = readAsked(flags);
  const out = flags.out ?? DEFAULT_OUT;
  const base = await specFor(baseUrl, flags);
  const specs = { base, next: namedAs(base, await specFor(nextUrl, flags)) };
  const names = { base: displayTarget(baseUrl), next: displayTarget(nextUrl) };
  const given = givenLoad(specs.base, flags, asked);
  refuseLength(given?.durationMs ?? asked.runMs, asked);
  await reachBoth([specs.base, specs.next], flags.iAmAuthorised === true, console);
  const search = { flags, seed: asked.seed, runMs: asked.runMs, out: join(out, SEARCH_FOLDER), console };
  const profile = given ?? (await searchedLoad(specs.base, search));
  const comparison =
    profile.kind === "none"
      ? unmeasured(nothingRun(names, asked.maxRegressionRatio), profile)
      : await runPairs({ specs, names, profile, asked, out, isAuthorised: flags.iAmAuthorised === true, console });
  await tellComparison(comparison, out, console, profile.kind === "none" ? [SEARCH_FOLDER] : Object.values(FOLDERS));
  if (isInterrupted(comparison.exitCode)) console.note(`interrupted: everything measured until then is in ${out}\n`);
  return comparison.exitCode;
}

/** Both are past the guard before a byte is sent to either, and ready before anything is measured or written. */
async function reachBoth(specs: readonly Spec[], isAuthorised: boolean, console: Console): Promise<void> {
  for (const spec of specs) await admitTarget(spec, isAuthorised);
  for (const spec of specs) await awaitTarget({ spec, isAuthorised, console });
}

interface PairsCase {
  readonly specs: Readonly<Record<Side, Spec>>;
  readonly names: Readonly<Record<Side, string>>;
  readonly profile: Profile;
  readonly asked: AskedComparison;
  readonly out: string;
  readonly isAuthorised: boolean;
  readonly console: Console;
}

async function runPairs(pairs: PairsCase): Promise<Comparison> {
  const { names, profile, asked, console } = pairs;
  const watch = createPairProgress(console, names);
  console.note(announcement(asked, profile));
  const judge = (sides: TurnSides) => comparePairs(sides, names, asked);
  const stats: { base?: () => RunStats; next?: () => RunStats } = {};
  const startedAtMs = performance.now();
  const turns = new Turns(() => {
    if (stats.base === undefined || stats.next === undefined) return true;
    const sofar = judge({ base: stats.base(), next: stats.next() });
    const isLast = isEnough(sofar, performance.now() - startedAtMs, asked);
    watch.tell(sofar, isLast);
    return isLast;
  });
  const once = { ...console, note: onlyOnce(console.note) };
  const run = (side: Side): Promise<SessionResult> =>
    runSession({
      // Its own promises are not what is judged here.
      spec: { ...pairs.specs[side], profiles: [profile], thresholds: [] },
      outDir: join(pairs.out, FOLDERS[side]),
      seed: asked.seed,
      threads: asked.threads,
      isAuthorised: pairs.isAuthorised,
      command: rerunCommand(process.argv.slice(2)),
      console: once,
      watch: watch.of(side),
      course: {
        phases: (seed, sofar) => {
          stats[side] = sofar;
          return turnPhases(side, { spec: pairs.specs[side], profile, seed }, turns);
        },
      },
    }).finally(() => turns.end());
  const [base, next] = await bothEnded(run("base"), run("next"));
  for (const { movedTo } of [base, next])
    if (movedTo !== undefined) console.note(`an earlier run is now in ${movedTo}\n`);
  const { comparison, fitCount, spoiltCount } = judge({ base: base.model.stats, next: next.model.stats });
  const exitCode = signalled(base) ?? signalled(next);
  if (fitCount + spoiltCount > 0) return exitCode === undefined ? comparison : { ...comparison, exitCode };
  const why = "it was stopped before the first pair was whole.";
  return unmeasured(comparison, { why, exitCode: exitCode ?? EXIT.inconclusive });
}

function signalled({ exitCode }: SessionResult): ExitCode | undefined {
  return isInterrupted(exitCode) ? exitCode : undefined;
}

/** A side that fails is told of once the other has ended and written what it had. */
async function bothEnded(
  base: Promise<SessionResult>,
  next: Promise<SessionResult>,
): Promise<readonly [SessionResult, SessionResult]> {
  await Promise.allSettled([base, next]);
  return [await base, await next];
}

/** What both sides say is said once. */
function onlyOnce(note: Console["note"]): Console["note"] {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    note(text);
  };
}

/** The spec of `--spec` against this address; without it, a request to the address itself. */
async function specFor(url: string, flags: CompareLiveFlags): Promise<Spec> {
  const { method, header, body, timeout } = flags;
  if (flags.spec !== undefined) {
    const overrides = { target: url, ...(timeout === undefined ? {} : { timeout }), ...loadOverride(flags) };
    return readSpecFile(flags.spec, process.env, overrides);
  }
  const texts = Object.entries({ method, header, body, timeout });
  const given = Object.fromEntries(texts.filter(([, value]) => value !== undefined));
  return readSpecFlags({ url, rate: "1/s", duration: "10s", ...given }, process.env);
}

/** Two addresses may differ in their paths, and a task by flags is called by its path: under one name they are compared. */
function namedAs(base: Spec, next: Spec): Spec {
  const tasks = next.tasks.map((task, at) => {
    const model = base.tasks[at] ?? task;
    const steps = task.steps.map((step, of) => ({ ...step, name: model.steps[of]?.name ?? step.name }));
    return { ...task, name: model.name, steps };
  });
  return { ...next, tasks };
}

/** Other numbers for the profile that is sent. */
function loadOverride({ profile, rate, duration }: CompareLiveFlags): Pick<SpecOverrides, "profile"> {
  if (profile === undefined) return {};
  return {
    profile: {
      name: profile,
      ...(rate === undefined ? {} : { rate: perSecond(rate) }),
      ...(duration === undefined ? {} : { for: duration }),
    },
  };
}

/** What is about to happen, and how long it takes at most, unless a pair has to be measured again. */
function announcement({ maxPairs, budgetMs, seed }: AskedComparison, profile: Profile): string {
  const load =
    profile.kind === "open"
      ? formatPerSec(profile.stages.at(-1)?.toPerSec, "req")
      : `${Math.max(...profile.stages.map(({ users }) => users))} users`;
  const mostMs = Math.min(budgetMs, 2 * maxPairs * profile.durationMs);
  const pairs = maxPairs === 1 ? "one pair" : `at most ${maxPairs} pairs`;
  return `Both in turns, runs of ${formatDuration(profile.durationMs)} at ${load}: ${pairs}, ${formatDuration(mostMs)}; seed ${seed}\n`;
}
