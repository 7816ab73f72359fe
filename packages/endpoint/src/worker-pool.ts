import { type BatchPolicy, nextBatch, type Waiting } from "./batching.ts";
import type { EmbedAnswer, EmbedJob, InferenceRun, WorkerSettings } from "./messages.ts";
import { ModelWorker, type ModelWorkerEvents } from "./model-worker.ts";
import type { EndpointLog } from "./options.ts";

/** Whether the pool can embed, as `/health` reports it. */
export type PoolStatus =
  | { readonly kind: "loading" }
  | { readonly kind: "healthy"; readonly workerCount: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "stopping" };

/** What became of one job. A job that could not be embedded is data, not an exception. */
export type EmbedOutcome =
  | { readonly kind: "embedded"; readonly answer: EmbedAnswer }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "queue-full"; readonly message: string }
  | { readonly kind: "broke"; readonly message: string }
  | { readonly kind: "cancelled" };

/** A job handed to the pool. */
export interface Submission {
  readonly outcome: Promise<EmbedOutcome>;
  /** Takes the job out of the queue, if no worker has it yet: its client has gone. */
  readonly cancel: () => void;
}

/** How a pool works. */
export interface PoolOptions extends BatchPolicy, WorkerSettings {
  /** The built inference-worker.js. */
  readonly workerUrl: URL;
  readonly workers: number;
  readonly maxQueue: number;
  readonly onRun: (run: InferenceRun) => void;
  readonly onLog: (line: EndpointLog) => void;
}

interface Pending extends Waiting {
  readonly job: EmbedJob;
  readonly settle: (outcome: EmbedOutcome) => void;
}

/** How long a worker may take to release its model before its thread is ended by force. */
const CLOSE_PATIENCE_MS = 2000;

