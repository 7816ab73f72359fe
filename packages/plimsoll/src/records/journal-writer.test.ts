import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { JournalReader } from "./journal-reader.ts";
import { type JournalFile, type JournalFs, JournalWriter, type JournalWriterSetup } from "./journal-writer.ts";
import { decodeLine } from "./line-codec.ts";
import type { NumberedRecord } from "./record.ts";
import { SAMPLE_HEADER, sampleData, sampleEvent } from "./sample-journal.ts";

type Operation =
  | { readonly type: "create" | "datasync" | "close" | "syncdir"; readonly path: string }
  | { readonly type: "write"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly type: "announce"; readonly n: number };

/** A file system that records what was asked of it, and fails where told. */
class TracedFs implements JournalFs {
  readonly trace: Operation[] = [];
  /** Somebody took the files away. */
  isRemoved = false;
  readonly #fail: (operation: Operation) => number | undefined;

  /** `fail` throws for an operation that is to fail, or returns how many bytes a short write takes. */
  constructor(fail: (operation: Operation) => number | undefined = () => undefined) {
    this.#fail = fail;
  }

  async createFile(path: string): Promise<JournalFile> {
    this.#note({ type: "create", path });
    return {
      write: async (bytes) => this.#note({ type: "write", path, bytes: bytes.slice() }) ?? bytes.length,
      datasync: async () => void this.#note({ type: "datasync", path }),
      isRemoved: async () => this.isRemoved,
      close: async () => void this.#note({ type: "close", path }),
    };
  }

  async syncDirectory(path: string): Promise<void> {
    this.#note({ type: "syncdir", path });
  }

  #note(operation: Operation): number | undefined {
    const taken = this.#fail(operation);
    if (taken === undefined || operation.type !== "write") this.trace.push(operation);
    else this.trace.push({ ...operation, bytes: operation.bytes.slice(0, taken) });
    return taken;
  }

  get types(): readonly string[] {
    return this.trace.map(({ type }) => type);
  }
}

interface Rig {
  readonly writer: JournalWriter;
  readonly fs: TracedFs;
  readonly failures: PlimsollError[];
  /** Runs what the writer put off. */
  readonly elapse: () => void;
  readonly delaysMs: number[];
}

function rig(fs = new TracedFs(), change: Partial<JournalWriterSetup> = {}): Rig {
  const failures: PlimsollError[] = [];
  const delaysMs: number[] = [];
  let callbacks: (() => void)[] = [];
  const writer = new JournalWriter({
    dir: "out",
    header: SAMPLE_HEADER,
    fs,
    rotateBytes: 1e6,
    batchMs: 250,
    schedule: (callback, delayMs) => {
      callbacks.push(callback);
      delaysMs.push(delayMs);
    },
    onFailure: (error) => failures.push(error),
    ...change,
  });
  const elapse = () => {
    const due = callbacks;
    callbacks = [];
    for (const callback of due) callback();
  };
  return { writer, fs, failures, elapse, delaysMs };
}

