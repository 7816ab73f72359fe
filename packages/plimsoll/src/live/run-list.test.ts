import { appendFile, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { createJournal } from "../records/journal-file.ts";
import { encodeLine } from "../records/line-codec.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS } from "../records/sample-journal.ts";
import { RunCatalogue } from "./run-list.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "plimsoll-list-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A finished run, or one whose journal has only its first `records`. */
async function writeRun(folder: string, run: string, records = SAMPLE_RECORDS.length): Promise<void> {
  await mkdir(join(root, folder), { recursive: true });
  const lines = SAMPLE_RECORDS.slice(0, records).map((record, n) =>
    encodeLine(record.k === "hdr" ? { ...record, run } : record, n),
  );
  await writeFile(join(root, folder, "run.plj"), lines.join(""));
}

async function listed(query?: string) {
  return (await new RunCatalogue(root).look(query)).found.map(
    ({ listing: { id, folder, state } }) => `${folder}: ${id} ${state}`,
  );
}

describe("the list", () => {
  test("has the folder itself and those below it, and says which came to an end", async () => {
    await writeRun("", "2026-11-23-aaaaaaaa");
    await writeRun("runs/old", "2026-11-22-bbbbbbbb", 3);
    await mkdir(join(root, "empty"));
    expect((await listed()).sort()).toEqual([": 2026-11-23-aaaaaaaa ended", "runs/old: 2026-11-22-bbbbbbbb lost"]);
  });

  test("a run whose writer lives is running", async () => {
    const journal = await createJournal(join(root, "now"), { ...SAMPLE_HEADER, run: "2026-11-23-cccccccc" });
    for (const record of SAMPLE_RECORDS.slice(1, 3)) await journal.appendDurable(record);
    expect(await listed()).toEqual(["now: 2026-11-23-cccccccc running"]);
    await journal.close();
    expect(await listed()).toEqual(["now: 2026-11-23-cccccccc lost"]);
  });

  test("copies of a run each get an id of their own, so that none can be taken for another", async () => {
    await writeRun("one", "2026-11-23-aaaaaaaa");
    await cp(join(root, "one"), join(root, "two"), { recursive: true });
    const ids = (await new RunCatalogue(root).look()).found.map(({ listing }) => listing.id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^2026-11-23-aaaaaaaa\.[0-9a-f]{4}$/);
    expect(await new RunCatalogue(root).find("2026-11-23-aaaaaaaa")).toBeUndefined();
  });

  test.each([
    [
      { by: "rate", value: 182.4, low: 174, high: 189, confidence: 0.9 },
      { by: "rate", value: 182.4, low: 174, high: 189 },
    ],
    [
      { by: "users", value: 80, low: null, high: null },
      { by: "users", value: 80 },
    ],
    [{ by: "rate", value: null }, undefined],
    [{ by: 1, value: "<img>" }, undefined],
    [null, undefined],
    ["182/s", undefined],
  ])("of a search the capacity is told as its summary.json has it: %j", async (capacity, told) => {
    await writeRun("found", "2026-11-23-aaaaaaaa");
    await writeFile(join(root, "found", "summary.json"), JSON.stringify({ capacity }));
    const [run] = (await new RunCatalogue(root).look()).found;
    expect(run?.listing.capacity).toEqual(told);
  });

  test("a summary.json that is none costs a run nothing but its capacity", async () => {
    await writeRun("cut", "2026-11-23-aaaaaaaa");
    await writeFile(join(root, "cut", "summary.json"), '{"capacity":{"by":"rate","value":1');
    expect(await listed()).toEqual(["cut: 2026-11-23-aaaaaaaa ended"]);
  });

  test("a run whose journal was damaged in the middle keeps no verdict and says why, whole lines beyond it or not", async () => {
    const lines = sampleJournal({ profiles: [{ name: "p", users: 2, durationMs: 30_000 }] }).map(encodeLine);
    const file = join(root, "run.plj");
    const catalogue = new RunCatalogue(root);
    const listing = async () => (await catalogue.look()).found[0]?.listing;
    await writeFile(file, lines.join(""));
    const whole = await listing();
    expect(whole).toMatchObject({ state: "ended" });
    expect(whole?.isDamaged).toBeUndefined();
    const damaged = { ...whole, verdict: "inconclusive", exitCode: 3, isDamaged: true };
    const bytes = Buffer.from(lines.join(""));
    const middle = Math.floor(bytes.length / 2);
    await writeFile(file, bytes.fill("#", middle, middle + 400));
    expect(await listing()).toEqual({ ...damaged, bytes: bytes.length });
    const holed = lines.filter((_, n) => n !== 9).join("");
    await writeFile(file, holed);
    expect(await listing()).toEqual({ ...damaged, bytes: Buffer.byteLength(holed) });
    // What follows its file in the next one is no hole.
    await writeFile(file, lines.slice(0, 9).join(""));
    await writeFile(join(root, "run.00001.plj"), lines.slice(9).join(""));
    expect(await listing()).toEqual(whole);
  });

  test("links and hidden folders are not entered, and a journal that is none is said to be unreadable", async () => {
    await writeRun(".hidden", "2026-11-23-aaaaaaaa");
    const other = await mkdtemp(join(tmpdir(), "plimsoll-other-"));
    await writeRun(`../${other.split("/").at(-1)}`, "2026-11-23-bbbbbbbb");
    await symlink(other, join(root, "link"));
    await mkdir(join(root, "linked-journal"));
    await symlink(join(other, "run.plj"), join(root, "linked-journal", "run.plj"));
    await mkdir(join(root, "odd"));
    await writeFile(join(root, "odd", "run.plj"), "nothing of ours\n");
    expect(await listed()).toEqual([expect.stringMatching(/^odd: unreadable-[0-9a-f]{12} unreadable$/)]);
    await rm(other, { recursive: true });
  });

  test("is searched by words, in whatever order", async () => {
    await writeRun("nightly", "2026-11-23-aaaaaaaa");
    await writeRun("spike", "2026-11-22-bbbbbbbb");
    expect(await listed("MINILM nightly")).toEqual(["nightly: 2026-11-23-aaaaaaaa ended"]);
    expect(await listed("nothing")).toEqual([]);
  });

  test("a run began when its load did, as its own page has it; before that, when it took its folder", async () => {
    const catalogue = new RunCatalogue(root);
    const startedAt = async () => (await catalogue.look()).found[0]?.listing.startedAt;
    await writeRun("run", "2026-11-23-aaaaaaaa", 2);
    expect(await startedAt()).toBe("2026-11-23T14:38:00.000Z");
    await writeRun("run", "2026-11-23-aaaaaaaa");
    expect(await startedAt()).toBe("2026-11-23T14:38:01.000Z");
  });

  test("beside runs that go on those that ended since an instant are found, and none that was cut off", async () => {
    await writeRun("over", "2026-11-23-aaaaaaaa");
    await writeRun("cut", "2026-11-23-bbbbbbbb", 4);
    const journal = await createJournal(join(root, "now"), { ...SAMPLE_HEADER, run: "2026-11-23-cccccccc" });
    for (const record of SAMPLE_RECORDS.slice(1, 3)) await journal.appendDurable(record);
    const catalogue = new RunCatalogue(root);
    const found = async (andEndedSinceMs?: number) =>
      (await catalogue.running({ ...(andEndedSinceMs === undefined ? {} : { andEndedSinceMs }) }))
        .map(({ listing }) => listing.folder)
        .sort();
    const endedAtMs = Date.parse("2026-11-23T14:38:03.060Z");
    expect(await found()).toEqual(["now"]);
    expect(await found(endedAtMs + 1)).toEqual(["now"]);
    expect(await found(endedAtMs)).toEqual(["now", "over"]);
    await journal.close();
  });

  test("notices what changed since it last looked", async () => {
    await writeRun("run", "2026-11-23-aaaaaaaa", 3);
    const catalogue = new RunCatalogue(root);
    expect((await catalogue.look()).found[0]?.listing.state).toBe("lost");
    for (const [n, record] of SAMPLE_RECORDS.entries())
      if (n >= 3) await appendFile(join(root, "run", "run.plj"), encodeLine(record, n));
    expect((await catalogue.look()).found[0]?.listing.state).toBe("ended");
  });

  test("finds a run where it was, as it is now, and elsewhere once it was moved or its folder became a link", async () => {
    await writeRun("here", "2026-11-23-aaaaaaaa", 3);
    const catalogue = new RunCatalogue(root);
    await catalogue.look();
    const found = async () => (await catalogue.find("2026-11-23-aaaaaaaa"))?.listing;
    expect(await found()).toMatchObject({ folder: "here", state: "lost" });
    await writeRun("here", "2026-11-23-aaaaaaaa");
    expect(await found()).toMatchObject({ folder: "here", state: "ended" });
    await rename(join(root, "here"), join(root, "there"));
    await writeRun("here", "2026-11-23-bbbbbbbb");
    expect(await found()).toMatchObject({ folder: "there" });
    const outside = await mkdtemp(join(tmpdir(), "plimsoll-other-"));
    await rename(join(root, "there"), join(outside, "run"));
    await symlink(join(outside, "run"), join(root, "there"));
    expect(await found()).toBeUndefined();
    await rm(outside, { recursive: true });
  });

  test("finds by id only what is shaped like one", async () => {
    await writeRun("run", "2026-11-23-aaaaaaaa");
    const catalogue = new RunCatalogue(root);
    expect((await catalogue.find("2026-11-23-aaaaaaaa"))?.listing.folder).toBe("run");
    for (const id of ["", "../run", "run", "2026-11-23-AAAAAAAA", "2026-11-23-aaaaaaaa/..", "2026-11-23-aaaaaaab"])
      expect(await catalogue.find(id)).toBeUndefined();
  });
});
