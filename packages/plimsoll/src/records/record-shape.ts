/**
 * The shape of every record kind, checked by hand: a reader meets journals of hundreds of megabytes, and what a
 * writer lets through damaged can never be read back. Fields that are not listed pass, so that kinds can grow.
 */
import {
  type CheckpointRecord,
  type DataRecord,
  type Environment,
  type EventRecord,
  type FinishRecord,
  type HeaderRecord,
  JOURNAL_FORMAT,
  type JournalRecord,
  type LeftOutThreshold,
  type NumberedRecord,
  type ObservedRecord,
  type PhaseRecord,
  type PlannedPhase,
  type PlannedSearch,
  type PlannedSearchStep,
  type PlannedSlo,
  type PlannedStage,
  type PlannedTask,
  type PlannedThreshold,
  type PlanRecord,
  type RunTotals,
  type StartRecord,
  type SteerRecord,
  type StepRecord,
  type VerdictRecord,
} from "./record.ts";
import type { Cell, Extent, GeneratorSecond, TaskSecond } from "./second.ts";

/** Undefined when the value fits, else the path of the first field that does not, such as `.tasks.health.sent`. */
type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === "string" ? undefined : "");
const flag: Check = (value) => (typeof value === "boolean" ? undefined : "");
const number: Check = (value) => (Number.isFinite(value) ? undefined : "");
const count: Check = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? undefined : "";
const anything: Check = (value) => (value === undefined ? "" : undefined);

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

const oneOf = (...choices: readonly string[]): Check => {
  const known = new Set<unknown>(choices);
  return (value) => (known.has(value) ? undefined : "");
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** All fields of T, optional ones too, so that a field added to a record cannot be forgotten here. */
const shape = <T>(fields: { readonly [K in keyof Required<T>]: Check }): Check => {
  const checks = Object.entries<Check>(fields);
  return (value) => {
    if (!isObject(value)) return "";
    for (const [name, check] of checks) {
      const fault = check(value[name]);
      if (fault !== undefined) return `.${name}${fault}`;
    }
    return undefined;
  };
};

const listOf =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return "";
    for (let i = 0; i < value.length; i++) {
      const fault = check(value[i]);
      if (fault !== undefined) return `[${i}]${fault}`;
    }
    return undefined;
  };

const mapOf =
  (check: Check): Check =>
  (value) => {
    if (!isObject(value)) return "";
    for (const name of Object.keys(value)) {
      const fault = check(value[name]);
      if (fault !== undefined) return `.${name}${fault}`;
    }
    return undefined;
  };

const pair: Check = (value) =>
  Array.isArray(value) && value.length === 2 ? (number(value[0]) ?? number(value[1])) : "";

/** Most of a journal's numbers stand here, so it is one plain loop. */
const buckets: Check = (value) => {
  if (!Array.isArray(value)) return "";
  let last = -1;
  for (let i = 0; i < value.length; i++) {
    const bucket: unknown = value[i];
    if (!Array.isArray(bucket) || bucket.length !== 2) return `[${i}]`;
    const index: unknown = bucket[0];
    const held: unknown = bucket[1];
    if (typeof index !== "number" || !Number.isInteger(index) || index <= last) return `[${i}]`;
    if (typeof held !== "number" || !Number.isSafeInteger(held) || held <= 0) return `[${i}]`;
    last = index;
  }
  return undefined;
};

const totals = shape<RunTotals>({
  planned: count,
  sent: count,
  completed: count,
  failed: count,
  dropped: count,
  inFlightAtEnd: count,
});

const extent = shape<Extent>({ sum: number, min: number, max: number });

const taskSecond = shape<TaskSecond>({
  planned: count,
  sent: count,
  completed: count,
  failed: count,
  inFlight: count,
  dropped: mapOf(count),
  errors: mapOf(mapOf(count)),
  bodyBytes: count,
  responseMs: extent,
  serviceMs: extent,
  service: buckets,
  cells: listOf(
    shape<Cell>({ due: count, response: buckets, failed: buckets, censored: buckets, over: listOf(count) }),
  ),
});

const generatorSecond = shape<GeneratorSecond>({
  loopDelayP99Ms: number,
  loopDelayMaxMs: number,
  utilisationRatio: number,
  cpuRatio: number,
  cpuRatioByThread: optional(mapOf(number)),
  threadCpuRatios: optional(listOf(number)),
  cpuWaitRatio: optional(number),
  stealRatio: optional(number),
  rssBytes: number,
  gcPauseMs: number,
  gcMaxPauseMs: number,
  socketCount: count,
  openedCount: count,
  reopenedByUsCount: count,
  staleRetryCount: count,
});

const plannedPhase = shape<PlannedPhase>({
  name: text,
  kind: oneOf("closed", "open"),
  plannedMs: number,
  drainMs: number,
  users: optional(number),
  ratePerSec: optional(number),
  arrivals: optional(oneOf("poisson", "constant")),
  hasNoThink: optional(flag),
  rampsMs: listOf(pair),
  warmupMs: optional(number),
  shape: listOf(pair),
  plannedArrivals: optional(number),
});