/** Resolves once the writer has nothing left to do. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

describe("writing", () => {
  test("makes the header and the file's name durable before anything else", async () => {
    const { writer, fs } = rig();
    await writer.start();
    expect(fs.types).toEqual(["create", "write", "datasync", "syncdir"]);
    expect(writer.lastDurableN).toBe(0);
    await writer.close();
  });

  test("gathers records for 250 ms, then writes them at once and syncs once", async () => {
    const { writer, fs, elapse, delaysMs } = rig();
    await writer.start();
    for (const index of [1, 2, 3]) writer.append(sampleEvent(index));
    await settled();
    expect({ types: fs.types.slice(4), delaysMs }).toEqual({ types: [], delaysMs: [250] });
    elapse();
    await settled();
    expect(fs.types.slice(4)).toEqual(["write", "datasync"]);
    expect(writer.lastDurableN).toBe(3);
    await writer.close();
  });

  test("writes a durable record at once, with all that waited", async () => {
    const { writer, fs } = rig();
    await writer.start();
    writer.append(sampleEvent(1));
    await writer.appendDurable(sampleEvent(2));
    expect(fs.types.slice(4)).toEqual(["write", "datasync"]);
    expect(writer.lastDurableN).toBe(2);
    await writer.close();
  });

  test("serves durable records one after another, and many at a time", async () => {
    const { writer, fs } = rig();
    await writer.start();
    for (const index of [1, 2, 3]) await writer.appendDurable(sampleEvent(index));
    await Promise.all([4, 5, 6].map((index) => writer.appendDurable(sampleEvent(index))));
    expect(writer.lastDurableN).toBe(6);
    expect(numbersIn(fs)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    await writer.close();
  });

  test("writes what waits when it is closed", async () => {
    const { writer, fs } = rig();
    await writer.start();
    writer.append(sampleEvent(1));
    await writer.close();
    expect(numbersIn(fs)).toEqual([0, 1]);
    expect(fs.types.at(-1)).toBe("close");
  });

  test("encodes a record when it is given, whatever becomes of it after", async () => {
    const { writer, fs } = rig();
    await writer.start();
    const record = { ...sampleEvent(1), message: "before" };
    writer.append(record);
    record.message = "after";
    await writer.close();
    expect(recordsIn(fs)[1]).toMatchObject({ message: "before" });
  });

  test("refuses what no reader would accept", async () => {
    const { writer } = rig();
    await writer.start();
    const broken = { ...sampleData(1), users: Number.NaN };
    expect(() => writer.append(broken)).toThrow("a record with a bad field was to be written: d.users");
    await writer.close();
    expect(() => writer.append(sampleEvent(1))).toThrow("after the journal's end");
  });
});

describe("rotation", () => {
  test("begins a file with a header that names the last record before it", async () => {
    const { writer, fs } = rig(new TracedFs(), { rotateBytes: 400 });
    await writer.start();
    for (let i = 1; i <= 12; i++) await writer.appendDurable(sampleEvent(i));
    await writer.close();
    const records = recordsIn(fs);
    expect(records.map(({ n }) => n)).toEqual(records.map((_, n) => n));
    const headers = records.filter((record) => record.k === "hdr");
    expect(headers.length).toBeGreaterThan(2);
    for (const { n, run, previous } of headers.slice(1)) {
      expect(run).toBe(SAMPLE_HEADER.run);
      expect(previous).toEqual({ n: n - 1, crc: expect.stringMatching(/^[0-9a-f]{8}$/) });
    }
    expect(outcomeOf(fs).state).toBe("clean");
  });

  test("rotates within one batch too, and closes the old file first", async () => {
    const { writer, fs } = rig(new TracedFs(), { rotateBytes: 400 });
    await writer.start();
    for (let i = 1; i <= 12; i++) writer.append(sampleEvent(i));
    await writer.close();
    expect(outcomeOf(fs)).toMatchObject({ state: "clean", nextN: recordsIn(fs).length });
    const second = fs.trace.findIndex((op) => op.type === "create" && op.path === "out/run.00001.plj");
    expect(fs.types.slice(second - 1, second + 4)).toEqual(["close", "create", "write", "datasync", "syncdir"]);
  });
});

describe("failure", () => {
  const eio = () => Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
  const enospc = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

  /** Lets `good` operations of a type pass, then does as told with every further one. */
  function failingFs(type: Operation["type"], good: number, act: () => number): TracedFs {
    let seen = 0;
    return new TracedFs((operation) => (operation.type === type && ++seen > good ? act() : undefined));
  }

  const raise = (error: () => Error) => () => {
    throw error();
  };

  test.each([
    ["a full disk", failingFs("write", 2, raise(enospc)), "ENOSPC: no space left on device, write"],
    ["a sync error", failingFs("datasync", 2, raise(eio)), "EIO: i/o error, fdatasync"],
    ["a short write", failingFs("write", 2, () => 7), /only 7 of \d+ bytes were written/],
  ])("%s ends the journal for good, told once, and loses nothing synced", async (_, fs, why) => {
    const { writer, failures, elapse } = rig(fs);
    await writer.start();
    await writer.appendDurable(sampleEvent(1));
    const pending = [2, 3].map((index) => writer.appendDurable(sampleEvent(index)));
    const outcomes = await Promise.allSettled(pending);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: writer.failure });
    expect(failures).toEqual([writer.failure]);
    expect(writer.failure).toBeInstanceOf(PlimsollError);
    expect(writer.failure).toMatchObject({ code: "JOURNAL_WRITE_FAILED", message: expect.stringMatching(why) });
    expect(writer.failure?.message).toMatch(
      /^the journal out\/run\.plj cannot be written: .*; its first 2 records are kept$/,
    );

    const asked = fs.trace.length;
    writer.append(sampleEvent(4));
    elapse();
    await expect(writer.appendDurable(sampleEvent(5))).rejects.toBe(writer.failure);
    expect(fs.trace.length).toBe(asked);
    await expect(writer.close()).rejects.toBe(writer.failure);
    expect(fs.types.slice(asked)).toEqual(["close"]);
    expect(writer.lastDurableN).toBe(1);
    expect(failures.length).toBe(1);
    expect(
      recordsIn(fs)
        .slice(0, 2)
        .map(({ n }) => n),
    ).toEqual([0, 1]);
  });

  test.each([
    ["the header", failingFs("write", 0, raise(enospc)), {}],
    ["the folder's sync", failingFs("syncdir", 0, raise(eio)), {}],
    ["the file", failingFs("create", 0, raise(enospc)), {}],
  ])("of %s fails the start", async (_, fs, change) => {
    const { writer } = rig(fs, change);
    await expect(writer.start()).rejects.toMatchObject({ code: "JOURNAL_WRITE_FAILED" });
    expect(writer.lastDurableN).toBe(-1);
  });

  test("while a file is begun keeps the files before", async () => {
    const { writer, fs, failures } = rig(failingFs("create", 1, raise(enospc)), { rotateBytes: 400 });
    await writer.start();
    for (let i = 1; i <= 12; i++) writer.append(sampleEvent(i));
    await expect(writer.close()).rejects.toMatchObject({ code: "JOURNAL_WRITE_FAILED" });
    expect(failures[0]?.message).toContain("out/run.00001.plj");
    expect(outcomeOf(fs)).toMatchObject({ state: "clean", nextN: writer.lastDurableN + 1 });
  });

  test("a file that was removed ends the journal, for nobody can read what goes into it", async () => {
    const { writer, fs, failures, elapse } = rig();
    await writer.start();
    await writer.appendDurable(sampleEvent(1));
    fs.isRemoved = true;
    writer.append(sampleEvent(2));
    elapse();
    await settled();
    expect(failures).toMatchObject([
      {
        code: "JOURNAL_WRITE_FAILED",
        message: "the journal out/run.plj was removed while the run wrote it; nothing of it is kept",
      },
    ]);
    await expect(writer.appendDurable(sampleEvent(3))).rejects.toBe(writer.failure);
  });

  test("told of by a record that only waited", async () => {
    const { writer, failures, elapse } = rig(failingFs("write", 1, raise(enospc)));
    await writer.start();
    writer.append(sampleEvent(1));
    elapse();
    await settled();
    expect(failures).toMatchObject([{ code: "JOURNAL_WRITE_FAILED" }]);
  });
});

