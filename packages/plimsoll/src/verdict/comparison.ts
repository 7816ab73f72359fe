import type { Interval } from "../analysis/proportion.ts";
import type { Threshold } from "../spec/spec.ts";
import type { Verdict } from "./judgement.ts";

/** A promise that a value stays below its limit; the others ask for at least something. */
export function isUpperBound({ op }: Pick<Threshold, "op">): boolean {
  return op === "<" || op === "<=";
}

export function isMet(value: number, { op, limit }: Pick<Threshold, "op" | "limit">): boolean {
  switch (op) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

/** Pass when all of the interval keeps the promise, fail when none of it does, inconclusive when the limit lies within. */
export function judgeInterval(interval: Interval, threshold: Pick<Threshold, "op" | "limit">): Verdict {
  const isLowMet = isMet(interval.low, threshold);
  const isHighMet = isMet(interval.high, threshold);
  if (isLowMet && isHighMet) return "pass";
  return isLowMet || isHighMet ? "inconclusive" : "fail";
}
