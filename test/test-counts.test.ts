import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TestCounts } from "../scripts/test-counts.mjs";
import { tempDir } from "./support/temp-dir.ts";

const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");

/** A file in which two tests pass, one at its second try, one fails, and three are left out: by itself, always, not yet there. */
const FILE = `
let tries = 0;
test("is right", () => {});
test("is right later", { retry: 1 }, () => { if (tries++ === 0) throw new Error("wrong at first"); });
test("is wrong", () => { throw new Error("wrong"); });
test("finds no quiet core", (context) => context.skip("why"));
test.skip("lacks its part", () => {});
test.todo("is only planned");
`;

/** What vitest itself reports of that file. */
async function reported(): Promise<object> {
  const [dir, report] = [tempDir(), "report.json"];
  writeFileSync(join(dir, "any.test.mjs"), FILE);
  const args = [vitest, "run", "--globals", "--root", dir, "--reporter=json", `--outputFile=${report}`];
  await promisify(execFile)(process.execPath, args, { cwd: dir }).catch(() => {});
  return JSON.parse(readFileSync(join(dir, report), "utf8"));
}

test("the last line of npm test tells how many tests were left out, and nothing left out is lost", async () => {
  const counts = new TestCounts();
  const report = await reported();
  counts.add(report);
  counts.add(report);
  expect(counts.line()).toBe("4 passed, 2 failed, 6 skipped");
  expect(counts.skipped.slice(0, 3)).toEqual(["finds no quiet core", "lacks its part", "is only planned"]);
});

test("what passed only at a second try is told, with what was wrong at first", async () => {
  const counts = new TestCounts();
  counts.add(await reported());
  expect(counts.again).toEqual(["is right later: Error: wrong at first"]);
});

test("a step that failed without a failed test counts as one", () => {
  const counts = new TestCounts();
  counts.failSomething();
  expect(counts.line()).toBe("0 passed, 1 failed, 0 skipped");
});
