/** Format, lint, types, unit tests and laws, architecture, documents; `npm run check`. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const STEPS = [
  ["format and lint", ["node_modules/.bin/biome", "check", "--error-on-warnings", "."]],
  ["types", ["node", "scripts/types.mjs"]],
  [
    "unit, laws, architecture, documents",
    ["node_modules/.bin/vitest", "run", "--project", "unit", "--project", "architecture"],
  ],
];

/** All at once; what each printed comes out when it has ended, so that nothing is torn apart. */
function run([name, [command, ...args]]) {
  const startedAtMs = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  return new Promise((resolve) =>
    child.once("close", (code) => {
      const isRight = code === 0;
      if (!isRight) console.log(output);
      const last = isRight ? (/Tests\s+(.*)/.exec(output)?.[1] ?? "") : "";
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
      console.log(`${isRight ? "ok    " : "FAILED"} ${name} (${seconds} s) ${last}`);
      resolve(isRight);
    }),
  );
}

const results = await Promise.all(STEPS.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
