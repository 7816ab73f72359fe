/** For tests: a whole `find` against an imagined target, its journal as a real one would stand on the disk. */
import type { JournalRecord, PlannedSearch, StepRecord } from "../../records/record.ts";
import { runTotalsFold } from "../../records/run-totals.ts";
import { sampleJournal } from "../journal-sample.ts";
import { type RunState, runFold } from "../run-fold.ts";
import type { SampleProfile, SampleTask } from "../sample-load.ts";
import { capacityOptions } from "./capacity-options.ts";
import { type NextStep, nextStep } from "./search-course.ts";

type Answer = NonNullable<SampleProfile["answer"]>;

export interface ImaginedSearch {
  readonly asked: PlannedSearch;
  readonly seed: number;
  /** Made anew for each phase, whose requests it answers in their order. */
  readonly target: (step: NextStep) => Answer;
  /** The generator's own state in one of the phases. */
  readonly generator?: (step: NextStep, index: number) => SampleProfile["generator"];
  readonly limitsMs: readonly number[];
  /** One named `ask` unless given. */
  readonly tasks?: readonly SampleTask[];
}

const { maxLoad: _, startLoad: __, slos: ___, ...CONSTANTS } = capacityOptions({ by: "rate", slos: [], startLoad: 1 });

/** A search for the rate within p95 < 500 ms in ten minutes, with nothing after it but two levels, unless said otherwise. */
export function askedSearch(more: Partial<PlannedSearch> = {}): PlannedSearch {
  return {
    ...CONSTANTS,
    slos: [{ expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 }],
    isOverloadTested: false,
    maxConnections: 10_000,
    levels: [1, 10],
    ...more,
  };
}

const TASKS: readonly SampleTask[] = [{ name: "ask", method: "GET", path: "/", share: 1 }];
const MOST_PHASES = 80;

/** An M/M/c station: who comes first is served first. */
export function stationAnswer(servers: number, meanMs: number): Answer {
  return agingStationAnswer(servers, () => meanMs);
}

/** A station whose mean service time may change with the instant at which a request is due. */
export function agingStationAnswer(servers: number, meanMsAt: (dueMs: number) => number): Answer {
  const freeAtMs = Array.from({ length: servers }, () => 0);
  return ({ dueMs, random }) => {
    const server = freeAtMs.indexOf(Math.min(...freeAtMs));
    const startMs = Math.max(dueMs, freeAtMs[server]!);
    freeAtMs[server] = startMs + random.nextExponential(meanMsAt(dueMs));
    return { serviceMs: freeAtMs[server]! - dueMs };
  };
}

/**
 * Eight servers of 100 ms whom an overload upon a base leaves `slowdown` times as slow for good, from its rise on: a
 * target for each phase of one search, which remember what was done to them.
 */
export function hurtStation(slowdown: number): (step: NextStep) => Answer {
  let isHurt = false;
  return ({ purpose, corners }) => {
    const riseMs = purpose === "overload" && corners.length > 2 ? corners[1]![0] : Number.POSITIVE_INFINITY;
    return agingStationAnswer(8, (dueMs) => {
      isHurt ||= dueMs > riseMs;
      return isHurt ? 100 * slowdown : 100;
    });
  };
}

/** The journal as it stands when a search has come to its end. */
export function finishedSearch(search: ImaginedSearch): readonly JournalRecord[] {
  const records = imaginedSearch(search);
  const atMs = Math.max(0, ...records.map((record) => (record.k === "phase" ? record.atMs : 0)));
  const totals = runTotalsFold.init();
  for (const record of records) if (record.k === "d") runTotalsFold.step(totals, record);
  const fin = { k: "fin", reason: "complete", atMs, wall: "2026-01-01T00:00:00.000Z" } as const;
  return [...records, { ...fin, totals: runTotalsFold.done(totals) }];
}

/** Every record until the course says that all is done. */
export function imaginedSearch(search: ImaginedSearch): readonly JournalRecord[] {
  const opening = sampleJournal({
    profiles: [],
    tasks: search.tasks ?? TASKS,
    limitsMs: search.limitsMs,
    seed: search.seed,
  });
  const records: JournalRecord[] = opening
    .filter(({ k }) => k === "hdr" || k === "plan" || k === "t0")
    .map((record) => (record.k === "plan" ? { ...record, search: search.asked } : record));
  const sofar = foldAll(records, runFold.init());
  let atMs = 0;
  for (let index = 0; index < MOST_PHASES; index++) {
    const step = nextStep(runFold.done(sofar));
    if (step === undefined) return records;
    const played = playStep(search, step, index);
    const shifted = played.map((record) => (record.k === "phase" ? { ...record, atMs: record.atMs + atMs } : record));
    records.push(...shifted);
    foldAll(shifted, sofar);
    atMs = Math.max(atMs, ...shifted.map((record) => (record.k === "phase" ? record.atMs : 0))) + 200;
  }
  throw new Error(`the search goes on after ${MOST_PHASES} phases`);
}

/** The run that these records make. */
export function statsOf(records: readonly JournalRecord[]) {
  return runFold.done(foldAll(records, runFold.init()));
}

function foldAll(records: readonly JournalRecord[], state: RunState): RunState {
  return records.reduce((folded, record) => runFold.step(folded, record), state);
}

function playStep(search: ImaginedSearch, step: NextStep, index: number): readonly JournalRecord[] {
  const generator = search.generator?.(step, index);
  const profile: SampleProfile = {
    name: step.name,
    durationMs: step.durationMs,
    ...(step.warmupMs === undefined ? {} : { warmupMs: step.warmupMs }),
    answer: search.target(step),
    ...(step.kind === "open" ? openLoad(step) : closedLoad(step, search.asked)),
    ...(generator === undefined ? {} : { generator }),
  };
  const journal = sampleJournal({
    profiles: [profile],
    tasks: search.tasks ?? TASKS,
    limitsMs: search.limitsMs,
    seed: search.seed + 1000 * index,
  });
  const plan = journal.find((record) => record.k === "plan");
  const record: StepRecord = {
    k: "step",
    phase: index,
    purpose: step.purpose,
    load: step.load,
    planned: plan!.phases[0]!,
    ...(step.search === undefined ? {} : { search: step.search }),
  };
  const phase = journal.flatMap((one) => (one.k === "phase" || one.k === "d" ? [{ ...one, phase: index }] : []));
  return [record, ...phase];
}

function openLoad({ corners }: NextStep): Pick<SampleProfile, "ratePerSec" | "corners"> {
  return { ratePerSec: Math.max(...corners.map(([, load]) => load)), corners };
}

function closedLoad(
  { load, corners, pauseMs }: NextStep,
  { thinkMs }: PlannedSearch,
): Pick<SampleProfile, "users" | "spawnPerSec" | "thinkMs"> {
  const rampMs = corners[0]?.[1] === 0 ? (corners[1]?.[0] ?? 0) : 0;
  return {
    users: load,
    thinkMs: pauseMs ?? thinkMs,
    ...(rampMs > 0 ? { spawnPerSec: (1000 * load) / rampMs } : {}),
  };
}
