import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { mkdtemp, open, readdir, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { execPath, pid } from "node:process";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { createJournal, lockResults, openJournal, readBootId, SYSTEM_FS } from "./journal-file.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS, sampleEvent, sampleLines } from "./sample-journal.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "plimsoll-journal-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function readWhole(path: string) {
  const journal = await openJournal(path);
  const numbers: number[] = [];
  for await (const { n } of journal.records) numbers.push(n);
  return { ...journal.outcome(), numbers };
}

async function write(path: string, text: string | Uint8Array): Promise<void> {
  await writeFile(path, text);
}

describe("createJournal", () => {
  test("writes run.plj, which reads back as it was given, and leaves no lock", async () => {
    const journal = await createJournal(dir, SAMPLE_HEADER);
    expect(journal.lastDurableN).toBe(0);
    for (const record of SAMPLE_RECORDS.slice(1)) journal.append(record);
    await journal.close();

    const opened = await openJournal(dir);
    const records = [];
    for await (const record of opened.records) records.push(record);
    expect(records).toEqual(SAMPLE_RECORDS.map((record, n) => ({ n, ...record })));
    expect(opened.outcome().state).toBe("clean");
    expect(await readdir(dir)).toEqual(["run.plj"]);
  });

  test("lets only its owner read it", async () => {
    const made = join(dir, "deep", "results");
    const journal = await createJournal(made, SAMPLE_HEADER);
    expect((await stat(made)).mode & 0o777).toBe(0o700);
    expect((await stat(join(made, "run.plj"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(made, "run.lock"))).mode & 0o777).toBe(0o600);
    await journal.close();
  });

  test("puts waiting records on the disk without being asked", async () => {
    const journal = await createJournal(dir, SAMPLE_HEADER, { batchMs: 5 });
    journal.append(sampleEvent(1));
    while (journal.lastDurableN < 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await readWhole(dir)).numbers).toEqual([0, 1]);
    await journal.close();
  });

  test("never overwrites a journal", async () => {
    await write(join(dir, "run.plj"), "precious");
    await expect(createJournal(dir, SAMPLE_HEADER)).rejects.toMatchObject({
      code: "RESULT_LOCKED",
      message: expect.stringContaining("already holds the journal run.plj"),
    });
    expect(await readdir(dir)).toEqual(["run.plj"]);
    expect(await readFile(join(dir, "run.plj"), "utf8")).toBe("precious");
  });

  test("tells where a folder cannot be written", async () => {
    await write(join(dir, "file"), "");
    await expect(createJournal(join(dir, "file", "results"), SAMPLE_HEADER)).rejects.toMatchObject({
      code: "RESULT_UNWRITABLE",
      message: expect.stringMatching(/file\/results cannot be written to: ENOTDIR/),
    });
  });

  test("ends where its working directory is gone, in which Node would try for ever", async () => {
    const gone = vi.spyOn(process, "cwd").mockImplementation(() => {
      throw Object.assign(new Error("ENOENT: no such file or directory, uv_cwd"), { code: "ENOENT" });
    });
    try {
      await expect(lockResults("results")).rejects.toMatchObject({ code: "RESULT_UNWRITABLE" });
    } finally {
      gone.mockRestore();
    }
  });

  test("rotates into numbered files that read as one", async () => {
    const journal = await createJournal(dir, SAMPLE_HEADER, { rotateBytes: 600 });
    for (let i = 1; i <= 30; i++) await journal.appendDurable(sampleEvent(i));
    await journal.close();
    const files = (await readdir(dir)).sort();
    expect(files.length).toBeGreaterThan(3);
    expect(files.slice(0, 2)).toEqual(["run.00001.plj", "run.00002.plj"]);
    const whole = await readWhole(dir);
    expect(whole.state).toBe("clean");
    expect(whole.numbers).toEqual(whole.numbers.map((_, n) => n));

    await unlink(join(dir, "run.00002.plj"));
    const holed = await readWhole(dir);
    expect(holed).toMatchObject({ state: "hole", missing: [[expect.any(Number), expect.any(Number)]] });
    const [[first, last] = [0, 0]] = holed.missing;
    expect(holed.numbers).toEqual(whole.numbers.filter((n) => n < first || n > last));
  });

  test("survives a disk that is truly full, keeping what was synced", async () => {
    const failures: PlimsollError[] = [];
    const fullDisk = {
      ...SYSTEM_FS,
      // The second file's bytes go where the kernel answers every write with ENOSPC.
      createFile: async (path: string) => {
        if (path.endsWith("run.plj")) return SYSTEM_FS.createFile(path);
        const handle = await open("/dev/full", constants.O_WRONLY);
        return {
          write: async (bytes: Uint8Array) => (await handle.write(bytes)).bytesWritten,
          datasync: () => handle.datasync(),
          isRemoved: async () => false,
          close: () => handle.close(),
        };
      },
    };
    const options = { fs: fullDisk, rotateBytes: 400, onFailure: (error: PlimsollError) => failures.push(error) };
    const journal = await createJournal(dir, SAMPLE_HEADER, options);
    let synced = 0;
    await expect(
      (async () => {
        for (let i = 1; i < 20; i++) {
          await journal.appendDurable(sampleEvent(i));
          synced = i;
        }
      })(),
    ).rejects.toMatchObject({ code: "JOURNAL_WRITE_FAILED", exitCode: 3, message: expect.stringContaining("ENOSPC") });
    expect(failures).toEqual([journal.failure]);
    await expect(journal.close()).rejects.toBe(journal.failure);
    expect(await readWhole(dir)).toMatchObject({ state: "clean", nextN: synced + 1 });
    expect(await readdir(dir)).toEqual(["run.plj"]);
  });

  test("ends when its folder is taken away under it", async () => {
    const journal = await createJournal(join(dir, "run"), SAMPLE_HEADER);
    await journal.appendDurable(sampleEvent(1));
    await rm(join(dir, "run"), { recursive: true });
    await expect(journal.appendDurable(sampleEvent(2))).rejects.toMatchObject({
      code: "JOURNAL_WRITE_FAILED",
      message: expect.stringContaining("run.plj was removed while the run wrote it"),
    });
    await expect(journal.close()).rejects.toBe(journal.failure);
    expect(await readdir(dir)).toEqual([]);
  });
});

