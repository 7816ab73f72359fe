// Builds packages/endpoint/dist: the endpoint and its worker thread, each one file of plain JavaScript.
// Worker threads must run built code: Node 20 cannot load TypeScript.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Writes dist/index.js and dist/inference-worker.js; dependencies stay imports. */
export async function buildEndpoint() {
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ["./src/index.ts", "./src/inference-worker.ts"],
    outdir: "dist",
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await buildEndpoint();
