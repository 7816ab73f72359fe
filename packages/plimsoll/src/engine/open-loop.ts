import { Random, STREAM } from "../base/random.ts";
import { ArrivalCursor } from "../plan/arrivals.ts";
import type { OpenProfile, Profile } from "../spec/spec.ts";
import { Caller, type CallerPhase } from "./caller.ts";
import type { Load, LoadPlan } from "./load.ts";

const ARRIVAL = 0;

interface Line {
  readonly caller: Caller;
  readonly random: Random;
  readonly onDone: () => void;
}

/**
 * Arrivals by the clock, whether or not earlier ones have been answered: a free connection is taken (the one used
 * last, so that as few as possible stay open), else another opened; past the cap the arrival is dropped, and counted.
 */
export class OpenLoad implements Load {
  readonly users = 0;
  readonly #phase: CallerPhase;
  readonly #plan: LoadPlan;
  #cursor: ArrivalCursor;
  /** When the arrival that waits on the agenda is due; another entry is of an earlier plan. */
  #wakeMs = Number.NaN;
  readonly #lines: Line[] = [];
  readonly #free: Line[] = [];
  readonly #choice = new Random(0);

  constructor(phase: CallerPhase, profile: OpenProfile, plan: LoadPlan) {
    this.#phase = phase;
    this.#plan = plan;
    this.#cursor = this.#cursorOf(profile);
    this.#await(this.#cursor.advance());
  }

  due(_token: number, dueMs: number): void {
    if (dueMs !== this.#wakeMs) return;
    const sequence = this.#cursor.sequence;
    this.#await(this.#cursor.advance());
    const { context, recorder } = this.#phase;
    const line = this.#free.pop() ?? this.#open();
    const random = line?.random ?? this.#choice;
    random.reseed(context.seed, STREAM.task + 16 * this.#plan.phaseIndex, sequence, 0);
    const task = context.compiled.tasks[this.#plan.mix.pick(random)]!;
    if (line === undefined)
      recorder.tasks[task.steps[0]!.requestIndex]!.droppedBeforeSend(context.connectionCap.reason);
    else line.caller.run(task, { dueMs, random, sequence }, line.onDone);
  }

  /** The arrivals until then are the same in both plans, so the next one is found by its number. */
  replan(profile: Profile): void {
    if (profile.kind !== "open") return;
    const { sequence } = this.#cursor;
    const cursor = this.#cursorOf(profile);
    let hasNext = cursor.advance();
    while (hasNext && cursor.sequence < sequence) hasNext = cursor.advance();
    this.#cursor = cursor;
    this.#await(hasNext);
  }

  stop(): void {}

  abandon(): void {
    for (const line of this.#lines) line.caller.abandon();
  }

  #cursorOf(profile: OpenProfile): ArrivalCursor {
    const { seed, slice } = this.#phase.context;
    return new ArrivalCursor(profile, { seed, index: this.#plan.phaseIndex, slice });
  }

  #await(hasNext: boolean): void {
    this.#wakeMs = hasNext ? this.#cursor.dueMs : Number.NaN;
    if (hasNext) this.#plan.schedule(this.#wakeMs, ARRIVAL);
  }

  #open(): Line | undefined {
    if (this.#lines.length >= this.#phase.context.connectionCap.count) return undefined;
    const line: Line = {
      caller: new Caller(this.#phase),
      random: new Random(0),
      onDone: () => this.#free.push(line),
    };
    this.#lines.push(line);
    return line;
  }
}
