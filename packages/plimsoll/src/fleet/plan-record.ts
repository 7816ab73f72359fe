import type { JsonValue } from "../base/json.ts";
import { areaOf, countArrivals } from "../plan/arrivals.ts";
import { requestNamesOf } from "../plan/compiled-task.ts";
import { UserTimeline } from "../plan/user-timeline.ts";
import type { Environment, PlannedPhase, PlannedSearch, PlannedTask, PlanRecord } from "../records/record.ts";
import type { OpenProfile, Profile, Spec, Text } from "../spec/spec.ts";

export interface PlanFacts {
  readonly spec: Spec;
  readonly seed: number;
  readonly threads: number;
  /** The command to run it again. */
  readonly command: string;
  /** The same with the changes made by hand, of what takes such. */
  readonly replayCommand?: string | undefined;
  readonly environment: Environment;
  /** The spec as journalled: data rows replaced by their number and hash. */
  readonly specJson: JsonValue;
  /** Only of `find`. */
  readonly search?: PlannedSearch | undefined;
}

/** What the journal tells of the plan; pure, and free of secrets because the spec holds only references. */
export function describePlan(facts: PlanFacts): PlanRecord {
  const { spec, seed } = facts;
  return {
    k: "plan",
    name: spec.name,
    target: spec.target,
    seed,
    threads: facts.threads,
    command: facts.command,
    ...(facts.replayCommand === undefined ? {} : { replayCommand: facts.replayCommand }),
    environment: facts.environment,
    tasks: describeTasks(spec),
    phases: spec.profiles.map((profile, index) => describePhase(spec, profile, { seed, index })),
    limitsMs: latencyLimitsMs(spec),
    thresholds: spec.thresholds.map(({ expr, strict, abort }) => ({ expr, strict, abort })),
    spec: facts.specJson,
    ...(facts.search === undefined ? {} : { search: facts.search }),
  };
}

/** Latency limits (ms) known at the start, which the engine counts exactly; rising, each once. */
export function latencyLimitsMs(spec: Spec): readonly number[] {
  const limits = spec.thresholds.filter((threshold) => threshold.metric.kind === "quantile").map(({ limit }) => limit);
  return [...new Set(limits)].sort((a, b) => a - b);
}

function describeTasks(spec: Spec): readonly PlannedTask[] {
  const totalWeight = spec.tasks.reduce((sum, task) => sum + task.weight, 0);
  return requestNamesOf(spec).map((name) => {
    const task = spec.tasks.find((candidate) => candidate.steps.some((step) => step.name === name))!;
    const step = task.steps.find((candidate) => candidate.name === name)!;
    return { name, method: step.method, path: textOf(step.path), share: task.weight / totalWeight };
  });
}

/** A profile as the journal's plan holds it; `index` is that of its phase. */
export function describePhase(
  spec: Spec,
  profile: Profile,
  { seed, index }: { readonly seed: number; readonly index: number },
): PlannedPhase {
  const shared = {
    name: profile.name,
    plannedMs: profile.durationMs,
    drainMs: spec.timeouts.drainMs,
    ...(profile.warmupMs === undefined ? {} : { warmupMs: profile.warmupMs }),
  };
  if (profile.kind === "open")
    return { ...shared, ...describeRates(profile), plannedArrivals: countArrivals(profile, seed, index) };
  const timeline = new UserTimeline(profile.stages);
  return {
    ...shared,
    kind: "closed",
    users: timeline.maxUsers,
    hasNoThink: profile.think.kind === "none",
    rampsMs: timeline.rampSpans(),
    shape: timeline.corners(),
  };
}

function describeRates(
  profile: OpenProfile,
): Pick<PlannedPhase, "kind" | "ratePerSec" | "arrivals" | "rampsMs" | "shape"> {
  const rampsMs: (readonly [number, number])[] = [];
  const shape: (readonly [number, number])[] = [];
  let startMs = 0;
  let area = 0;
  for (const stage of profile.stages) {
    const endMs = startMs + stage.durationMs;
    shape.push([startMs, stage.fromPerSec], [endMs, stage.toPerSec]);
    if (stage.fromPerSec !== stage.toPerSec) rampsMs.push([startMs, endMs]);
    area += areaOf(stage);
    startMs = endMs;
  }
  return { kind: "open", ratePerSec: area / (startMs / 1000), arrivals: profile.arrivals, rampsMs, shape };
}

function textOf(text: Text): string {
  return text.map((part) => (typeof part === "string" ? part : `{{${part.kind}}}`)).join("");
}