describe("laws", () => {
  test("after a loss of power at any instant all announced records are there, and none is made up", async () => {
    const fs = new TracedFs();
    const { writer, elapse } = rig(fs, { rotateBytes: 3000 });
    const announce = () => fs.trace.push({ type: "announce", n: writer.lastDurableN });
    await writer.start();
    announce();
    for (let second = 0; second < 9; second++) {
      for (let i = 0; i < 3; i++) writer.append(sampleData(second * 3 + i));
      if (second % 3 === 2) await writer.appendDurable(sampleEvent(second));
      else elapse();
      await settled();
      announce();
    }
    await writer.close();
    const truth = recordsIn(fs);
    expect(new Set(fs.trace.flatMap((op) => (op.type === "create" ? [op.path] : []))).size).toBeGreaterThan(2);

    const fates = fc.array(fc.constantFrom<Fate>("kept", "lost", "zeroed"), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fates, (fate) => {
        for (let prefix = 0; prefix <= fs.trace.length; prefix++) {
          const { watermark, records } = recoverAfter(fs.trace.slice(0, prefix), fate);
          const numbers = new Set(records.map(({ n }) => n));
          for (let n = 0; n <= watermark; n++)
            expect(numbers.has(n), `record ${n} after operation ${prefix}`).toBe(true);
          for (const record of records) expect(record).toEqual(truth[record.n]);
        }
      }),
      {
        numRuns: 8,
        examples: [[Array(8).fill("kept")], [Array(8).fill("lost")], [["kept", "lost"]], [["zeroed", "kept"]]],
      },
    );
  });
});

