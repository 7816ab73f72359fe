/** A plan changed while it is carried out: what was until an instant stays, what comes after is new. Pure. */
import type { Profile, RateStage, UserStage } from "../spec/spec.ts";

/** The profile with this load (users, or arrivals per second) from `atMs` on the phase clock to its end. */
export function steeredTo(profile: Profile, atMs: number, load: number): Profile {
  const restMs = profile.durationMs - atMs;
  if (restMs <= 0) return profile;
  if (profile.kind === "closed")
    return {
      ...profile,
      stages: [...usersUntil(profile.stages, atMs), { users: load, spawnPerSec: undefined, durationMs: restMs }],
    };
  return {
    ...profile,
    stages: [...ratesUntil(profile.stages, atMs), { fromPerSec: load, toPerSec: load, durationMs: restMs }],
  };
}

/** The profile as it is until `atMs`, and from then on as `before` had planned the rest. */
export function resumedTo(profile: Profile, before: Profile, atMs: number): Profile {
  if (profile.kind === "closed" && before.kind === "closed")
    return { ...profile, stages: [...usersUntil(profile.stages, atMs), ...usersFrom(before.stages, atMs)] };
  if (profile.kind === "open" && before.kind === "open")
    return { ...profile, stages: [...ratesUntil(profile.stages, atMs), ...ratesFrom(before.stages, atMs)] };
  return profile;
}

function usersUntil(stages: readonly UserStage[], atMs: number): readonly UserStage[] {
  return spansOf(stages).flatMap(({ stage, startMs }) => {
    const durationMs = Math.min(stage.durationMs, atMs - startMs);
    return durationMs > 0 ? [{ ...stage, durationMs }] : [];
  });
}

function usersFrom(stages: readonly UserStage[], atMs: number): readonly UserStage[] {
  return spansOf(stages).flatMap(({ stage, startMs }) => {
    const durationMs = startMs + stage.durationMs - Math.max(startMs, atMs);
    return durationMs > 0 ? [{ ...stage, durationMs }] : [];
  });
}

function ratesUntil(stages: readonly RateStage[], atMs: number): readonly RateStage[] {
  return spansOf(stages).flatMap(({ stage, startMs }) => {
    const durationMs = Math.min(stage.durationMs, atMs - startMs);
    return durationMs > 0 ? [{ ...stage, toPerSec: rateAt(stage, durationMs), durationMs }] : [];
  });
}

function ratesFrom(stages: readonly RateStage[], atMs: number): readonly RateStage[] {
  return spansOf(stages).flatMap(({ stage, startMs }) => {
    const skippedMs = Math.max(0, atMs - startMs);
    const durationMs = stage.durationMs - skippedMs;
    return durationMs > 0 ? [{ ...stage, fromPerSec: rateAt(stage, skippedMs), durationMs }] : [];
  });
}

function rateAt({ fromPerSec, toPerSec, durationMs }: RateStage, atMs: number): number {
  return fromPerSec + ((toPerSec - fromPerSec) * atMs) / durationMs;
}

function spansOf<Stage extends { readonly durationMs: number }>(
  stages: readonly Stage[],
): readonly { readonly stage: Stage; readonly startMs: number }[] {
  let startMs = 0;
  return stages.map((stage) => {
    const span = { stage, startMs };
    startMs += stage.durationMs;
    return span;
  });
}