describe("lock", () => {
  const lockPath = () => join(dir, "run.lock");

  test("keeps a second writer out until the first has closed", async () => {
    const first = await createJournal(dir, SAMPLE_HEADER);
    await expect(createJournal(dir, SAMPLE_HEADER)).rejects.toMatchObject({
      code: "RESULT_LOCKED",
      message: `${dir} is being written by the run of process ${pid} (${lockPath()})`,
    });
    await expect(lockResults(dir)).rejects.toBeInstanceOf(PlimsollError);
    await first.appendDurable(sampleEvent(1));
    await first.close();
    const lock = await lockResults(dir);
    await lock.release();
  });

  test("is handed to the journal by whoever took it before", async () => {
    const lock = await lockResults(dir);
    const journal = await createJournal(dir, SAMPLE_HEADER, { lock });
    await journal.close();
    expect(await readdir(dir)).toEqual(["run.plj"]);
  });

  test("of a killed process is taken over", async () => {
    const child = spawn(execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const stat = await readFile(`/proc/${child.pid}/stat`, "latin1");
    const startedAtTicks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    await write(lockPath(), JSON.stringify({ pid: child.pid, bootId: await readBootId(), startedAtTicks }));
    await expect(lockResults(dir)).rejects.toMatchObject({ code: "RESULT_LOCKED" });

    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    await (await lockResults(dir)).release();
    expect(await readdir(dir)).toEqual([]);
  });

  test.each([
    ["whose process id another process bears now", { pid, bootId: "same", startedAtTicks: "1" }],
    ["of an earlier boot", { pid, bootId: "00000000-0000-0000-0000-000000000000", startedAtTicks: "mine" }],
    ["of which nothing was written", ""],
    ["that holds something else", "garbage"],
    ["with an impossible process", { pid: -1, bootId: "same", startedAtTicks: "1" }],
  ])("%s is taken over", async (_, content) => {
    const stat = await readFile("/proc/self/stat", "latin1");
    const mine = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await write(lockPath(), text.replace('"same"', JSON.stringify(await readBootId())).replace("mine", mine));
    await (await lockResults(dir)).release();
    expect(await readdir(dir)).toEqual([]);
  });

  test("of many that come at once goes to one alone", async () => {
    await write(lockPath(), JSON.stringify({ pid: 2 ** 22 + 1, bootId: await readBootId(), startedAtTicks: "1" }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => createJournal(dir, SAMPLE_HEADER)));
    const winners = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(winners.length).toBe(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "RESULT_LOCKED" });
    }
    await winners[0]?.close();
  });
});

