import type { Alarm } from "../engine/alarm.ts";
import type { EngineContext } from "../engine/engine-context.ts";
import { LoopHealth } from "../engine/loop-health.ts";
import { createMetronomeAlarm, type MetronomeAlarm } from "../engine/metronome-alarm.ts";
import { type BegunPhase, PhaseRun } from "../engine/phase-run.ts";
import { RawLog } from "../engine/raw-log.ts";
import { createTimerAlarm } from "../engine/timer-alarm.ts";
import { compileTasks } from "../plan/compiled-task.ts";
import { redact } from "../spec/secrets.ts";
import type { Profile } from "../spec/spec.ts";
import type { Transport } from "../transport/transport.ts";
import type { FromThread, ThreadSetup, ToThread } from "./messages.ts";
import { openTransport } from "./open-transport.ts";
import { systemThreadId } from "./process-load.ts";
import { rehearse } from "./rehearsal.ts";
import { createRunClock } from "./run-clock.ts";
import { sendsByClock } from "./sends-by-clock.ts";
import { transportOptionsOf } from "./transport-options.ts";

const MAX_CLEARED = 500;

/** Obeys a coordinator: runs its slice of each phase and tells what it counted. */
export class LoadWorker {
  readonly #setup: ThreadSetup;
  readonly #tell: (message: FromThread) => void;
  readonly #transport: Transport;
  readonly #health = new LoopHealth();
  /** None as long as no phase sends by the clock: it costs a thread of 10 MiB. */
  #metronome: MetronomeAlarm | undefined;
  readonly #context: EngineContext;
  readonly #raw: RawLog | undefined;
  #run: PhaseRun | undefined;

  /** @throws SPEC_INVALID for a certificate that is none */
  static async start(setup: ThreadSetup, tell: (message: FromThread) => void): Promise<LoadWorker> {
    const clock = createRunClock(BigInt(setup.zeroNs));
    const options = transportOptionsOf(setup.spec, setup.target, clock.nowMs);
    return new LoadWorker(setup, { clock, transport: await openTransport(setup.transport, options) }, tell);
  }

  private constructor(
    setup: ThreadSetup,
    { clock, transport }: Pick<EngineContext, "clock" | "transport">,
    tell: (message: FromThread) => void,
  ) {
    this.#setup = setup;
    this.#tell = tell;
    this.#transport = transport;
    this.#raw = setup.raw === undefined ? undefined : new RawLog(setup.raw);
    this.#context = {
      clock,
      wallNowMs: Date.now,
      alarm: createTimerAlarm(clock),
      transport: this.#transport,
      compiled: compileTasks(setup.spec, { resolve: (name) => setup.references[name], userAgent: setup.userAgent }),
      limitsMs: setup.limitsMs,
      seed: setup.seed,
      slice: setup.slice,
      connectionCap: { ...setup.connectionCap, count: shareOf(setup.connectionCap.count, setup.slice) },
      drainMs: setup.spec.timeouts.drainMs,
      redirectOrigin: setup.spec.followRedirects === "same-origin" ? setup.target.origin : undefined,
      redact: createRedactor(setup.secrets),
      raw: this.#raw,
      onSecond: (second) => {
        tell({ type: "second", second });
        this.#tellRaw();
      },
      sampleGenerator: () => this.#health.sample(this.#transport),
    };
    const ready = () => tell({ type: "ready", systemThreadId: systemThreadId() });
    // Now, so that it has started before the first phase, and is rehearsed.
    const precise = setup.spec.profiles.find((profile) => sendsByClock(profile, this.#context.compiled));
    const context = precise === undefined ? this.#context : this.#contextOf(precise);
    void rehearse(context, setup.spec).then(ready, ready);
  }

  obey(message: ToThread): void {
    switch (message.type) {
      case "phase":
        this.#begin(message);
        break;
      case "replan":
        this.#run?.replan(message.profile, message.fromMs);
        break;
      case "stop":
        this.#run?.stop(message.drainMs);
        break;
      case "close":
        this.#health.stop();
        void this.#metronome?.close();
        void this.#transport.close();
        break;
    }
  }

  #begin(phase: BegunPhase): void {
    this.#health.sample(this.#transport);
    const { index } = phase;
    this.#raw?.begin(phase.profile.name);
    const run = new PhaseRun(this.#contextOf(phase.profile), this.#setup.spec, phase);
    this.#run = run;
    void run.done.then((end) => {
      this.#run = undefined;
      this.#tellRaw();
      this.#tell({ type: "phaseEnded", index, ...end });
    });
  }

  /** Of a profile that only the phase itself brings (a search's) the metronome starts within the phase's lead. */
  #contextOf(profile: Profile): EngineContext {
    return sendsByClock(profile, this.#context.compiled) ? { ...this.#context, alarm: this.#precise() } : this.#context;
  }

  #precise(): Alarm {
    this.#metronome ??= createMetronomeAlarm(this.#context.clock, new URL("./metronome-thread.js", import.meta.url));
    return this.#metronome;
  }

  #tellRaw(): void {
    const batch = this.#raw?.drain();
    if (batch !== undefined) this.#tell({ type: "raw", batch });
  }
}

/** This worker's part of a limit that the run as a whole must keep. */
function shareOf(total: number, slice: { readonly index: number; readonly count: number }): number {
  return Math.floor(total / slice.count) + (slice.index < total % slice.count ? 1 : 0);
}

/** Messages recur: each is cleared once, and few are kept. */
function createRedactor(secrets: readonly string[]): (text: string) => string {
  const cleared = new Map<string, string>();
  if (secrets.length === 0) return (text) => text;
  return (text) => {
    const known = cleared.get(text);
    if (known !== undefined) return known;
    if (cleared.size >= MAX_CLEARED) cleared.clear();
    const clear = redact(text, secrets);
    cleared.set(text, clear);
    return clear;
  };
}
