/**
 * Everything a stranger needs to trust a checkout, in the order in which a fault is cheapest to find; `npm test`.
 * Names what was left out and what passed only at a second try, and ends with one line that counts: `1234 passed, 0 failed, 0 skipped`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestCounts } from "./test-counts.mjs";

const root = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "plimsoll-npm-test-"));
const counts = new TestCounts();

const STEPS = [
  ["build", ["node", "scripts/build.mjs"]],
  ["format and lint", ["node_modules/.bin/biome", "check", "--error-on-warnings", "."]],
  ["types", ["node", "scripts/types.mjs"]],
  ["unit, laws, architecture, docs", vitest("unit", "architecture")],
  ["contracts", vitest("contracts")],
  ["golden files", vitest("golden")],
  ["statistics, the short lane", vitest("statistics")],
  ["end to end on the built tool", vitest("e2e")],
  ["end to end, two at a time", vitest("verdicts")],
  // The broken demo takes another minute and shows nothing that the exit codes do not: CI runs it beside this.
  ["end to end, one at a time", [...vitest("timed"), "--exclude", "**/demo-break*"]],
  ["calibration, the short half", vitest("calibration")],
];

function vitest(...projects) {
  const report = join(scratch, `${projects[0]}.json`);
  const chosen = projects.flatMap((project) => ["--project", project]);
  return [
    "node_modules/.bin/vitest",
    "run",
    ...chosen,
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ];
}

function run([command, ...args]) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
}

function addCounts(command) {
  const flag = command.find((arg) => arg.startsWith("--outputFile="));
  if (flag === undefined) return;
  counts.add(JSON.parse(readFileSync(flag.slice("--outputFile=".length), "utf8")));
}

let firstFailure;
try {
  for (const [name, command] of STEPS) {
    const startedAtMs = performance.now();
    console.log(`\n── ${name}`);
    const code = await run(command);
    addCounts(command);
    console.log(
      `── ${name}: ${code === 0 ? "ok" : "FAILED"} after ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`,
    );
    if (code === 0) continue;
    firstFailure = name;
    break;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

if (firstFailure !== undefined) {
  console.log(`\n${firstFailure} failed; what comes after it was not run`);
  counts.failSomething();
}
for (const name of counts.again) console.log(`!! passed only when run again: ${name}`);
for (const name of counts.skipped) console.log(`!! left out: ${name}`);
console.log(`\n${counts.line()}`);
process.exitCode = firstFailure === undefined ? 0 : 1;
