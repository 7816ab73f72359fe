import { appendFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createJournal } from "../records/journal-file.ts";
import { SAMPLE_HEADER, sampleEvent, sampleLines } from "../records/sample-journal.ts";
import { JournalTail } from "./journal-tail.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "plimsoll-tail-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Reads until record `lastN` was seen. */
async function numbersUpTo(tail: JournalTail, lastN: number): Promise<number[]> {
  const numbers: number[] = [];
  while ((numbers.at(-1) ?? -1) < lastN) {
    const records = await tail.read();
    numbers.push(...records.map(({ n }) => n));
    if (records.length === 0) await tail.news();
  }
  return numbers;
}

test("every record comes once and in order while they are written, over the end of a file too", async () => {
  const journal = await createJournal(dir, SAMPLE_HEADER, { rotateBytes: 600, batchMs: 1 });
  const tail = new JournalTail(dir);
  const seen: number[] = [];
  for (let n = 1; seen.length < 60; n++) {
    await journal.appendDurable(sampleEvent(n));
    if (n % 7 === 0) seen.push(...(await numbersUpTo(tail, journal.lastDurableN)));
  }
  expect(seen).toEqual(seen.map((_, index) => index));
  await journal.close();
  await tail.close();
});

test("half a line is not a record until its other half is there", async () => {
  const lines = sampleLines(5).join("");
  const path = join(dir, "run.plj");
  await writeFile(path, lines.slice(0, -40));
  const tail = new JournalTail(dir);
  const before = (await tail.read()).map(({ n }) => n);
  expect(await tail.read()).toEqual([]);
  await appendFile(path, lines.slice(-40));
  expect(await numbersUpTo(tail, before.at(-1)! + 1)).toEqual([before.at(-1)! + 1]);
  await tail.close();
});

test("a link is not followed", async () => {
  await writeFile(join(dir, "elsewhere"), sampleLines(5).join(""));
  await symlink(join(dir, "elsewhere"), join(dir, "run.plj"));
  const tail = new JournalTail(dir);
  await expect(tail.read()).rejects.toThrow(/ELOOP/);
  await tail.close();
});