describe("openJournal", () => {
  const lines = sampleLines(40).join("");

  test("takes a folder or a file, of any name", async () => {
    await write(join(dir, "run.plj"), lines);
    await write(join(dir, "kept.plj"), lines);
    for (const path of [dir, join(dir, "run.plj"), join(dir, "kept.plj")]) {
      expect(await readWhole(path)).toMatchObject({ state: "clean", recordCount: 40 });
    }
  });

  test.each([
    ["there is nothing", "none", /there is no journal to read at .*none: ENOENT/],
    ["a folder holds no journal", "", /there is no journal to read at .*: ENOENT/],
  ])("says so when %s", async (_, name, message) => {
    await expect(openJournal(join(dir, name))).rejects.toMatchObject({
      code: "RESULT_UNREADABLE",
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ["an empty file", "", "is empty: its run was stopped before it began"],
    ["another format", "Type,Name,Request Count\nGET,/,1\n", "is not a journal of Plimsoll"],
    ["a binary file", Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) & 0xff), "is not a journal of Plimsoll"],
  ])("refuses %s", async (_, content, message) => {
    await write(join(dir, "run.plj"), content);
    await expect(readWhole(dir)).rejects.toMatchObject({
      code: "RESULT_UNREADABLE",
      message: expect.stringContaining(message),
    });
  });

  test("changes nothing of a torn journal", async () => {
    const torn = lines.slice(0, -10);
    await write(join(dir, "run.plj"), torn);
    expect(await readWhole(dir)).toMatchObject({ state: "torn", recordCount: 39 });
    expect(await readFile(join(dir, "run.plj"), "utf8")).toBe(torn);
    expect(await readdir(dir)).toEqual(["run.plj"]);
  });

  test("reads a journal that is still being written, rotation included", async () => {
    const journal = await createJournal(dir, SAMPLE_HEADER, { rotateBytes: 2000 });
    const reading = (async () => readWhole(dir))();
    for (let i = 1; i <= 60; i++) await journal.appendDurable(sampleEvent(i));
    const { numbers, state, missing } = await reading;
    expect(missing).toEqual([]);
    expect(state).not.toBe("hole");
    expect(numbers).toEqual(numbers.map((_, n) => n));
    await journal.close();
  });

  test("misses nothing that a file gained after its end was met, and before the next began", async () => {
    const journal = await createJournal(dir, SAMPLE_HEADER, { rotateBytes: 600 });
    const opened = await openJournal(dir);
    expect((await opened.records.next()).value).toMatchObject({ n: 0 });
    // The reading stream runs ahead to the file's end while the first record is looked at.
    for (let i = 0; i < 20; i++) await stat(dir);
    for (let i = 1; i <= 20; i++) await journal.appendDurable(sampleEvent(i));
    await journal.close();
    let last = 0;
    for await (const { n } of opened.records) last = n;
    expect(opened.outcome()).toMatchObject({ state: "clean", nextN: last + 1 });
    expect(last).toBeGreaterThan(20);
  });

  test("reads the journals of format plj/1 that earlier versions wrote", async () => {
    const fixture = new URL("../../../../test/fixtures/journal/plj-1.plj", import.meta.url).pathname;
    const opened = await openJournal(fixture);
    const records = [];
    for await (const record of opened.records) records.push(record);
    // Kinds that came later were not in it.
    const later = new Set(["step", "steer", "obs"]);
    const earlier = SAMPLE_RECORDS.filter(({ k }) => !later.has(k));
    expect(records).toEqual(earlier.map((record, n) => ({ n, ...record })));
  });
});
