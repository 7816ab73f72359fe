import { PlimsollError } from "../base/errors.ts";
import type { Threshold } from "../spec/spec.ts";
import { bindThreshold, isThreshold, parseThreshold, type ThresholdNames } from "../spec/threshold.ts";

/** A threshold from a flag or a journal, bound to the names it may speak of. @throws USAGE with what is wrong in it */
export function readThreshold(text: string, names?: ThresholdNames): Threshold {
  const parsed = parseThreshold(text);
  const bound = isThreshold(parsed) && names !== undefined ? bindThreshold(parsed, names) : parsed;
  if (isThreshold(bound)) return bound;
  throw new PlimsollError("USAGE", `threshold '${text}': ${bound.message}`, {
    hint: bound.hint ?? "Such as 'p95 < 500ms', 'single_embed p99 < 1s' or 'errors < 1%'.",
  });
}
