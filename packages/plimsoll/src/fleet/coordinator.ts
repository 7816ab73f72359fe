import type { Clock } from "../base/clock.ts";
import type { DataRecord, FinishRecord, JournalRecord, PhaseRecord } from "../records/record.ts";
import { runTotalsFold } from "../records/run-totals.ts";
import type { SecondRecord } from "../records/second.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { LocalFleet } from "./local-fleet.ts";
import { ProcessLoad } from "./process-load.ts";

/** How far ahead a phase is set, so that every thread has its first sends planned before they are due. */
const LEAD_MS = 200;
const CHECKPOINT_SECONDS = 10;

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
  readonly phaseCount: number;
}

/** Takes a run from its first phase to its `fin` record. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #process: ProcessLoad;
  #stopped: { readonly reason: FinishRecord["reason"]; readonly signal?: string } | undefined;
  readonly #totals = runTotalsFold.init();
  #sequence = 0;
  #phase: number | undefined;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#process = new ProcessLoad(options.fleet.systemThreadIds);
  }

  /** Runs every phase in order, each after the last has drained; returns the `fin` record once it is durable. */
  async run(): Promise<FinishRecord> {
    const { sink, clock, phaseCount } = this.#options;
    await sink.appendDurable({ k: "t0", wall: wallNow(), mono: String(process.hrtime.bigint()) });
    const heartbeat = new Heartbeat({ clock, phase: () => this.#phase, tell: (event) => sink.append(event) });
    try {
      for (let index = 0; index < phaseCount && this.#stopped === undefined; index++) await this.#runPhase(index);
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

  async #runPhase(index: number): Promise<void> {
    const { fleet, clock, sink } = this.#options;
    const startAtMs = clock.nowMs() + LEAD_MS;
    const leadWall = new Date(Date.now() + LEAD_MS).toISOString();
    sink.append({ k: "phase", phase: index, at: "start", atMs: startAtMs, wall: leadWall });
    this.#phase = index;
    const end = await fleet.runPhase({ index, startAtMs, onSecond: (second) => this.#record(second) });
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

function wallNow(): string {
  return new Date().toISOString();
}
