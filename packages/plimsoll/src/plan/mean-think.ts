import type { Think } from "../spec/spec.ts";

/** Mean pause between an answer and the next request, ms; for pacing the whole cycle, which no pause exceeds. */
export function meanThinkMs(think: Think): number {
  switch (think.kind) {
    case "none":
      return 0;
    case "constant":
    case "pacing":
      return think.ms;
    case "uniform":
      return (think.lowMs + think.highMs) / 2;
    case "exponential":
      return think.meanMs;
    case "log-normal":
      return think.medianMs * Math.exp(think.sigma ** 2 / 2);
  }
}
