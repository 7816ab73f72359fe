import { access, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { makeFolder, openJournal } from "../records/journal-file.ts";
import type { HeaderRecord } from "../records/record.ts";

/** File names that belong to a run, whatever its profiles are called. */
const RESULT_FILE =
  /^(run(\.\d{5,})?\.plj|report\.html|summary\.(json|md)|junit\.xml|find_(steps|levels)\.csv|.+_(stats|stats_history|failures|exceptions)\.csv)$/;

/** Whether a file of this name is one that runs write. */
export function isResultFile(name: string): boolean {
  return RESULT_FILE.test(name);
}

/**
 * Makes DIR ready for a new run: a run that is already there goes whole to `DIR/runs/<startedAt>-<id>/`.
 * Only files of the run are moved; whatever else lies in the folder stays.
 * @returns the folder the old run went to, if there was one
 */
export async function makeRoomForRun(dir: string): Promise<string | undefined> {
  await makeFolder(dir, 0o700);
  const journal = join(dir, "run.plj");
  if (!(await exists(journal))) return undefined;
  const old = join(dir, "runs", await folderNameOf(journal));
  await makeFolder(old, 0o700);
  for (const name of await readdir(dir)) if (RESULT_FILE.test(name)) await rename(join(dir, name), join(old, name));
  return old;
}

/** Writes each file whole or not at all: a reader never sees half of one. */
export async function writeFiles(dir: string, files: ReadonlyMap<string, string>): Promise<void> {
  await makeFolder(dir, 0o700);
  for (const [name, text] of files) {
    const temporary = join(dir, `.${name}.part`);
    await writeFile(temporary, text);
    await rename(temporary, join(dir, name));
  }
}

async function folderNameOf(journal: string): Promise<string> {
  try {
    for await (const record of (await openJournal(journal)).records) if (record.k === "hdr") return nameOf(record);
  } catch (error) {
    // Whatever is there is kept, readable by this version or not.
    if (!(error instanceof PlimsollError)) throw error;
  }
  return `unreadable-${Date.now()}`;
}

function nameOf(header: HeaderRecord): string {
  return `${header.wall.replace(/[-:]|\.\d+/g, "")}-${header.run}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
