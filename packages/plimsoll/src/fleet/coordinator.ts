import type { Clock } from "../base/clock.ts";
import { resumedTo, steeredTo } from "../plan/steer.ts";
import type {
  DataRecord,
  EventRecord,
  FinishRecord,
  JournalRecord,
  PhaseRecord,
  PlannedPhase,
  SteerOrder,
  StepRecord,
} from "../records/record.ts";
import { runTotalsFold } from "../records/run-totals.ts";
import type { SecondRecord } from "../records/second.ts";
import type { Profile } from "../spec/spec.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { LocalFleet } from "./local-fleet.ts";
import { ProcessLoad } from "./process-load.ts";

/** How far ahead a phase is set, so that every thread has its first sends planned before they are due. */
const LEAD_MS = 200;
const CHECKPOINT_SECONDS = 10;
/** How far ahead a change is set, so that every thread makes it at the same instant. */
const STEER_LEAD_MS = 50;

interface RunningPhase {
  readonly index: number;
  /** On the run clock. */
  readonly startAtMs: number;
  /** As planned now. */
  readonly profile: Profile;
  /** While paused: as it was planned before. */
  readonly before: Profile | undefined;
  /** Why its load cannot be changed, where it cannot. */
  readonly refusal: string | undefined;
}

/** Where records go: the journal first, then whoever watches. */
export interface RecordSink {
  append(record: JournalRecord): void;
  /** Resolves once the record is safe on disk. */
  appendDurable(record: JournalRecord): Promise<void>;
}

export interface CoordinatorOptions {
  readonly fleet: LocalFleet;
  readonly clock: Clock;
  readonly sink: RecordSink;
  readonly phases: PhaseSource;
  readonly earlier?: EarlierRun | undefined;
  /** A profile as the journal tells it. */
  readonly describe: (profile: Profile, index: number) => PlannedPhase;
}

/** Whole phases of an interrupted run that this one goes on with; its records stand in the journal already. */
export interface EarlierRun {
  readonly records: readonly JournalRecord[];
  readonly phaseCount: number;
  /** Where the run clock stood. */
  readonly atMs: number;
}

/** Which phases run, decided as the run goes; `planned-phases.ts` for those that a spec plans. */
export interface PhaseSource {
  /** Asked when the phase before has drained; undefined ends the run. `index` counts from 0. */
  next(index: number): Promise<NextPhase | undefined>;
}

export interface NextPhase {
  readonly profile: Profile;
  /** Told before the phase begins, where the plan does not hold it. */
  readonly record?: StepRecord;
  /** Sees every second as it is recorded, and may end the phase, or the run. */
  readonly watch?: (second: SecondRecord) => PhaseOrder | undefined;
}

/** Given once; what is in flight still gets its drain time. */
export interface PhaseOrder {
  readonly end: "phase" | "run";
  /** Says why, in the journal. */
  readonly event?: Omit<EventRecord, "atMs">;
}

