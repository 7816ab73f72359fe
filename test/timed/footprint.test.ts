import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, "../../packages/plimsoll");

function bytesUnder(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

test("--version answers within 150 ms (best of 10) and tells the version of package.json", async () => {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const timesMs: number[] = [];
  for (let i = 0; i < 10; i++) {
    const startedAtMs = performance.now();
    const result = await runCli(["--version"]);
    timesMs.push(performance.now() - startedAtMs);
    expect(result.stdout).toBe(`${version}\n`);
  }
  expect(Math.min(...timesMs)).toBeLessThan(150);
});

test("installed without the endpoint it takes at most 30 MB, and runs", async () => {
  const dir = tempDir();
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", dir], { cwd: PACKAGE });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("[")));
  await run("npm", ["init", "-y"], { cwd: dir });
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", join(dir, filename)], { cwd: dir });
  expect(bytesUnder(join(dir, "node_modules")) / 1e6).toBeLessThan(30);
  const help = await run(process.execPath, [join(dir, "node_modules/.bin/plimsoll"), "--help"]);
  expect(help.stdout).toContain("The load line for model APIs");
}, 120_000);
