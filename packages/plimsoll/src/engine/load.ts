import type { Mix } from "../plan/mix.ts";
import type { Profile } from "../spec/spec.ts";

/** A shape of load: what it puts on the agenda comes back to it when due. */
export interface Load {
  /** Virtual users alive now; 0 in open loop. */
  readonly users: number;
  /** An agenda entry came due; `dueMs` on the phase clock is when the plan wanted it. */
  due(token: number, dueMs: number): void;
  /** From `atMs` on the phase clock the profile is this one; what it says of the time before is as it was. */
  replan(profile: Profile, atMs: number): void;
  /** No more is sent; those who only think leave. */
  stop(): void;
  /** Gives up what is still in flight. */
  abandon(): void;
}

/** What a load is given to plan with. */
export interface LoadPlan {
  readonly phaseIndex: number;
  readonly mix: Mix;
  /** Asks for `due(token, dueMs)` at `dueMs` on the phase clock. */
  readonly schedule: (dueMs: number, token: number) => void;
}
