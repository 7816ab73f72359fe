import type { RunStats } from "../analysis/run-stats.ts";
import type { ComparedSideFacts } from "./comparison-answer.ts";

/** Where a side's figures come from. */
export function sideFacts(name: string, runs: readonly RunStats[]): ComparedSideFacts {
  const facts = runs.map(({ header, plan, startedAt }) => ({
    id: header.run,
    startedAt,
    name: plan.name,
    target: plan.target,
    seed: plan.seed,
  }));
  return { name, runs: facts };
}
