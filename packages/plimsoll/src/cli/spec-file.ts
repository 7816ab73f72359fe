/** Finds, reads and bundles spec files; what they hold is parsed by `spec`. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { specFromFlags, type UrlFlags } from "../spec/flags.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Env } from "../spec/references.ts";
import type { FileContents, SpecContext, SpecOverrides, SpecSource } from "../spec/source.ts";
import type { Spec } from "../spec/spec.ts";
import { loadSpecModule } from "./spec-module.ts";

/** What `run` reads when no SPEC is given; the first that exists. */
const DEFAULT_SPEC_FILES = ["plimsoll.yaml", "plimsoll.yml", "plimsoll.json", "plimsoll.ts", "plimsoll.mts"] as const;

const MAX_SPEC_BYTES = 4 * 1024 * 1024;
const MAX_DATA_BYTES = 256 * 1024 * 1024;
const MODULE_EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".mts", ".js", ".mjs"]);

/**
 * Reads and parses a spec file; without one, the default of the working directory. Files that it names are looked for
 * beside it.
 *
 * @throws SPEC_UNREADABLE when there is none, SPEC_INVALID with every problem in it
 */
export async function readSpecFile(file: string | undefined, env: Env, overrides?: SpecOverrides): Promise<Spec> {
  const path = file ?? DEFAULT_SPEC_FILES.find((name) => existsSync(name)) ?? DEFAULT_SPEC_FILES[0];
  const absolute = resolve(path);
  const source = await readSource(absolute, path);
  const context = specContext(dirname(absolute), dirname(path), env);
  return parseSpec(source, overrides === undefined ? context : { ...context, overrides });
}

/**
 * The spec of `run --url …`; files it names (`--body @file`) are looked for in the working directory.
 *
 * @throws SPEC_INVALID with every problem, under the names of the flags
 */
export function readSpecFlags(flags: UrlFlags, env: Env): Spec {
  return specFromFlags(flags, specContext(process.cwd(), "the working directory", env));
}

async function readSource(absolute: string, shown: string): Promise<SpecSource> {
  const extension = extname(absolute).toLowerCase();
  const text = readSpecText(absolute, shown);
  if (MODULE_EXTENSIONS.has(extension)) {
    return { kind: "value", file: shown, value: await loadSpecModule(absolute, shown) };
  }
  return { kind: extension === ".json" ? "json" : "yaml", file: shown, text };
}

function readSpecText(absolute: string, shown: string): string {
  try {
    const stats = statSync(absolute);
    if (stats.isDirectory()) throw new PlimsollError("SPEC_UNREADABLE", `${shown} is a folder`);
    if (stats.size > MAX_SPEC_BYTES) {
      const hint = "Put data into data files and name them under `data`.";
      throw new PlimsollError("SPEC_UNREADABLE", `${shown} holds ${stats.size} bytes, too many for a spec`, { hint });
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(absolute));
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    throw new PlimsollError("SPEC_UNREADABLE", `${shown} ${reasonOf(error)}`, { cause: error });
  }
}

/** `shownFolder`: the folder as its author knows it. */
function specContext(folder: string, shownFolder: string, env: Env): SpecContext {
  return { env, readFile: (path) => readNear(path, folder, shownFolder) };
}

/**
 * A file that a spec names. Specs may come from others: only files under the spec's folder or the working directory
 * are read, links followed, so that no spec sends `/etc/passwd` to its target.
 */
function readNear(path: string, folder: string, shownFolder: string): FileContents {
  try {
    const real = realpathSync(resolve(folder, path));
    if (![folder, process.cwd()].some((root) => isWithin(real, realpathSync(root)))) {
      return { kind: "problem", message: "lies outside the spec's folder and the working directory" };
    }
    const stats = statSync(real);
    if (!stats.isFile()) return { kind: "problem", message: "is not a file" };
    if (stats.size > MAX_DATA_BYTES)
      return { kind: "problem", message: `holds ${stats.size} bytes; at most ${MAX_DATA_BYTES} are read` };
    return { kind: "bytes", bytes: readFileSync(real) };
  } catch (error) {
    return {
      kind: "problem",
      message: `${reasonOf(error)} (looked in ${shownFolder === "." ? "the working directory" : shownFolder})`,
    };
  }
}

function isWithin(path: string, root: string): boolean {
  const between = relative(root, path);
  return between !== ".." && !between.startsWith(`..${sep}`) && !isAbsolute(between);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "EACCES":
      return "may not be read";
    case "ERR_ENCODING_INVALID_ENCODED_DATA":
      return "is not UTF-8 text";
    default:
      return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
