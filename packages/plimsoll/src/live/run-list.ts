import { createHash } from "node:crypto";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { readResultsOwner } from "../records/journal-file.ts";
import { visibleText } from "../report/html-text.ts";
import type { RunList, RunListing } from "./live-event.ts";
import { type RunSummary, readSummary, stampOf } from "./run-summary.ts";

/** What a run may be called in an address; a copy of a run has four more characters of its own. */
export const RUN_ID = /^[a-z0-9-]{8,40}(?:\.[0-9a-f]{4})?$/;

const MAX_DEPTH = 4;
const MAX_FOLDERS = 5_000;
const MAX_RUNS = 2_000;

/** A run and the folder that it is in. */
export interface FoundRun {
  readonly listing: RunListing;
  /** Absolute, without links. */
  readonly dir: string;
}

/** The runs in a folder and in every folder below it, as they are now. What did not change is not read again. */
export class RunCatalogue {
  readonly #root: string;
  readonly #cache = new Map<string, { readonly stamp: string; readonly summary: RunSummary }>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Newest first; with `query`, only those in whose name, id, folder, target, profiles or verdict it occurs. */
  async list(query = ""): Promise<Pick<RunList, "runs" | "isCut">> {
    const { found, isCut } = await this.#found();
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const runs = found.map(({ listing }) => listing).filter((listing) => isMatch(listing, words));
    return { runs: runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)), isCut };
  }

  /** Undefined when there is none of that id, or `id` is none. */
  async find(id: string): Promise<FoundRun | undefined> {
    if (!RUN_ID.test(id)) return undefined;
    return (await this.#found()).found.find(({ listing }) => listing.id === id);
  }

  /** Runs that somebody writes right now, oldest first. */
  async running(): Promise<readonly FoundRun[]> {
    const { found } = await this.#found();
    return found
      .filter(({ listing }) => listing.state === "running")
      .sort((a, b) => (a.listing.startedAt < b.listing.startedAt ? -1 : 1));
  }

  async #found(): Promise<{ readonly found: readonly FoundRun[]; readonly isCut: boolean }> {
    const root = await realpath(this.#root).catch(() => undefined);
    if (root === undefined) return { found: [], isCut: false };
    const folders = await foldersUnder(root);
    const found: { readonly path: string; readonly dir: string; readonly summary: RunSummary }[] = [];
    for (const path of folders) {
      if (found.length >= MAX_RUNS) break;
      const dir = join(root, path);
      const summary = await this.#summary(dir, path).catch(() => undefined);
      if (summary !== undefined) found.push({ path, dir, summary });
    }
    const times = new Map<string, number>();
    for (const { summary } of found) times.set(summary.id, (times.get(summary.id) ?? 0) + 1);
    const listed = found.map(async ({ path, dir, summary }) => {
      // Every copy gets a name of its own, so that no request for one can ever mean another.
      const id = times.get(summary.id) === 1 ? summary.id : `${summary.id}.${shortHash(path)}`;
      const isRunning = (await readResultsOwner(dir)) !== undefined;
      const state = isRunning && summary.state === "lost" ? "running" : summary.state;
      return { dir, listing: visible({ ...summary, id, folder: path, state }) };
    });
    return { found: await Promise.all(listed), isCut: folders.length >= MAX_FOLDERS || found.length >= MAX_RUNS };
  }

  async #summary(dir: string, path: string): Promise<RunSummary | undefined> {
    const now = await stampOf(dir);
    if (now === undefined) return undefined;
    const held = this.#cache.get(dir);
    if (held?.stamp === now.stamp) return held.summary;
    const summary = await readSummary(dir, path, now.bytes);
    if (this.#cache.size >= MAX_RUNS * 2) this.#cache.clear();
    this.#cache.set(dir, { stamp: now.stamp, summary });
    return summary;
  }
}

/** The folder itself (`""`) and those below it, breadth first; links and hidden folders are not entered. */
async function foldersUnder(root: string): Promise<readonly string[]> {
  const folders = [""];
  for (let at = 0; at < folders.length && folders.length < MAX_FOLDERS; at++) {
    const folder = folders[at]!;
    if (folder !== "" && folder.split("/").length >= MAX_DEPTH) continue;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith(".") || entry.name === "node_modules") continue;
      folders.push(folder === "" ? entry.name : `${folder}/${entry.name}`);
    }
  }
  return folders.slice(0, MAX_FOLDERS);
}

function shortHash(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 4);
}

function isMatch(listing: RunListing, words: readonly string[]): boolean {
  const { name, id, folder, target, profiles, verdict, state } = listing;
  const text = [name, id, folder, target, ...profiles, verdict ?? "", state].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** A journal may come from others: what it says of itself is made harmless to read. */
function visible(listing: RunListing): RunListing {
  const { name, target, command, profiles } = listing;
  return {
    ...listing,
    name: visibleText(name, 200),
    target: visibleText(target, 500),
    command: visibleText(command),
    profiles: profiles.slice(0, 100).map((profile) => visibleText(profile, 200)),
  };
}
