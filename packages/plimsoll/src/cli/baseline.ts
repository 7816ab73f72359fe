import { stat } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { formatBytes, formatCount } from "../base/format-number.ts";
import { printable } from "../base/printable.ts";
import { createStyle, VERDICT_MARK } from "../report/style.ts";
import { layoutTable } from "../report/text-table.ts";
import type { Verdict } from "../verdict/judgement.ts";
import { BASELINE_DIR, baselineFolder, baselineNames, journalBytes, keepRun, runFoldersIn } from "./baseline-store.ts";
import type { Console } from "./console.ts";
import { readRun } from "./read-model.ts";

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
  const { model } = await readRun(run);
  const { stats, judgement } = model;
  const id = stats.header.run;
  if (!RUN_ID.test(id)) throw new PlimsollError("RESULT_UNREADABLE", `${run}: its run id is none of ours`);
  if (stats.end.kind !== "complete") {
    throw new PlimsollError("USAGE", `the run in ${run} did not come to its end, so nothing can be compared with it`, {
      hint: "Run it again to the end, then save it.",
    });
  }
  const isFolder = (await stat(run)).isDirectory();
  const { path, wasThere } = await keepRun(isFolder ? join(run, "run.plj") : run, folder, id);
  const kept = await runFoldersIn(folder);
  if (console.isJson) {
    const document = { schema: "plimsoll.baseline/1", name, run: id, path, wasThere, runs: kept.length };
    console.out(`${JSON.stringify(document, null, 2)}\n`);
  } else if (!console.isQuiet) {
    console.out(savedText({ name, path, wasThere, runCount: kept.length, verdict: judgement.verdict, dir }));
  }
  return 0;
}

interface Saved {
  readonly name: string;
  readonly path: string;
  readonly wasThere: boolean;
  readonly runCount: number;
  readonly verdict: Verdict;
  readonly dir: string;
}

function savedText({ name, path, wasThere, runCount, verdict, dir }: Saved): string {
  const runs = runCount === 1 ? "1 run" : `${formatCount(runCount)} runs`;
  const doubt =
    verdict === "pass" ? "" : `! Its own verdict was ${verdict}: a baseline should be a run that one can stand by.\n`;
  const more =
    runCount >= 5
      ? "How much runs differ is learned from them."
      : `From ${5} runs on it is learned how much runs differ; until then 2 % is supposed.`;
  return [
    `${wasThere ? "Was kept already" : "Kept"} in ${path}; ${name} has ${runs}. ${more}\n`,
    doubt,
    `Compare: plimsoll compare baseline:${name} results\n`,
    `In CI, keep the folder ${join(dir, "baselines")} in the cache.\n`,
  ].join("");
}

interface ListedRun {
  readonly id: string;
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
    startedAt: stats.startedAt ?? null,
    spec: stats.plan.name,
    target: stats.plan.target,
    seed: stats.plan.seed,
    verdict: judgement.verdict,
    bytes: await journalBytes(folder),
  };
}

function listTable(baselines: readonly ListedBaseline[], console: Console): string[] {
  const style = createStyle(console.hasColour);
  const rows = baselines.map(({ name, runs, unreadable }) => {
    const last = runs.at(-1);
    return [
      name,
      `${runs.length}${unreadable.length === 0 ? "" : ` (+${unreadable.length} unreadable)`}`,
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
  return layoutTable(columns, rows, { width: Math.max(60, console.columns), titlePaint: style.dim });
}
