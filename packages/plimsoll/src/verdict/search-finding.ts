import type { Finding } from "./judgement.ts";

/** Of a search as a whole: it belongs to none of its phases. */
export function searchFinding(code: string, level: Finding["level"], message: string): Finding {
  return { code, level, profile: undefined, task: undefined, fromMs: undefined, toMs: undefined, message };
}
