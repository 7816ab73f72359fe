import type { Finding } from "./judgement.ts";

/** A stretch of a step: its charts, or its row, are where the reader looks on. */
export type StepPlace = Pick<Finding, "profile" | "fromMs" | "toMs">;

/** Of the search as a whole. */
export const NOWHERE: StepPlace = { profile: undefined, fromMs: undefined, toMs: undefined };

/** Of a search, or of one of its steps. */
export function searchFinding(
  code: string,
  level: Finding["level"],
  message: string,
  place: StepPlace = NOWHERE,
): Finding {
  return { code, level, task: undefined, ...place, message };
}
