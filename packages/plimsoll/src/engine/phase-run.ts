/**
 * One phase on one thread: works through the agenda, hands over a second's counts each second, and drains at the end.
 * Knows no statistics and no reporters.
 */
import { compileProfileMix } from "../plan/compiled-task.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import { Agenda } from "./agenda.ts";
import type { CallerPhase } from "./caller.ts";
import { ClosedLoad } from "./closed-loop.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Load, LoadPlan } from "./load.ts";
import { OpenLoad } from "./open-loop.ts";
import { Recorder } from "./recorder.ts";

/** Entries worked off in one go before sockets get their turn. */
const BATCH = 256;
const SECOND_MS = 1000;
/** A billionth of a second: differences of instants are not exact to the last bit. */
const ROUNDING_MS = 1e-6;
/** How often the end of draining is looked for. */
const DRAIN_POLL_MS = 5;

export interface PhaseEnd {
  /** When sending stopped and when the last answer was in or given up; ms on the run clock. */
  readonly endedAtMs: number;
  readonly drainedAtMs: number;
}

/** Which phase, what it plans, and when it begins on the run clock. */
export interface BegunPhase {
  readonly index: number;
  readonly startAtMs: number;
  readonly profile: Profile;
}

export class PhaseRun {
  readonly done: Promise<PhaseEnd>;
  readonly #context: EngineContext;
  readonly #phaseIndex: number;
  readonly #startAtMs: number;
  readonly #durationMs: number;
  readonly #agenda = new Agenda();
  readonly #recorder: Recorder;
  readonly #load: Load;
  readonly #wake = () => this.#work();
  #resolve: (end: PhaseEnd) => void = () => {};
  #nextSec = 0;
  #endedAtMs: number | undefined;
  #giveUpAtMs = Number.POSITIVE_INFINITY;
  #isOver = false;
  /** What the alarm is set to, phase clock; −Infinity while it will be set anyway. */
  #armedForMs = Number.NEGATIVE_INFINITY;

  /** Begins at `startAtMs` on the run clock, which should lie a little ahead so that all threads begin together. */
  constructor(context: EngineContext, spec: Spec, phase: BegunPhase) {
    const { profile } = phase;
    this.#context = context;
    this.#phaseIndex = phase.index;
    this.#startAtMs = phase.startAtMs;
    this.#durationMs = profile.durationMs;
    this.#recorder = new Recorder(context.compiled.requestNames, context.limitsMs);
    const shared: CallerPhase = {
      context,
      recorder: this.#recorder,
      startAtMs: phase.startAtMs,
      isSending: () => this.#endedAtMs === undefined,
    };
    const plan: LoadPlan = {
      phaseIndex: phase.index,
      mix: compileProfileMix(spec, profile.tags),
      schedule: (dueMs, token) => this.#schedule(dueMs, token),
    };
    this.#load =
      profile.kind === "closed" ? new ClosedLoad(shared, profile, plan) : new OpenLoad(shared, profile, plan);
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#arm();
  }

  /** From `fromMs` on the phase clock the load is this profile's; the phase stays as long as it is. */
  replan(profile: Profile, fromMs: number): void {
    if (this.#endedAtMs !== undefined) return;
    this.#load.replan(profile, fromMs);
    this.#work();
  }

  /** Sends no more; what is in flight gets `drainMs` more, 0 gives it up at once. */
  stop(drainMs = this.#context.drainMs): void {
    if (this.#isOver) return;
    if (this.#endedAtMs === undefined) this.#endSending(Math.max(0, this.#nowMs()), drainMs);
    else this.#giveUpAtMs = Math.min(this.#giveUpAtMs, this.#nowMs() + drainMs);
    this.#work();
  }

  #nowMs(): number {
    return this.#context.clock.nowMs() - this.#startAtMs;
  }

  #schedule(dueMs: number, token: number): void {
    this.#agenda.push(dueMs, token);
    if (dueMs < this.#armedForMs) this.#arm();
  }

  #work(): void {
    if (this.#isOver) return;
    this.#armedForMs = Number.NEGATIVE_INFINITY;
    if (this.#endedAtMs === undefined) this.#sendDue();
    const nowMs = this.#nowMs();
    this.#flushUntil(nowMs);
    if (this.#endedAtMs !== undefined && (this.#recorder.inFlight === 0 || nowMs >= this.#giveUpAtMs)) this.#finish();
    else this.#arm();
  }

  /** What is due in a later second waits until the second before it has been told. */
  #sendDue(): void {
    const agenda = this.#agenda;
    for (let i = 0; i < BATCH; i++) {
      const dueMs = agenda.nextDueMs;
      if (dueMs >= this.#durationMs || dueMs > this.#nowMs() + ROUNDING_MS) break;
      this.#flushUntil(dueMs);
      this.#load.due(agenda.pop(), dueMs);
    }
    if (this.#nowMs() + ROUNDING_MS < this.#durationMs || agenda.nextDueMs < this.#durationMs) return;
    this.#flushUntil(this.#durationMs);
    this.#endSending(this.#durationMs, this.#context.drainMs);
  }

  #endSending(atMs: number, drainMs: number): void {
    this.#endedAtMs = atMs;
    this.#giveUpAtMs = this.#nowMs() + drainMs;
    this.#agenda.clear();
    this.#load.stop();
  }

  /** A thread that was blocked over several seconds tells all in the first and leaves the others empty. */
  #flushUntil(nowMs: number): void {
    while (nowMs >= (this.#nextSec + 1) * SECOND_MS) this.#flush();
  }

  #flush(): void {
    const at = { phase: this.#phaseIndex, sec: this.#nextSec++, users: this.#load.users };
    this.#context.onSecond(this.#recorder.drain(at, this.#context.sampleGenerator()));
  }

  #arm(): void {
    const nextMs =
      this.#endedAtMs === undefined
        ? Math.min(this.#agenda.nextDueMs, this.#durationMs, (this.#nextSec + 1) * SECOND_MS)
        : Math.min(this.#nowMs() + DRAIN_POLL_MS, this.#giveUpAtMs);
    this.#armedForMs = nextMs;
    this.#context.alarm.set(this.#startAtMs + nextMs, this.#wake);
  }

  #finish(): void {
    this.#isOver = true;
    this.#context.alarm.clear();
    this.#load.abandon();
    this.#flush();
    this.#resolve({
      endedAtMs: this.#startAtMs + this.#endedAtMs!,
      drainedAtMs: this.#context.clock.nowMs(),
    });
  }
}
