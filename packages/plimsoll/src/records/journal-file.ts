/** Where journals meet the disk: the one file of this layer that does file io. */
import { constants, createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { kill, pid } from "node:process";
import { PlimsollError } from "../base/errors.ts";
import { type JournalOutcome, JournalReader } from "./journal-reader.ts";
import { type JournalFs, type JournalHeader, JournalWriter, journalFileName } from "./journal-writer.ts";
import type { NumberedRecord } from "./record.ts";

const ROTATE_BYTES = 64 * 1024 * 1024;
const BATCH_MS = 250;
const READ_BYTES = 256 * 1024;
const LOCK_NAME = "run.lock";
const LOCK_SETTLE_MS = 100;

/** What one may change about how a journal is written. */
export interface JournalOptions {
  /** Taken with `lockResults`, to be given back at `close`; unless given, `createJournal` takes it itself. */
  readonly lock?: ResultsLock;
  /** Length at which a file is followed by the next; 64 MiB unless said. */
  readonly rotateBytes?: number;
  /** How long a record may wait for others; 250 ms unless said. */
  readonly batchMs?: number;
  /** The file system to write to; the system's own unless said. */
  readonly fs?: JournalFs;
  /** Hears, once, that nothing more will be written. */
  readonly onFailure?: (error: PlimsollError) => void;
}

/** A journal being written; see `JournalWriter` for what each call promises. */
export interface Journal extends Pick<JournalWriter, "append" | "appendDurable" | "lastDurableN" | "failure"> {
  /** Writes what waits, closes the file and gives the folder free. @throws JOURNAL_WRITE_FAILED */
  close(): Promise<void>;
}

/** The right to write results into a folder. */
export interface ResultsLock {
  release(): Promise<void>;
}

/** A journal being read: `records` once through, then `outcome()` tells how whole it was. */
export interface OpenJournal {
  readonly records: AsyncGenerator<NumberedRecord, void, undefined>;
  /** Of what was read so far; final when `records` has ended. */
  outcome(): JournalOutcome;
}

/** The system's file system, as a journal needs it. */
export const SYSTEM_FS: JournalFs = {
  async createFile(path) {
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    return {
      write: async (bytes) => (await handle.write(bytes)).bytesWritten,
      datasync: () => handle.datasync(),
      isRemoved: async () => (await handle.stat()).nlink === 0,
      close: () => handle.close(),
    };
  },
  async syncDirectory(path) {
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/**
 * Begins the journal `dir/run.plj`; its header is durable when this resolves.
 * @throws RESULT_LOCKED when another run writes there, or its journal is still there
 * @throws JOURNAL_WRITE_FAILED
 */
export async function createJournal(
  dir: string,
  header: JournalHeader,
  options: JournalOptions = {},
): Promise<Journal> {
  const lock = options.lock ?? (await lockResults(dir));
  const writer = new JournalWriter({
    dir,
    header,
    fs: options.fs ?? SYSTEM_FS,
    rotateBytes: options.rotateBytes ?? ROTATE_BYTES,
    batchMs: options.batchMs ?? BATCH_MS,
    schedule: (callback, delayMs) => setTimeout(callback, delayMs),
    onFailure: options.onFailure,
  });
  try {
    await refuseLeftovers(dir);
    await writer.start();
  } catch (error) {
    await writer.close().catch(() => undefined);
    await lock.release();
    throw error;
  }
  return {
    append: (record) => writer.append(record),
    appendDurable: (record) => writer.appendDurable(record),
    get lastDurableN() {
      return writer.lastDurableN;
    },
    get failure() {
      return writer.failure;
    },
    async close() {
      try {
        await writer.close();
      } finally {
        await lock.release();
      }
    },
  };
}

/**
 * Makes a folder, and those above it, where there is none. Node's own `mkdir` never returns from a relative path whose
 * working directory has been removed, and keeps a core busy meanwhile.
 * @throws what the system says; ENOENT where the working directory is gone
 */
export async function makeFolder(dir: string, mode?: number): Promise<void> {
  await mkdir(resolve(dir), { recursive: true, ...(mode === undefined ? {} : { mode }) });
}

/**
 * Takes the folder for one run, creating it if need be; the lock of a process that is gone is taken over. `control`
 * tells others where the run takes orders.
 * @throws RESULT_LOCKED, RESULT_UNWRITABLE for a place where no folder can be, JOURNAL_WRITE_FAILED
 */
export async function lockResults(dir: string, control?: string): Promise<ResultsLock> {
  const path = join(dir, LOCK_NAME);
  const owner = await describeProcess(pid);
  const mine = JSON.stringify(control === undefined ? owner : { ...owner, control });
  try {
    await makeFolder(dir, 0o700);
    if (!(await createLock(path, mine))) {
      await removeStaleLock(path);
      if (!(await createLock(path, mine))) throw lockedBy(path, undefined);
    }
  } catch (cause) {
    if (cause instanceof PlimsollError) throw cause;
    const code = isMisplaced(cause) ? "RESULT_UNWRITABLE" : "JOURNAL_WRITE_FAILED";
    throw new PlimsollError(code, `${dir} cannot be written to: ${textOf(cause)}`, { cause });
  }
  let isHeld = true;
  return {
    async release() {
      if (!isHeld) return;
      isHeld = false;
      const held = await readFile(path, "utf8").catch(() => "");
      if (held === mine) await unlink(path).catch(() => undefined);
    },
  };
}

/** Who writes into a results folder right now. */
export interface ResultsOwner {
  readonly pid: number;
  /** Where it takes orders: the path of a Unix socket or the name of a pipe. */
  readonly control: string | undefined;
}

/** The living process that holds the folder; undefined when none does. */
export async function readResultsOwner(dir: string): Promise<ResultsOwner | undefined> {
  const text = await readFile(join(dir, LOCK_NAME), "utf8").catch(() => "");
  const owner = parseOwner(text);
  if (owner === undefined || !(await isAlive(owner))) return undefined;
  const { control } = JSON.parse(text);
  return { pid: owner.pid, control: typeof control === "string" ? control : undefined };
}

/** Identifies this boot of the machine, so that process ids of an earlier one are known for strangers; "" if unknown. */
export async function readBootId(): Promise<string> {
  const text = await readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "");
  return text.trim();
}

/**
 * Opens a run folder or a journal file for reading, rotated files included; never changes them.
 * @throws RESULT_UNREADABLE here when there is no such file, and from `records` when no record in it is valid
 * @throws JOURNAL_VERSION from `records`
 */
export async function openJournal(path: string): Promise<OpenJournal> {
  const first = await findJournal(path);
  const reader = new JournalReader();
  return { records: readRecords(first, reader), outcome: () => reader.outcome() };
}

async function* readRecords(first: string, reader: JournalReader): AsyncGenerator<NumberedRecord, void, undefined> {
  const done = new Set<string>();
  for (let file: string | undefined = first; file !== undefined; ) {
    const readBytes: number = yield* readFrom(file, 0, reader);
    done.add(file);
    // Listed anew after each file: a live run may have begun another meanwhile, and ended this one before it did.
    const next = (await listFiles(first)).find((name) => !done.has(name));
    if (next !== undefined) yield* readFrom(file, readBytes, reader);
    reader.endFile();
    file = next;
  }
  const { recordCount, lostBytes } = reader.outcome();
  if (recordCount > 0) return;
  const what = lostBytes === 0 ? "is empty: its run was stopped before it began" : "is not a journal of Plimsoll";
  throw new PlimsollError("RESULT_UNREADABLE", `${first} ${what}`);
}

/** Yields what stands beyond `start`; returns where the file ended. */
async function* readFrom(
  file: string,
  start: number,
  reader: JournalReader,
): AsyncGenerator<NumberedRecord, number, undefined> {
  let endBytes = start;
  try {
    for await (const chunk of createReadStream(file, { start, highWaterMark: READ_BYTES })) {
      endBytes += chunk.length;
      yield* reader.push(chunk);
    }
  } catch (cause) {
    if (codeOf(cause) === undefined || cause instanceof PlimsollError) throw cause;
    throw new PlimsollError("RESULT_UNREADABLE", `${file} cannot be read: ${textOf(cause)}`, { cause });
  }
  return endBytes;
}

async function findJournal(path: string): Promise<string> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, journalFileName(0)) : path;
    if ((await stat(file)).isFile()) return file;
  } catch (cause) {
    throw new PlimsollError("RESULT_UNREADABLE", `there is no journal to read at ${path}: ${textOf(cause)}`, { cause });
  }
  throw new PlimsollError("RESULT_UNREADABLE", `${path} is not a file`);
}