/** Takes a run from its first phase to its `fin` record. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #process: ProcessLoad;
  #stopped: { readonly reason: FinishRecord["reason"]; readonly signal?: string } | undefined;
  readonly #totals = runTotalsFold.init();
  #sequence = 0;
  #phase: RunningPhase | undefined;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#process = new ProcessLoad(options.fleet.systemThreadIds);
    for (const record of options.earlier?.records ?? []) if (record.k === "d") runTotalsFold.step(this.#totals, record);
  }

  /** Runs every phase in order, each after the last has drained; returns the `fin` record once it is durable. */
  async run(): Promise<FinishRecord> {
    const { sink, clock } = this.#options;
    await sink.appendDurable({ k: "t0", wall: wallNow(), mono: String(process.hrtime.bigint()) });
    const heartbeat = new Heartbeat({ clock, phase: () => this.#phase?.index, tell: (event) => sink.append(event) });
    try {
      await this.#runPhases();
    } finally {
      heartbeat.stop();
    }
    const finish: FinishRecord = {
      k: "fin",
      ...(this.#stopped ?? { reason: "complete" }),
      atMs: clock.nowMs(),
      wall: wallNow(),
      totals: runTotalsFold.done(this.#totals),
    };
    await sink.appendDurable(finish);
    return finish;
  }

  /** Sends no more. `drainMs` 0 gives up at once what is in flight, undefined gives it the spec's drain time. */
  stop(why: { readonly reason: FinishRecord["reason"]; readonly signal?: string }, drainMs?: number): void {
    this.#stopped ??= why;
    this.#options.fleet.stop(drainMs);
  }

  /**
   * Changes the load of the phase that runs, or holds it; told in the journal with who asked.
   * @returns why it cannot be, or undefined once it is done
   */
  steer(what: SteerOrder, who: string): string | undefined {
    const { clock, fleet, sink, describe } = this.#options;
    const running = this.#phase;
    if (running === undefined || this.#stopped !== undefined) return "no phase is running";
    if (running.refusal !== undefined) return running.refusal;
    const atMs = Math.max(0, clock.nowMs() + STEER_LEAD_MS - running.startAtMs);
    if (atMs >= running.profile.durationMs) return "the phase is draining";
    const steered = steer(running, what, atMs);
    if (typeof steered === "string") return steered;
    this.#phase = { ...running, ...steered };
    const { index, startAtMs } = running;
    fleet.replan(steered.profile, atMs);
    const planned = describe(steered.profile, index);
    const { stages } = steered.profile;
    sink.append({ k: "steer", phase: index, atMs: startAtMs + atMs, who, what, planned, stages });
    return undefined;
  }

  async #runPhases(): Promise<void> {
    const { phases, sink, earlier } = this.#options;
    for (let index = earlier?.phaseCount ?? 0; ; index++) {
      const phase = await phases.next(index);
      if (phase === undefined || this.#stopped !== undefined) return;
      if (phase.record !== undefined) sink.append(phase.record);
      await this.#runPhase(index, phase);
      if (this.#stopped !== undefined) return;
    }
  }

  async #runPhase(index: number, phase: NextPhase): Promise<void> {
    const { fleet, clock, sink } = this.#options;
    const startAtMs = clock.nowMs() + LEAD_MS;
    const leadWall = new Date(Date.now() + LEAD_MS).toISOString();
    sink.append({ k: "phase", phase: index, at: "start", atMs: startAtMs, wall: leadWall });
    const refusal = phase.record === undefined ? undefined : refusalOf(phase.record);
    this.#phase = { index, startAtMs, profile: phase.profile, before: undefined, refusal };
    const onSecond = (second: SecondRecord) => {
      this.#record(second);
      const order = phase.watch?.(second);
      if (order !== undefined) this.#obey(order);
    };
    const end = await fleet.runPhase({ index, startAtMs, profile: phase.profile, onSecond });
    this.#phase = undefined;
    const mark = (at: PhaseRecord["at"], atMs: number): PhaseRecord => ({
      k: "phase",
      phase: index,
      at,
      atMs,
      wall: wallNow(),
    });
    sink.append(mark("end", end.endedAtMs));
    sink.append(mark("drained", end.drainedAtMs));
    sink.append({ k: "ckpt", phase: index, totals: runTotalsFold.done(this.#totals) });
  }

  #obey(order: PhaseOrder): void {
    if (order.event !== undefined) this.#options.sink.append({ ...order.event, atMs: this.#options.clock.nowMs() });
    if (order.end === "run") this.stop({ reason: "aborted" });
    else this.#options.fleet.stop(undefined);
  }

  #record(second: SecondRecord): void {
    const data: DataRecord = {
      k: "d",
      q: null,
      vec: { local: [0, this.#sequence++] },
      ...second,
      gen: { ...second.gen, ...this.#process.sample() },
    };
    runTotalsFold.step(this.#totals, data);
    this.#options.sink.append(data);
    if (second.sec % CHECKPOINT_SECONDS === CHECKPOINT_SECONDS - 1)
      this.#options.sink.append({ k: "ckpt", phase: second.phase, totals: runTotalsFold.done(this.#totals) });
  }
}

/** A step's load is what is measured: changed by hand, what comes out would be of another load than it says. */
function refusalOf({ purpose }: StepRecord): string {
  return purpose === "pair"
    ? "two targets are compared, so both must get the same load; it can only be stopped"
    : "the search decides on the load itself, or its capacity would be wrong; it can only be stopped";
}

/** The phase under an order, or why it does not fit. */
function steer(
  { profile, before }: RunningPhase,
  what: SteerOrder,
  atMs: number,
): Pick<RunningPhase, "profile" | "before"> | string {
  if ("paused" in what) {
    if (before !== undefined) return "it is paused already";
    return { profile: steeredTo(profile, atMs, 0), before: profile };
  }
  if ("resumed" in what) {
    if (before === undefined) return "it is not paused";
    return { profile: resumedTo(profile, before, atMs), before: undefined };
  }
  const kind = "users" in what ? "closed" : "open";
  if (profile.kind !== kind)
    return kind === "closed" ? "this phase goes by a rate, not by users" : "this phase goes by users, not by a rate";
  return { profile: steeredTo(profile, atMs, "users" in what ? what.users : what.ratePerSec), before: undefined };
}

function wallNow(): string {
  return new Date().toISOString();
}
