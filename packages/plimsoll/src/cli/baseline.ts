import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { formatBytes } from "../base/format-number.ts";
import { printable } from "../base/printable.ts";
import { openJournal } from "../records/journal-file.ts";
import { createStyle, VERDICT_MARK } from "../report/style.ts";
import { layoutWidth } from "../report/terminal-layout.ts";
import { layoutTable } from "../report/text-table.ts";
import type { Verdict } from "../verdict/judgement.ts";
import { BASELINE_DIR, baselineFolder, baselineNames, journalBytes, keepRun, runFoldersIn } from "./baseline-store.ts";
import type { Console } from "./console.ts";
import { readRun } from "./read-model.ts";
import { savedText } from "./saved-baseline.ts";

export interface BaselineFlags {
  readonly dir?: string;
}

/** What `plimsoll baseline` does. */
export type BaselineAction = "save" | "list";

const RUN_ID = /^[a-z0-9-]{8,40}$/;

/** `plimsoll baseline save NAME [RUN]` and `plimsoll baseline list`. @throws RESULT_UNREADABLE USAGE */
export async function baselineCommand(
  action: BaselineAction,
  names: readonly (string | undefined)[],
  flags: BaselineFlags,
  console: Console,
): Promise<number> {
  const dir = flags.dir ?? BASELINE_DIR;
  const [name, run = "results"] = names;
  if (action === "list") {
    if (name !== undefined) throw new PlimsollError("USAGE", `plimsoll baseline list takes no name, not ${name}`);
    return listBaselines(dir, console);
  }
  if (name === undefined) {
    throw new PlimsollError("USAGE", "plimsoll baseline save needs a name", {
      hint: "Such as: plimsoll baseline save main",
    });
  }
  return saveBaseline({ name, run, dir }, console);
}

interface SaveOptions {
  readonly name: string;
  readonly run: string;
  readonly dir: string;
}

async function saveBaseline({ name, run, dir }: SaveOptions, console: Console): Promise<number> {
  const folder = baselineFolder(dir, name);
  if (!existsSync(run)) {
    throw new PlimsollError("RESULT_UNREADABLE", `there is no run to keep: ${run} does not exist`, {
      hint: `\`plimsoll run\` leaves one in results, or in its --out; give that folder: plimsoll baseline save ${name} FOLDER.`,
    });
  }
  const { model } = await readRun(run);
  const { stats, judgement } = model;
  const id = stats.header.run;
  const isSearch = stats.plan.search !== undefined;
  if (!RUN_ID.test(id)) throw new PlimsollError("RESULT_UNREADABLE", `${run}: its run id is none of ours`);
  if (stats.end.kind !== "complete") {
    throw new PlimsollError(
      "USAGE",
      `the ${isSearch ? "search" : "run"} in ${run} did not come to its end, so nothing can be compared with it`,
      {
        hint: isSearch ? "Go on with it (--resume), then save it." : "Run it again to the end, then save it.",
      },
    );
  }
  const isFolder = (await stat(run)).isDirectory();
  const { path, wasThere } = await keepRun(isFolder ? join(run, "run.plj") : run, folder, id);
  const kinds = await Promise.all((await runFoldersIn(folder)).map(kindOf));
  const [runCount, searchCount] = [countOf(kinds, "run"), countOf(kinds, "search")];
  if (console.isJson) {
    const kept = { name, run: id, kind: isSearch ? "search" : "run", path, wasThere };
    const document = { schema: "plimsoll.baseline/1", ...kept, runs: runCount, searches: searchCount };
    console.out(`${JSON.stringify(document, null, 2)}\n`);
  } else if (!console.isQuiet) {
    const { verdict } = judgement;
    console.out(savedText({ name, path, wasThere, isSearch, verdict, runCount, searchCount, dir }));
  }
  return 0;
}

type ResultKind = "run" | "search";

