/** Result files for download, and their removal: by name from a list of what runs write, never by path. */
import { type FileHandle, lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { lockResults } from "../records/journal-file.ts";
import { openPlain } from "./open-plain.ts";

const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

const TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  xml: "application/xml",
};

/** Which names are files of a run; the cli knows, since it writes them. */
export type IsResultFile = (name: string) => boolean;

export interface ResultFile {
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly contentType: string;
}

/** The run's files that can be downloaded, by name. */
export async function listFiles(dir: string, isResultFile: IsResultFile) {
  const files: { readonly name: string; readonly bytes: number }[] = [];
  for (const name of (await readdir(dir)).sort()) {
    if (!PLAIN_NAME.test(name) || !isResultFile(name)) continue;
    const stats = await lstat(join(dir, name)).catch(() => undefined);
    if (stats?.isFile()) files.push({ name, bytes: stats.size });
  }
  return files;
}

/** Opens one of them; undefined when it is none, is a link, or is not there. The caller closes the handle. */
export async function openFile(dir: string, name: string, isResultFile: IsResultFile): Promise<ResultFile | undefined> {
  if (!PLAIN_NAME.test(name) || !isResultFile(name)) return undefined;
  const path = join(dir, name);
  // Where the system cannot refuse a link while opening, it is looked for before.
  if (!(await lstat(path).catch(() => undefined))?.isFile()) return undefined;
  const handle = await openPlain(path).catch(() => undefined);
  if (handle === undefined) return undefined;
  const stats = await handle.stat();
  if (stats.isFile())
    return { handle, bytes: stats.size, contentType: TYPES[name.split(".").at(-1)!] ?? "application/octet-stream" };
  await handle.close();
  return undefined;
}

/**
 * Removes a run's files, its journal last, and its folder when nothing else is in it and it is not `root`.
 * @throws RESULT_LOCKED while somebody writes there
 */
export async function removeRun(dir: string, root: string, isResultFile: IsResultFile): Promise<void> {
  const lock = await lockResults(dir);
  try {
    const names = (await readdir(dir)).filter((name) => isResultFile(name) || isLeftover(name, isResultFile));
    const isJournal = (name: string) => name === "run.plj";
    for (const name of names.filter((each) => !isJournal(each))) await unlink(join(dir, name));
    for (const name of names.filter(isJournal)) await unlink(join(dir, name));
  } finally {
    await lock.release();
  }
  // Not empty: what somebody else put there stays.
  if (dir !== root) await rmdir(dir).catch(() => undefined);
}

/** Of a start by the page, or of a write that was cut off. */
function isLeftover(name: string, isResultFile: IsResultFile): boolean {
  const unfinished = /^\.(.+)\.part$/.exec(name)?.[1];
  return name === "console.log" || (unfinished !== undefined && isResultFile(unfinished));
}
