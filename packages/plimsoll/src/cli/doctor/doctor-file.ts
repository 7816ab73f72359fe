/** Where `plimsoll doctor` keeps what it found, so that `plimsoll run` need not measure again. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { describeEnvironment } from "../environment.ts";
import { type KnownCeiling, knownCeiling } from "./known-ceiling.ts";
import type { MachineLimits } from "./machine-limits.ts";

/** `$XDG_CACHE_HOME/plimsoll/doctor.json`; `~/.cache` where that is not set, or not absolute (XDG base directories). */
export function doctorFile(env: NodeJS.ProcessEnv): string {
  const cache = env["XDG_CACHE_HOME"] ?? "";
  return join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "plimsoll", "doctor.json");
}

/** Replaces what was found before. Returns why it could not, if so: nothing hangs on it. */
export function keepDoctorFile(path: string, text: string): string | undefined {
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Undefined where this machine was never examined, or has changed since; well under a millisecond. */
export function readKnownCeiling(
  env: NodeJS.ProcessEnv,
  { cpuQuotaCores }: MachineLimits,
  threads: number,
): KnownCeiling | undefined {
  let text: string;
  try {
    text = readFileSync(doctorFile(env), "utf8");
  } catch {
    return undefined;
  }
  return knownCeiling(text, { ...describeEnvironment(env), cpuQuotaCores }, threads);
}
