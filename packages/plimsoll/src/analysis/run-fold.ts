/**
 * The journal folded into what the run came to. The live page does it every second, a report once, years later: both
 * get the same figures, because there is no other way to them.
 */
import { PlimsollError } from "../base/errors.ts";
import type { Fold } from "../base/fold.ts";
import type {
  EventRecord,
  FinishRecord,
  HeaderRecord,
  JournalRecord,
  NumberedRecord,
  ObservedRecord,
  PlannedPhase,
  PlanRecord,
  StartRecord,
  SteerRecord,
  StepRecord,
} from "../records/record.ts";
import { imbalancesOf } from "./imbalances.ts";
import { Ledger } from "./ledger.ts";
import { PhaseTotals } from "./phase-totals.ts";
import { RecordNumbers } from "./record-numbers.ts";
import type { ProfileStats, RunEnd, RunStats } from "./run-stats.ts";

/** What has been read so far; its fields are the fold's own. */
export interface RunState {
  header: HeaderRecord | undefined;
  plan: PlanRecord | undefined;
  start: StartRecord | undefined;
  finish: FinishRecord | undefined;
  readonly phases: Map<number, PhaseTotals>;
  readonly events: EventRecord[];
  readonly steps: Map<number, StepRecord>;
  readonly steers: SteerRecord[];
  readonly observations: ObservedRecord[];
  readonly numbers: RecordNumbers;
  readonly ledger: Ledger;
}

/**
 * Takes records with or without their numbers; with them, missing ones are noticed. `done` leaves the state usable and
 * what it returned unchanged by later steps. Floating-point sums aside, the merge law holds exactly.
 */
export const runFold: Fold<JournalRecord | NumberedRecord, RunState, RunStats> = {
  init: () => ({
    header: undefined,
    plan: undefined,
    start: undefined,
    finish: undefined,
    phases: new Map(),
    events: [],
    steps: new Map(),
    steers: [],
    observations: [],
    numbers: new RecordNumbers(),
    ledger: new Ledger(),
  }),

  step(state, record) {
    if ("n" in record) state.numbers.note(record.n);
    return stepRecord(state, record);
  },

  merge(left, right) {
    left.header ??= right.header;
    left.plan ??= right.plan;
    left.start ??= right.start;
    left.finish ??= right.finish;
    for (const [index, phase] of right.phases) phaseOf(left, index).add(phase);
    left.events.push(...right.events);
    for (const [index, step] of right.steps) left.steps.set(index, step);
    left.steers.push(...right.steers);
    left.observations.push(...right.observations);
    left.numbers.add(right.numbers);
    left.ledger.add(right.ledger);
    return left;
  },

  /** @throws RESULT_UNREADABLE when the journal lacks its header or its plan */
  done(state) {
    const { header } = state;
    const plan = planSoFar(state);
    if (header === undefined || plan === undefined) {
      const missing = header === undefined ? "header" : "plan";
      throw new PlimsollError("RESULT_UNREADABLE", `the journal holds no ${missing}, so there is nothing to report`);
    }
    const profiles = profilesOf(state, plan, state.start?.wall ?? header.wall);
    // Where records are missing no sum can be right: that would only be said again, many times.
    const damage = state.numbers.fault();
    const imbalances = damage === undefined ? [...imbalancesOf(profiles), ...state.ledger.faults()] : [damage];
    return {
      header,
      plan,
      startedAt: state.start?.wall,
      end: endOf(state, profiles),
      profiles,
      events: [...state.events],
      steps: stepsOf(state),
      steers: [...state.steers],
      observations: [...state.observations],
      imbalances,
    };
  },
};

function stepRecord(state: RunState, record: JournalRecord): RunState {
  switch (record.k) {
    case "hdr":
      state.header ??= record;
      break;
    case "plan":
      state.plan ??= record;
      break;
    case "t0":
      state.start ??= record;
      break;
    case "phase":
      phaseOf(state, record.phase).addMark(record);
      break;
    case "d":
      phaseOf(state, record.phase).addSecond(record);
      state.ledger.addSecond(record);
      break;
    case "ev":
      state.events.push(record);
      break;
    case "ckpt":
      state.ledger.check("checkpoint", record.totals);
      break;
    case "fin":
      state.finish ??= record;
      state.ledger.check("end", record.totals);
      break;
    case "step":
      state.steps.set(record.phase, record);
      break;
    case "steer":
      state.steers.push(record);
      break;
    case "obs":
      state.observations.push(record);
      break;
    case "verdict":
      break;
  }
  return state;
}

/** The plan with what was decided on since: phases that came as steps, and phases as they were steered. */
function planSoFar({ plan, steps, steers }: RunState): PlanRecord | undefined {
  if (plan === undefined || (steps.size === 0 && steers.length === 0)) return plan;
  const phases = [...plan.phases];
  for (const [index, { planned }] of steps) {
    while (phases.length < index) phases.push(lostPhase(phases.length));
    phases[index] = planned;
  }
  for (const { phase, planned } of steers) phases[phase] = planned;
  return { ...plan, phases };
}

/** A damaged journal may have lost what a phase was; what was measured in it is kept all the same. */
function lostPhase(index: number): PlannedPhase {
  return { name: `phase ${index + 1}`, kind: "open", plannedMs: 0, drainMs: 0, rampsMs: [], shape: [] };
}

function stepsOf({ steps }: RunState): readonly StepRecord[] {
  return [...steps.values()].sort((a, b) => a.phase - b.phase);
}

function phaseOf(state: RunState, index: number): PhaseTotals {
  const phase = state.phases.get(index) ?? new PhaseTotals();
  state.phases.set(index, phase);
  return phase;
}

function profilesOf(state: RunState, plan: PlanRecord, runStartedAt: string): readonly ProfileStats[] {
  return plan.phases.flatMap((planned, index) => {
    const phase = state.phases.get(index);
    return phase === undefined ? [] : [phase.stats(planned, plan, { runStartedAt, index, events: state.events })];
  });
}

function endOf(state: RunState, profiles: readonly ProfileStats[]): RunEnd {
  const { finish } = state;
  const atMs = finish?.atMs ?? lastKnownMs(profiles);
  if (finish?.reason === "aborted") return { kind: "aborted", atMs, why: abortReason(state.events) };
  if (finish?.reason === "complete") return { kind: state.numbers.hasHole ? "damaged" : "complete", atMs };
  return { kind: "interrupted", atMs, signal: finish?.signal };
}

function lastKnownMs(profiles: readonly ProfileStats[]): number {
  const last = profiles[profiles.length - 1];
  if (last === undefined) return 0;
  const lastSecondMs = (last.series[last.series.length - 1]?.atMs ?? -1000) + 1000;
  return last.startedAtMs + Math.max(last.durationMs + (last.drainMs ?? 0), lastSecondMs);
}

/** The engine tells why it stopped in an event before the end; it is the last grave one. */
function abortReason(events: readonly EventRecord[]): string {
  const told = events.findLast(({ level }) => level === "error") ?? events.findLast(({ level }) => level === "warning");
  return told?.message ?? "the run was stopped before its end";
}
