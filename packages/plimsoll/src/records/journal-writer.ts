import { PlimsollError } from "../base/errors.ts";
import { encodeLine } from "./line-codec.ts";
import { type HeaderRecord, JOURNAL_FORMAT, type JournalRecord } from "./record.ts";
import { faultInRecord } from "./record-shape.ts";

/** One open file of a journal; every call rejects with what the system said. */
export interface JournalFile {
  /** One write at the file's end. @returns how many bytes the system took */
  write(bytes: Uint8Array): Promise<number>;
  /** Resolves when all that was written is on the disk. */
  datasync(): Promise<void>;
  /** Whether it has no name any more: what is written into it is lost with it. */
  isRemoved(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a journal needs of a file system. */
export interface JournalFs {
  /** Fails when the file is there already. */
  createFile(path: string): Promise<JournalFile>;
  /** Makes the names of new files in it durable. */
  syncDirectory(path: string): Promise<void>;
}

/** What the caller knows of the header; the writer adds kind, format and what came before. */
export type JournalHeader = Omit<HeaderRecord, "k" | "fmt" | "previous">;

/** Where a journal is written and with what. */
export interface JournalWriterSetup {
  readonly dir: string;
  readonly header: JournalHeader;
  readonly fs: JournalFs;
  /** The record that finds its file this long begins the next file. */
  readonly rotateBytes: number;
  /** A record waits no longer than this for others to be written with. */
  readonly batchMs: number;
  /** Calls back once after `delayMs`. */
  readonly schedule: (callback: () => void, delayMs: number) => void;
  /** Hears, once, that nothing more will be written. */
  readonly onFailure?: ((error: PlimsollError) => void) | undefined;
}

/** Lines of one file that wait to be written. */
interface Batch {
  /** File in the rotation, from 0. */
  readonly file: number;
  readonly lines: Uint8Array[];
  lastN: number;
}

interface Waiter {
  readonly n: number;
  readonly resolve: () => void;
  readonly reject: (error: PlimsollError) => void;
}

/** Name of the `index`-th file of a journal: `run.plj`, `run.00001.plj`, … */
export function journalFileName(index: number): string {
  return index === 0 ? "run.plj" : `run.${String(index).padStart(5, "0")}.plj`;
}

/**
 * Appends records to a journal: numbers and encodes them at once, writes them in batches, one write and one sync each.
 * The first error of a write or a sync ends it for good: after a failed sync a later one may report success for
 * pages the kernel has already dropped.
 */
export class JournalWriter {
  readonly #setup: JournalWriterSetup;
  readonly #encoder = new TextEncoder();
  readonly #waiters: Waiter[] = [];
  #queue: Batch[] = [];
  #nextN = 0;
  #lastCrc = "";
  /** File that the next record goes to, and its length once the queue is written. */
  #file = -1;
  #fileBytes = 0;
  #open: { readonly index: number; readonly handle: JournalFile } | undefined;
  #lastDurableN = -1;
  #isFlushScheduled = false;
  #flushing: Promise<void> | undefined;
  #failure: PlimsollError | undefined;
  #isClosed = false;

  constructor(setup: JournalWriterSetup) {
    this.#setup = setup;
  }

  /** Number of the last record that is surely on the disk; −1 before the first. */
  get lastDurableN(): number {
    return this.#lastDurableN;
  }

  /** Why the journal stopped; undefined while it works. */
  get failure(): PlimsollError | undefined {
    return this.#failure;
  }

  /** Creates the first file; resolves when its header is durable. @throws JOURNAL_WRITE_FAILED */
  async start(): Promise<void> {
    this.#beginFile();
    await this.#durable();
  }

  /**
   * Takes the record; it is on the disk within about the batch time. After a failure it is dropped: `onFailure` has told.
   * @throws BUG when the record's shape is wrong: no reader would accept it
   */
  append(record: JournalRecord): void {
    this.#enqueue(record);
    if (this.#isFlushScheduled || this.#failure !== undefined) return;
    this.#isFlushScheduled = true;
    this.#setup.schedule(() => {
      this.#isFlushScheduled = false;
      void this.#flush();
    }, this.#setup.batchMs);
  }

  /** Resolves when the record, and so all before it, is durable. @throws JOURNAL_WRITE_FAILED, BUG */
  async appendDurable(record: JournalRecord): Promise<void> {
    this.#enqueue(record);
    await this.#durable();
  }

  /** Writes what waits and closes the file; resolves when all is durable. @throws JOURNAL_WRITE_FAILED */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#flush();
    const open = this.#open;
    this.#open = undefined;
    try {
      await open?.handle.close();
    } catch (cause) {
      this.#fail(cause, this.#file);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #enqueue(record: JournalRecord): void {
    const fault = faultInRecord(record);
    if (fault !== undefined) throw new PlimsollError("BUG", `a record with a bad field was to be written: ${fault}`);
    if (this.#isClosed)
      throw new PlimsollError("BUG", `a record "${record.k}" was to be written after the journal's end`);
    if (this.#failure !== undefined) return;
    if (this.#fileBytes >= this.#setup.rotateBytes) this.#beginFile();
    this.#addLine(record);
  }

  #beginFile(): void {
    const previous = this.#nextN === 0 ? {} : { previous: { n: this.#nextN - 1, crc: this.#lastCrc } };
    this.#file++;
    this.#fileBytes = 0;
    this.#queue.push({ file: this.#file, lines: [], lastN: this.#nextN });
    this.#addLine({ k: "hdr", fmt: JOURNAL_FORMAT, ...this.#setup.header, ...previous });
  }

  #addLine(record: JournalRecord): void {
    const n = this.#nextN++;
    const text = encodeLine(record, n);
    const line = this.#encoder.encode(text);
    this.#lastCrc = text.slice(0, 8);
    this.#fileBytes += line.length;
    const last = this.#queue[this.#queue.length - 1];
    if (last?.file !== this.#file) this.#queue.push({ file: this.#file, lines: [line], lastN: n });
    else {
      last.lines.push(line);
      last.lastN = n;
    }
  }

  #durable(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ n: this.#nextN - 1, resolve, reject });
    });
    void this.#flush();
    return promise;
  }

  /** Never rejects; resolves when all that was queued at the call is written or the journal has failed. */
  #flush(): Promise<void> {
    if (this.#flushing === undefined && this.#queue.length > 0) this.#flushing = this.#writeQueue();
    return this.#flushing ?? Promise.resolve();
  }

  async #writeQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      const batches = this.#queue;
      this.#queue = [];
      for (const batch of batches) {
        if (this.#failure === undefined) await this.#writeBatch(batch);
      }
    }
    // In the same breath as the last look at the queue: a later `finally` would let a record slip in between.
    this.#flushing = undefined;
  }

