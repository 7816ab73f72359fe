import type { SecondRecord } from "../records/second.ts";
import type { Profile } from "../spec/spec.ts";
import type { PhaseOrder, PhaseSource } from "./coordinator.ts";

/** Watches one phase; made anew for each. */
export type PhaseWatch = (second: SecondRecord) => PhaseOrder | undefined;

/** The profiles of a spec, one after the other, each with its watch where it has one. */
export function plannedPhases(
  profiles: readonly Profile[],
  watchOf: (profile: Profile) => PhaseWatch | undefined = () => undefined,
): PhaseSource {
  return {
    async next(index) {
      const profile = profiles[index];
      if (profile === undefined) return undefined;
      const watch = watchOf(profile);
      return watch === undefined ? { profile } : { profile, watch };
    },
  };
}
