import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a spec as JSON (which is YAML) into a folder and returns its path. */
export function writeSpec(dir: string, spec: object, name = "plimsoll.json"): string {
  const path = join(dir, name);
  writeFileSync(path, JSON.stringify(spec, null, 2));
  return path;
}
