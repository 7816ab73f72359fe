import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { encodeLine } from "../../packages/plimsoll/src/records/line-codec.ts";
import type { JournalRecord } from "../../packages/plimsoll/src/records/record.ts";
import { createReportBench, type ReportBench } from "../support/report-page.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

// A journal that somebody else wrote, made into pages by the built tool and opened in a browser.

let bench: ReportBench;

beforeAll(async () => {
  bench = await createReportBench();
});

afterAll(() => bench?.close());
afterEach(() => bench.clear());

/** Each says where it stood, so that what ran, or was left out, can be told. */
function forged(place: string): string {
  const mark = `(globalThis.ran??=[]).push('${place}')`;
  return `${place}</script><script>${mark}</script><img src=x onerror=${mark}><svg/onload=${mark}>\u2028-->\u2029\u202egnp.exe\u2066`;
}

/** As people see it: what it says, without the controls that would act unseen. */
function shownOf(place: string): string {
  return forged(place).split("\u2028")[0]!;
}

const TASKS = ["task", "other-task"].map((name) => ({ name: forged(name), method: "GET", path: "/", share: 0.5 }));

/** Every text of a journal that its writer can choose. */
function forgedRecords(): readonly JournalRecord[] {
  const records = sampleJournal({
    name: forged("spec-name"),
    tasks: TASKS,
    thresholds: ["p95 < 500ms"],
    profiles: [
      {
        name: forged("profile"),
        ratePerSec: 40,
        durationMs: 30_000,
        answer: ({ random }) =>
          random.nextRatio() < 0.2
            ? { serviceMs: 900, failure: { kind: "http-5xx", message: forged("error") } }
            : { serviceMs: 80 },
      },
    ],
  });
  const beforeEnd = records.length - 1;
  const more: readonly JournalRecord[] = [
    { k: "ev", code: forged("code"), level: "warning", atMs: 3000, message: forged("event") },
    ...Array.from({ length: 30 }, (_, second): JournalRecord => {
      return { k: "obs", atMs: second * 1000 + 200, values: { [forged("metric")]: second } };
    }),
  ];
  return [...records.slice(0, beforeEnd), ...more, ...records.slice(beforeEnd)].map((record) => {
    if (record.k !== "plan") return record;
    const environment = { ...record.environment, os: forged("os"), cpu: forged("cpu") };
    const spec = { name: forged("spec-text"), [forged("key")]: 1 };
    return { ...record, target: forged("target"), command: forged("command"), environment, spec };
  });
}

function writeForged(dir: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "run.plj"),
    forgedRecords()
      .map((record, n) => encodeLine(record, n))
      .join(""),
  );
  return dir;
}

/** What acts is not there, and whatever could be pressed is pressed. */
async function expectText(page: Page, places: readonly string[]): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
  for (const button of await page.locator("th button").all()) await button.click();
  const shown = String(await page.evaluate("document.body.textContent"));
  for (const place of places) expect(shown, place).toContain(shownOf(place));
  expect(shown).not.toMatch(/[\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  expect(await page.locator("#plimsoll :is(script, img, iframe, object, [onerror], [onload])").count()).toBe(0);
  expect(await page.locator("script").count()).toBe(2);
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
}

test("a forged journal's report shows every text of it and runs none", async () => {
  const dir = writeForged(join(tempDir(), "forged"));
  const made = await runCli(["report", dir, "--format", "html"]);
  const { page, complaints } = await bench.open(await bench.write("forged.html", made.stdout));
  await expectText(page, [
    ...["spec-name", "task", "other-task", "profile", "error", "event", "metric"],
    ...["spec-text", "key", "target", "command", "os", "cpu"],
  ]);
  expect(complaints).toEqual([]);
});

test("neither does its comparison", async () => {
  const dir = tempDir();
  const [base, next] = [writeForged(join(dir, forgedFolder("base"))), writeForged(join(dir, forgedFolder("new")))];
  await runCli(["compare", base, next, "--out", join(dir, "out")]);
  const html = readFileSync(join(dir, "out/comparison.html"), "utf8");
  const { page, complaints } = await bench.open(await bench.write("forged-comparison.html", html));
  await expectText(page, ["task", "other-task", "profile"]);
  expect(complaints).toEqual([]);
});

/** A folder's name holds no slash. */
function forgedFolder(place: string): string {
  return `${place}<img src=x onerror=(globalThis.ran??=[]).push('${place}')>\u202e`;
}
