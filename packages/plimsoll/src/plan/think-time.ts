import type { Random } from "../base/random.ts";
import type { Think } from "../spec/spec.ts";

/**
 * When a user is due again: `endedAtMs` plus a drawn pause, or for `pacing` a fixed time after the last due time,
 * but never before the answer. Draws the same number of values whatever the target did.
 */
export function nextDueMs(
  think: Think,
  random: Random,
  last: { readonly dueMs: number; readonly endedAtMs: number },
): number {
  if (think.kind === "pacing") return Math.max(last.endedAtMs, last.dueMs + think.ms);
  return last.endedAtMs + pauseMs(think, random);
}

function pauseMs(think: Exclude<Think, { kind: "pacing" }>, random: Random): number {
  switch (think.kind) {
    case "none":
      return 0;
    case "constant":
      return think.ms;
    case "uniform":
      return think.lowMs + (think.highMs - think.lowMs) * random.nextRatio();
    case "exponential":
      return random.nextExponential(think.meanMs);
    case "log-normal":
      return think.medianMs * Math.exp(think.sigma * random.nextNormal());
  }
}
