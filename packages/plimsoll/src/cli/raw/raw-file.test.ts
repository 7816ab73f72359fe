import { describe, expect, test } from "vitest";
import { RAW_HEADER } from "../../engine/raw-log.ts";
import { RawFile, type RowSink } from "./raw-file.ts";

/** A disk that writes when it is told to. */
class Disk implements RowSink {
  written = "";
  isClosed = false;
  readonly #pending: (() => void)[] = [];
  readonly #fault: Error | undefined;
  readonly #isSlow: boolean;

  constructor({ isSlow = false, fault }: { readonly isSlow?: boolean; readonly fault?: Error } = {}) {
    this.#isSlow = isSlow;
    this.#fault = fault;
  }

  async writeFile(text: string): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#isSlow) await new Promise<void>((resolve) => this.#pending.push(resolve));
    this.written += text;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Lets so many writes through, each once it is asked for. */
  async turn(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const write = this.#pending.shift();
      if (write === undefined) continue;
      write();
      left--;
    }
  }
}

const batch = (text: string, rowCount = 1, droppedCount = 0) => ({ text, rowCount, droppedCount });

describe("RawFile", () => {
  test("writes the header and then all rows in order, before it is closed", async () => {
    const disk = new Disk();
    const file = new RawFile(disk);
    file.add(batch("a\r\n"));
    file.add(batch("b\r\nc\r\n", 2));
    await file.close();
    expect(disk.written).toBe(`${RAW_HEADER}a\r\nb\r\nc\r\n`);
    expect(disk.isClosed).toBe(true);
    expect([file.rowCount, file.droppedCount, file.failure]).toEqual([3, 0, undefined]);
  });

  test("drops whole batches while more waits than it may, counts them, and goes on when the disk has caught up", async () => {
    const disk = new Disk({ isSlow: true });
    const file = new RawFile(disk, RAW_HEADER.length + 10);
    file.add(batch("aaaaaaaaa\n", 1));
    file.add(batch("bbb\n", 4));
    expect([file.rowCount, file.droppedCount]).toEqual([1, 4]);
    await disk.turn(2);
    await new Promise<void>((resolve) => setImmediate(resolve));
    file.add(batch("ccc\n", 2));
    await disk.turn(1);
    await file.close();
    expect(disk.written).toBe(`${RAW_HEADER}aaaaaaaaa\nccc\n`);
    expect([file.rowCount, file.droppedCount]).toEqual([3, 4]);
  });

  test("rows that a load thread dropped count too", async () => {
    const file = new RawFile(new Disk());
    file.add(batch("a\n", 1, 7));
    await file.close();
    expect([file.rowCount, file.droppedCount]).toEqual([1, 7]);
  });

  test("after a fault of the disk nothing more is written, and it is told", async () => {
    const disk = new Disk({ fault: new Error("no space left") });
    const file = new RawFile(disk);
    await new Promise<void>((resolve) => setImmediate(resolve));
    file.add(batch("a\n", 3));
    await file.close();
    expect(file.failure).toEqual(new Error("no space left"));
    expect(file.droppedCount).toBe(3);
    expect(disk.isClosed).toBe(true);
  });
});
