import { type Path, type Problems, show } from "./problems.ts";
import type { Profile, RateStage, Task, Think, UserStage } from "./spec.ts";
import type { WrittenProfile, WrittenStage } from "./written-profile.ts";

/** What profiles may refer to. */
export interface ProfileScope {
  readonly problems: Problems;
  readonly defaultThink: Think;
  readonly tasks: readonly Pick<Task, "tags" | "weight">[];
}

const KINDS = "expected users (closed loop) or rate (open loop)";

/** One load; undefined once its faults are told. */
export function readProfile(
  name: string,
  written: WrittenProfile,
  path: Path,
  scope: ProfileScope,
): Profile | undefined {
  checkTags(written.tags, [...path, "tags"], scope);
  const before = scope.problems.count;
  const stages = stagesOf(written, path, scope.problems);
  const kind = kindOf(stages, path, scope.problems);
  if (kind === undefined || scope.problems.count > before) return undefined;
  const base = {
    name,
    durationMs: stages.reduce((sum, { stage }) => sum + stage.for, 0),
    tags: written.tags,
    warmupMs: written.warmup === "auto" ? undefined : written.warmup,
  };
  if (kind === "users") {
    refuse(written, ["arrivals"], "an arrival process belongs to a rate", { path, problems: scope.problems });
    const think = written.think ?? scope.defaultThink;
    return { ...base, kind: "closed", stages: userStages(stages, path, scope.problems), think };
  }
  refuse(written, ["think"], "think time belongs to users", { path, problems: scope.problems });
  const arrivals = written.arrivals ?? "poisson";
  return { ...base, kind: "open", arrivals, stages: rateStages(stages, path, scope.problems) };
}

interface PlacedStage {
  readonly stage: WrittenStage;
  readonly path: Path;
}

/** The parts of a profile; one without `stages` is its own only part. */
function stagesOf(written: WrittenProfile, path: Path, problems: Problems): readonly PlacedStage[] {
  if (written.stages !== undefined) {
    refuse(written, ["users", "spawn", "rate", "for"], "it stands beside stages; expected it within one of them", {
      path,
      problems,
    });
    return written.stages.map((stage, index) => ({ stage, path: [...path, "stages", index] }));
  }
  const { users, spawn, rate } = written;
  if (written.for === undefined) {
    problems.add([...path, "for"], "missing; expected a duration with its unit, such as 30s");
    return [];
  }
  return [{ stage: { users, spawn, rate, for: written.for }, path }];
}

function kindOf(stages: readonly PlacedStage[], path: Path, problems: Problems): "users" | "rate" | undefined {
  const kinds = new Set<"users" | "rate">();
  for (const { stage, path: place } of stages) {
    const isRate = stage.rate !== undefined || stage.from !== undefined || stage.to !== undefined;
    const isUsers = stage.users !== undefined;
    if (isRate && isUsers)
      problems.add([...place, "rate"], `users and a rate are both given; ${KINDS}`, { end: "key" });
    else if (!isRate && !isUsers) problems.add(place, `no load; ${KINDS}`);
    else kinds.add(isRate ? "rate" : "users");
    if (isRate && stage.spawn !== undefined)
      problems.add([...place, "spawn"], "a spawn rate belongs to users", { end: "key" });
  }
  if (kinds.size > 1) problems.add([...path, "stages"], `stages of users and of rates are mixed; ${KINDS}`);
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

function userStages(stages: readonly PlacedStage[], path: Path, problems: Problems): readonly UserStage[] {
  const read = stages.map(({ stage }) => ({
    users: stage.users ?? 0,
    spawnPerSec: stage.spawn,
    durationMs: stage.for,
  }));
  if (read.every(({ users }) => users === 0))
    problems.add([...path, "users"], "0 users send nothing; expected at least 1");
  return read;
}

function rateStages(stages: readonly PlacedStage[], path: Path, problems: Problems): readonly RateStage[] {
  let lastPerSec = 0;
  const read = stages.map(({ stage, path: place }) => {
    if (stage.rate !== undefined && (stage.from !== undefined || stage.to !== undefined)) {
      problems.add([...place, "rate"], "a rate stands beside from or to; expected rate alone, or from and to", {
        end: "key",
      });
    }
    const fromPerSec = stage.rate ?? stage.from ?? lastPerSec;
    const toPerSec = stage.rate ?? stage.to ?? fromPerSec;
    lastPerSec = toPerSec;
    return { fromPerSec, toPerSec, durationMs: stage.for };
  });
  if (read.every(({ fromPerSec, toPerSec }) => fromPerSec === 0 && toPerSec === 0)) {
    problems.add([...path, "rate"], "a rate of 0 sends nothing; expected one such as 40/s");
  }
  return read;
}

function checkTags(tags: readonly string[] | undefined, path: Path, { problems, tasks }: ProfileScope): void {
  if (tags === undefined) return;
  const known = new Set(tasks.flatMap((task) => task.tags));
  for (const [index, tag] of tags.entries()) {
    if (!known.has(tag)) problems.addUnknown([...path, index], "tag", tag, known);
  }
  const isAnySent = tasks.some((task) => task.weight > 0 && task.tags.some((tag) => tags.includes(tag)));
  if (!isAnySent && tags.every((tag) => known.has(tag)))
    problems.add(path, `${show(tags)} leaves no task with a weight above 0`);
}

function refuse(
  written: WrittenProfile,
  keys: readonly (keyof WrittenProfile)[],
  reason: string,
  { path, problems }: { readonly path: Path; readonly problems: Problems },
): void {
  for (const key of keys) if (written[key] !== undefined) problems.add([...path, key], reason, { end: "key" });
}
