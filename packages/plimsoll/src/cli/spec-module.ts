import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import { PlimsollError } from "../base/errors.ts";

/** `plimsoll` within a spec, whatever is installed beside it; `src/index.ts` exports the same (a test compares them). */
export const SPEC_ENTRY_SOURCE = "export const defineTest = (spec) => spec;";

/**
 * The value that a TypeScript or JavaScript spec exports as its default. The module is bundled with what it imports
 * and runs with the rights of whoever started Plimsoll.
 *
 * @throws SPEC_INVALID when it does not compile, throws, or has no default export
 */
export async function loadSpecModule(absolute: string, shown: string): Promise<unknown> {
  const code = await bundle(absolute, shown);
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-spec-"));
  try {
    const bundled = join(folder, "spec.mjs");
    await writeFile(bundled, code, { mode: 0o600 });
    const module: unknown = await importModule(bundled, shown);
    if (typeof module === "object" && module !== null && "default" in module) return module.default;
    const message = `${shown} has no default export; expected export default defineTest({…})`;
    throw new PlimsollError("SPEC_INVALID", message, { problems: [{ message }] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importModule(bundled: string, shown: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(bundled).href);
  } catch (cause) {
    const message = `${shown} threw while it was read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new PlimsollError("SPEC_INVALID", message, { problems: [{ message }], cause });
  }
}

async function bundle(absolute: string, shown: string): Promise<string> {
  // Only specs in TypeScript or JavaScript need the bundler: nobody else should wait for it to load.
  const { build } = await import("esbuild");
  const url = JSON.stringify(pathToFileURL(absolute).href);
  try {
    const result = await build({
      entryPoints: [absolute],
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      absWorkingDir: dirname(absolute),
      plugins: [ownEntry],
      // The bundle lives elsewhere; what it says of its own place must stay true.
      define: {
        "import.meta.url": url,
        "import.meta.dirname": JSON.stringify(dirname(absolute)),
        "import.meta.filename": JSON.stringify(absolute),
      },
      banner: {
        js: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(${url});`,
      },
    });
    return result.outputFiles[0]?.text ?? "";
  } catch (error) {
    throw isBuildFailure(error) ? compileError(error, shown) : error;
  }
}

const ownEntry: Plugin = {
  name: "plimsoll-entry",
  setup(build) {
    build.onResolve({ filter: /^plimsoll$/ }, () => ({ path: "plimsoll", namespace: "plimsoll-entry" }));
    build.onLoad({ filter: /.*/, namespace: "plimsoll-entry" }, () => ({ contents: SPEC_ENTRY_SOURCE, loader: "js" }));
  },
};

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

function compileError(failure: BuildFailure, shown: string): PlimsollError {
  const problems = failure.errors.map(({ text, location }) => ({
    message: text,
    ...(location === null ? {} : { place: { file: location.file, line: location.line, column: location.column + 1 } }),
  }));
  return new PlimsollError("SPEC_INVALID", `${shown} does not compile`, { problems, cause: failure });
}
