/** Results as single figures, so that another tool's file and a journal can stand beside each other. */

import { foreignTask } from "../analysis/foreign/foreign-task.ts";
import type { ForeignResult, ForeignSource, ForeignTask } from "../analysis/foreign-result.ts";
import type { RunStats, TaskStats } from "../analysis/run-stats.ts";
import { spoiledReasons } from "./comparison-soundness.ts";

/** One load of a result. */
export interface PointResult extends Pick<ForeignResult, "name" | "tasks" | "rounding"> {
  /** Who measured it, such as `Locust`. */
  readonly tool: string;
  /** Why it can prove nothing. */
  readonly reasons: readonly string[];
}

const PLIMSOLL = "Plimsoll";
const TOOL = {
  "locust-csv": "Locust",
  "locust-json": "Locust",
  "k6-summary": "k6",
  "vllm-json": "vLLM's benchmark",
  "guidellm-json": "guidellm",
  "aiperf-json": "aiperf",
  "oha-json": "oha",
  "vegeta-json": "Vegeta",
  "plimsoll-summary": PLIMSOLL,
} as const satisfies Record<ForeignSource, string>;

/** One load on both sides. */
export interface PointPair {
  readonly name: string;
  readonly base: PointResult;
  readonly next: PointResult;
  readonly reasons: readonly string[];
}

/** A file of another tool tells nothing of its generator. */
export function pointsOfForeign({ name, tasks, rounding, source }: ForeignResult): PointResult {
  return { name, tasks, rounding, tool: TOOL[source], reasons: [] };
}

/** Every profile, over its whole length. */
export function pointsOfRun(run: RunStats): readonly PointResult[] {
  return run.profiles.map((profile) => ({
    name: profile.name,
    tasks: profile.tasks.map(pointsOfTask),
    rounding: "none",
    tool: PLIMSOLL,
    reasons: spoiledReasons([{ run, profile }]),
  }));
}

function pointsOfTask(task: TaskStats): ForeignTask {
  const { responseMs: times } = task;
  const known =
    times === undefined
      ? []
      : ([
          [0.5, times.p50],
          [0.95, times.p95],
          [0.99, times.p99],
        ] as const);
  return foreignTask(task.name, {
    requests: task.requests,
    failures: task.failures,
    requestsPerSec: task.requestsPerSec,
    quantilesMs: known.map(([ratio, ms]) => ({ ratio, ms })),
  });
}

/** By name; two single ones belong together whatever they are called: a file's name is not a load's. */
export function pairPoints(
  base: readonly PointResult[],
  next: readonly PointResult[],
  profile?: string,
): readonly PointPair[] {
  const [only, other] = [base[0], next[0]];
  if (base.length === 1 && next.length === 1 && only !== undefined && other !== undefined) {
    return [pairOf(other.name === only.name ? only.name : `${only.name} → ${other.name}`, only, other)];
  }
  const wanted = base.filter(({ name }) => profile === undefined || name === profile);
  return wanted.flatMap((one) => {
    const found = next.find(({ name }) => name === one.name);
    return found === undefined ? [] : [pairOf(one.name, one, found)];
  });
}

function pairOf(name: string, base: PointResult, next: PointResult): PointPair {
  return { name, base, next, reasons: [...base.reasons, ...next.reasons] };
}
