/** The shape of `summary.json`: the one description from which its TypeScript type and its JSON Schema come. */
import { z } from "zod";
import { ERROR_KINDS } from "../base/outcome.ts";
import { capacitySchema } from "./capacity-schema.ts";

export const SUMMARY_SCHEMA_ID = "plimsoll.summary/1";

const count = z.number().int().min(0);
const ms = z.number();
const ratio = z.number();
const verdict = z.enum(["pass", "fail", "inconclusive"]);

const latency = z
  .object({ min: ms, mean: ms, p50: ms, p75: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms })
  .describe("Milliseconds; null without any ended request");

const interval = z
  .object({ value: ms, low: ms, high: ms })
  .optional()
  .describe("The quantile over the judged part, and between what it lies; absent when too few requests tell of it");

const intervals = z
  .object({
    confidence: ratio.describe("How often such an interval holds the true quantile"),
    fromMs: ms,
    toMs: ms,
    p50: interval,
    p95: interval,
    p99: interval,
  })
  .describe("Over the judged part of the phase, fromMs to toMs");

const arrivals = z
  .object({ planned: count, sent: count, completed: count, failed: count, inFlightAtEnd: count, dropped: count })
  .describe("planned = sent + dropped; sent = completed + failed + inFlightAtEnd");

const observed = z
  .object({
    value: z.number(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: count.describe("Requests judged"),
    fromMs: ms,
    toMs: ms,
    isBeyond: z.literal(true).optional().describe("The quantile lies among the failed: it is worse than value"),
    failedRatio: ratio.optional().describe("Of a latency threshold: failed or unanswered, slower than any answer"),
  })
  .describe("Value and interval in the threshold's unit, over the judged window of the phase");

const threshold = z.object({
  expr: z.string(),
  profile: z.string(),
  task: z.string(),
  observed: observed.nullable(),
  limit: z.number(),
  unit: z.enum(["ms", "ratio", "perSec", "s"]),
  verdict,
  why: z.string(),
  brokeAtMs: ms.optional().describe("Of one that fails: from when on it was not kept again; absent where unknown"),
  isBrokenFromStart: z.literal(true).optional().describe("brokeAtMs is where judging begins: it was never surely kept"),
  isAdded: z.literal(true).optional().describe("By `check --threshold`; absent for the run's own"),
});

const brokeFirst = z
  .object({
    expr: z.string(),
    profile: z.string(),
    task: z.string(),
    atMs: ms.describe("On the phase clock"),
    isFromStart: z.literal(true).optional().describe("Where judging begins: it was never surely kept"),
    users: count.optional().describe("Alive then, closed loop"),
    ratePerSec: z.number().optional().describe("Planned then, open loop"),
    sentence: z.string(),
  })
  .optional()
  .describe("Of the thresholds that fail, the one that was not kept any more first; absent where unknown");

const finding = z.object({
  code: z.string(),
  level: z.enum(["info", "warning", "error"]),
  profile: z.string().optional(),
  task: z.string().optional(),
  fromMs: ms.optional(),
  toMs: ms.optional(),
  message: z.string(),
});

const task = z.object({
  name: z.string(),
  method: z.string(),
  requests: count.describe("completed + failed"),
  failures: count,
  errorRatio: ratio.nullable(),
  requestsPerSec: z.number().describe("Ended within the phase, per second of it; nothing of the drain"),
  completedPerSec: z.number().describe("The same of the completed: throughput"),
  failuresPerSec: z.number().describe("The same of the failed"),
  meanBodyBytes: z.number(),
  responseMs: latency
    .extend({ intervals: intervals.optional() })
    .nullable()
    .describe("From the scheduled start, every ended request"),
  serviceMs: latency.nullable().describe("From the first byte sent"),
  arrivals,
  errors: z.array(z.object({ kind: z.enum(ERROR_KINDS), count, message: z.string() })),
});

const generator = z.object({
  health: z.enum(["ok", "degraded", "invalid"]),
  reasons: z.array(z.string()),
  sendLagMs: z.object({ p50: ms, p99: ms, max: ms }),
  eventLoopDelayMs: z.object({ p99: ms, max: ms }),
  cpuRatio: ratio.describe("CPU time / wall time; 1 is one core"),
  utilisationRatio: ratio,
  longestStallMs: ms.optional().describe("Longest standstill of a load thread or of the whole generator"),
  cpuRatioByThread: z.record(z.string(), ratio).optional().describe("Linux: each thread's part of a core, by name"),
  threadCpuRatio: ratio.optional().describe("Linux: the busiest load thread's part of a core"),
  cpuWaitRatio: ratio.optional().describe("Linux: how long the worst-off load thread waited for a core"),
  stealRatio: ratio.optional().describe("Linux: what the hypervisor took"),
  rssBytes: z.number(),
  dropped: z.record(z.string(), count),
});

const drift = z.object({
  verdict: z.enum(["drift", "stable", "inconclusive"]),
  totalRatio: ratio.nullable(),
  perMinRatio: ratio.nullable(),
  low: z.number().nullable().describe("Of totalRatio"),
  high: z.number().nullable(),
  perMinLow: z.number().nullable().describe("Of perMinRatio"),
  perMinHigh: z.number().nullable(),
  shape: z.enum(["creep", "step"]).optional().describe("Of a drift: even, as a memory leak is, or sudden"),
  stepAtMs: ms.optional().describe("When the step came"),
  fromMs: ms.describe("Of the part that was looked at, on the phase clock"),
  toMs: ms,
});

const steady = z.object({
  verdict: z.enum(["unstable", "steady", "undecided"]).describe("Whether requests come faster than they are answered"),
  growth: z.number().describe("Of the requests in flight, from fromMs to toMs"),
  low: z.number().describe("Of growth"),
  high: z.number(),
  meanInFlight: z.number(),
  offeredPerSec: z.number(),
  endedPerSec: z.number().describe("Completed or failed"),
  fromMs: ms.describe("Of the part that was looked at, on the phase clock"),
  toMs: ms,
  windowMs: ms.describe("Means of so long were looked at"),
});

const profile = z.object({
  name: z.string(),
  startedAt: z.string(),
  durationMs: ms,
  users: count.optional().describe("Closed loop"),
  ratePerSec: z.number().optional().describe("Open loop: the mean planned rate of the time that ran"),
  isFinished: z.boolean(),
  arrivals,
  tasks: z.array(task).describe('The last is named "Aggregated"'),
  generator,
  warmup: z.object({
    cutMs: ms,
    method: z.enum(["none", "given", "mser"]),
    isNeverWarm: z.boolean(),
    why: z.string(),
  }),
  drift: drift.optional(),
  steady: steady.optional(),
});

const environment = z.object({
  os: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  node: z.string(),
  plimsoll: z.string(),
  ci: z.string().optional(),
});

export const summarySchema = z.object({
  schema: z.literal(SUMMARY_SCHEMA_ID),
  verdict,
  exitCode: z.number().int(),
  because: z.string(),
  reasons: z.array(z.string()),
  interrupted: z.literal(true).optional().describe("The run was cut short; absent otherwise"),
  run: z.object({
    id: z.string(),
    name: z.string(),
    target: z.string(),
    startedAt: z.string().nullable(),
    seed: z.number(),
    command: z.string(),
    version: z.string(),
  }),
  thresholds: z.array(threshold),
  brokeFirst,
  profiles: z.array(profile),
  findings: z.array(finding),
  imbalances: z.array(z.string()),
  environment,
  capacity: capacitySchema.optional(),
});

/** `summary.json`, schema `plimsoll.summary/1`. Fields may be added, never renamed. */
export type SummaryDocument = z.infer<typeof summarySchema>;

/** The JSON Schema (draft 2020-12) of `summary.json`, for validators and editors. */
export function summaryJsonSchema(): object {
  return z.toJSONSchema(summarySchema, { io: "input" });
}
