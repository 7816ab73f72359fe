/** A small, complete run as tests need it: valid records of every kind, with fixed values. */

import type { JournalHeader } from "./journal-writer.ts";
import { encodeLine } from "./line-codec.ts";
import {
  type DataRecord,
  type Environment,
  type EventRecord,
  JOURNAL_FORMAT,
  type JournalRecord,
  type PlannedPhase,
  type PlanRecord,
  type RunTotals,
} from "./record.ts";
import type { GeneratorSecond, SecondRecord, TaskSecond } from "./second.ts";

export const SAMPLE_HEADER: JournalHeader = {
  run: "20261123-k3v9",
  version: "0.1.0",
  node: "v20.20.2",
  planSha256: "e3b0c44298fc1c14",
  bootId: "5a1f",
  wall: "2026-11-23T14:38:00.000Z",
  mono: "123456789",
};

const SAMPLE_PHASE: PlannedPhase = {
  name: "steady",
  kind: "open",
  plannedMs: 30_000,
  drainMs: 5000,
  ratePerSec: 40,
  rampsMs: [],
  shape: [[0, 40]],
};

export const SAMPLE_ENVIRONMENT: Environment = {
  os: "linux",
  cpu: "x",
  cores: 2,
  memoryBytes: 8e9,
  node: "v20.20.2",
  plimsoll: "0.1.0",
};

const SAMPLE_PLAN: PlanRecord = {
  k: "plan",
  name: "minilm",
  target: "http://127.0.0.1:8000",
  seed: 7,
  threads: 1,
  command: "plimsoll run --seed 7",
  environment: SAMPLE_ENVIRONMENT,
  tasks: [{ name: "health", method: "GET", path: "/health", share: 1 }],
  phases: [SAMPLE_PHASE],
  limitsMs: [500],
  thresholds: [{ expr: "p95 < 500ms", strict: "interval", abort: false }],
  spec: { target: "http://127.0.0.1:8000" },
};

const SAMPLE_TOTALS: RunTotals = { planned: 0, sent: 0, completed: 0, failed: 0, dropped: 0, inFlightAtEnd: 0 };

export const SAMPLE_GENERATOR: GeneratorSecond = {
  loopDelayP99Ms: 1.5,
  loopDelayMaxMs: 4,
  utilisationRatio: 0.25,
  cpuRatio: 0.5,
  rssBytes: 1e8,
  gcPauseMs: 2,
  gcMaxPauseMs: 1,
  socketCount: 3,
  openedCount: 1,
  reopenedByUsCount: 0,
  staleRetryCount: 0,
};

/** The same on a system that tells more of itself. */
export const SAMPLE_LINUX_GENERATOR: GeneratorSecond = {
  ...SAMPLE_GENERATOR,
  cpuRatioByThread: { main: 0.02, "load-0": 0.4 },
  threadCpuRatios: [0.4],
  cpuWaitRatio: 0.05,
  stealRatio: 0.02,
};

/** Two requests of one task: one completed within 100 ms, one timed out after 600. */
export const SAMPLE_TASK: TaskSecond = {
  planned: 4,
  sent: 3,
  completed: 1,
  failed: 1,
  inFlight: 1,
  dropped: { "connection-cap": 1 },
  errors: { timeout: { "no answer within 600 ms": 1 } },
  bodyBytes: 512,
  responseMs: { sum: 700, min: 100, max: 600 },
  serviceMs: { sum: 698, min: 99, max: 599 },
  service: [
    [1151, 1],
    [1331, 1],
  ],
  cells: [{ due: 2, response: [[1152, 1]], failed: [[1331, 1]], censored: [], over: [1] }],
};

/** The second `sec` of phase 0 with the given tasks. */
export function sampleSecond(
  sec: number,
  tasks: Readonly<Record<string, TaskSecond>> = { health: SAMPLE_TASK },
): SecondRecord {
  return { phase: 0, sec, users: 0, tasks, lag: [[300, 3]], gen: SAMPLE_GENERATOR };
}

/** The same as a journal's record. */
export function sampleData(sec: number): DataRecord {
  return { k: "d", q: null, vec: { local: [0, sec] }, ...sampleSecond(sec) };
}

/** A short record that differs from its neighbours. */
export function sampleEvent(index: number): EventRecord {
  return { k: "ev", code: "NOTE", level: "info", atMs: index, message: `é${index}` };
}

/** One of each kind, in the order of a run. */
export const SAMPLE_RECORDS: readonly JournalRecord[] = [
  { k: "hdr", fmt: JOURNAL_FORMAT, ...SAMPLE_HEADER },
  SAMPLE_PLAN,
  { k: "t0", wall: "2026-11-23T14:38:01.000Z", mono: "223456789" },
  { k: "phase", phase: 0, at: "start", atMs: 50, wall: "2026-11-23T14:38:01.050Z" },
  sampleData(0),
  sampleData(1),
  sampleEvent(2000),
  { k: "step", phase: 1, purpose: "search", load: 40, planned: SAMPLE_PHASE },
  { k: "steer", phase: 0, atMs: 1500, who: "page", what: { ratePerSec: 60 }, planned: SAMPLE_PHASE },
  { k: "obs", atMs: 1600, values: { queue_depth: 3, gpu: null } },
  { k: "ckpt", phase: 0, totals: SAMPLE_TOTALS },
  { k: "phase", phase: 0, at: "drained", atMs: 2050, wall: "2026-11-23T14:38:03.050Z" },
  { k: "fin", reason: "complete", atMs: 2060, wall: "2026-11-23T14:38:03.060Z", totals: SAMPLE_TOTALS },
  { k: "verdict", verdict: "pass", exitCode: 0, checks: [] },
];

/** The lines of a journal of `count` short records: a header, then events. */
export function sampleLines(count: number, run = SAMPLE_HEADER.run): readonly string[] {
  return Array.from({ length: count }, (_, n) =>
    encodeLine(n === 0 ? { k: "hdr", fmt: JOURNAL_FORMAT, ...SAMPLE_HEADER, run } : sampleEvent(n), n),
  );
}
