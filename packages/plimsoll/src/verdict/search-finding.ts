import type { Finding } from "./judgement.ts";

/** A part of a step: its charts, or its row, are where the reader looks on. */
export type FindingPlace = Pick<Finding, "profile" | "fromMs" | "toMs">;

/** Of a search as a whole: it belongs to none of its phases. */
export const NOWHERE: FindingPlace = { profile: undefined, fromMs: undefined, toMs: undefined };

export function searchFinding(
  code: string,
  level: Finding["level"],
  message: string,
  place: FindingPlace = NOWHERE,
): Finding {
  return { code, level, task: undefined, ...place, message };
}