/** The journal's files in order: `x.plj`, then every `x.00001.plj` and so on beside it. */
async function listFiles(first: string): Promise<readonly string[]> {
  const dir = dirname(first);
  const stem = basename(first).replace(/\.plj$/, "");
  const rotated: { readonly index: number; readonly name: string }[] = [];
  for (const name of await readdir(dir)) {
    if (!name.startsWith(`${stem}.`)) continue;
    const digits = /^\.(\d{5,})\.plj$/.exec(name.slice(stem.length))?.[1];
    if (digits !== undefined) rotated.push({ index: Number(digits), name });
  }
  rotated.sort((a, b) => a.index - b.index);
  return [first, ...rotated.map(({ name }) => join(dir, name))];
}

async function refuseLeftovers(dir: string): Promise<void> {
  const left = (await readdir(dir)).find((name) => /^run(\.\d{5,})?\.plj$/.test(name));
  if (left === undefined) return;
  throw new PlimsollError("RESULT_LOCKED", `${dir} already holds the journal ${left}, which is never overwritten`, {
    hint: "Move it away, or give another --out.",
  });
}

interface LockOwner {
  readonly pid: number;
  readonly bootId: string;
  /** In clock ticks after boot; "" where the system does not tell. */
  readonly startedAtTicks: string;
}

