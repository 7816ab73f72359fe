/** The frozen spec, read back from where it was kept as JSON: the journal. */
import { z } from "zod";
import type { JsonValue } from "../base/json.ts";
import type { ClosedProfile, OpenProfile, Profile, Think, UserStage } from "./spec.ts";

const ms = z.number().min(0);

const think = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("constant"), ms }),
  z.object({ kind: z.literal("uniform"), lowMs: ms, highMs: ms }),
  z.object({ kind: z.literal("exponential"), meanMs: ms }),
  z.object({ kind: z.literal("log-normal"), medianMs: ms, sigma: z.number().min(0) }),
  z.object({ kind: z.literal("pacing"), ms }),
]) satisfies z.ZodType<Think>;

const userStage = z
  .object({ users: z.int().min(0), spawnPerSec: z.number().positive().optional(), durationMs: ms })
  .transform(({ users, spawnPerSec, durationMs }): UserStage => ({ users, spawnPerSec, durationMs }));

const rateStage = z.object({ fromPerSec: z.number().min(0), toPerSec: z.number().min(0), durationMs: ms });

const base = {
  name: z.string(),
  durationMs: ms,
  tags: z.array(z.string()).optional(),
  warmupMs: ms.optional(),
};

const closed = z
  .object({ ...base, kind: z.literal("closed"), stages: z.array(userStage), think, plannedUsers: z.int().optional() })
  .transform(
    ({ tags, warmupMs, plannedUsers, ...profile }): ClosedProfile => ({
      ...{ ...profile, tags, warmupMs },
      ...(plannedUsers === undefined ? {} : { plannedUsers }),
    }),
  );

const open = z
  .object({ ...base, kind: z.literal("open"), stages: z.array(rateStage), arrivals: z.enum(["poisson", "constant"]) })
  .transform(({ tags, warmupMs, ...profile }): OpenProfile => ({ ...profile, tags, warmupMs }));

const kept = z.object({
  profiles: z.array(z.discriminatedUnion("kind", [closed, open])),
  tasks: z.unknown(),
  data: z.unknown(),
});

/** What can be known of a spec that is not there any more: its load, and whether another asks the same. */
export interface KeptSpec {
  readonly profiles: readonly Profile[];
  /** As text, to be compared. */
  readonly tasks: string;
  readonly data: string;
}

/** Undefined when the JSON is no spec. */
export function readKeptSpec(json: JsonValue): KeptSpec | undefined {
  const { data: read } = kept.safeParse(json);
  if (read === undefined) return undefined;
  return { profiles: read.profiles, tasks: JSON.stringify(read.tasks), data: JSON.stringify(read.data) };
}
