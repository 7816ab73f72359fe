import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersAfter, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

const SECRET = "Bq5mUx8dLw2kZs9f";

/** A module that Node loads before the tool, and that throws from a timer once the journal holds its second second. */
function plantedFault(dir: string, journal: string): string {
  const path = join(dir, "fault.mjs");
  writeFileSync(
    path,
    `import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
const hasBegun = () => {
  try {
    return readFileSync(${JSON.stringify(journal)}, "utf8").includes('"sec":1');
  } catch {
    return false;
  }
};
if (isMainThread) {
  setInterval(() => {
    if (hasBegun()) throw new TypeError("planted, with " + process.env.TOKEN);
  }, 20).unref();
}
`,
  );
  return path;
}

test("an exception in a timer ends the run with 70: the fault told without secrets, the journal whole, the folder free", async () => {
  const server = await startKnownServer(answersAfter(1));
  try {
    const dir = tempDir();
    const out = join(dir, "out");
    const load = ["--url", `${server.url}/`, "--header", "x-token: ${TOKEN}", "--rate", "50/s", "--duration", "60s"];
    const env = { TOKEN: SECRET, NODE_OPTIONS: `--import ${plantedFault(dir, join(out, "run.plj"))}` };
    const run = await runCli(["run", ...load, "--out", out], { env });
    expect([run.code, run.stdout]).toEqual([70, ""]);
    expect(run.stderr).toMatch(/^plimsoll: BUG: TypeError: planted, with \*\*\*\n/m);
    expect(run.stderr).toContain(`\`plimsoll report ${out}\` shows what was measured until then.`);
    expect(run.stderr).not.toContain(SECRET.slice(0, 6));
    // Given back only once the journal has been closed.
    expect(existsSync(join(out, "run.lock"))).toBe(false);
    const report = JSON.parse((await runCli(["report", out, "--json"])).stdout);
    expect(report).toMatchObject({ verdict: "inconclusive", interrupted: true });
    expect(report.profiles[0].arrivals.completed).toBeGreaterThan(20);
  } finally {
    await server.close();
  }
});
