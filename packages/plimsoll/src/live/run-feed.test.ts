import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createJournal } from "../records/journal-file.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS } from "../records/sample-journal.ts";
import { sampleReport } from "../report/report-sample.ts";
import { NOTHING_MORE } from "./event-log.ts";
import { RunFeed } from "./run-feed.ts";

test("a feed that is closed sends its viewers away, whatever they have", async () => {
  const root = await mkdtemp(join(tmpdir(), "plimsoll-feed-"));
  const journal = await createJournal(join(root, "now"), { ...SAMPLE_HEADER, run: "2026-11-23-cccccccc" });
  for (const record of SAMPLE_RECORDS.slice(1, 4)) await journal.appendDurable(record);
  const { judgement } = sampleReport();
  const feed = new RunFeed("2026-11-23-cccccccc", join(root, "now"), (stats) => ({ stats, judgement }));
  await feed.document();
  const { n } = feed.since(undefined) ?? {};
  expect([n, feed.since(n)]).toEqual([3, undefined]);
  const isNews = feed.news(60_000);
  await feed.close();
  expect(await isNews).toBe(true);
  expect([feed.since(n), feed.since(undefined)]).toEqual([NOTHING_MORE, NOTHING_MORE]);
  await journal.close();
  await rm(root, { recursive: true });
});
