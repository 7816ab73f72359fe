import type { UserStage } from "../spec/spec.ts";

/** `[from, to)` in ms on the phase clock. */
export type Span = readonly [fromMs: number, toMs: number];

interface Ramp {
  readonly startMs: number;
  readonly endMs: number;
  readonly fromUsers: number;
  readonly toUsers: number;
  /** Between one user and the next. */
  readonly stepMs: number;
}

/**
 * When each virtual user of a closed-loop phase lives. User u joins a rising ramp at its (u − from)-th step, the
 * first at once: 5/s to 100 means 50 users after 10 s. A falling ramp takes the highest numbers first.
 */
export class UserTimeline {
  readonly durationMs: number;
  /** Greatest number of users that ever live at once. */
  readonly maxUsers: number;
  readonly #ramps: readonly Ramp[];

  constructor(stages: readonly UserStage[]) {
    const ramps: Ramp[] = [];
    let startMs = 0;
    let users = 0;
    for (const stage of stages) {
      const ramp = rampOf(stage, startMs, users);
      ramps.push(ramp);
      users = ramp.toUsers;
      startMs = ramp.endMs;
    }
    this.#ramps = ramps;
    this.durationMs = startMs;
    this.maxUsers = Math.max(0, ...ramps.map((ramp) => Math.max(ramp.fromUsers, ramp.toUsers)));
  }

  /** The spans in which user `user` (from 0) lives; more than one when the number falls and rises again. */
  spansOf(user: number): readonly Span[] {
    const spans: Span[] = [];
    let bornMs: number | undefined;
    for (const ramp of this.#ramps) {
      if (bornMs === undefined && user >= ramp.fromUsers && user < ramp.toUsers)
        bornMs = ramp.startMs + (user - ramp.fromUsers) * ramp.stepMs;
      if (bornMs !== undefined && user >= ramp.toUsers) {
        spans.push([bornMs, ramp.startMs + (ramp.fromUsers - 1 - user) * ramp.stepMs]);
        bornMs = undefined;
      }
    }
    if (bornMs !== undefined) spans.push([bornMs, this.durationMs]);
    return spans;
  }

  /** How many users live at an instant. */
  usersAt(atMs: number): number {
    if (atMs < 0 || atMs >= this.durationMs) return 0;
    const ramp = this.#ramps.find((candidate) => atMs < candidate.endMs)!;
    const steps = ramp.stepMs === 0 ? Number.POSITIVE_INFINITY : Math.floor((atMs - ramp.startMs) / ramp.stepMs) + 1;
    return ramp.toUsers >= ramp.fromUsers
      ? Math.min(ramp.toUsers, ramp.fromUsers + steps)
      : Math.max(ramp.toUsers, ramp.fromUsers - steps);
  }

  /** The corners of the curve, `[ms, users]`, for charts. */
  corners(): readonly (readonly [number, number])[] {
    return this.#ramps.flatMap((ramp) => [
      [ramp.startMs, ramp.fromUsers] as const,
      [rampEndMs(ramp), ramp.toUsers] as const,
      [ramp.endMs, ramp.toUsers] as const,
    ]);
  }

  /** Where the number of users is meant to change. */
  rampSpans(): readonly Span[] {
    return this.#ramps.filter((ramp) => rampEndMs(ramp) > ramp.startMs).map((ramp) => [ramp.startMs, rampEndMs(ramp)]);
  }
}

function rampOf(stage: UserStage, startMs: number, fromUsers: number): Ramp {
  const stepMs = stage.spawnPerSec === undefined ? 0 : 1000 / stage.spawnPerSec;
  const wanted = Math.abs(stage.users - fromUsers);
  const possible = stepMs === 0 ? wanted : Math.min(wanted, Math.ceil(stage.durationMs / stepMs - 1e-9));
  const toUsers = stage.users >= fromUsers ? fromUsers + possible : fromUsers - possible;
  return { startMs, endMs: startMs + stage.durationMs, fromUsers, toUsers, stepMs };
}

function rampEndMs(ramp: Ramp): number {
  const steps = Math.max(0, Math.abs(ramp.toUsers - ramp.fromUsers) - 1);
  return Math.min(ramp.endMs, ramp.startMs + steps * ramp.stepMs);
}
