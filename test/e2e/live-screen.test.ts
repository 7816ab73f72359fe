import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { testNeeding } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { Screen } from "../support/screen.ts";
import { tempDir } from "../support/temp-dir.ts";
import { HAS_PTY, PTY_NEED, runInTerminal } from "../support/terminal.ts";
import { writeSpec } from "../support/write-spec.ts";

let server: KnownServer;

beforeAll(async () => {
  server = await startKnownServer(answersAfter(5));
});

afterAll(() => server.close());

function specFor(seconds: number): object {
  const name = (text: string) => `${text} of a rather long name that must be cut somewhere or drop columns`;
  return {
    name: "an embedding endpoint whose name goes on for longer than any terminal is wide, so that it must be cut to fit",
    target: server.url,
    tasks: Object.fromEntries(["first", "second", "third", "日本語"].map((text) => [name(text), { get: "/" }])),
    profiles: { [`steady_${"x".repeat(50)}`]: { rate: "50/s", for: `${seconds}s` }, next: { users: 2, for: "500ms" } },
  };
}

const testInTerminal = testNeeding(HAS_PTY, PTY_NEED);

describe("in a terminal", () => {
  for (const [columns, rows] of [
    [80, 24],
    [140, 40],
  ] as const)
    testInTerminal(`of ${columns} columns one screen is redrawn in place, and gives way to the summary`, async () => {
      const dir = tempDir();
      const { code, shown } = await runInTerminal(["run", writeSpec(dir, specFor(2))], { columns, rows, cwd: dir });
      expect(code).toBeOneOf([0, 3]);
      const live = shown.slice(0, shown.lastIndexOf("\x1b[?25h"));
      expect(live).toContain("\x1b[?25l");
      expect(live).toMatch(/left/);
      const screen = new Screen(columns, rows);
      // The live part alone must fit: the summary after it may hold paths of any length.
      screen.write(live);
      expect([screen.isCursorShown, screen.wrappedCount]).toEqual([false, 0]);
      expect(screen.redrawCount).toBeGreaterThan(3);
      screen.write(shown.slice(live.length));
      expect(screen.isCursorShown).toBe(true);
      const left = screen.lines.join("\n");
      expect(left).toMatch(/✓ PASS|◐ INCONCLUSIVE/);
      // Nothing of the live screen is left above the answer.
      expect(left.slice(0, left.search(/✓ PASS|◐ INCONCLUSIVE/)).trim()).toBe("");
      expect(left).not.toContain("Ctrl-C");
    });

  testInTerminal("Ctrl-C shows the cursor again, and the results", async () => {
    const dir = tempDir();
    const { code, shown } = await runInTerminal(["run", writeSpec(dir, specFor(60))], {
      columns: 80,
      rows: 24,
      cwd: dir,
      interruptAt: /[3-9] s of 1 m/,
    });
    expect(code).toBe(130);
    expect(shown.lastIndexOf("\x1b[?25h")).toBeGreaterThan(shown.lastIndexOf("\x1b[?25l"));
    expect(shown.slice(shown.lastIndexOf("\x1b[?25h"))).toContain("interrupted");
  });

  testInTerminal("--quiet and a dumb terminal get no escape sequence", async () => {
    const dir = tempDir();
    const size = { columns: 80, rows: 24, cwd: dir };
    const spec = writeSpec(dir, { ...specFor(1), profiles: { short: { users: 2, for: "500ms" } } });
    // A colour for the verdict, but no cursor that moves.
    const quiet = await runInTerminal(["run", spec, "--quiet", "--no-color"], size);
    expect(quiet.shown.trim()).toMatch(/^(✓ PASS|✗ FAIL|◐ INCONCLUSIVE) {2}[^\x1b]+$/);
    const dumb = await runInTerminal(["run", spec], { ...size, env: { TERM: "dumb" } });
    expect(dumb.shown).not.toContain("\x1b");
  });
});

test("without a terminal there is a line every 5 s, and no escape sequence", async () => {
  const dir = tempDir();
  const spec = writeSpec(dir, { ...specFor(1), profiles: { steady: { rate: "20/s", for: "10400ms" } } });
  const run = await runCli(["run", spec, "--out", dir], { env: { NO_COLOR: "" } });
  const lines = run.stderr.trimEnd().split("\n");
  expect(lines.map((line) => /^⦵ steady (\d+) s \/ 10\.4 s/.exec(line)?.[1])).toEqual(["5", "10"]);
  for (const line of lines) expect(line).toMatch(/req\/s · p50 .*ms · p95 .*ms · p99 .*ms · failed 0 · in flight \d/);
  expect(run.stdout + run.stderr).not.toContain("\x1b");
});
