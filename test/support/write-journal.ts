import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type SampleOptions, sampleJournal } from "../../packages/plimsoll/src/analysis/journal-sample.ts";
import { encodeLine } from "../../packages/plimsoll/src/records/line-codec.ts";

/** Writes the journal of an imagined run into a folder, as `plimsoll run` would have left it, and returns the folder. */
export function writeJournal(dir: string, { runId, ...options }: SampleOptions & { readonly runId: string }): string {
  const lines = sampleJournal(options).map((record, n) =>
    encodeLine(record.k === "hdr" ? { ...record, run: runId } : record, n),
  );
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "run.plj"), lines.join(""));
  return dir;
}