/** The inference threads and the queue before them. Owns the threads until `close`. */
export class WorkerPool {
  /** Settles once: when all workers are ready for the first time, or one proved unfit, or the pool was closed. */
  readonly ready: Promise<void>;
  readonly #options: PoolOptions;
  readonly #workers = new Map<ModelWorker, readonly Pending[]>();
  readonly #resolveReady: () => void;
  readonly #rejectReady: (error: Error) => void;
  #waiting: Pending[] = [];
  #fillTimer: NodeJS.Timeout | undefined;
  #hasStarted = false;
  #isStopping = false;
  #failure: string | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    let resolveReady = () => {};
    let rejectReady: (error: Error) => void = () => {};
    this.ready = new Promise((resolve, reject) => {
      resolveReady = resolve;
      rejectReady = reject;
    });
    this.ready.catch(() => {}); // whoever does not ask for it still sees the failure in /health and the log
    this.#resolveReady = resolveReady;
    this.#rejectReady = rejectReady;
  }

  /** Starts the workers; each loads the model on its own thread. */
  start(): void {
    for (let i = 0; i < this.#options.workers; i++) this.#spawn();
  }

  /** Jobs waiting for a worker. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Workers able to embed. */
  get readyCount(): number {
    return [...this.#workers.keys()].filter((worker) => worker.isReady).length;
  }

  get status(): PoolStatus {
    if (this.#isStopping) return { kind: "stopping" };
    if (this.#failure !== undefined) return { kind: "failed", reason: this.#failure };
    const workerCount = this.readyCount;
    return this.#hasStarted && workerCount > 0 ? { kind: "healthy", workerCount } : { kind: "loading" };
  }

  /** Queues a job. Its outcome never rejects. */
  submit(job: EmbedJob): Submission {
    const refusal = this.#refusal();
    if (refusal !== undefined) return { outcome: Promise.resolve(refusal), cancel: () => {} };
    let cancel = () => {};
    const outcome = new Promise<EmbedOutcome>((settle) => {
      const pending: Pending = { job, settle, textCount: job.texts.length, queuedAtMs: performance.now() };
      this.#waiting.push(pending);
      cancel = () => this.#cancel(pending);
    });
    this.#dispatch();
    return { outcome, cancel };
  }

  /** Refuses new jobs from now on; those accepted go on. */
  refuse(): void {
    this.#isStopping = true;
  }

  /** Ends the workers; jobs not yet answered settle as unavailable. */
  async close(): Promise<void> {
    this.refuse();
    clearTimeout(this.#fillTimer);
    this.#rejectReady(new Error("the endpoint was stopped before its model was ready"));
    const abandoned = [...this.#waiting, ...[...this.#workers.values()].flat()];
    this.#waiting = [];
    for (const { settle } of abandoned) settle({ kind: "unavailable", message: "the endpoint is stopping" });
    await Promise.all([...this.#workers.keys()].map((worker) => worker.close(CLOSE_PATIENCE_MS)));
  }

  #refusal(): EmbedOutcome | undefined {
    const status = this.status;
    const unavailable = (message: string): EmbedOutcome => ({ kind: "unavailable", message });
    if (status.kind === "loading")
      return unavailable("the model is still loading; GET /health answers 200 when it is ready");
    if (status.kind === "failed") return unavailable(`the model could not be loaded: ${status.reason}`);
    if (status.kind === "stopping") return unavailable("the endpoint is stopping");
    // A job that a free worker takes at once never waits, so even maxQueue 0 serves one job per worker.
    const isQueueFull = this.#waiting.length >= this.#options.maxQueue && !this.#hasIdleWorker();
    const message = `${this.#waiting.length} requests are waiting already; try again later`;
    return isQueueFull ? { kind: "queue-full", message } : undefined;
  }

  #hasIdleWorker(): boolean {
    return [...this.#workers.keys()].some((worker) => worker.isReady && !worker.isBusy);
  }

  #cancel(pending: Pending): void {
    const index = this.#waiting.indexOf(pending);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    pending.settle({ kind: "cancelled" });
  }

  #dispatch(): void {
    clearTimeout(this.#fillTimer);
    for (const worker of this.#workers.keys()) {
      if (!worker.isReady || worker.isBusy) continue;
      const decision = nextBatch(this.#waiting, performance.now(), this.#options);
      if (decision.kind === "nothing") return;
      if (decision.kind === "wait") {
        this.#fillTimer = setTimeout(() => this.#dispatch(), decision.forMs);
        return;
      }
      const batch = this.#waiting.splice(0, decision.requestCount);
      this.#workers.set(worker, batch);
      worker.start(batch.map(({ job }) => job));
    }
  }

  #spawn(): void {
    const { workerUrl, modelDir, maxBatch, extraMsPerText } = this.#options;
    this.#workers.set(new ModelWorker(workerUrl, { modelDir, maxBatch, extraMsPerText }, this.#events()), []);
  }

  #events(): ModelWorkerEvents {
    return {
      onReady: (_, loadMs, minCosine) => this.#welcome(loadMs, minCosine),
      onUnfit: (worker, reason) => this.#giveUp(worker, reason),
      onAnswered: (worker, answers, runs) => {
        const batch = this.#release(worker);
        for (const run of runs) this.#options.onRun(run);
        for (const [i, { settle }] of batch.entries()) {
          const answer = answers[i];
          settle(answer ? { kind: "embedded", answer } : { kind: "broke", message: "the worker sent no answer" });
        }
      },
      onBroke: (worker, reason) => {
        this.#options.onLog({ level: "error", message: `inference broke: ${reason}` });
        for (const { settle } of this.#release(worker)) settle({ kind: "broke", message: "inference broke" });
      },
      onExit: (worker, reason) => this.#bury(worker, reason),
    };
  }

  #welcome(loadMs: number, minCosine: number): void {
    const figures = `${loadMs.toFixed(0)} ms, golden cosine ${minCosine.toFixed(4)}`;
    this.#options.onLog({ level: "info", message: `worker ready after ${figures}` });
    if (!this.#hasStarted && this.readyCount === this.#options.workers) {
      this.#hasStarted = true;
      this.#resolveReady();
    }
    this.#dispatch();
  }

  /** Frees a worker of its batch and gives it the next before anyone is told, so that it does not stand idle. */
  #release(worker: ModelWorker): readonly Pending[] {
    const batch = this.#workers.get(worker) ?? [];
    this.#workers.set(worker, []);
    this.#dispatch();
    return batch;
  }

  #giveUp(worker: ModelWorker, reason: string): void {
    this.#options.onLog({ level: "error", message: `a worker could not load the model: ${reason}` });
    this.#workers.delete(worker);
    void worker.close(CLOSE_PATIENCE_MS);
    if (!this.#hasStarted || this.#workers.size === 0) this.#fail(reason);
  }

  #bury(worker: ModelWorker, reason: string): void {
    const batch = this.#workers.get(worker);
    if (batch === undefined || !this.#workers.delete(worker) || this.#isStopping) return;
    this.#options.onLog({ level: "error", message: `a worker died: ${reason}` });
    for (const { settle } of batch) settle({ kind: "broke", message: "the worker died while it held this request" });
    // One that died before it was ever ready would die again: restarting it would only burn the machine.
    if (worker.hasBeenReady) this.#spawn();
    else if (!this.#hasStarted || this.#workers.size === 0) this.#fail(reason);
  }

  #fail(reason: string): void {
    this.#failure = reason;
    this.#rejectReady(new Error(`the model could not be loaded: ${reason}`));
    for (const { settle } of this.#waiting) settle({ kind: "unavailable", message: "the model could not be loaded" });
    this.#waiting = [];
  }
}
