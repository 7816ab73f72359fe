import { Random, STREAM } from "../base/random.ts";
import { nextDueMs } from "../plan/think-time.ts";
import { type Span, UserTimeline } from "../plan/user-timeline.ts";
import type { ClosedProfile, Think } from "../spec/spec.ts";
import { Caller, type CallerPhase } from "./caller.ts";
import type { Load, LoadPlan } from "./load.ts";

interface User {
  readonly number: number;
  readonly spans: readonly Span[];
  readonly caller: Caller;
  readonly random: Random;
  readonly onDone: (endedAtMs: number) => void;
  spanIndex: number;
  iteration: number;
  isAlive: boolean;
  dueMs: number;
  think: Think;
}

/**
 * Virtual users, each with its own connection, who wait for an answer, think, and ask again.
 * User u's choices come from the stream (seed, u, iteration), so they are the same however the users are spread.
 */
export class ClosedLoad implements Load {
  readonly #phase: CallerPhase;
  readonly #think: Think;
  readonly #plan: LoadPlan;
  readonly #users: User[] = [];
  readonly #maxUsers: number;
  #alive = 0;

  constructor(phase: CallerPhase, profile: ClosedProfile, plan: LoadPlan) {
    this.#phase = phase;
    this.#think = profile.think;
    this.#plan = plan;
    const timeline = new UserTimeline(profile.stages);
    this.#maxUsers = timeline.maxUsers;
    const { slice } = phase.context;
    for (let number = slice.index; number < timeline.maxUsers; number += slice.count) this.#add(number, timeline);
  }

  get users(): number {
    return this.#alive;
  }

  due(token: number, dueMs: number): void {
    const user = this.#users[token]!;
    if (dueMs >= user.spans[user.spanIndex]![1]) {
      this.#leave(user, token);
      return;
    }
    if (!user.isAlive) {
      user.isAlive = true;
      this.#alive++;
    }
    this.#ask(user, dueMs);
  }

  stop(): void {
    for (const user of this.#users) {
      if (!user.isAlive || user.caller.isBusy) continue;
      user.isAlive = false;
      this.#alive--;
    }
  }

  abandon(): void {
    for (const user of this.#users) user.caller.abandon();
  }

  #add(number: number, timeline: UserTimeline): void {
    const token = this.#users.length;
    const spans = timeline.spansOf(number);
    const user: User = {
      number,
      spans,
      caller: new Caller(this.#phase),
      random: new Random(0),
      onDone: (endedAtMs) => this.#answered(user, token, endedAtMs),
      spanIndex: 0,
      iteration: 0,
      isAlive: false,
      dueMs: spans[0]![0],
      think: this.#think,
    };
    this.#users.push(user);
    this.#plan.schedule(user.dueMs, token);
  }

  #ask(user: User, dueMs: number): void {
    const { context } = this.#phase;
    user.random.reseed(context.seed, STREAM.task + 16 * this.#plan.phaseIndex, user.number, user.iteration);
    const task = context.compiled.tasks[this.#plan.mix.pick(user.random)]!;
    const sequence = user.number + user.iteration * this.#maxUsers;
    user.iteration++;
    user.dueMs = dueMs;
    user.think = task.think ?? this.#think;
    user.caller.run(task, { dueMs, random: user.random, sequence }, user.onDone);
  }

  #answered(user: User, token: number, endedAtMs: number): void {
    if (!this.#phase.isSending()) {
      user.isAlive = false;
      this.#alive--;
      return;
    }
    const next = nextDueMs(user.think, user.random, { dueMs: user.dueMs, endedAtMs });
    const spanEndMs = user.spans[user.spanIndex]![1];
    // Where nobody thinks the next request goes at once, past the agenda: the heap would cost as much as a request.
    if (next <= endedAtMs && next < spanEndMs) this.#ask(user, next);
    else this.#plan.schedule(Math.min(next, spanEndMs), token);
  }

  #leave(user: User, token: number): void {
    if (user.isAlive) this.#alive--;
    user.isAlive = false;
    user.spanIndex++;
    const next = user.spans[user.spanIndex];
    if (next === undefined) user.caller.abandon();
    else this.#plan.schedule(next[0], token);
  }
}
