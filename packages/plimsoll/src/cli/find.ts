import { PlimsollError } from "../base/errors.ts";
import { isInterrupted } from "../base/exit-codes.ts";
import { defaultThreadCount } from "../fleet/run-spec.ts";
import type { Spec } from "../spec/spec.ts";
import { rerunCommand } from "./command-line.ts";
import type { Console } from "./console.ts";
import { readEarlierSearch } from "./find/earlier-search.ts";
import { type AskedSearch, planSearch, type SearchFlags } from "./find/planned-search.ts";
import { searchPhases } from "./find/search-phases.ts";
import { announceSearch, createSearchProgress } from "./find/search-screen.ts";
import { displayTarget } from "./journal-spec.ts";
import { connectionCapHere } from "./limit-warnings.ts";
import { wholeNumber } from "./number-flag.ts";
import { printOutcome } from "./outcome.ts";
import { type PushFlags, withPushedMetrics } from "./pushed-run.ts";
import type { RunFlags } from "./run.ts";
import { runSession, type SessionResult } from "./run-session.ts";
import { readSpecFile, readSpecFlags } from "./spec-file.ts";
import { refuseUrlOnly } from "./url-only-flags.ts";

export interface FindFlags
  extends SearchFlags,
    Pick<
      RunFlags,
      | "target"
      | "url"
      | "method"
      | "header"
      | "body"
      | "think"
      | "timeout"
      | "drain"
      | "out"
      | "threads"
      | "transport"
      | "iAmAuthorised"
      | "seed"
      | keyof PushFlags
    > {
  readonly resume?: boolean;
}

/** Requests that still go when a step ends may take this long, so that the next begins with an empty target. */
const LEAST_DRAIN_MS = 60_000;

/** `plimsoll find`: returns 0 when the load line is found (or the target load held), 1 not held, 3 inconclusive. */
export async function findCommand(specPath: string | undefined, flags: FindFlags, console: Console): Promise<number> {
  const result = await searchCapacity(await specOf(specPath, flags), flags, console);
  printOutcome(result, flags.out, console);
  if (isInterrupted(result.exitCode)) console.note("the same command with --resume goes on from there\n");
  return result.exitCode;
}

/** A whole search with its files; tells how it goes, but not what it came to. @throws USAGE and what a run throws */
export async function searchCapacity(spec: Spec, flags: FindFlags, console: Console): Promise<SessionResult> {
  const threads = wholeNumber("--threads", flags.threads, { least: 1, most: 64 });
  const asked = planSearch({ ...spec, maxConnections: connectionsHere(spec, threads, flags) }, flags);
  const searched = searchedSpec(spec, asked);
  const earlier =
    flags.resume === true
      ? await readEarlierSearch(flags.out, asked.planned, displayTarget(searched.target))
      : undefined;
  return await withPushedMetrics(flags, { console, watch: createSearchProgress(console) }, (watch) =>
    runSession({
      spec: searched,
      outDir: flags.out,
      seed: earlier?.seed ?? wholeNumber("--seed", flags.seed, { least: 0, most: 2 ** 32 - 1 }),
      threads,
      transport: flags.transport,
      isAuthorised: flags.iAmAuthorised === true,
      command: rerunCommand(process.argv.slice(2)),
      console,
      watch,
      course: {
        search: asked.planned,
        phases: (seed, stats) => {
          announceSearch(asked.planned, console);
          return searchPhases({ spec: searched, think: asked.think, seed, stats });
        },
        earlier: earlier?.run,
      },
    }),
  );
}

/** A search must not plan more waiting requests than this machine can have waiting. */
function connectionsHere(spec: Spec, threads: number | undefined, { transport }: FindFlags): number {
  const areSocketsShared = transport === "http2";
  return connectionCapHere({ spec, threads: threads ?? defaultThreadCount(), areSocketsShared }).count;
}

async function specOf(specPath: string | undefined, flags: FindFlags): Promise<Spec> {
  const { url } = flags;
  if (url === undefined) {
    const { target, timeout, drain, method, header, body, think } = flags;
    refuseUrlOnly({ "--method": method, "--header": header, "--body": body, "--think": think });
    return readSpecFile(specPath, process.env, {
      ...(target === undefined ? {} : { target }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(drain === undefined ? {} : { drain }),
      thresholds: [],
    });
  }
  if (specPath !== undefined)
    throw new PlimsollError("USAGE", `both a spec (${specPath}) and --url are given`, {
      hint: "Give --target to search with a spec against another address.",
    });
  // A spec by flags needs some load; the search decides on its own.
  const load = flags.think === undefined ? { rate: "1/s" } : { users: "1", think: flags.think };
  const { method, header, body, timeout, drain } = flags;
  const texts = { method, header, body, timeout, drain };
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
  return readSpecFlags({ url, duration: "10s", ...load, ...given }, process.env);
}

/** The tasks and the target of the spec, with the promises as its thresholds and no profile of its own. */
function searchedSpec(spec: Spec, { slos }: AskedSearch): Spec {
  const drainMs = Math.max(spec.timeouts.drainMs, Math.min(spec.timeouts.totalMs, LEAST_DRAIN_MS));
  return { ...spec, profiles: [], thresholds: slos, timeouts: { ...spec.timeouts, drainMs } };
}
