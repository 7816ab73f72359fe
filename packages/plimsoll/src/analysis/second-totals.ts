import { ERROR_KINDS, type ErrorKind } from "../base/outcome.ts";
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { Buckets, GeneratorSecond, SecondRecord, TaskSecond } from "../records/second.ts";
import { mergeSeconds } from "../records/second-merge.ts";
import { countByKind, shedCountOf } from "./error-counts.ts";
import { internBuckets, mergeInterned, NO_BUCKETS } from "./interned-buckets.ts";
import type { SecondPoint, TaskSecondPoint } from "./run-stats.ts";
import { droppedCountOf } from "./task-totals.ts";

/** One task in one second, kept for the charts. */
interface TaskTally {
  completed: number;
  failed: number;
  /** At the second's end. */
  inFlight: number;
  response: Buckets;
}

/** One second of a phase over all tasks, kept for the charts and the generator's health. */
export class SecondTotals {
  readonly sec: number;
  readonly tasks = new Map<string, TaskTally>();
  /** Users, send lag and generator figures; its `tasks` stay empty. */
  #frame: SecondRecord;
  #planned = 0;
  #sent = 0;
  #completed = 0;
  #failed = 0;
  #dropped = 0;
  #shed = 0;
  #maxMs = 0;
  #responseSumMs = 0;
  #serviceSumMs = 0;
  readonly #errors: Partial<Record<ErrorKind, number>> = {};
  /** Drawn once and kept until the second changes: quantiles are the dear part. */
  #point: Omit<SecondPoint, "inFlight"> | undefined;

  constructor(second: SecondRecord) {
    this.sec = second.sec;
    this.#frame = frameOf(second);
    this.#addTasks(second.tasks);
  }

  get users(): number {
    return this.#frame.users;
  }

  get gen(): GeneratorSecond {
    return this.#frame.gen;
  }

  addRecord(second: SecondRecord): void {
    this.#frame = mergeSeconds(this.#frame, frameOf(second));
    this.#addTasks(second.tasks);
  }

  add(other: SecondTotals): void {
    this.#point = undefined;
    this.#frame = mergeSeconds(this.#frame, other.#frame);
    this.#planned += other.#planned;
    this.#sent += other.#sent;
    this.#completed += other.#completed;
    this.#failed += other.#failed;
    this.#dropped += other.#dropped;
    this.#shed += other.#shed;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
    this.#responseSumMs += other.#responseSumMs;
    this.#serviceSumMs += other.#serviceSumMs;
    this.#addErrors(other.#errors);
    for (const [name, tally] of other.tasks) this.#addTally(name, tally);
  }

  /** `inFlight` is the level over all tasks at the second's end. */
  point(inFlight: number): SecondPoint {
    this.#point ??= this.#draw();
    return { ...this.#point, inFlight };
  }

  #addTasks(tasks: SecondRecord["tasks"]): void {
    this.#point = undefined;
    for (const [name, task] of Object.entries(tasks)) {
      this.#planned += task.planned;
      this.#sent += task.sent;
      this.#completed += task.completed;
      this.#failed += task.failed;
      this.#dropped += droppedCountOf(task);
      this.#shed += shedCountOf(task.errors);
      this.#maxMs = Math.max(this.#maxMs, task.responseMs.max);
      this.#responseSumMs += task.responseMs.sum;
      this.#serviceSumMs += task.serviceMs.sum;
      this.#addErrors(countByKind(task.errors));
      this.#addTally(name, { ...task, response: responseOf(task) });
    }
  }

  #addTally(name: string, { completed, failed, inFlight, response }: TaskTally): void {
    const held = this.tasks.get(name);
    if (held === undefined) {
      this.tasks.set(name, { completed, failed, inFlight, response });
      return;
    }
    held.completed += completed;
    held.failed += failed;
    held.inFlight += inFlight;
    held.response = mergeInterned(held.response, response);
  }

  #addErrors(more: Readonly<Partial<Record<ErrorKind, number>>>): void {
    for (const kind of ERROR_KINDS) {
      const count = more[kind];
      if (count !== undefined) this.#errors[kind] = (this.#errors[kind] ?? 0) + count;
    }
  }

  #draw(): Omit<SecondPoint, "inFlight"> {
    const { users, lag, gen } = this.#frame;
    const tallies = [...this.tasks].sort(([a], [b]) => (a < b ? -1 : 1));
    const response = tallies.reduce((sum, [, tally]) => mergeInterned(sum, tally.response), NO_BUCKETS);
    const isEmpty = this.#completed + this.#failed === 0;
    const quantileMs = (ratio: number): number | undefined => quantileOfMs(response, ratio, this.#maxMs);
    return {
      atMs: this.sec * 1000,
      users,
      planned: this.#planned,
      sent: this.#sent,
      completed: this.#completed,
      failed: this.#failed,
      dropped: this.#dropped,
      shed: this.#shed,
      p50: quantileMs(0.5),
      p90: quantileMs(0.9),
      p95: quantileMs(0.95),
      p99: quantileMs(0.99),
      max: isEmpty ? undefined : this.#maxMs,
      responseSumMs: this.#responseSumMs,
      serviceSumMs: this.#serviceSumMs,
      response,
      errors: { ...this.#errors },
      byTask: Object.fromEntries(tallies.map(([name, tally]) => [name, taskPoint(tally)])),
      sendLagP99Ms: quantileOfMs(lag, 0.99),
      loopDelayP99Ms: gen.loopDelayP99Ms,
      cpuRatio: gen.cpuRatio,
      utilisationRatio: gen.utilisationRatio,
    };
  }
}

function frameOf({ phase, sec, users, lag, gen }: SecondRecord): SecondRecord {
  return { phase, sec, users, tasks: {}, lag: internBuckets(lag), gen };
}

function responseOf(task: TaskSecond): Buckets {
  const merged = task.cells.reduce<Buckets>(
    (sum, cell) => mergeBuckets(mergeBuckets(sum, cell.response), cell.failed),
    NO_BUCKETS,
  );
  return internBuckets(merged);
}

function taskPoint({ completed, failed, response }: TaskTally): TaskSecondPoint {
  return { completed, failed, p50: quantileOfMs(response, 0.5), p95: quantileOfMs(response, 0.95) };
}

function quantileOfMs(buckets: Buckets, ratio: number, maxMs = Number.POSITIVE_INFINITY): number | undefined {
  const us = quantileUs(buckets, ratio);
  return us === undefined ? undefined : Math.min(us / 1000, maxMs);
}
