/** Builds all three packages into their dist/ folders; `npm run build`. */
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const plimsoll = join(root, "packages/plimsoll");
const dist = join(plimsoll, "dist");

const manifest = JSON.parse(await readFile(join(plimsoll, "package.json"), "utf8"));

/** zod carries its messages in fifty languages; English, which it falls back on, is imported by itself. */
const withoutLocales = {
  name: "without locales",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};", loader: "js" })),
};

/** Everything but esbuild, undici and the optional endpoint travels inside dist/, so that installing it is light. */
async function buildPlimsoll() {
  await rm(dist, { recursive: true, force: true });
  await build({
    absWorkingDir: plimsoll,
    entryPoints: {
      main: "src/cli/main.ts",
      index: "src/index.ts",
      "load-thread": "src/fleet/load-thread.ts",
      "metronome-thread": "src/engine/metronome-thread.ts",
      "null-target": "src/cli/doctor/null-target-process.ts",
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: ["esbuild", "undici", "@plimsoll/endpoint"],
    plugins: [withoutLocales],
    define: { PLIMSOLL_VERSION: JSON.stringify(manifest.version) },
    legalComments: "none",
    logLevel: "warning",
    // Bundled CommonJS packages ask for `require` and its like.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
}

async function buildUiAsset() {
  const { buildUi } = await import(pathToFileURL(join(root, "packages/ui/build.mjs")).href);
  await buildUi();
  await mkdir(join(dist, "ui"), { recursive: true });
  for (const name of ["report.js", "report.css", "render.js", "live.js", "live.css"])
    await cp(join(root, "packages/ui/dist", name), join(dist, "ui", name));
}

async function buildEndpointPackage() {
  const { buildEndpoint } = await import(pathToFileURL(join(root, "packages/endpoint/build.mjs")).href);
  await buildEndpoint();
}

/** What TypeScript specs see of the package: the declarations of its entry and of what that needs. */
function buildTypes() {
  const tsc = join(root, "node_modules/.bin/tsc");
  const child = spawn(tsc, ["-p", join(plimsoll, "tsconfig.types.json")], { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`tsc ended with ${code}`))));
  });
}

/** The JSON Schema for editors, written by the code that parses specs; that code is bundled for this alone. */
async function writeSchema() {
  const { outputFiles } = await build({
    absWorkingDir: plimsoll,
    entryPoints: ["src/spec/spec-json-schema.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "warning",
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const { specJsonSchema } = await import(`data:text/javascript;base64,${code}`);
  await writeFile(join(dist, "plimsoll.schema.json"), `${JSON.stringify(specJsonSchema(), null, 2)}\n`);
}

await buildPlimsoll();
await Promise.all([buildUiAsset(), buildEndpointPackage(), buildTypes(), writeSchema()]);
