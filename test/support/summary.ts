import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The `summary.json` of a run folder, as it comes: what it holds is what the tests assert. */
export function summaryIn(dir: string) {
  return JSON.parse(readFileSync(join(dir, "summary.json"), "utf8"));
}
