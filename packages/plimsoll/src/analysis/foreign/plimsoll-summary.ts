/** Our own `summary.json`, where the journal beside it is gone: a result for each profile, without intervals. */
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult, ForeignTask } from "../foreign-result.ts";
import { foreignTask, knownQuantiles } from "./foreign-task.ts";
import { arrayOf, fieldAt, numberOf, textOf } from "./json-fields.ts";

export const SUMMARY_SCHEMA = "plimsoll.summary/1";

const QUANTILES = [
  ["p50", 0.5],
  ["p75", 0.75],
  ["p90", 0.9],
  ["p95", 0.95],
  ["p99", 0.99],
  ["p999", 0.999],
] as const;

export function parsePlimsollSummary(name: string, value: JsonValue): ForeignResult[] {
  const judged = arrayOf(fieldAt(value, "thresholds")) ?? [];
  return (arrayOf(fieldAt(value, "profiles")) ?? []).map((profile) => {
    const profileName = textOf(fieldAt(profile, "name")) ?? name;
    return {
      source: "plimsoll-summary",
      name: profileName,
      startedAt: textOf(fieldAt(profile, "startedAt")),
      durationMs: numberOf(fieldAt(profile, "durationMs")),
      tasks: (arrayOf(fieldAt(profile, "tasks")) ?? []).map(taskOf),
      thresholds: judged
        .filter((threshold) => fieldAt(threshold, "profile") === profileName)
        .map((threshold) => {
          const verdict = fieldAt(threshold, "verdict");
          const isMet = verdict === "pass" ? true : verdict === "fail" ? false : undefined;
          return { expr: textOf(fieldAt(threshold, "expr")) ?? "", isMet };
        }),
      rounding: "none",
      notes: [
        "A summary holds points only: judge the run.plj beside it for intervals, warm-up and generator health.",
        ...(fieldAt(value, "interrupted") === true ? ["The run was interrupted."] : []),
        ...((arrayOf(fieldAt(value, "imbalances")) ?? []).length > 0 ? ["Its books do not balance."] : []),
      ],
    };
  });
}

function taskOf(task: JsonValue): ForeignTask {
  const times = fieldAt(task, "responseMs");
  return foreignTask(textOf(fieldAt(task, "name")) ?? "", {
    method: textOf(fieldAt(task, "method")) ?? "",
    requests: numberOf(fieldAt(task, "requests")),
    failures: numberOf(fieldAt(task, "failures")),
    requestsPerSec: numberOf(fieldAt(task, "requestsPerSec")),
    failuresPerSec: numberOf(fieldAt(task, "failuresPerSec")),
    quantilesMs: knownQuantiles(QUANTILES.map(([key, ratio]) => ({ ratio, ms: numberOf(fieldAt(times, key)) }))),
    meanMs: numberOf(fieldAt(times, "mean")),
    minMs: numberOf(fieldAt(times, "min")),
    maxMs: numberOf(fieldAt(times, "max")),
  });
}
