/**
 * Runs a whole spec on this machine: threads, clock, phases, journal records. Everything it needs of the outside
 * (resolved target, secrets, where records go) is handed to it.
 */
import { availableParallelism } from "node:os";
import type { ConnectionCap } from "../engine/engine-context.ts";
import type { RawBatch, RawSetup } from "../engine/raw-log.ts";
import type { FinishRecord, PlanRecord } from "../records/record.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import { Coordinator, type EarlierRun, type PhaseSource, type RecordSink } from "./coordinator.ts";
import { startLocalFleet } from "./local-fleet.ts";
import type { ResolvedTarget } from "./messages.ts";
import { OWN_CLIENT, type TransportChoice } from "./open-transport.ts";
import { describePhase } from "./plan-record.ts";
import { plannedPhases } from "./planned-phases.ts";
import { createRunClock } from "./run-clock.ts";

export interface RunOptions {
  readonly spec: Spec;
  readonly plan: PlanRecord;
  readonly target: ResolvedTarget;
  /** Our own client when not given. */
  readonly transport?: TransportChoice | undefined;
  readonly references: Readonly<Record<string, string>>;
  /** Texts to be cleared from everything the run tells. */
  readonly secrets: readonly string[];
  readonly userAgent: string;
  readonly threadUrl: URL;
  /** The spec's when not given. */
  readonly connectionCap?: ConnectionCap | undefined;
  readonly sink: RecordSink;
  /** Those of the spec when not given. */
  readonly phases?: PhaseSource | undefined;
  /** What this run goes on with. */
  readonly earlier?: EarlierRun | undefined;
  /** Rows of single requests, and where they go. */
  readonly raw?: RawRows | undefined;
  /** Called once, before load begins, with the means to look at the run clock and to end the run. */
  readonly onStart: (run: RunControl) => void;
}

export interface RawRows extends RawSetup {
  readonly onBatch: (batch: RawBatch) => void;
}

export interface RunControl {
  /** Now on the run clock, ms. */
  readonly nowMs: () => number;
  readonly stop: Coordinator["stop"];
  readonly steer: Coordinator["steer"];
}

/** One thread a core, but for one left to the target, the journal and the screen. */
export function defaultThreadCount(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** @throws WORKER_LOST */
export async function runSpec(options: RunOptions): Promise<FinishRecord> {
  const { spec, plan, sink } = options;
  const zeroNs = process.hrtime.bigint() - BigInt(Math.round(1e6 * (options.earlier?.atMs ?? 0)));
  const clock = createRunClock(zeroNs);
  const fleet = await startLocalFleet({
    setup: {
      spec,
      seed: plan.seed,
      limitsMs: plan.limitsMs,
      connectionCap: options.connectionCap ?? { count: spec.maxConnections, reason: "connection-cap" },
      target: options.target,
      transport: options.transport ?? OWN_CLIENT,
      references: options.references,
      secrets: options.secrets,
      userAgent: options.userAgent,
      zeroNs: String(zeroNs),
      raw: options.raw === undefined ? undefined : rawSetupOf(options.raw),
    },
    onRaw: options.raw?.onBatch,
    threadCount: plan.threads,
    threadUrl: options.threadUrl,
  });
  try {
    const phases = options.phases ?? plannedPhases(spec.profiles);
    const describe = (profile: Profile, index: number) => describePhase(spec, profile, { seed: plan.seed, index });
    const coordinator = new Coordinator({ fleet, clock, sink, phases, earlier: options.earlier, describe });
    options.onStart({
      nowMs: clock.nowMs,
      stop: (why, drainMs) => coordinator.stop(why, drainMs),
      steer: (what, who) => coordinator.steer(what, who),
    });
    return await coordinator.run();
  } finally {
    await fleet.close();
  }
}

/** Without its callback, which no thread could be handed. */
function rawSetupOf({ sampleRatio, taskFields }: RawRows): RawSetup {
  return { sampleRatio, taskFields };
}