async function describeProcess(id: number): Promise<LockOwner> {
  const line = await readFile(`/proc/${id}/stat`, "latin1").catch(() => "");
  // The command's name may hold blanks and brackets; the fields are counted from behind its last one.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const hasEnded = fields[0] === "Z" || fields[0] === "X";
  return { pid: id, bootId: await readBootId(), startedAtTicks: hasEnded ? "ended" : (fields[19] ?? "") };
}

async function createLock(path: string, text: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx", 0o600);
    try {
      await handle.write(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  }
}

/** @throws RESULT_LOCKED when its owner lives */
async function removeStaleLock(path: string): Promise<void> {
  const text = await readLock(path);
  const owner = parseOwner(text);
  if (owner !== undefined && (await isAlive(owner))) throw lockedBy(path, owner);
  // Renamed, not removed: if another process took it over in between, what we hold is theirs and goes back.
  const aside = `${path}.${pid}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, "utf8").catch(() => text);
  if (moved !== text) {
    await rename(aside, path);
    throw lockedBy(path, parseOwner(moved));
  }
  await unlink(aside).catch(() => undefined);
}

/** An empty lock is one whose owner is about to write it, or was stopped before it could. */
async function readLock(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  if (text !== "") return text;
  await new Promise((resolve) => setTimeout(resolve, LOCK_SETTLE_MS));
  return readFile(path, "utf8").catch(() => "");
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const { pid: id, bootId, startedAtTicks } = JSON.parse(text);
    if (!Number.isSafeInteger(id) || id <= 0) return undefined;
    return { pid: id, bootId: String(bootId), startedAtTicks: String(startedAtTicks) };
  } catch {
    return undefined;
  }
}

async function isAlive(owner: LockOwner): Promise<boolean> {
  try {
    kill(owner.pid, 0);
  } catch (cause) {
    if (codeOf(cause) === "ESRCH") return false;
  }
  const now = await describeProcess(owner.pid);
  return now.bootId === owner.bootId && now.startedAtTicks === owner.startedAtTicks;
}

function lockedBy(path: string, owner: LockOwner | undefined): PlimsollError {
  const who = owner === undefined ? "another run" : `the run of process ${owner.pid}`;
  return new PlimsollError("RESULT_LOCKED", `${dirname(path)} is being written by ${who} (${path})`);
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}

const MISPLACED: ReadonlySet<unknown> = new Set([
  "ENOENT",
  "EEXIST",
  "ENOTDIR",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENAMETOOLONG",
]);

/** No folder can be there, however often it is tried. */
function isMisplaced(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && MISPLACED.has(cause.code);
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
