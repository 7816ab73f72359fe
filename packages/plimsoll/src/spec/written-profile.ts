import { z } from "zod";
import { duration, rate, shortText, span, whole } from "./written-quantity.ts";
import { thinkSchema } from "./written-think.ts";

/** Most virtual users a profile may ask for. */
export const MAX_USERS = 1_000_000;

const users = whole(0, MAX_USERS).meta({ description: "Virtual users, each with at most one request in flight" });
const spawn = rate.refine((perSec) => perSec > 0, { error: "a rate above 0, such as 5/s" });

const stageSchema = z.strictObject({
  users: users.optional(),
  spawn: spawn.optional().meta({ description: "Users added a second; all at once when not given" }),
  rate: rate.optional().meta({ description: "Arrivals a second, constant over the stage" }),
  from: rate.optional(),
  to: rate.optional(),
  for: span,
});

/** A load, as written: users (closed loop) or a rate (open loop), in one part or in stages. */
export const profileSchema = z
  .strictObject({
    users: users.optional(),
    spawn: spawn.optional().meta({ description: "Users added a second; all at once when not given" }),
    rate: rate.optional().meta({ description: "Arrivals a second, whether or not earlier ones have returned" }),
    arrivals: z
      .enum(["poisson", "constant"], { error: "poisson or constant" })
      .optional()
      .meta({ description: "poisson when not given" }),
    for: span.optional().meta({ description: "From the first user or arrival, ramp included" }),
    stages: z.array(stageSchema, { error: "a list of stages" }).min(1, "at least one stage").optional(),
    think: thinkSchema.optional(),
    warmup: z
      .union([duration, z.literal(0), z.literal("auto")], { error: "a duration with its unit, such as 30s, 0 or auto" })
      .optional()
      .meta({ description: "Left out of the judgement; found by itself when not given" }),
    tags: z
      .array(shortText, { error: "a list of tags" })
      .optional()
      .meta({ description: "Only tasks with one of these" }),
  })
  .meta({ description: "One load: users or a rate, over a time" });

/** A profile read, its numbers in their units. */
export type WrittenProfile = z.output<typeof profileSchema>;
export type WrittenStage = z.output<typeof stageSchema>;