/** By the plan at the beginning of its journal; undefined where there is none to read. */
async function kindOf(folder: string): Promise<ResultKind | undefined> {
  try {
    for await (const record of (await openJournal(folder)).records)
      if (record.k === "plan") return record.search === undefined ? "run" : "search";
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
  }
  return undefined;
}

function countOf(kinds: readonly (ResultKind | undefined)[], wanted: ResultKind): number {
  return kinds.filter((kind) => kind === wanted).length;
}

interface ListedRun {
  readonly id: string;
  readonly kind: ResultKind;
  readonly startedAt: string | null;
  readonly spec: string;
  readonly target: string;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly bytes: number;
}

interface ListedBaseline {
  readonly name: string;
  /** Oldest first. */
  readonly runs: readonly ListedRun[];
  /** Folders that hold no readable journal. */
  readonly unreadable: readonly string[];
}

async function listBaselines(dir: string, console: Console): Promise<number> {
  const baselines: ListedBaseline[] = [];
  for (const name of await baselineNames(dir)) baselines.push(await readBaseline(dir, name));
  if (console.isJson) {
    console.out(`${JSON.stringify({ schema: "plimsoll.baselines/1", dir, baselines }, null, 2)}\n`);
  } else if (baselines.length === 0) {
    console.out(`No baseline is kept in ${dir}. plimsoll baseline save NAME results keeps one.\n`);
  } else console.out(`${listTable(baselines, console).join("\n")}\n`);
  return 0;
}

async function readBaseline(dir: string, name: string): Promise<ListedBaseline> {
  const runs: ListedRun[] = [];
  const unreadable: string[] = [];
  for (const folder of await runFoldersIn(baselineFolder(dir, name))) {
    try {
      runs.push(await readListedRun(folder));
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      unreadable.push(folder);
    }
  }
  runs.sort((a, b) => (a.startedAt ?? "").localeCompare(b.startedAt ?? ""));
  return { name, runs, unreadable };
}

async function readListedRun(folder: string): Promise<ListedRun> {
  const { stats, judgement } = (await readRun(folder)).model;
  return {
    id: stats.header.run,
    kind: stats.plan.search === undefined ? "run" : "search",
    startedAt: stats.startedAt ?? null,
    spec: stats.plan.name,
    target: stats.plan.target,
    seed: stats.plan.seed,
    verdict: judgement.verdict,
    bytes: await journalBytes(folder),
  };
}

/** `2`, or `2 (+1 search, 1 unreadable)`: what is no run stands beside the runs. */
function countText(results: readonly ListedRun[], unreadableCount: number): string {
  const searchCount = results.filter(({ kind }) => kind === "search").length;
  const others = [
    ...(searchCount === 0 ? [] : [searchCount === 1 ? "1 search" : `${searchCount} searches`]),
    ...(unreadableCount === 0 ? [] : [`${unreadableCount} unreadable`]),
  ].join(", ");
  return `${results.length - searchCount}${others === "" ? "" : ` (+${others})`}`;
}

function listTable(baselines: readonly ListedBaseline[], console: Console): string[] {
  const style = createStyle(console.hasColour);
  const rows = baselines.map(({ name, runs, unreadable }) => {
    const last = runs.at(-1);
    return [
      name,
      countText(runs, unreadable.length),
      last?.startedAt?.replace("T", " ").replace(/:\d\d(\.\d+)?Z$/, "Z") ?? "–",
      printable(last?.spec ?? "–"),
      last === undefined ? "–" : `${VERDICT_MARK[last.verdict]} ${last.verdict}`,
      formatBytes(runs.reduce((sum, { bytes }) => sum + bytes, 0)),
    ];
  });
  const columns = [
    { title: "Baseline", minWidth: 12, maxWidth: 40 },
    { title: "runs", align: "right" as const },
    { title: "latest" },
    { title: "spec", minWidth: 8, maxWidth: 24 },
    { title: "verdict" },
    { title: "size", align: "right" as const, dropOrder: 1 },
  ];
  return layoutTable(columns, rows, { width: layoutWidth(console.columns), titlePaint: style.dim });
}
