/** For tests: a fleet whose threads are slices in one virtual world, handed what real ones are, as copies. */
import { PhaseRun } from "../engine/phase-run.ts";
import type { VirtualWorld } from "../engine/virtual-world.ts";
import { compileTasks } from "../plan/compiled-task.ts";
import type { Spec } from "../spec/spec.ts";
import type { FleetPhase, LocalFleet } from "./local-fleet.ts";
import { SecondAssembly } from "./second-assembly.ts";

export interface VirtualFleetOptions {
  readonly threadCount: number;
  readonly seed: number;
}

/** Sends what the spec says into the world. */
export function virtualFleet(world: VirtualWorld, spec: Spec, { threadCount, seed }: VirtualFleetOptions): LocalFleet {
  const compiled = compileTasks(spec, { resolve: () => undefined, userAgent: "test" });
  let runs: readonly PhaseRun[] = [];
  const runPhase = async ({ index, startAtMs, profile, onSecond }: FleetPhase) => {
    const assembly = new SecondAssembly(threadCount, onSecond);
    runs = Array.from({ length: threadCount }, (_, thread) => {
      const slice = { index: thread, count: threadCount };
      const context = world.context(compiled, { seed, slice, onSecond: (second) => assembly.told(thread, second) });
      return new PhaseRun(context, spec, structuredClone({ index, startAtMs, profile }));
    });
    const ends = await Promise.all(
      runs.map(async (run, thread) => {
        const end = await run.done;
        assembly.ended(thread);
        return end;
      }),
    );
    return {
      endedAtMs: Math.max(...ends.map((end) => end.endedAtMs)),
      drainedAtMs: Math.max(...ends.map((end) => end.drainedAtMs)),
    };
  };
  return {
    systemThreadIds: new Map(),
    runPhase,
    replan: (profile, fromMs) => {
      for (const run of runs) run.replan(structuredClone(profile), fromMs);
    },
    stop: (drainMs) => {
      for (const run of runs) run.stop(drainMs);
    },
    close: async () => {},
  };
}
