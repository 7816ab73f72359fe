import { Worker } from "node:worker_threads";
import type { EmbedAnswer, EmbedJob, FromWorker, InferenceRun, ToWorker, WorkerSettings } from "./messages.ts";

/** What a worker thread tells its pool. `onExit` comes once, last. */
export interface ModelWorkerEvents {
  readonly onReady: (worker: ModelWorker, loadMs: number, minCosine: number) => void;
  readonly onUnfit: (worker: ModelWorker, reason: string) => void;
  readonly onAnswered: (worker: ModelWorker, answers: readonly EmbedAnswer[], runs: readonly InferenceRun[]) => void;
  readonly onBroke: (worker: ModelWorker, reason: string) => void;
  readonly onExit: (worker: ModelWorker, reason: string) => void;
}

/** One inference thread, seen from the main thread. Owns the thread until `close`. */
export class ModelWorker {
  /** True once the model was loaded and reproduced its golden vectors. */
  isReady = false;
  isBusy = false;
  hasBeenReady = false;
  readonly #thread: Worker;
  readonly #gone: Promise<void>;

  constructor(workerUrl: URL, workerData: WorkerSettings, events: ModelWorkerEvents) {
    // Threads inherit the process's flags, and some (--input-type) would stop them from loading a file.
    this.#thread = new Worker(workerUrl, { workerData, execArgv: [], name: "plimsoll-inference" });
    let fault: string | undefined;
    this.#thread.on("error", (error) => {
      fault = String(error);
    });
    this.#gone = new Promise((resolve) => {
      this.#thread.on("exit", (code) => {
        this.isReady = false;
        events.onExit(this, fault ?? `it exited with status ${code}`);
        resolve();
      });
    });
    this.#thread.on("message", (message: FromWorker) => this.#receive(message, events));
  }

  /** Hands the thread its next batch; it must be ready and not busy. */
  start(jobs: readonly EmbedJob[]): void {
    this.isBusy = true;
    this.#send({ type: "batch", jobs });
  }

  /** Releases the model and ends the thread; by force when it has not ended after `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    this.#send({ type: "close" });
    const force = setTimeout(() => void this.#thread.terminate(), patienceMs);
    await this.#gone;
    clearTimeout(force);
  }

  #send(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  #receive(message: FromWorker, events: ModelWorkerEvents): void {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        this.hasBeenReady = true;
        events.onReady(this, message.loadMs, message.minCosine);
        break;
      case "unfit":
        events.onUnfit(this, message.reason);
        break;
      case "answered":
        this.isBusy = false;
        events.onAnswered(this, message.answers, message.runs);
        break;
      case "broke":
        this.isBusy = false;
        events.onBroke(this, message.reason);
        break;
    }
  }
}
