import { open, unlink } from "node:fs/promises";
import { PlimsollError } from "../../base/errors.ts";
import { RAW_HEADER, type RawBatch } from "../../engine/raw-log.ts";

/** What a file of rows is written to: `FileHandle`, as far as it is needed. */
export interface RowSink {
  writeFile(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Characters that wait at most for the disk; a batch beyond is dropped whole. */
const MOST_WAITING_CHARS = 16 * 1024 * 1024;

/** Rows on their way to a file: written one batch after the other, dropped and counted where the disk is too slow. */
export class RawFile {
  readonly #sink: RowSink;
  readonly #mostWaitingChars: number;
  #last: Promise<void> = Promise.resolve();
  #waitingChars = 0;
  rowCount = 0;
  droppedCount = 0;
  /** Why nothing is written any more. */
  failure: unknown;

  constructor(sink: RowSink, mostWaitingChars = MOST_WAITING_CHARS) {
    this.#sink = sink;
    this.#mostWaitingChars = mostWaitingChars;
    this.#write(RAW_HEADER);
  }

  /** Takes rows; never waits. */
  add({ text, rowCount, droppedCount }: RawBatch): void {
    this.droppedCount += droppedCount;
    if (this.failure !== undefined || this.#waitingChars + text.length > this.#mostWaitingChars) {
      this.droppedCount += rowCount;
      return;
    }
    this.rowCount += rowCount;
    this.#write(text);
  }

  /** Once all that was taken is written. */
  async close(): Promise<void> {
    await this.#last;
    await this.#sink.close().catch((error: unknown) => {
      this.failure ??= error;
    });
  }

  #write(text: string): void {
    this.#waitingChars += text.length;
    this.#last = this.#last
      .then(() => (this.failure === undefined ? this.#sink.writeFile(text) : undefined))
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.#waitingChars -= text.length;
      });
  }
}

/** A new file, readable by its owner only. @throws USAGE when it is there already or cannot be made */
export async function createRawFile(path: string): Promise<{ readonly file: RawFile; remove(): Promise<void> }> {
  try {
    return { file: new RawFile(await open(path, "wx", 0o600)), remove: () => unlink(path).catch(() => {}) };
  } catch (cause) {
    const isThere = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const why = isThere
      ? "is there already"
      : `cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new PlimsollError("USAGE", `--raw: ${path} ${why}`, {
      hint: isThere ? "Rows are never written over others: remove it, or give another name." : "Does its folder exist?",
      cause,
    });
  }
}
