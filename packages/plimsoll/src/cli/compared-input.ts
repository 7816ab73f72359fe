/** What BASE and NEW may be: a saved baseline, a run folder, a folder of runs, a journal, or another tool's file. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseForeignRuns } from "../analysis/foreign/sniff.ts";
import type { ForeignResult } from "../analysis/foreign-result.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { PlimsollError } from "../base/errors.ts";
import type { ComparedSideFacts } from "../verdict/comparison-answer.ts";
import { sideFacts } from "../verdict/side-facts.ts";
import { baselineFolder, baselineNames, isBaselineName, runFoldersIn } from "./baseline-store.ts";
import { isJournal } from "./check.ts";
import { isSearchSummary, type KnownCapacity, searchedCapacity, summaryCapacity } from "./compared-capacity.ts";
import { readRun } from "./read-model.ts";

/** One side as it was read. */
export type ComparedInput = RunsInput | PointsInput;

interface AnyInput {
  readonly facts: ComparedSideFacts;
  /** Of searches alone: there is a capacity at most, for their steps are no profiles. */
  readonly isSearch: boolean;
  /** What the last of them that searched for it found. */
  readonly capacity: KnownCapacity | undefined;
  readonly notes: readonly string[];
}

export interface RunsInput extends AnyInput {
  readonly kind: "runs";
  /** Oldest first, at least one. */
  readonly runs: readonly RunStats[];
  /** Earlier runs in the same folder: they only teach how much runs differ. */
  readonly kin: readonly RunStats[];
}

export interface PointsInput extends AnyInput {
  readonly kind: "points";
  readonly results: readonly ForeignResult[];
}

const PREFIX = "baseline:";
/** More stored runs than these teach nothing new, and each has to be read. */
const MOST_RUNS = 20;

/** @throws RESULT_UNREADABLE when there is nothing to compare, and what there is instead */
export async function readCompared(text: string, dir: string): Promise<ComparedInput> {
  if (text.startsWith(PREFIX)) return readBaseline(text.slice(PREFIX.length), dir);
  const found = await stat(text).catch(() => undefined);
  if (found === undefined) return readBaseline(text, dir);
  if (!found.isDirectory()) return (await isJournal(text)) ? readRunFile(text) : readForeign(text);
  const isRunFolder = await stat(join(text, "run.plj")).then(
    (file) => file.isFile(),
    () => false,
  );
  if (isRunFolder) return readRunFolder(text);
  const folders = await runFoldersIn(text);
  if (folders.length > 0) return readStored(text, folders);
  throw new PlimsollError("RESULT_UNREADABLE", `${text} holds no run.plj, and none of its folders does`);
}

async function readBaseline(name: string, dir: string): Promise<RunsInput> {
  const folders = isBaselineName(name) ? await runFoldersIn(baselineFolder(dir, name)) : [];
  if (folders.length > 0) return readStored(`${PREFIX}${name}`, folders);
  const names = await baselineNames(dir);
  const kept = names.length === 0 ? `No baseline is kept in ${dir}.` : `Baselines in ${dir}: ${names.join(", ")}.`;
  throw new PlimsollError("RESULT_UNREADABLE", `there is neither a file nor a baseline named ${name}`, {
    hint: `${kept} \`plimsoll baseline save NAME results\` keeps one.`,
  });
}

async function readRunFile(path: string): Promise<RunsInput> {
  return runsInput(path, [await readMeasured(path)], []);
}

async function readRunFolder(path: string): Promise<RunsInput> {
  const run = await readMeasured(path);
  const older = await readAll((await runFoldersIn(join(path, "runs"))).slice(-MOST_RUNS));
  return { ...runsInput(path, [run], older.runs), notes: older.notes };
}

async function readStored(name: string, folders: readonly string[]): Promise<RunsInput> {
  const { runs, notes } = await readAll(folders);
  const last = runs.slice(-MOST_RUNS);
  if (last.length === 0) {
    throw new PlimsollError("RESULT_UNREADABLE", `${name} holds no run that can be read`, { hint: notes.join(" ") });
  }
  const cut = runs.length - last.length;
  const cutNote = cut === 0 ? [] : [`Of ${runs.length} runs in ${name} the last ${MOST_RUNS} are compared.`];
  return { ...runsInput(name, last, []), notes: [...notes, ...cutNote] };
}

/** Oldest first; what cannot be read is left out and told. */
async function readAll(folders: readonly string[]) {
  const runs: Measured[] = [];
  const notes: string[] = [];
  for (const folder of folders) {
    try {
      runs.push(await readMeasured(folder));
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      notes.push(`${folder} is left out: ${error.message}.`);
    }
  }
  return { runs: runs.sort((a, b) => startOf(a).localeCompare(startOf(b))), notes };
}

function startOf({ stats: { startedAt, header } }: Measured): string {
  return startedAt ?? header.wall;
}

/** Of one journal. */
interface Measured {
  readonly stats: RunStats;
  readonly capacity: KnownCapacity | undefined;
}

async function readMeasured(path: string): Promise<Measured> {
  const { stats, capacity } = (await readRun(path)).model;
  return { stats, capacity: searchedCapacity(capacity) };
}

function runsInput(name: string, runs: readonly Measured[], kin: readonly Measured[]): RunsInput {
  const stats = runs.map((run) => run.stats);
  const capacity = runs.findLast((run) => run.capacity !== undefined)?.capacity;
  const older = kin.map((run) => run.stats);
  const isSearch = stats.every(({ plan }) => plan.search !== undefined);
  return { kind: "runs", facts: sideFacts(name, stats), runs: stats, kin: older, isSearch, capacity, notes: [] };
}

async function readForeign(path: string): Promise<PointsInput> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PlimsollError(
      "RESULT_UNREADABLE",
      `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  });
  // What it tells of its steps is of another load each; points or not, a capacity has its interval.
  const isSearch = isSearchSummary(text);
  const results = isSearch ? [] : parseForeignRuns(path, text);
  // A summary of ours holds a result for each profile of one run.
  const runs = results.filter(({ source }, at) => source !== "plimsoll-summary" || at === 0);
  const facts = runs.map(({ name, startedAt }) => ({
    id: name,
    startedAt,
    name,
    target: undefined,
    seed: undefined,
  }));
  const notes = [...new Set(results.flatMap((result) => result.notes))].map((note) => `${path}: ${note}`);
  return {
    kind: "points",
    facts: { name: path, runs: facts },
    results,
    isSearch,
    capacity: summaryCapacity(text),
    notes,
  };
}
