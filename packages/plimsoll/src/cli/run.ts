import { PlimsollError } from "../base/errors.ts";
import type { Spec } from "../spec/spec.ts";
import { rerunCommand } from "./command-line.ts";
import type { Console } from "./console.ts";
import { durationMs, wholeNumber } from "./number-flag.ts";
import { printOutcome } from "./outcome.ts";
import { createProgress } from "./progress.ts";
import { runSession } from "./run-session.ts";
import { readSpecFile, readSpecFlags } from "./spec-file.ts";
import { readThreshold } from "./threshold-flag.ts";

const DEFAULT_SPEC = "plimsoll.yaml";

export interface RunFlags {
  readonly profile: readonly string[];
  readonly target?: string;
  readonly url?: string;
  readonly method?: string;
  readonly header: readonly string[];
  readonly body?: string;
  readonly users?: string;
  readonly spawnRate?: string;
  readonly rate?: string;
  readonly arrivals?: string;
  readonly duration?: string;
  readonly think?: string;
  readonly threshold: readonly string[];
  readonly timeout?: string;
  readonly drain?: string;
  readonly out: string;
  readonly threads?: string;
  readonly iAmAuthorised?: boolean;
  readonly seed?: string;
}

/** `plimsoll run`: returns the exit code of the verdict. */
export async function runCommand(specPath: string | undefined, flags: RunFlags, console: Console): Promise<number> {
  const spec = withFlags(await specOf(specPath, flags), flags);
  const result = await runSession({
    spec,
    outDir: flags.out,
    seed: wholeNumber("--seed", flags.seed, { least: 0, most: 2 ** 32 - 1 }),
    threads: wholeNumber("--threads", flags.threads, { least: 1, most: 64 }),
    isAuthorised: flags.iAmAuthorised === true,
    command: rerunCommand(process.argv.slice(2)),
    console,
    watch: createProgress(console),
  });
  printOutcome(result, flags.out, console);
  return result.exitCode;
}

async function specOf(specPath: string | undefined, flags: RunFlags): Promise<Spec> {
  if (flags.url === undefined) return readSpecFile(specPath ?? DEFAULT_SPEC, process.env);
  if (specPath !== undefined)
    throw new PlimsollError("USAGE", `both a spec (${specPath}) and --url are given`, {
      hint: "Give --target to run a spec against another address.",
    });
  return readSpecFlags({ ...flags, url: flags.url }, process.env);
}

/** The spec with what the flags change of it. @throws USAGE */
function withFlags(spec: Spec, flags: RunFlags): Spec {
  const profiles = chooseProfiles(spec, flags.profile);
  const names = {
    tasks: spec.tasks.flatMap((task) => task.steps.map((step) => step.name)),
    profiles: spec.profiles.map((p) => p.name),
  };
  const totalMs = durationMs("--timeout", flags.timeout) ?? spec.timeouts.totalMs;
  return {
    ...spec,
    target: flags.target === undefined ? spec.target : checkedTarget(flags.target),
    profiles,
    thresholds: [...spec.thresholds, ...flags.threshold.map((expr) => readThreshold(expr, names))].filter(
      ({ profile }) => profile === undefined || profiles.some(({ name }) => name === profile),
    ),
    timeouts: {
      ...spec.timeouts,
      totalMs,
      firstByteMs: Math.min(spec.timeouts.firstByteMs, totalMs),
      drainMs: durationMs("--drain", flags.drain) ?? spec.timeouts.drainMs,
    },
  };
}

function chooseProfiles(spec: Spec, wanted: readonly string[]): Spec["profiles"] {
  const unknown = wanted.filter((name) => !spec.profiles.some((profile) => profile.name === name));
  if (unknown.length > 0)
    throw new PlimsollError("USAGE", `the spec has no profile ${unknown.map((name) => `"${name}"`).join(", ")}`, {
      hint: `It has: ${spec.profiles.map((profile) => profile.name).join(", ")}.`,
    });
  return wanted.length === 0 ? spec.profiles : spec.profiles.filter((profile) => wanted.includes(profile.name));
}

function checkedTarget(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/$/, "");
  throw new PlimsollError("USAGE", `--target ${text}: an http:// or https:// URL is wanted`);
}
