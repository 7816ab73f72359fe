/** Type-checks every part of the workspace, all at once; `npm run types`. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules/.bin/tsc");

/** `tsconfig.pure.json` compiles the pure layers without Node's or the browser's types. */
const PROJECTS = [
  "packages/plimsoll/tsconfig.json",
  "packages/plimsoll/tsconfig.pure.json",
  "packages/ui/tsconfig.json",
  "packages/endpoint/tsconfig.json",
  "test/tsconfig.json",
];

function check(project) {
  const child = spawn(tsc, ["-p", project], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve) => child.once("close", (code) => resolve(code === 0)));
}

const results = await Promise.all(PROJECTS.map(check));
process.exitCode = results.every(Boolean) ? 0 : 1;
