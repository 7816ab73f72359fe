import { Random, STREAM } from "../base/random.ts";
import { type RequestNumbers, requestNumbers } from "../plan/request-numbers.ts";
import { nextDueMs } from "../plan/think-time.ts";
import { type Span, UserTimeline } from "../plan/user-timeline.ts";
import type { ClosedProfile, Profile, Think } from "../spec/spec.ts";
import { Caller, type CallerPhase } from "./caller.ts";
import type { Load, LoadPlan } from "./load.ts";

/** A billionth of a second: an instant that is a sum of times is not exact to the last bit. */
const ROUNDING_MS = 1e-6;
/** What this machine is out of will not be there a microsecond later. */
const DROPPED_PAUSE_MS = 100;

interface User {
  readonly number: number;
  readonly sequences: RequestNumbers;
  spans: readonly Span[];
  caller: Caller;
  readonly random: Random;
  readonly onDone: (endedAtMs: number) => void;
  spanIndex: number;
  iteration: number;
  isAlive: boolean;
  dueMs: number;
  /** When its entry on the agenda is due, NaN without one; another entry is of an earlier plan. */
  wakeMs: number;
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
  /** As the phase began: who is beyond them was added. */
  readonly #plannedUsers: number;
  #alive = 0;

  constructor(phase: CallerPhase, profile: ClosedProfile, plan: LoadPlan) {
    this.#phase = phase;
    this.#think = profile.think;
    this.#plan = plan;
    const timeline = new UserTimeline(profile.stages);
    this.#plannedUsers = profile.plannedUsers ?? timeline.maxUsers;
    this.#addUsers(timeline);
  }

  get users(): number {
    return this.#alive;
  }

  due(token: number, dueMs: number): void {
    const user = this.#users[token]!;
    if (dueMs !== user.wakeMs) return;
    // Two plans may have it come at the same instant.
    user.wakeMs = Number.NaN;
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

  /**
   * Who lives beyond `atMs` in both plans goes on as if nothing had been, who does not leaves at its new end, and who is
   * new or was gone comes when the new plan says.
   */
  replan(profile: Profile, atMs: number): void {
    if (profile.kind !== "closed") return;
    const timeline = new UserTimeline(profile.stages);
    this.#users.forEach((user, token) => {
      user.spans = timeline.spansOf(user.number);
      if (user.isAlive) this.#shorten(user, token);
      else this.#comeBack(user, token, atMs);
    });
    this.#addUsers(timeline);
  }

  #shorten(user: User, token: number): void {
    const endMs = user.spans[user.spanIndex]?.[1] ?? 0;
    // Who waits for an answer leaves with it.
    if (!user.caller.isBusy && user.wakeMs > endMs) this.#wake(user, token, endMs);
  }

  #comeBack(user: User, token: number, atMs: number): void {
    const beginMs = atMs - ROUNDING_MS;
    // Changes are told a little ahead: who was to come before them comes as it was planned.
    const [fromMs, toMs] = user.spans[user.spanIndex] ?? [];
    if (fromMs === user.wakeMs && fromMs < beginMs && toMs !== undefined && toMs > fromMs) return;
    const next = user.spans.findIndex(([from, to]) => from >= beginMs && to > from);
    user.wakeMs = Number.NaN;
    if (next < 0) return;
    user.spanIndex = next;
    this.#wake(user, token, user.spans[next]![0]);
  }

  #wake(user: User, token: number, atMs: number): void {
    user.wakeMs = atMs;
    this.#plan.schedule(atMs, token);
  }

  /** Those of this slice that the timeline has beyond the ones known. */
  #addUsers(timeline: UserTimeline): void {
    const { slice } = this.#phase.context;
    for (let number = slice.index + this.#users.length * slice.count; number < timeline.maxUsers; number += slice.count)
      this.#add(number, timeline);
  }

  #add(number: number, timeline: UserTimeline): void {
    const token = this.#users.length;
    const spans = timeline.spansOf(number);
    const user: User = {
      number,
      sequences: requestNumbers(number, this.#plannedUsers),
      spans,
      caller: new Caller(this.#phase),
      random: new Random(0),
      onDone: (endedAtMs) => this.#answered(user, token, endedAtMs),
      spanIndex: 0,
      iteration: 0,
      isAlive: false,
      dueMs: spans[0]![0],
      wakeMs: spans[0]![0],
      think: this.#think,
    };
    this.#users.push(user);
    this.#plan.schedule(user.wakeMs, token);
  }

  #ask(user: User, dueMs: number): void {
    const { context } = this.#phase;
    user.random.reseed(context.seed, STREAM.task + 16 * this.#plan.phaseIndex, user.number, user.iteration);
    const task = context.compiled.tasks[this.#plan.mix.pick(user.random)]!;
    const sequence = user.sequences.first + user.iteration * user.sequences.step;
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
    const thoughtMs = nextDueMs(user.think, user.random, { dueMs: user.dueMs, endedAtMs });
    const { departure } = user.caller;
    const next = departure === "dropped" ? Math.max(thoughtMs, endedAtMs + DROPPED_PAUSE_MS) : thoughtMs;
    const spanEndMs = user.spans[user.spanIndex]![1];
    // Where nobody thinks the next request goes at once, past the agenda: the heap would cost as much as a request. Not
    // after one that never left: systems refuse without delay, and asking again as fast would leave no answer read.
    if (departure === "sent" && next <= endedAtMs && next < spanEndMs) this.#ask(user, next);
    else this.#wake(user, token, Math.min(next, spanEndMs));
  }

  #leave(user: User, token: number): void {
    if (user.isAlive) this.#alive--;
    user.isAlive = false;
    user.spanIndex++;
    user.caller.abandon();
    // Comes back as somebody new: that the connection of the one who left was closed is no fault of the generator.
    user.caller = new Caller(this.#phase);
    const next = user.spans[user.spanIndex];
    if (next !== undefined) this.#wake(user, token, next[0]);
  }
}
