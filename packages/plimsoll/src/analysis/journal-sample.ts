/**
 * Journals of imagined runs, for the tests of every stage after the engine: same shape and same sums as real ones,
 * and a pure function of the options.
 *
 * `sampleJournal({ profiles: [{ name: "spike", users: 200, durationMs: 60_000 }] })`
 */
import {
  type FinishRecord,
  JOURNAL_FORMAT,
  type JournalRecord,
  type PhaseRecord,
  type PlannedPhase,
  type RunTotals,
} from "../records/record.ts";
import { loadLeft } from "./planned-load.ts";
import { drainLimitMs, type SampledRequest, type SampleProfile, type SampleTask, sampleLoad } from "./sample-load.ts";
import { sampleSeconds } from "./sample-seconds.ts";

export interface SampleOptions {
  readonly seed?: number;
  readonly name?: string;
  readonly tasks?: readonly SampleTask[];
  readonly profiles?: readonly SampleProfile[];
  readonly limitsMs?: readonly number[];
  /** As written in the spec. */
  readonly thresholds?: readonly string[];
  /** `killed`: the journal breaks off in the middle of the last profile; the others have a `fin`. */
  readonly end?: "complete" | "aborted" | "interrupted" | "killed";
}

/** The mix of the README's example. */
export const SAMPLE_TASKS: readonly SampleTask[] = [
  { name: "single_embed", method: "POST", path: "/embed", share: 8 / 11 },
  { name: "batch_embed", method: "POST", path: "/embed", share: 2 / 11 },
  { name: "health", method: "GET", path: "/health", share: 1 / 11 },
];

const ONE_PROFILE: readonly SampleProfile[] = [{ name: "steady", ratePerSec: 40, durationMs: 60_000 }];

/** Between the drain of one profile and the start of the next. */
const PAUSE_MS = 50;

/** Every record of a run, in the order in which the journal holds them. */
export function sampleJournal(options: SampleOptions = {}): readonly JournalRecord[] {
  const profiles = options.profiles ?? ONE_PROFILE;
  const records: JournalRecord[] = [...openingRecords(options, profiles)];
  const totals = { planned: 0, sent: 0, completed: 0, failed: 0, dropped: 0, inFlightAtEnd: 0 };
  let atMs = 0;
  for (const [phase, profile] of profiles.entries()) {
    const played = playProfile(options, profile, phase, atMs);
    if (options.end === "killed" && phase === profiles.length - 1) {
      return [...records, ...played.records.slice(0, Math.ceil(profile.durationMs / 2000))];
    }
    add(totals, played.totals);
    records.push(...played.records, { k: "ckpt", phase, totals: { ...totals } });
    atMs = played.drainedAtMs + PAUSE_MS;
  }
  if (options.end === "aborted") records.push(abortEvent(atMs, profiles.length - 1));
  return [...records, finish(options.end ?? "complete", atMs, totals)];
}

function openingRecords(options: SampleOptions, profiles: readonly SampleProfile[]): readonly JournalRecord[] {
  const tasks = options.tasks ?? SAMPLE_TASKS;
  return [
    {
      k: "hdr",
      fmt: JOURNAL_FORMAT,
      run: "sample-0001",
      version: "0.1.0",
      node: "v20.20.0",
      planSha256: "00".repeat(32),
      bootId: "sample-boot",
      wall: wallAt(0),
      mono: "0",
    },
    {
      k: "plan",
      name: options.name ?? "sample",
      target: "http://127.0.0.1:8000",
      seed: options.seed ?? 1,
      threads: 1,
      command: "plimsoll run plimsoll.yaml --seed 1",
      environment: { os: "linux", cpu: "sample", cores: 4, memoryBytes: 8e9, node: "v20.20.0", plimsoll: "0.1.0" },
      tasks,
      phases: profiles.map(plannedPhase),
      limitsMs: options.limitsMs ?? [500],
      thresholds: (options.thresholds ?? []).map((expr) => ({ expr, strict: "interval", abort: false })),
      spec: { name: options.name ?? "sample" },
    },
    { k: "t0", wall: wallAt(0), mono: "0" },
  ];
}

