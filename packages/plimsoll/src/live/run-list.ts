import { createHash } from "node:crypto";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { readResultsOwner } from "../records/journal-file.ts";
import { visibleText } from "../report/html-text.ts";
import type { RunListing } from "./live-event.ts";
import { matchesQuery } from "./run-query.ts";
import { type RunSummary, readSummary, stampOf } from "./run-summary.ts";

/** What a run may be called in an address; a copy of a run has four more characters of its own. */
const RUN_ID = /^[a-z0-9-]{8,40}(?:\.[0-9a-f]{4})?$/;

const MAX_DEPTH = 4;
const MAX_FOLDERS = 5_000;
const MAX_RUNS = 2_000;

/** A run and the folder that it is in. */
export interface FoundRun {
  readonly listing: RunListing;
  /** Absolute, without links. */
  readonly dir: string;
}

/** The runs as they were at one look. */
export interface Look {
  /** Newest first. */
  readonly found: readonly FoundRun[];
  /** Set when there were more folders than are looked at. */
  readonly isCut: boolean;
}

/** The runs in a folder and in every folder below it, as they are now. What did not change is not read again. */
export class RunCatalogue {
  readonly #root: string;
  readonly #cache = new Map<string, { readonly stamp: string; readonly summary: RunSummary }>();
  /** Where each run was at the last look. */
  #places: ReadonlyMap<string, FoundRun> = new Map();

  constructor(root: string) {
    this.#root = root;
  }

  /** Goes through all folders once; with `query`, only runs in whose texts all its words occur. */
  async look(query = ""): Promise<Look> {
    const { found, isCut } = await this.#found();
    this.#places = new Map(found.map((run) => [run.listing.id, run]));
    const matching = found.filter(({ listing }) => matchesQuery(listing, query));
    return { found: matching.sort((a, b) => (a.listing.startedAt < b.listing.startedAt ? 1 : -1)), isCut };
  }

  /** Undefined when there is none of that id, or `id` is none. A run that is where it was needs no look at the others. */
  async find(id: string): Promise<FoundRun | undefined> {
    if (!RUN_ID.test(id)) return undefined;
    const known = await this.#seenAgain(id).catch(() => undefined);
    return known ?? (await this.look()).found.find(({ listing }) => listing.id === id);
  }

  /** Runs that somebody writes right now, and those that came to their end since an instant, if one is given; oldest first. */
  async running({ andEndedSinceMs = Number.POSITIVE_INFINITY } = {}): Promise<readonly FoundRun[]> {
    const { found } = await this.look();
    return found
      .filter(({ listing }) => listing.state === "running" || endedAtMs(listing) >= andEndedSinceMs)
      .reverse();
  }

  /** The run where it was at the last look, as it is now; undefined when it is not there any more. */
  async #seenAgain(id: string): Promise<FoundRun | undefined> {
    const place = this.#places.get(id);
    if (place === undefined) return undefined;
    const { dir, listing } = place;
    // Neither the folder nor one above it may have become a link since.
    if ((await realpath(dir)) !== dir) return undefined;
    const summary = await this.#summary(dir, listing.folder);
    const isSame = summary !== undefined && [summary.id, `${summary.id}.${shortHash(listing.folder)}`].includes(id);
    return isSame ? listedRun({ dir, id, path: listing.folder, summary }) : undefined;
  }

  async #found(): Promise<{ readonly found: FoundRun[]; readonly isCut: boolean }> {
    const root = await realpath(this.#root).catch(() => undefined);
    if (root === undefined) return { found: [], isCut: false };
    const folders = await foldersUnder(root);
    const held: { readonly path: string; readonly dir: string; readonly summary: RunSummary }[] = [];
    for (const path of folders) {
      if (held.length >= MAX_RUNS) break;
      const dir = join(root, path);
      const summary = await this.#summary(dir, path).catch(() => undefined);
      if (summary !== undefined) held.push({ path, dir, summary });
    }
    const times = new Map<string, number>();
    for (const { summary } of held) times.set(summary.id, (times.get(summary.id) ?? 0) + 1);
    const listed = held.map((one) => {
      // Every copy gets a name of its own, so that no request for one can ever mean another.
      const { id } = one.summary;
      return listedRun({ ...one, id: times.get(id) === 1 ? id : `${id}.${shortHash(one.path)}` });
    });
    return { found: await Promise.all(listed), isCut: folders.length >= MAX_FOLDERS || held.length >= MAX_RUNS };
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

interface Held {
  readonly dir: string;
  readonly id: string;
  /** Below the root. */
  readonly path: string;
  readonly summary: RunSummary;
}

/** As it is told: whether it goes on is asked last. */
async function listedRun({ dir, id, path, summary }: Held): Promise<FoundRun> {
  const isRunning = (await readResultsOwner(dir)) !== undefined;
  const state = isRunning && summary.state === "lost" ? "running" : summary.state;
  return { dir, listing: visible({ ...summary, id, folder: path, state }) };
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

/** Since 1970; of a run without an end it is no number. */
function endedAtMs({ state, startedAt, durationMs = Number.NaN }: RunListing): number {
  return state === "ended" ? Date.parse(startedAt) + durationMs : Number.NaN;
}

function shortHash(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 4);
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
