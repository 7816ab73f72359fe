/** What the benchmark of the pages needs of the tool's sources, bundled, and the hour it measures with. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const TASKS = 20;
export const SECONDS = 3600;
const RATE_PER_SEC = 40;
export const HOUR = `an hour of seconds and ${TASKS} tasks`;

export async function loadLayer(folder) {
  const outfile = join(folder, "report-layer.mjs");
  await build({
    stdin: {
      contents: `
        export { renderHtml } from "./report/html.ts";
        export { sampleReport } from "./report/report-sample.ts";
        export { sampleJournal } from "./analysis/journal-sample.ts";
        export { runFold } from "./analysis/run-fold.ts";
        export { encodeLine } from "./records/line-codec.ts";
        export { lockResults } from "./records/journal-file.ts";`,
      resolveDir: join(import.meta.dirname, "../packages/plimsoll/src"),
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}

/** The journal of that long and so much more, made up. */
export function hourJournal({ sampleJournal }, moreSeconds = 0) {
  const tasks = Array.from({ length: TASKS }, (_, i) => ({
    name: `task_${i}`,
    method: "POST",
    path: `/${i}`,
    share: 1 / TASKS,
  }));
  const durationMs = (SECONDS + moreSeconds) * 1000;
  return sampleJournal({ tasks, profiles: [{ name: "soak", ratePerSec: RATE_PER_SEC, durationMs }] });
}
