import { readFileSync } from "node:fs";
import {
  type CapacityOptions,
  capacityOptions,
} from "../../../packages/plimsoll/src/analysis/capacity/capacity-options.ts";
import type { CapacityStep } from "../../../packages/plimsoll/src/analysis/capacity/capacity-step.ts";

/** One observed step of a golden trace. */
interface GoldenObserved {
  readonly rate: number;
  readonly aborted: boolean;
  readonly n: number;
  readonly bad: number;
  readonly elapsedS: number;
  readonly drainS: number;
}

/** What the reference decided, fed what had been observed before. */
interface GoldenDecision {
  readonly next?: { readonly phase: "ramp" | "search"; readonly rate: number; readonly durationS: number };
  readonly result?: { readonly capacity: number; readonly lower: number; readonly upper: number; readonly why: string };
  readonly m?: number;
  readonly sd?: number;
  readonly slope?: number;
  readonly phi?: number;
  readonly h?: number;
  readonly meff?: number;
  readonly se?: number;
  readonly halfWidth?: number;
  readonly near?: number;
  readonly first?: readonly [number, number, number, number, number];
}

/** A whole search of the reference. */
export interface GoldenTrace {
  readonly id: string;
  readonly q: number;
  readonly X: number;
  readonly startRate: number;
  readonly maxS: number;
  /** Steps last at least so many latency limits. */
  readonly kx: number;
  readonly steps: readonly { readonly decision: GoldenDecision; readonly observed?: GoldenObserved }[];
}

const url = new URL("../../fixtures/statistics/capacity-search.json", import.meta.url);

/** The reference's searches, for the tests of the controller and of its fit. */
export const goldenTraces: readonly GoldenTrace[] = JSON.parse(readFileSync(url, "utf8")).cases;

/** The options under which a trace was made. */
export function goldenOptions({ q, X, startRate, maxS }: GoldenTrace): CapacityOptions {
  const slo = { name: "golden", allowedRatio: q, ...(X > 0 && { limitMs: 1000 * X }) };
  return capacityOptions({ by: "rate", slos: [slo], startLoad: startRate, budgetMs: 1000 * maxS });
}

/** What the server answered to a step that was planned so. */
export function goldenStep(planned: CapacityStep["planned"], observed: GoldenObserved): CapacityStep {
  const { aborted, n, bad, elapsedS, drainS } = observed;
  return {
    planned,
    observed: {
      isAborted: aborted,
      elapsedMs: 1000 * elapsedS,
      drainMs: 1000 * drainS,
      counts: [{ count: n, badCount: bad }],
    },
  };
}
