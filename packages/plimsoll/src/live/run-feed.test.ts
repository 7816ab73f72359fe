import { mkdtemp, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createJournal } from "../records/journal-file.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS } from "../records/sample-journal.ts";
import { sampleReport } from "../report/report-sample.ts";
import { NOTHING_MORE } from "./event-log.ts";
import { RunFeed } from "./run-feed.ts";

/** A run that goes on in a folder of its own, and its feed. */
async function followedRun() {
  const root = await mkdtemp(join(tmpdir(), "plimsoll-feed-"));
  const dir = join(root, "now");
  const journal = await createJournal(dir, { ...SAMPLE_HEADER, run: "2026-11-23-cccccccc" });
  for (const record of SAMPLE_RECORDS.slice(1, 4)) await journal.appendDurable(record);
  const { judgement } = sampleReport();
  const feed = new RunFeed("2026-11-23-cccccccc", dir, (stats) => ({ stats, judgement }));
  await feed.document();
  const leave = async () => {
    await feed.close();
    await journal.close().catch(() => undefined);
    await rm(root, { recursive: true });
  };
  return { dir, journal, feed, leave };
}

async function ended(feed: RunFeed) {
  while (!feed.isEnded) await feed.news(1_000);
  return feed.document();
}

test("a run whose folder is taken away under it, its lock first, is removed", async () => {
  const { dir, feed, leave } = await followedRun();
  await unlink(join(dir, "run.lock"));
  setTimeout(() => void rm(dir, { recursive: true }), 300);
  expect(await ended(feed)).toMatchObject({ state: "removed" });
  await leave();
});

test("a run that leaves its journal without an end is lost", async () => {
  const { journal, feed, leave } = await followedRun();
  await journal.close();
  expect(await ended(feed)).toMatchObject({ state: "lost" });
  await leave();
});

test("a feed that is closed sends its viewers away, whatever they have", async () => {
  const { feed, leave } = await followedRun();
  const { n } = feed.since(undefined) ?? {};
  expect([n, feed.since(n)]).toEqual([3, undefined]);
  const isNews = feed.news(60_000);
  await feed.close();
  expect(await isNews).toBe(true);
  expect([feed.since(n), feed.since(undefined)]).toEqual([NOTHING_MORE, NOTHING_MORE]);
  await leave();
});
