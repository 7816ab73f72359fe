/** The shape of `capacity` in `summary.json`; `summary-schema.ts` is the rest. */
import { z } from "zod";

const count = z.number().int().min(0);
const ms = z.number();
const ratio = z.number();

const figures = {
  requests: count,
  completedPerSec: z.number().describe("Of what completed in the part that counts, whenever it was due"),
  p50: ms.nullable(),
  p95: ms.nullable(),
  p99: ms.nullable(),
  errorRatio: ratio.nullable(),
};

const counts = z
  .array(z.object({ count, badCount: count }))
  .describe("Requests counted and bad of them, in the order of `slos`");

const step = z.object({
  name: z.string(),
  phase: z.enum(["ramp", "search"]),
  load: z.number(),
  elapsedMs: ms,
  drainMs: ms,
  isHeld: z.boolean(),
  isAborted: z.boolean(),
  isNear: z.boolean(),
  isDegraded: z.boolean().describe("The generator was late itself meanwhile"),
  ...figures,
  counts,
});

const saturation = z.enum(["queues", "sheds", "times-out", "collapses", "absorbs"]);

const overload = z.object({
  ratePerSec: z.number(),
  factor: z.number().describe("Multiple of the capacity"),
  class: saturation.nullable(),
  unsure: z.array(z.string()),
  shedRatio: ratio,
  timeoutRatio: ratio,
  growthPerSec: z.number().describe("Growth of the requests in flight, a second"),
  isFit: z.boolean().describe("False where the generator's own limits spoilt the figures"),
  ...figures,
  recovery: z
    .object({
      kind: z.enum(["recovered", "not-recovered", "inconclusive"]),
      afterMs: ms.nullable(),
      expectedDrainMs: ms.nullable(),
    })
    .nullable(),
});

const hysteresis = z
  .object({
    ratePerSec: z.number().describe("The base of the last overload, run again after it"),
    verdict: z.enum(["as-before", "worse", "inconclusive"]),
    by: z.enum(["p95", "p50", "errors", "piled-up"]).describe("What the verdict rests on"),
    before: z.object(figures),
    after: z.object(figures),
    change: z
      .object({ value: ratio, low: ratio, high: ratio })
      .nullable()
      .describe("Of p95 (of p50 where requests are few): after ÷ before − 1, with its 90 % interval"),
  })
  .describe("Whether the overload left the target as it was");

const level = z.object({
  users: z.number(),
  ...figures,
  counts: z
    .array(z.object({ count, badCount: count, low: ratio, high: ratio }))
    .describe("As in the steps, with the ends between which the true share lies"),
  isFit: z.boolean().describe("False where the generator's own limits spoilt the figures"),
  verdict: z.enum(["pass", "fail", "inconclusive"]),
});

export const capacitySchema = z
  .object({
    by: z.enum(["rate", "users"]),
    value: z.number().nullable().describe("Requests per second, or users; null when none was found"),
    low: z.number().nullable(),
    high: z.number().nullable(),
    confidence: ratio,
    limitedBy: z.object({ slo: z.string(), task: z.string().nullable() }).nullable(),
    saturation: saturation.nullable(),
    sentence: z.string(),
    outcome: z.enum([
      "precise",
      "budget",
      "target-settled",
      "fails-at-start",
      "holds-max-load",
      "no-data",
      "given-up",
      "never-fails",
      "none-succeeded",
      "slow-alone",
      "unfinished",
    ]),
    highestHeld: z.number().nullable().describe("The greatest load measured within every promise"),
    target: z.object({ load: z.number(), verdict: z.enum(["held", "not-held", "inconclusive"]) }).nullable(),
    arrivals: z.literal("poisson").nullable(),
    slos: z.array(
      z.object({ expr: z.string(), task: z.string().nullable(), allowedRatio: ratio, limitMs: ms.nullable() }),
    ),
    ratePerSec: z.number().nullable().describe("The capacity as throughput"),
    users: z.number().nullable().describe("The capacity as users who think as the spec says"),
    steps: z.array(step),
    unfitSteps: z.array(z.object({ name: z.string(), load: z.number(), reasons: z.array(z.string()) })),
    overloads: z.array(overload),
    hysteresis: hysteresis.nullable(),
    levels: z.array(level),
    scalability: z
      .object({
        verdict: z.enum(["retrograde", "peak-not-resolved", "saturates", "no-ceiling-seen", "inconclusive"]),
        kneeUsers: z.number().nullable().describe("Where throughput stops following the users; null unless well known"),
        kneeInterval: z.object({ low: z.number(), high: z.number() }).nullable(),
        peakUsers: z.object({ low: z.number(), high: z.number() }).nullable(),
      })
      .nullable(),
  })
  .describe("Only of `plimsoll find`");

export type CapacityEntry = z.infer<typeof capacitySchema>;