const plannedSearch = shape<PlannedSearch>({
  by: oneOf("rate", "users"),
  slos: listOf(
    shape<PlannedSlo>({ expr: text, task: optional(text), allowedRatio: number, limitMs: optional(number) }),
  ),
  startLoad: optional(number),
  thinkMs: number,
  maxLoad: optional(number),
  targetLoad: optional(number),
  budgetMs: number,
  toleranceRatio: number,
  minNearSteps: number,
  stepMs: number,
  rampStepMs: number,
  rampFactor: number,
  minRequests: number,
  maxWaitForRequestsMs: number,
  limitsPerStep: number,
  isOverloadTested: flag,
  maxConnections: number,
  levels: optional(listOf(number)),
  leftOut: optional(listOf(shape<LeftOutThreshold>({ expr: text, why: text }))),
});

const steerOrder: Check = (value) => {
  if (!isObject(value)) return "";
  const isOrder = Number.isFinite(value["users"]) || Number.isFinite(value["ratePerSec"]);
  return isOrder || value["paused"] === true || value["resumed"] === true ? undefined : "";
};

const userStage = shape<Extract<PlannedStage, { readonly users: number }>>({
  users: count,
  spawnPerSec: optional(number),
  durationMs: number,
});
const rateStage = shape<Extract<PlannedStage, { readonly fromPerSec: number }>>({
  fromPerSec: number,
  toPerSec: number,
  durationMs: number,
});
const plannedStage: Check = (value) => (isObject(value) && "users" in value ? userStage(value) : rateStage(value));

const environment = shape<Environment>({
  os: text,
  cpu: text,
  cores: number,
  memoryBytes: number,
  node: text,
  plimsoll: text,
  ci: optional(text),
});

const SHAPES = {
  hdr: shape<HeaderRecord>({
    k: text,
    fmt: oneOf(JOURNAL_FORMAT),
    run: text,
    version: text,
    node: text,
    planSha256: text,
    bootId: text,
    wall: text,
    mono: text,
    previous: optional(shape<{ n: number; crc: string }>({ n: count, crc: text })),
  }),
  plan: shape<PlanRecord>({
    k: text,
    name: text,
    target: text,
    seed: number,
    threads: number,
    command: text,
    replayCommand: optional(text),
    environment,
    tasks: listOf(shape<PlannedTask>({ name: text, method: text, path: text, share: number })),
    phases: listOf(plannedPhase),
    limitsMs: listOf(number),
    thresholds: listOf(shape<PlannedThreshold>({ expr: text, strict: oneOf("interval", "point"), abort: flag })),
    spec: anything,
    search: optional(plannedSearch),
  }),
  t0: shape<StartRecord>({ k: text, wall: text, mono: text }),
  phase: shape<PhaseRecord>({
    k: text,
    phase: count,
    at: oneOf("start", "end", "drained"),
    atMs: number,
    wall: text,
  }),
  d: shape<DataRecord>({
    k: text,
    q: (value) => (value === null ? undefined : number(value)),
    vec: mapOf(pair),
    phase: count,
    sec: count,
    users: count,
    tasks: mapOf(taskSecond),
    lag: buckets,
    gen: generatorSecond,
  }),
  ev: shape<EventRecord>({
    k: text,
    code: text,
    level: oneOf("info", "warning", "error"),
    atMs: number,
    phase: optional(count),
    task: optional(text),
    message: text,
    data: optional(anything),
  }),
  step: shape<StepRecord>({
    k: text,
    phase: count,
    purpose: oneOf("probe", "search", "overload", "again", "level", "pair"),
    load: number,
    planned: plannedPhase,
    search: optional(
      shape<PlannedSearchStep>({ phase: oneOf("ramp", "search"), abortAboveCount: optional(number), isNear: flag }),
    ),
  }),
  steer: shape<SteerRecord>({
    k: text,
    phase: count,
    atMs: number,
    who: text,
    what: steerOrder,
    planned: plannedPhase,
    stages: optional(listOf(plannedStage)),
  }),
  obs: shape<ObservedRecord>({
    k: text,
    atMs: number,
    values: mapOf((value) => (value === null ? undefined : number(value))),
  }),
  ckpt: shape<CheckpointRecord>({ k: text, phase: count, totals }),
  fin: shape<FinishRecord>({
    k: text,
    reason: oneOf("complete", "interrupted", "aborted", "orphaned"),
    atMs: number,
    wall: text,
    signal: optional(text),
    totals,
  }),
  verdict: shape<VerdictRecord>({
    k: text,
    verdict: oneOf("pass", "fail", "inconclusive"),
    exitCode: count,
    checks: anything,
  }),
} as const satisfies Record<JournalRecord["k"], Check>;

/** Whether this version knows the kind; a reader skips the others. */
export function isKnownKind(k: string): k is JournalRecord["k"] {
  return Object.hasOwn(SHAPES, k);
}

/** Path of the record's first field that does not fit its kind, such as `d.tasks.health.sent`; undefined when all do. */
export function faultInRecord(record: { readonly k: JournalRecord["k"] }): string | undefined {
  const fault = SHAPES[record.k](record);
  return fault === undefined ? undefined : `${record.k}${fault}`;
}

/** Whether parsed JSON is a record of a known kind with every field in place. */
export function isNumberedRecord(json: unknown): json is NumberedRecord {
  if (!isObject(json) || !Number.isSafeInteger(json["n"])) return false;
  const k = json["k"];
  return typeof k === "string" && isKnownKind(k) && SHAPES[k](json) === undefined;
}
