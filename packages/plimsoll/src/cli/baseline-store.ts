/** Named baselines: journals under `.plimsoll/baselines/<name>/<run id>/`, several runs a name, none ever overwritten. */
import { copyFile, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { makeFolder } from "../records/journal-file.ts";

/** Where baselines lie unless `--dir` says otherwise. */
export const BASELINE_DIR = ".plimsoll";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** What follows the stem of a journal's name: its first file, or one that came after. */
const ROTATION = /^(\.\d{5,})?\.plj$/;

/** Whether it may be the name of a baseline: a file name everywhere, and no path. */
export function isBaselineName(text: string): boolean {
  return NAME.test(text) && !text.endsWith(".");
}

/** The folder of a baseline. @throws USAGE when the name is none */
export function baselineFolder(dir: string, name: string): string {
  if (isBaselineName(name)) return join(dir, "baselines", name);
  throw new PlimsollError("USAGE", `"${name}" is no name for a baseline`, {
    hint: "Letters, digits, dots, dashes and underscores, such as main or release-1.4.",
  });
}

/** Names that hold runs, in order. */
export async function baselineNames(dir: string): Promise<readonly string[]> {
  const folders = await subfolders(join(dir, "baselines"));
  const names: string[] = [];
  for (const name of folders) {
    if (isBaselineName(name) && (await runFoldersIn(join(dir, "baselines", name))).length > 0) names.push(name);
  }
  return names;
}

/** Folders right below that hold a journal, in the order of their names. */
export async function runFoldersIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await subfolders(folder)) {
    if (name.startsWith(".")) continue;
    if (await isFile(join(folder, name, "run.plj"))) found.push(join(folder, name));
  }
  return found;
}

/**
 * Copies a journal, rotated files too, whole or not at all.
 * @returns where it lies, and whether it lay there before: a run is kept once
 */
export async function keepRun(
  journal: string,
  folder: string,
  runId: string,
): Promise<{ readonly path: string; readonly wasThere: boolean }> {
  const path = join(folder, runId);
  if (await isFile(join(path, "run.plj"))) return { path, wasThere: true };
  const part = join(folder, `.${runId}.part`);
  await rm(part, { recursive: true, force: true });
  await makeFolder(part);
  const stem = basename(journal).replace(/\.plj$/, "");
  for (const name of await readdir(dirname(journal))) {
    const rotation = name.startsWith(stem) ? ROTATION.exec(name.slice(stem.length)) : null;
    if (rotation !== null) await copyFile(join(dirname(journal), name), join(part, `run${rotation[0]}`));
  }
  await rename(part, path);
  return { path, wasThere: false };
}

/** Bytes of all journal files in a run folder. */
export async function journalBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("run") && ROTATION.test(name.slice(3)));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}