function plannedPhase(profile: SampleProfile): PlannedPhase {
  const load = profile.ratePerSec ?? profile.users ?? 1;
  const rampMs =
    profile.ratePerSec === undefined && profile.spawnPerSec !== undefined ? (load * 1000) / profile.spawnPerSec : 0;
  return {
    name: profile.name,
    plannedMs: profile.durationMs,
    drainMs: drainLimitMs(profile),
    ...(profile.ratePerSec === undefined
      ? { kind: "closed", users: load, hasNoThink: !profile.thinkMs }
      : { kind: "open", ratePerSec: meanPerSec(profile), arrivals: "poisson" }),
    rampsMs: rampMs > 0 ? [[0, rampMs]] : [],
    ...(profile.warmupMs === undefined ? {} : { warmupMs: profile.warmupMs }),
    shape: profile.corners ?? [
      [0, rampMs > 0 ? 0 : load],
      ...(rampMs > 0 ? [[rampMs, load] as const] : []),
      [profile.durationMs, load],
    ],
  };
}

function meanPerSec({ ratePerSec = 1, corners, durationMs }: SampleProfile): number {
  return corners === undefined ? ratePerSec : (1000 * loadLeft(corners, 0)) / durationMs;
}

interface PlayedProfile {
  readonly records: readonly JournalRecord[];
  readonly totals: RunTotals;
  readonly drainedAtMs: number;
}

function playProfile(options: SampleOptions, profile: SampleProfile, phase: number, atMs: number): PlayedProfile {
  const requests = sampleLoad(profile, options.tasks ?? SAMPLE_TASKS, (options.seed ?? 1) + phase * 1000);
  const seconds = sampleSeconds({ profile, phase, requests, limitsMs: options.limitsMs ?? [500] });
  const sendingSeconds = Math.ceil(profile.durationMs / 1000);
  const drainedAtMs = atMs + Math.max(profile.durationMs, lastInstantMs(profile, requests));
  return {
    records: [
      phaseMark(phase, "start", atMs),
      ...seconds.slice(0, sendingSeconds),
      phaseMark(phase, "end", atMs + profile.durationMs),
      ...seconds.slice(sendingSeconds),
      phaseMark(phase, "drained", drainedAtMs),
    ],
    totals: totalsOf(profile, requests),
    drainedAtMs,
  };
}

/** When the last answer was in, or given up. */
function lastInstantMs(profile: SampleProfile, requests: readonly SampledRequest[]): number {
  const limitMs = profile.durationMs + drainLimitMs(profile);
  return requests.reduce((last, { endMs }) => Math.max(last, endMs ?? limitMs), 0);
}

function totalsOf(profile: SampleProfile, requests: readonly SampledRequest[]): RunTotals {
  const dropped = (profile.droppedPerSec ?? 0) * Math.ceil(profile.durationMs / 1000);
  const ended = requests.filter(({ endMs }) => endMs !== undefined);
  const failed = ended.filter(({ failure }) => failure !== undefined).length;
  return {
    planned: requests.length + dropped,
    sent: requests.length,
    completed: ended.length - failed,
    failed,
    dropped,
    inFlightAtEnd: requests.length - ended.length,
  };
}

function add(totals: { -readonly [Name in keyof RunTotals]: number }, more: RunTotals): void {
  totals.planned += more.planned;
  totals.sent += more.sent;
  totals.completed += more.completed;
  totals.failed += more.failed;
  totals.dropped += more.dropped;
  totals.inFlightAtEnd += more.inFlightAtEnd;
}

function phaseMark(phase: number, at: PhaseRecord["at"], atMs: number): PhaseRecord {
  return { k: "phase", phase, at, atMs, wall: wallAt(atMs) };
}

function abortEvent(atMs: number, phase: number): JournalRecord {
  const message = "p95 < 500ms no longer holds, and the spec says abort.";
  return { k: "ev", code: "aborted", level: "error", atMs, phase, message };
}

function finish(
  reason: "complete" | "aborted" | "interrupted" | "killed",
  atMs: number,
  totals: RunTotals,
): FinishRecord {
  const known = reason === "killed" ? "orphaned" : reason;
  const signal = reason === "interrupted" ? { signal: "SIGINT" } : {};
  return { k: "fin", reason: known, atMs, wall: wallAt(atMs), ...signal, totals };
}

/** ISO text of an instant on the run clock; the sample began at 3 in the morning and lasts less than 20 hours. */
function wallAt(atMs: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const seconds = atMs / 1000;
  const ms = String(Math.floor(atMs % 1000)).padStart(3, "0");
  return `2026-01-02T${two(3 + seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${ms}Z`;
}
