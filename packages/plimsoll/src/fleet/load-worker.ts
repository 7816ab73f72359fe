import { createTimerAlarm } from "../engine/alarm.ts";
import type { EngineContext } from "../engine/engine-context.ts";
import { LoopHealth } from "../engine/loop-health.ts";
import { PhaseRun } from "../engine/phase-run.ts";
import { compileTasks } from "../plan/compiled-task.ts";
import { redact } from "../spec/secrets.ts";
import { createHttp1Transport } from "../transport/http1/http1-transport.ts";
import type { Transport } from "../transport/transport.ts";
import type { FromThread, ThreadSetup, ToThread } from "./messages.ts";
import { createRunClock } from "./run-clock.ts";

const MAX_HEADER_BYTES = 64 * 1024;

/** Obeys a coordinator: runs its slice of each phase and tells what it counted. */
export class LoadWorker {
  readonly #setup: ThreadSetup;
  readonly #tell: (message: FromThread) => void;
  readonly #transport: Transport;
  readonly #health = new LoopHealth();
  readonly #context: EngineContext;
  #run: PhaseRun | undefined;

  constructor(setup: ThreadSetup, tell: (message: FromThread) => void) {
    this.#setup = setup;
    this.#tell = tell;
    const clock = createRunClock(BigInt(setup.zeroNs));
    this.#transport = createTransport(setup, clock.nowMs);
    this.#context = {
      clock,
      wallNowMs: Date.now,
      alarm: createTimerAlarm(clock),
      transport: this.#transport,
      compiled: compileTasks(setup.spec, (name) => setup.references[name]),
      limitsMs: setup.limitsMs,
      seed: setup.seed,
      slice: setup.slice,
      maxConnections: shareOf(setup.spec.maxConnections, setup.slice),
      drainMs: setup.spec.timeouts.drainMs,
      redirectOrigin: setup.spec.followRedirects === "same-origin" ? setup.target.origin : undefined,
      redact: (text) => redact(text, setup.secrets),
      onSecond: (second) => tell({ type: "second", second }),
      onEvent: (event) => tell({ type: "event", event }),
      sampleGenerator: () => this.#health.sample(this.#transport),
    };
    tell({ type: "ready" });
  }

  obey(message: ToThread): void {
    switch (message.type) {
      case "phase":
        this.#begin(message.index, message.startAtMs);
        break;
      case "stop":
        this.#run?.stop(message.drainMs);
        break;
      case "close":
        this.#health.stop();
        void this.#transport.close();
        break;
    }
  }

  #begin(index: number, startAtMs: number): void {
    this.#health.sample(this.#transport);
    const run = new PhaseRun(this.#context, this.#setup.spec, { index, startAtMs });
    this.#run = run;
    void run.done.then((end) => {
      this.#run = undefined;
      this.#tell({ type: "phaseEnded", index, ...end });
    });
  }
}

function createTransport({ spec, target }: ThreadSetup, nowMs: () => number): Transport {
  return createHttp1Transport({
    origin: target.origin,
    addresses: target.addresses,
    connectTimeoutMs: spec.timeouts.connectMs,
    firstByteTimeoutMs: spec.timeouts.firstByteMs,
    totalTimeoutMs: spec.timeouts.totalMs,
    maxBodyBytes: spec.maxBodyBytes,
    maxHeaderBytes: MAX_HEADER_BYTES,
    tls: spec.tls,
    nowMs,
  });
}

/** This worker's part of a limit that the run as a whole must keep. */
function shareOf(total: number, slice: { readonly index: number; readonly count: number }): number {
  return Math.floor(total / slice.count) + (slice.index < total % slice.count ? 1 : 0);
}
