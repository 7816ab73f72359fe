// Builds the page: `report.js` and `report.css` are inlined into report.html, `render.js` writes its body; `live.js` and
// `live.css` are what `plimsoll ui` serves.
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));

/** @returns the folder that holds `report.js`, `report.css`, `render.js`, `live.js` and `live.css` */
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
    build({ ...common, entryPoints: ["src/live/live-client.tsx"], outfile: join(outDir, "live.js"), format: "iife" }),
    build({ ...common, entryPoints: ["src/live/live.css"], outfile: join(outDir, "live.css") }),
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

/** The built page as plimsoll's `renderHtml` takes it. */
export async function loadUi(outDir) {
  const [script, css, page] = await Promise.all([
    readFile(join(outDir, "report.js"), "utf8"),
    readFile(join(outDir, "report.css"), "utf8"),
    import(pathToFileURL(join(outDir, "render.js")).href),
  ]);
  const sha256Base64 = (text) => createHash("sha256").update(text).digest("base64");
  return {
    script,
    css,
    renderBody: page.renderReportBody,
    renderComparisonBody: page.renderComparisonBody,
    sha256Base64,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildUi();
