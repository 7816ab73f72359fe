// Builds the page: `report.js` and `report.css` are inlined into report.html, `render.js` writes its body.
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));

/** @returns the folder that holds `report.js`, `report.css` and `render.js` */
export async function buildUi(outDir = join(HERE, "dist")) {
  await mkdir(outDir, { recursive: true });
  const common = {
    bundle: true,
    minify: true,
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    absWorkingDir: HERE,
  };
  await Promise.all([
    build({ ...common, entryPoints: ["src/report-client.tsx"], outfile: join(outDir, "report.js"), format: "iife" }),
    build({ ...common, entryPoints: ["src/report.css"], outfile: join(outDir, "report.css") }),
    build({
      ...common,
      entryPoints: ["src/render.tsx"],
      outfile: join(outDir, "render.js"),
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
    }),
  ]);
  return outDir;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildUi();
