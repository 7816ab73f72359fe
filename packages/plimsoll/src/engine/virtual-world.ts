/** For tests: a clock that moves only when everything sleeps, and a target whose service times are given. */
import type { Clock } from "../base/clock.ts";
import type { OutcomeKind } from "../base/outcome.ts";
import type { CompiledTasks } from "../plan/compiled-task.ts";
import { IDLE_GENERATOR, type SecondRecord } from "../records/second.ts";
import type { Connection, Exchange, Transport, WireRequest } from "../transport/transport.ts";
import type { Alarm } from "./alarm.ts";
import type { EngineContext } from "./engine-context.ts";

/** What the target does with its n-th request (from 0), sent at `atMs`. */
export interface VirtualAnswer {
  /** Undefined: never answers. */
  readonly afterMs: number | undefined;
  readonly kind?: OutcomeKind;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Our side could not send it. */
  readonly isDropped?: boolean;
}

export class VirtualWorld {
  nowMs = 0;
  readonly seconds: SecondRecord[] = [];
  readonly sent: { readonly atMs: number; readonly path: string }[] = [];
  /** Connections on which anything was sent. */
  usedConnectionCount = 0;
  readonly #answer: (n: number, atMs: number, request: WireRequest) => VirtualAnswer;
  readonly #timers: { readonly atMs: number; readonly run: () => void }[] = [];
  /** Adds to every alarm: a generator that is late. */
  alarmDelayMs = 0;

  constructor(answer: (n: number, atMs: number, request: WireRequest) => VirtualAnswer) {
    this.#answer = answer;
  }

  context(compiled: CompiledTasks, more: Partial<EngineContext> = {}): EngineContext {
    const clock: Clock = { nowMs: () => this.nowMs };
    return {
      clock,
      wallNowMs: () => 1_800_000_000_000 + this.nowMs,
      alarm: this.#alarm(),
      transport: this.#transport(),
      compiled,
      limitsMs: [100],
      seed: 11,
      slice: { index: 0, count: 1 },
      connectionCap: { count: 1000, reason: "connection-cap" },
      drainMs: 2000,
      redirectOrigin: undefined,
      redact: (text) => text,
      onSecond: (second) => this.seconds.push(second),
      sampleGenerator: () => IDLE_GENERATOR,
      ...more,
    };
  }

  /** Lets time pass until `done` settles; throws when nothing would ever happen again. */
  async run<T>(done: Promise<T>): Promise<T> {
    let isDone = false;
    const settled = done.finally(() => {
      isDone = true;
    });
    // Whoever runs several phases takes some turns to begin one.
    await turnsEnd();
    for (let i = 0; i < 1_000_000; i++) {
      await Promise.resolve();
      if (isDone) return settled;
      const next = this.#takeNext();
      if (next === undefined) {
        await turnsEnd();
        if (isDone) return settled;
        if (this.#timers.length > 0) continue;
        throw new Error(`nothing left to happen at ${this.nowMs} ms`);
      }
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    throw new Error("the virtual world does not come to rest");
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  #takeNext(): { readonly atMs: number; readonly run: () => void } | undefined {
    let earliest = 0;
    for (let i = 1; i < this.#timers.length; i++)
      if (this.#timers[i]!.atMs < this.#timers[earliest]!.atMs) earliest = i;
    return this.#timers.splice(earliest, 1)[0];
  }

  #alarm(): Alarm {
    let cancel = () => {};
    return {
      set: (atMs, ring) => {
        cancel();
        cancel = this.after(Math.max(0, atMs - this.nowMs) + this.alarmDelayMs, ring);
      },
      clear: () => cancel(),
    };
  }

  #transport(): Transport {
    return {
      connection: () => this.#connection(),
      counters: { socketCount: 0, openedCount: 0, reopenedByUsCount: 0, staleRetryCount: 0 },
      close: async () => {},
    };
  }

  #connection(): Connection {
    let cancel = () => {};
    let isBusy = false;
    let isUsed = false;
    return {
      get isBusy() {
        return isBusy;
      },
      isOpen: true,
      send: (request: WireRequest, onEnd) => {
        const answer = this.#answer(this.sent.length, this.nowMs, request);
        const sentAtMs = this.nowMs;
        this.sent.push({ atMs: sentAtMs, path: request.path });
        if (!isUsed) this.usedConnectionCount++;
        isUsed = true;
        isBusy = true;
        if (answer.afterMs === undefined) return;
        cancel = this.after(answer.afterMs, () => {
          isBusy = false;
          onEnd(this.#exchange(answer, sentAtMs));
        });
      },
      destroy: () => {
        cancel();
        isBusy = false;
      },
    };
  }

  #exchange(answer: VirtualAnswer, sentAtMs: number): Exchange {
    const { kind = "ok", status = 200, isDropped = false, body, headers = {} } = answer;
    return {
      kind: isDropped ? "dropped" : kind,
      dropReason: isDropped ? "EMFILE" : undefined,
      message: kind === "ok" ? "" : `virtual ${kind}`,
      sentAtMs,
      firstByteAtMs: this.nowMs,
      endedAtMs: this.nowMs,
      status,
      bodyBytes: 10,
      body: body === undefined ? undefined : new TextEncoder().encode(body),
      header: (name) => headers[name],
    };
  }
}

/** Resolves once no promise has anything left to do. */
function turnsEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
