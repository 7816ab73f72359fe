import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every whole record of a run folder's journal, read as a stranger would: line by line, without our code. */
export function recordsIn(dir: string) {
  const lines = readFileSync(join(dir, "run.plj"), "utf8").split("\n").slice(0, -1); // a torn last line has no end
  return lines.map((line) => JSON.parse(line.slice(9)));
}
