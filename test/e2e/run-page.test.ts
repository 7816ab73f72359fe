/** `plimsoll run --ui`: the page beside a run of a second, at which nobody could look in time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { testNeeding } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { HAS_PTY, PTY_NEED, runInTerminal } from "../support/terminal.ts";

const testInTerminal = testNeeding(HAS_PTY, PTY_NEED);
const SIZE = { columns: 140, rows: 40 };

let server: KnownServer;

beforeAll(async () => {
  server = await startKnownServer(answersAfter(5));
});

afterAll(() => server.close());

function args(out: string, ...more: readonly string[]): string[] {
  return ["run", "--url", server.url, "--users", "2", "--duration", "1s", "--out", out, "--ui", ...more];
}

function summaryIn(dir: string): { readonly exitCode: number } {
  return JSON.parse(readFileSync(join(dir, "summary.json"), "utf8"));
}

/** What the page's shell is answered with, or that nobody listens any more. */
function statusOf(url: string): Promise<number | "gone"> {
  return fetch(new URL(url).origin).then(
    ({ status }) => status,
    () => "gone",
  );
}

testInTerminal("in a terminal the page outlasts the run until Ctrl-C, and the verdict's exit code stands", async () => {
  const dir = tempDir();
  const seen: (number | "gone")[] = [];
  let url = "";
  const { code, shown } = await runInTerminal(args(dir), {
    ...SIZE,
    cwd: dir,
    interruptAt: /until Ctrl-C: \S+\r?\n/,
    beforeInterrupt: async (text) => {
      url = /until Ctrl-C: (\S+)/.exec(text)![1]!;
      seen.push(await statusOf(url));
    },
  });
  expect(seen).toEqual([200]);
  expect(url).toMatch(/\?run=\d{4}-\d\d-\d\d-[0-9a-f]{8}#t=/);
  expect(code).toBe(summaryIn(dir).exitCode);
  // The answer is there before the wait, not after it.
  expect(shown.search(/✓ PASS|◐ INCONCLUSIVE/)).toBeLessThan(shown.indexOf("until Ctrl-C"));
  expect(await statusOf(url)).toBe("gone");
});

testInTerminal("where CI lends a terminal nothing waits", async () => {
  const dir = tempDir();
  const { code, shown } = await runInTerminal(args(dir), { ...SIZE, cwd: dir, env: { CI: "true" } });
  expect(code).toBe(summaryIn(dir).exitCode);
  expect(shown).not.toContain("until Ctrl-C");
});

test("--quiet tells the page's address, and where nobody reads along the run ends with its verdict", async () => {
  const dir = tempDir();
  const { code, stdout, stderr } = await runCli(args(dir, "--quiet"));
  expect(code).toBe(summaryIn(dir).exitCode);
  expect(stderr).toMatch(/^⦵ http:\/\/127\.0\.0\.1:\d+\/\?run=now&since=\d+#t=\S+\n$/);
  expect(stdout).toMatch(/^(✓ PASS|◐ INCONCLUSIVE) {2}.*\n$/);
});
