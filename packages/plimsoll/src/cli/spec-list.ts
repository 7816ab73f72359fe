/** Specs that lie in a folder, as the page offers them. */
import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import type { SpecListing, SpecProfile } from "../live/live-event.ts";
import { visibleText } from "../report/html-text.ts";
import type { Env } from "../spec/references.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import { displayTarget } from "./journal-spec.ts";
import { readSpecFile } from "./spec-file.ts";

const SPEC_FILE = /^[^.].*\.(?:ya?ml|json)$/i;
const MAX_FILES = 100;
const MAX_SPEC_BYTES = 4 * 1024 * 1024;
const MAX_PROBLEMS = 20;

/** Reads the specs of one folder again and again; what parsed and did not change is not parsed anew. */
export class SpecList {
  readonly #dir: string;
  readonly #env: Env;
  readonly #parsed = new Map<string, { readonly stamp: string; readonly listing: SpecListing }>();

  constructor(dir: string, env: Env) {
    this.#dir = dir;
    this.#env = env;
  }

  /** In the order of their names. YAML and JSON only: a TypeScript spec is a program, and no page starts programs. */
  async list(): Promise<readonly SpecListing[]> {
    const names = (await readdir(this.#dir).catch(() => [])).filter((name) => SPEC_FILE.test(name)).sort();
    const listings: SpecListing[] = [];
    for (const name of names.slice(0, MAX_FILES)) {
      const listing = await this.#read(name);
      if (listing !== undefined) listings.push(listing);
    }
    return listings;
  }

  /** Path of a listed spec, from the working directory. @throws SPEC_UNREADABLE when it is not one of them */
  async pathOf(file: string): Promise<string> {
    const isListed = (await this.list()).some((listing) => listing.file === file);
    if (!isListed) throw new PlimsollError("SPEC_UNREADABLE", `${JSON.stringify(file)} is no spec in the folder`);
    const path = relative(process.cwd(), join(this.#dir, file));
    return path.startsWith("-") ? `./${path}` : path;
  }

  async #read(file: string): Promise<SpecListing | undefined> {
    const path = join(this.#dir, file);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined || !stats.isFile() || stats.size > MAX_SPEC_BYTES) return undefined;
    const stamp = `${stats.size} ${stats.mtimeMs}`;
    const held = this.#parsed.get(file);
    if (held?.stamp === stamp) return held.listing;
    try {
      const listing = listingOf(file, await readSpecFile(path, this.#env));
      this.#parsed.set(file, { stamp, listing });
      return listing;
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      return (await isMeantAsSpec(path)) ? faulty(file, error) : undefined;
    }
  }
}

function listingOf(file: string, spec: Spec): SpecListing {
  return {
    file,
    name: visibleText(spec.name, 200),
    target: visibleText(displayTarget(spec.target), 500),
    profiles: spec.profiles.map(profileOf),
  };
}

/** Numbers of a profile of one stage; of several, the greatest, which are not edited here. */
function profileOf(profile: Profile): SpecProfile {
  const { name, durationMs } = profile;
  const isEditable = profile.stages.length === 1;
  if (profile.kind === "closed") {
    const spawnPerSec = isEditable ? profile.stages[0]?.spawnPerSec : undefined;
    const users = Math.max(...profile.stages.map((stage) => stage.users));
    return {
      name,
      kind: "closed",
      durationMs,
      users,
      ...(spawnPerSec === undefined ? {} : { spawnPerSec }),
      isEditable,
    };
  }
  const isLevel = profile.stages.every(({ fromPerSec, toPerSec }) => fromPerSec === toPerSec);
  const ratePerSec = Math.max(...profile.stages.map((stage) => Math.max(stage.fromPerSec, stage.toPerSec)));
  return { name, kind: "open", durationMs, ratePerSec, isEditable: isEditable && isLevel };
}

function faulty(file: string, error: PlimsollError): SpecListing {
  const problems = error.problems.slice(0, MAX_PROBLEMS).map(({ place, message }) => {
    const where = place === undefined ? "" : `${place.line}:${place.column}: `;
    return visibleText(`${where}${message}`, 500);
  });
  return { file, name: file, target: "", profiles: [], problems: problems.length > 0 ? problems : [error.message] };
}

/** Other YAML and JSON files lie around too; a faulty spec is worth showing. */
async function isMeantAsSpec(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8");
  return ["tasks", "profiles"].every((key) => new RegExp(`^\\s*["']?${key}["']?\\s*:`, "m").test(text));
}
