import { IDLE_GENERATOR, type SecondRecord, type TaskSecond } from "../records/second.ts";
import { mergeSeconds } from "../records/second-merge.ts";

/**
 * Puts one phase's seconds of all workers together: second s is whole once every worker has told it or has ended
 * before it. What an ended worker left in flight stays counted in the seconds after it.
 */
export class SecondAssembly {
  readonly #onSecond: (second: SecondRecord) => void;
  readonly #workers: WorkerSeconds[];
  #nextSec = 0;

  constructor(workerCount: number, onSecond: (second: SecondRecord) => void) {
    this.#onSecond = onSecond;
    this.#workers = Array.from({ length: workerCount }, () => ({ told: [], isEnded: false, last: undefined }));
  }

  /** Workers tell their seconds in order, each once, from 0. */
  told(worker: number, second: SecondRecord): void {
    this.#workers[worker]!.told.push(second);
    this.#release();
  }

  ended(worker: number): void {
    this.#workers[worker]!.isEnded = true;
    this.#release();
  }

  get isEnded(): boolean {
    return this.#workers.every((worker) => worker.isEnded && worker.told.length === 0);
  }

  #release(): void {
    while (this.#workers.every((worker) => worker.told.length > 0 || worker.isEnded)) {
      const parts = this.#workers.map((worker) => takeSecond(worker)).filter((part) => part !== undefined);
      if (!parts.some((part) => part.isNews)) return;
      const sec = this.#nextSec++;
      this.#onSecond(parts.map((part) => ({ ...part.second, sec })).reduce(mergeSeconds));
    }
  }
}

interface WorkerSeconds {
  readonly told: SecondRecord[];
  isEnded: boolean;
  /** The last one taken. */
  last: SecondRecord | undefined;
}

function takeSecond(worker: WorkerSeconds): { second: SecondRecord; isNews: boolean } | undefined {
  const second = worker.told.shift();
  if (second === undefined) return worker.last && { second: leftOverOf(worker.last), isNews: false };
  worker.last = second;
  return { second, isNews: true };
}

/** Only what still stands at the end of a worker's last second: the requests it gave up on. */
function leftOverOf(second: SecondRecord): SecondRecord {
  const tasks: Record<string, TaskSecond> = {};
  for (const [name, task] of Object.entries(second.tasks)) {
    if (task.inFlight > 0) tasks[name] = { ...EMPTY_TASK, inFlight: task.inFlight };
  }
  return { ...second, users: 0, tasks, lag: [], gen: IDLE_GENERATOR };
}

const NOTHING = { sum: 0, min: 0, max: 0 } as const;

const EMPTY_TASK: TaskSecond = {
  planned: 0,
  sent: 0,
  completed: 0,
  failed: 0,
  inFlight: 0,
  dropped: {},
  errors: {},
  bodyBytes: 0,
  responseMs: NOTHING,
  serviceMs: NOTHING,
  service: [],
  cells: [],
};
