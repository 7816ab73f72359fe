import { PlimsollError } from "../base/errors.ts";
import { isInterrupted } from "../base/exit-codes.ts";
import { perSecond, type UrlFlags } from "../spec/flags.ts";
import type { SpecOverrides } from "../spec/source.ts";
import type { Spec } from "../spec/spec.ts";
import { replayCommand, rerunCommand } from "./command-line.ts";
import type { Console } from "./console.ts";
import { wholeNumber } from "./number-flag.ts";
import { printOutcome } from "./outcome.ts";
import { createProgress } from "./progress.ts";
import { type PushFlags, withPushedMetrics } from "./pushed-run.ts";
import { openRawRun, type RawFlags, type RawRun } from "./raw/raw-run.ts";
import { readReplayedRun } from "./replayed-run.ts";
import { openRunPage } from "./run-page.ts";
import { runSession, type SessionResult } from "./run-session.ts";
import { together } from "./run-watch.ts";
import { readSpecFile, readSpecFlags } from "./spec-file.ts";
import { refuseUrlOnly } from "./url-only-flags.ts";

export interface RunFlags extends Partial<UrlFlags>, PushFlags, RawFlags {
  readonly profile?: readonly string[];
  readonly target?: string;
  readonly out: string;
  readonly threads?: string;
  /** Short for `transport: "http2"`. */
  readonly http2?: boolean;
  readonly transport?: "http1" | "http2" | "undici";
  readonly iAmAuthorised?: boolean;
  readonly seed?: string;
  /** A run folder or journal. */
  readonly replay?: string;
  /** With the live page. */
  readonly ui?: boolean;
}

/** `plimsoll run`: returns the exit code of the verdict. */
export async function runCommand(specPath: string | undefined, flags: RunFlags, console: Console): Promise<number> {
  const { spec, seed } = await askedRun(specPath, flags, console);
  const raw = await openRawRun(flags, spec, console);
  const page = flags.ui === true ? await openRunPage(flags.out, console) : undefined;
  try {
    const result = await measured({ spec, seed }, flags, { console, raw });
    printOutcome(result, flags.out, console);
    if (!isInterrupted(result.exitCode)) await page?.stay(result.model.stats.header.run);
    return result.exitCode;
  } finally {
    page?.leave();
  }
}

interface RunSurroundings {
  readonly console: Console;
  readonly raw: RawRun | undefined;
}

/** What is to be run; a seed that nobody gave is drawn. */
interface AskedRun {
  readonly spec: Spec;
  readonly seed: number | undefined;
}

function measured(
  { spec, seed }: AskedRun,
  flags: RunFlags,
  { console, raw }: RunSurroundings,
): Promise<SessionResult> {
  return withPushedMetrics(flags, { console, watch: together(createProgress(console), raw?.watch) }, (watch) =>
    runSession({
      spec,
      outDir: flags.out,
      seed,
      threads: wholeNumber("--threads", flags.threads, { least: 1, most: 64 }),
      transport: flags.http2 === true ? "http2" : flags.transport,
      isAuthorised: flags.iAmAuthorised === true,
      command: rerunCommand(process.argv.slice(2)),
      replayCommand: replayCommand(process.argv.slice(2), flags.out),
      console,
      watch,
      raw: raw?.rows,
    }),
  ).finally(() => raw?.close());
}

/** What the spec and the flags say or, with `--replay`, what was run before. @throws USAGE RESULT_UNREADABLE */
async function askedRun(specPath: string | undefined, flags: RunFlags, console: Console): Promise<AskedRun> {
  const spec = withProfiles(await specOf(specPath, flags), flags.profile ?? []);
  const seed = wholeNumber("--seed", flags.seed, { least: 0, most: 2 ** 32 - 1 });
  if (flags.replay === undefined) return { spec, seed };
  const { note, ...replayed } = await readReplayedRun(flags.replay, spec, seed);
  console.note(note);
  return replayed;
}

async function specOf(specPath: string | undefined, flags: RunFlags): Promise<Spec> {
  if (flags.url === undefined) {
    refuseUrlOnly({ "--method": flags.method, "--header": flags.header, "--body": flags.body });
    return readSpecFile(specPath, process.env, overridesOf(flags));
  }
  if (specPath !== undefined)
    throw new PlimsollError("USAGE", `both a spec (${specPath}) and --url are given`, {
      hint: "Give --target to run a spec against another address.",
    });
  return readSpecFlags({ ...flags, url: flags.url }, process.env);
}

/** What the command line says instead of the spec, or beside it. */
function overridesOf(flags: RunFlags): SpecOverrides {
  return {
    ...(flags.target === undefined ? {} : { target: flags.target }),
    ...(flags.timeout === undefined ? {} : { timeout: flags.timeout }),
    ...(flags.drain === undefined ? {} : { drain: flags.drain }),
    ...profileOverride(flags),
    thresholds: flags.threshold ?? [],
  };
}

/** Other numbers for the one profile that is run. @throws USAGE when it is not said which */
function profileOverride(flags: RunFlags): Pick<SpecOverrides, "profile"> {
  const numbers = {
    ...(flags.users === undefined ? {} : { users: flags.users }),
    ...(flags.spawnRate === undefined ? {} : { spawn: perSecond(flags.spawnRate) }),
    ...(flags.think === undefined ? {} : { think: flags.think }),
    ...(flags.rate === undefined ? {} : { rate: perSecond(flags.rate) }),
    ...(flags.arrivals === undefined ? {} : { arrivals: flags.arrivals }),
    ...(flags.duration === undefined ? {} : { for: flags.duration }),
  };
  if (Object.keys(numbers).length === 0) return {};
  const [name, ...others] = flags.profile ?? [];
  if (name !== undefined && others.length === 0) return { profile: { name, ...numbers } };
  throw new PlimsollError(
    "USAGE",
    "--users, --spawn-rate, --think, --rate, --arrivals and --duration change one profile of a spec",
    {
      hint: "Name it with --profile, or give --url to run without a spec.",
    },
  );
}

/** The spec with only the profiles asked for, and without thresholds on the others. @throws USAGE */
function withProfiles(spec: Spec, wanted: readonly string[]): Spec {
  if (wanted.length === 0) return spec;
  const unknown = wanted.filter((name) => !spec.profiles.some((profile) => profile.name === name));
  if (unknown.length > 0)
    throw new PlimsollError("USAGE", `the spec has no profile ${unknown.map((name) => `"${name}"`).join(", ")}`, {
      hint: `It has: ${spec.profiles.map((profile) => profile.name).join(", ")}.`,
    });
  return {
    ...spec,
    profiles: spec.profiles.filter((profile) => wanted.includes(profile.name)),
    thresholds: spec.thresholds.filter(({ profile }) => profile === undefined || wanted.includes(profile)),
  };
}
