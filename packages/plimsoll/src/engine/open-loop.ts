import { Random, STREAM } from "../base/random.ts";
import { ArrivalCursor } from "../plan/arrivals.ts";
import type { OpenProfile } from "../spec/spec.ts";
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
  readonly #cursor: ArrivalCursor;
  readonly #lines: Line[] = [];
  readonly #free: Line[] = [];
  readonly #choice = new Random(0);

  constructor(phase: CallerPhase, profile: OpenProfile, plan: LoadPlan) {
    this.#phase = phase;
    this.#plan = plan;
    const { seed, slice } = phase.context;
    this.#cursor = new ArrivalCursor(profile, { seed, index: plan.phaseIndex, slice });
    if (this.#cursor.advance()) plan.schedule(this.#cursor.dueMs, ARRIVAL);
  }

  due(_token: number, dueMs: number): void {
    const sequence = this.#cursor.sequence;
    if (this.#cursor.advance()) this.#plan.schedule(this.#cursor.dueMs, ARRIVAL);
    const { context, recorder } = this.#phase;
    const line = this.#free.pop() ?? this.#open();
    const random = line?.random ?? this.#choice;
    random.reseed(context.seed, STREAM.task + 16 * this.#plan.phaseIndex, sequence, 0);
    const task = context.compiled.tasks[this.#plan.mix.pick(random)]!;
    if (line === undefined) recorder.tasks[task.steps[0]!.requestIndex]!.droppedBeforeSend("connection-cap");
    else line.caller.run(task, { dueMs, random, sequence }, line.onDone);
  }

  stop(): void {}

  abandon(): void {
    for (const line of this.#lines) line.caller.abandon();
  }

  #open(): Line | undefined {
    if (this.#lines.length >= this.#phase.context.maxConnections) return undefined;
    const line: Line = {
      caller: new Caller(this.#phase),
      random: new Random(0),
      onDone: () => this.#free.push(line),
    };
    this.#lines.push(line);
    return line;
  }
}
