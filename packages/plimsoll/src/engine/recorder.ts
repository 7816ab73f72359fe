import { LatencyHistogram } from "../records/latency-histogram.ts";
import type { GeneratorSecond, SecondRecord, TaskSecond } from "../records/second.ts";
import { TaskRecorder } from "./task-recorder.ts";

/** Everything one thread counts in a phase, a recorder for each request name. */
export class Recorder {
  readonly tasks: readonly TaskRecorder[];
  readonly #names: readonly string[];
  readonly #lag = new LatencyHistogram();

  constructor(names: readonly string[], limitsMs: readonly number[]) {
    this.#names = names;
    this.tasks = names.map(() => new TaskRecorder(limitsMs));
  }

  /** How late a request was handed to its connection, ms; a timer that fires a hair early counts as on time. */
  lag(lagMs: number): void {
    this.#lag.recordUs(Math.max(0, lagMs) * 1000);
  }

  get inFlight(): number {
    return this.tasks.reduce((sum, task) => sum + task.inFlight, 0);
  }

  /** What was counted since the last call. */
  drain(
    at: { readonly phase: number; readonly sec: number; readonly users: number },
    gen: GeneratorSecond,
  ): SecondRecord {
    const tasks: Record<string, TaskSecond> = {};
    for (let i = 0; i < this.tasks.length; i++) {
      const second = this.tasks[i]!.drain();
      if (second !== undefined) tasks[this.#names[i]!] = second;
    }
    return { ...at, tasks, lag: this.#lag.drain(), gen };
  }
}
