import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { join } from "node:path";
import { JournalReader } from "../records/journal-reader.ts";
import { journalFileName } from "../records/journal-writer.ts";
import type { NumberedRecord } from "../records/record.ts";
import { openPlain } from "./open-plain.ts";

const READ_BYTES = 256 * 1024;
/** Where the system does not tell of changes (network disks) this is how late a record is seen at most. */
const POLL_MS = 250;

/**
 * Follows the journal of a run folder while it is written, into its rotated files too. Every record comes once, in
 * rising order of its number. Owns a file and a watch until `close`.
 */
export class JournalTail {
  readonly #dir: string;
  readonly #reader = new JournalReader();
  readonly #chunk = Buffer.alloc(READ_BYTES);
  #file = 0;
  #atBytes = 0;
  #handle: FileHandle | undefined;
  #watcher: FSWatcher | undefined;
  #wake: (() => void) | undefined;
  #hasNews = false;
  #isClosed = false;

  constructor(dir: string) {
    this.#dir = dir;
    // A watch may be refused (too many of them); the poll finds what it would have told.
    try {
      this.#watcher = watch(dir, { persistent: false }, () => this.#tell());
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  /** The records written since the last call, about 256 kB of them at most; empty when there is nothing new. */
  async read(): Promise<readonly NumberedRecord[]> {
    this.#hasNews = false;
    while (!this.#isClosed) {
      const records = (await this.#readChunk()) ?? (await this.#readOn());
      if (records === undefined) break;
      if (records.length > 0) return records;
    }
    return [];
  }

  /** Resolves when there may be something new to read, after 250 ms at the latest. */
  async news(): Promise<void> {
    if (this.#hasNews || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  /** Whether the journal was taken away under us; what was read of it is all there is. */
  async isRemoved(): Promise<boolean> {
    return (await this.#handle?.stat())?.nlink === 0;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watcher?.close();
    this.#tell();
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Undefined when the file holds no more for now. */
  async #readChunk(): Promise<readonly NumberedRecord[] | undefined> {
    if (this.#isClosed) return undefined;
    this.#handle ??= await openPlain(join(this.#dir, journalFileName(this.#file)));
    const { bytesRead } = await this.#handle.read(this.#chunk, 0, READ_BYTES, this.#atBytes);
    if (bytesRead === 0) return undefined;
    this.#atBytes += bytesRead;
    return this.#reader.push(this.#chunk.subarray(0, bytesRead));
  }

  /** Goes over to the next file, if there is one; undefined when not. */
  async #readOn(): Promise<readonly NumberedRecord[] | undefined> {
    if (this.#isClosed || !(await exists(join(this.#dir, journalFileName(this.#file + 1))))) return undefined;
    // The next file is begun only after this one got its last byte, so one more look finds all of it.
    const rest = await this.#readChunk();
    if (rest !== undefined) return rest;
    this.#reader.endFile();
    await this.#handle?.close();
    this.#handle = undefined;
    this.#file++;
    this.#atBytes = 0;
    return [];
  }

  #tell(): void {
    this.#hasNews = true;
    this.#wake?.();
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