  async #writeBatch(batch: Batch): Promise<void> {
    try {
      if (this.#open?.index === batch.file) await this.#writeDurably(this.#open.handle, batch.lines);
      else await this.#writeNewFile(batch);
      if (await this.#open?.handle.isRemoved()) return this.#failAsRemoved(batch.file);
    } catch (cause) {
      this.#fail(cause, batch.file);
      return;
    }
    this.#lastDurableN = batch.lastN;
    while (this.#waiters[0] !== undefined && this.#waiters[0].n <= this.#lastDurableN) this.#waiters.shift()?.resolve();
  }

  /** The header is durable, and so is the file's name, before anything follows it. */
  async #writeNewFile(batch: Batch): Promise<void> {
    const { dir, fs } = this.#setup;
    const before = this.#open?.handle;
    this.#open = undefined;
    await before?.close();
    const handle = await fs.createFile(`${dir}/${journalFileName(batch.file)}`);
    this.#open = { index: batch.file, handle };
    await this.#writeDurably(handle, batch.lines.slice(0, 1));
    await fs.syncDirectory(dir);
    if (batch.lines.length > 1) await this.#writeDurably(handle, batch.lines.slice(1));
  }

  async #writeDurably(handle: JournalFile, lines: readonly Uint8Array[]): Promise<void> {
    const bytes = joined(lines);
    const written = await handle.write(bytes);
    if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`);
    await handle.datasync();
  }

  #fail(cause: unknown, file: number): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    const kept = this.#lastDurableN + 1;
    const message = `the journal ${this.#pathOf(file)} cannot be written: ${why}; its first ${kept} records are kept`;
    this.#end(new PlimsollError("JOURNAL_WRITE_FAILED", message, { cause }));
  }

  #failAsRemoved(file: number): void {
    const message = `the journal ${this.#pathOf(file)} was removed while the run wrote it; nothing of it is kept`;
    this.#end(
      new PlimsollError("JOURNAL_WRITE_FAILED", message, { hint: "Leave a run's folder alone until the run is over." }),
    );
  }

  #pathOf(file: number): string {
    return `${this.#setup.dir}/${journalFileName(file)}`;
  }

  #end(failure: PlimsollError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#queue = [];
    for (const waiter of this.#waiters.splice(0)) waiter.reject(failure);
    this.#setup.onFailure?.(failure);
  }
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const line of lines) length += line.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const line of lines) {
    whole.set(line, at);
    at += line.length;
  }
  return whole;
}
