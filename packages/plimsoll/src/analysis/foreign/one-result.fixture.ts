import type { ForeignResult } from "../foreign-result.ts";
import { parseForeignRuns } from "./sniff.ts";

/** The result in a file that holds a single one. */
export function oneResult(name: string, text: string): ForeignResult {
  const results = parseForeignRuns(name, text);
  if (results.length !== 1) throw new Error(`${name} holds ${results.length} results`);
  return results[0]!;
}