type Fate = "kept" | "lost" | "zeroed";
const SECTOR_BYTES = 512;

/** What a reader finds when power fails after these operations; unsynced sectors, and files, meet the given fates in turn. */
function recoverAfter(
  trace: readonly Operation[],
  fates: readonly Fate[],
): {
  readonly watermark: number;
  readonly records: readonly NumberedRecord[];
} {
  const files = new Map<string, { bytes: number[]; syncedBytes: number; isLinked: boolean }>();
  let watermark = -1;
  for (const operation of trace) {
    if (operation.type === "announce") watermark = operation.n;
    else if (operation.type === "create") files.set(operation.path, { bytes: [], syncedBytes: 0, isLinked: false });
    else if (operation.type === "syncdir") for (const file of files.values()) file.isLinked = true;
    else {
      const file = files.get(operation.path)!;
      if (operation.type === "write") file.bytes.push(...operation.bytes);
      if (operation.type === "datasync") file.syncedBytes = file.bytes.length;
    }
  }
  let turn = 0;
  const nextFate = () => fates[turn++ % fates.length]!;
  const reader = new JournalReader();
  const records: NumberedRecord[] = [];
  for (const { bytes, syncedBytes, isLinked } of files.values()) {
    if (!isLinked && nextFate() !== "kept") continue;
    const disk = bytes.slice();
    let length = syncedBytes;
    for (let at = syncedBytes; at < bytes.length; ) {
      const end = Math.min(bytes.length, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
      const fate = nextFate();
      if (fate !== "kept") disk.fill(0, at, end);
      if (fate !== "lost") length = end;
      at = end;
    }
    records.push(...reader.push(Uint8Array.from(disk.slice(0, length))));
    reader.endFile();
  }
  return { watermark, records };
}

function filesIn(fs: TracedFs): readonly Uint8Array[] {
  const files = new Map<string, number[]>();
  for (const operation of fs.trace) {
    if (operation.type === "create") files.set(operation.path, []);
    if (operation.type === "write") files.get(operation.path)!.push(...operation.bytes);
  }
  return [...files.values()].map((bytes) => Uint8Array.from(bytes));
}

function readAll(fs: TracedFs): { readonly reader: JournalReader; readonly records: readonly NumberedRecord[] } {
  const reader = new JournalReader();
  const records: NumberedRecord[] = [];
  for (const bytes of filesIn(fs)) {
    records.push(...reader.push(bytes));
    reader.endFile();
  }
  return { reader, records };
}

function recordsIn(fs: TracedFs): readonly NumberedRecord[] {
  return readAll(fs).records;
}

function outcomeOf(fs: TracedFs) {
  return readAll(fs).reader.outcome();
}

function numbersIn(fs: TracedFs): readonly number[] {
  return filesIn(fs).flatMap((bytes) =>
    new TextDecoder()
      .decode(bytes)
      .split("\n")
      .flatMap((line) => decodeLine(line)?.n ?? []),
  );
}
